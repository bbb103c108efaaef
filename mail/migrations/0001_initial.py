"""The outbox. Its tables were made by the product, which gave them their names (quizzes 0027): here they are only known."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("quizzes", "0028_outbound_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Outage",
                    fields=[
                        ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                        ("since", models.DateTimeField()),
                        ("unreachable", models.BooleanField(default=False)),
                        ("emails", models.PositiveIntegerField(default=0)),
                        ("reason", models.CharField(blank=True, max_length=300)),
                    ],
                ),
                migrations.CreateModel(
                    name="OutboundEmail",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("kind", models.CharField(max_length=10)),
                        ("key", models.CharField(blank=True, max_length=40)),
                        ("address", models.EmailField(blank=True, max_length=254)),
                        ("source", models.TextField(blank=True)),
                        ("due_at", models.DateTimeField()),
                        ("not_before", models.DateTimeField()),
                        ("expires_at", models.DateTimeField()),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("pending", "Pending"),
                                    ("leased", "Being sent"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                    ("expired", "Expired"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="pending",
                                max_length=9,
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("", "Not in hand"),
                                    ("facts", "What it tells is being read"),
                                    ("begun", "Begun"),
                                    ("data", "Handing over"),
                                ],
                                default="",
                                max_length=5,
                            ),
                        ),
                        ("holder", models.UUIDField(null=True)),
                        ("lease_until", models.DateTimeField(null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0)),
                        ("crashes", models.PositiveSmallIntegerField(default=0)),
                        ("possibly_delivered", models.BooleanField(default=False)),
                        ("error", models.CharField(blank=True, max_length=300)),
                        ("sent_at", models.DateTimeField(null=True)),
                        (
                            "user",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="outbound_emails",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "indexes": [
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["not_before", "id"],
                                name="email_pending",
                            ),
                            models.Index(
                                condition=models.Q(("state", "pending")),
                                fields=["expires_at"],
                                name="email_expiring",
                            ),
                            models.Index(
                                condition=models.Q(("state", "leased")),
                                fields=["lease_until"],
                                name="email_leased",
                            ),
                            models.Index(
                                condition=models.Q(("state", "leased")), fields=["holder"], name="email_held"
                            ),
                            models.Index(
                                condition=models.Q(("state", "failed")),
                                fields=["-due_at"],
                                name="email_failed",
                            ),
                            models.Index(fields=["due_at"], name="email_by_age"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("key", ""), _negated=True),
                                fields=("user", "kind", "key"),
                                name="one_email_per_user_and_key",
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("user", None), models.Q(("key", ""), _negated=True)),
                                fields=("kind", "key"),
                                name="one_email_per_key_without_user",
                            ),
                        ],
                    },
                ),
            ]
        )
    ]
