"""Who has stored study settings has passed a page that also asks for the time zone, and chose UTC there."""

from django.db import migrations
from django.db.models import Q
from django.utils import timezone


def mark_who_chose(apps, schema_editor):
    """Rows that hold the defaults alone were made by opening Today, which asks for nothing."""
    database = schema_editor.connection.alias
    settings = apps.get_model("quizzes", "StudySettings").objects.using(database)
    defaults = Q(minutes_a_day=20, new_per_day=10, desired_retention=0.9, interview_on=None)
    chose = settings.exclude(defaults).values("user_id")
    users = apps.get_model("accounts", "User").objects.using(database)
    users.filter(welcomed_at=None, pk__in=chose).update(welcomed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_welcome_and_sessions"),
        ("quizzes", "0010_turns"),
    ]

    operations = [migrations.RunPython(mark_who_chose, migrations.RunPython.noop)]
