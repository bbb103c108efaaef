"""Invitations say when their e-mail may leave; addresses that asked never to be written to are kept as a hash."""

from django.db import migrations, models

LETTER = [
    ("owed", "On its way"),
    ("written", "On its way"),
    ("sent", "Sent"),
    ("failed", "Not delivered"),
    ("dropped", "Not needed"),
    ("held", "Not sent: an address gets at most one invitation e-mail a week"),
    ("refused", "This address does not want invitations"),
]


def as_made(apps, _):
    """Those that are there were to leave at once."""
    apps.get_model("quizzes", "Invitation").objects.update(write_at=models.F("created_at"))


def as_changed(apps, _):
    """When a set became public was not kept: its last change is the latest that it can have been."""
    sets = apps.get_model("quizzes", "QuestionSet").objects.filter(visibility="public")
    sets.update(public_since=models.F("changed_at"))


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0013_scopes_apart")]

    operations = [
        migrations.CreateModel(
            name="UnwantedAddress",
            fields=[("digest", models.CharField(max_length=64, primary_key=True, serialize=False))],
            options={"verbose_name_plural": "unwanted addresses"},
        ),
        migrations.AlterField(
            "invitation", "letter", models.CharField(choices=LETTER, default="owed", max_length=7)
        ),
        migrations.AlterField(
            "assignee", "letter", models.CharField(choices=LETTER, default="owed", max_length=7)
        ),
        migrations.AddField("invitation", "write_at", models.DateTimeField(null=True)),
        migrations.RunPython(as_made, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("invitation", "write_at", models.DateTimeField()),
        migrations.AddField("questionset", "public_since", models.DateTimeField(blank=True, null=True)),
        migrations.RunPython(as_changed, migrations.RunPython.noop, elidable=True),
        migrations.RemoveIndex("invitation", "invitation_owed"),
        migrations.AddIndex(
            "invitation",
            models.Index(fields=["write_at"], condition=models.Q(letter="owed"), name="invitation_owed"),
        ),
    ]
