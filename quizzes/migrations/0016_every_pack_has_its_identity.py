import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0015_identity_of_packs")]

    operations = [
        migrations.AlterField(
            model_name="pack",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
    ]
