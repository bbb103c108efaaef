from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0023_what_will_not_fit")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="is_placing",
            field=models.BooleanField(default=False),
        ),
    ]
