"""Who has chosen a time zone is marked as welcomed; everyone else in UTC is shown the welcome page once."""

from django.db import migrations, models
from django.utils import timezone


def mark_who_chose(apps, schema_editor):
    """A zone other than the default was chosen; hour and theme are stored by the page that also stores the zone."""
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    never_chose = models.Q(time_zone="UTC", rollover_hour=4, theme="auto", is_demo=False)
    users.exclude(never_chose).update(welcomed_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_demo_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_generation",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="restorations",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="user",
            name="welcomed_at",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(mark_who_chose, migrations.RunPython.noop),
    ]
