"""A flag is called what people call it: a report about a question. Rows stay as they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0025_classroom_and_extension")]

    operations = [
        migrations.RenameModel("Flag", "QuestionReport"),
        migrations.RenameField("Letter", "flag", "report"),
        migrations.RenameIndex("QuestionReport", new_name="report_by_user", old_name="flag_by_user"),
        migrations.RenameIndex("QuestionReport", new_name="report_open", old_name="flag_open"),
        migrations.RenameIndex("QuestionReport", new_name="report_letter_owed", old_name="flag_letter_owed"),
        migrations.AlterField(
            "QuestionReport",
            "review",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="report", to="quizzes.review"
            ),
        ),
        migrations.AlterField(
            "QuestionReport",
            "user",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="reports",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
