"""What came of a forecast is counted from answers. What was kept until now was the model's own later estimate.

The clock counts for forecasts of days gone by, too: answers stay in the log.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0019_misses_once_a_day")]

    operations = [
        migrations.RemoveField(model_name="forecast", name="outcome"),
        migrations.AddField(
            model_name="forecast",
            name="answered",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="forecast",
            name="known",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
