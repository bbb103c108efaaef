from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0020_outcomes_from_answers")]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="drawn_from",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="exercise",
            name="expected",
            field=models.FloatField(null=True),
        ),
    ]
