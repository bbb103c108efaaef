"""Packs get an identity of their own; questions say whether their author named them, and what their prompts say."""

import uuid
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What is stored has to be what the code that compares it computes, whatever that is by then.
from quizzes.markup.numbering import prompt_digest

AT_A_TIME = 500


def fill(apps: Any, _editor: Any) -> None:
    packs, questions = apps.get_model("quizzes", "Pack"), apps.get_model("quizzes", "Question")
    for pack in packs.objects.filter(public_id=None).only("pk").iterator():
        packs.objects.filter(pk=pack.pk).update(public_id=uuid.uuid4())
    last = 0
    while rows := list(
        questions.objects.filter(pk__gt=last).select_related("current").order_by("pk")[:AT_A_TIME]
    ):
        for question in rows:
            if question.current is not None:
                # Questions of packs need an explanation; those of plain documents, whose ids are made, have none.
                question.named = bool(question.current.spec["explanation"])
                question.prompt_digest = prompt_digest(question.current.spec["prompt"])
        questions.objects.bulk_update(rows, ["named", "prompt_digest"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0014_invitations_in_measure"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="pack", name="one_private_pack_per_slug"),
        migrations.AddField(
            model_name="pack",
            name="public_id",
            field=models.UUIDField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="pack",
            name="revision",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="question",
            name="named",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="question",
            name="prompt_digest",
            field=models.CharField(blank=True, default="", max_length=32),
        ),
        migrations.CreateModel(
            name="Edition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "did",
                    models.CharField(
                        choices=[("loaded", "Loaded"), ("retired", "Retired"), ("taken-back", "Taken back")],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("before", models.JSONField(null=True)),
                ("revision", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pack",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edition",
                        to="quizzes.pack",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Upload",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("text", models.TextField()),
                ("created_at", models.DateTimeField(db_index=True)),
                ("loaded_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uploads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="quizzes.pack",
                    ),
                ),
            ],
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
