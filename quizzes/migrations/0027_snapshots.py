"""A reckoning is called a snapshot; its subject and the jobs of the clock take the same words."""

from __future__ import annotations

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

JOBS = {"reckon classes": "refresh snapshots", "foretell": "record forecasts"}


def rename_rows(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    """A run of a job keeps its place under the new name: an old row would be taken for a job that stands still."""
    apps.get_model("quizzes", "Snapshot").objects.filter(subject="standings").update(subject="readiness")
    for old, new in JOBS.items():
        apps.get_model("quizzes", "Sweep").objects.filter(name=old).update(name=new)


def rename_rows_back(apps: Apps, _: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("quizzes", "Snapshot").objects.filter(subject="readiness").update(subject="standings")
    for old, new in JOBS.items():
        apps.get_model("quizzes", "Sweep").objects.filter(name=new).update(name=old)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0026_question_reports")]

    operations = [
        migrations.RemoveConstraint("reckoning", "one_reckoning_per_scope"),
        migrations.RenameModel("Reckoning", "Snapshot"),
        migrations.RenameField("snapshot", "reckoned_at", "taken_at"),
        migrations.RenameField("snapshot", "rows", "content"),
        migrations.AlterField("snapshot", "content", models.JSONField()),
        # Rows of before have no form that can still be read: they are void, and computed again when a page is asked for.
        migrations.AddField(
            "snapshot", "schema", models.PositiveSmallIntegerField(default=0), preserve_default=False
        ),
        migrations.AlterField(
            "snapshot",
            "classroom",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="snapshots", to="quizzes.classroom"
            ),
        ),
        migrations.AlterField(
            "snapshot",
            "subject",
            models.CharField(
                choices=[("readiness", "Readiness"), ("items", "Items"), ("answers", "Answers")], max_length=9
            ),
        ),
        migrations.AddConstraint(
            "snapshot",
            models.UniqueConstraint(fields=["subject", "about", "scope"], name="one_snapshot_per_scope"),
        ),
        migrations.RunPython(rename_rows, rename_rows_back),
    ]
