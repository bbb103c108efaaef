from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0022_keys_seen_before")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="fit",
            field=models.JSONField(null=True),
        ),
    ]
