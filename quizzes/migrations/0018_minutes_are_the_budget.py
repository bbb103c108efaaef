"""Minutes are the budget of a day: new questions fill what is left, unless somebody wants fewer; topics can be chosen."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORMER_DEFAULT = 10


def as_the_minutes_allow(apps, _):
    """Ten a day was what everyone had who chose nothing."""
    study = apps.get_model("quizzes", "StudySettings")
    study.objects.filter(new_per_day=FORMER_DEFAULT).update(new_per_day=None)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("quizzes", "0017_mailboxes_of_invitations"),
    ]

    operations = [
        migrations.AlterField(
            "studysettings",
            "new_per_day",
            models.PositiveSmallIntegerField(
                blank=True, null=True, validators=[django.core.validators.MaxValueValidator(100)]
            ),
        ),
        migrations.RunPython(as_the_minutes_allow, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            "studysettings",
            "practise",
            models.CharField(
                choices=[
                    ("mix", "A mix of everything"),
                    ("explain", "Explaining in my own words"),
                    ("code", "Code"),
                    ("numbers", "Numbers"),
                ],
                default="mix",
                max_length=7,
            ),
        ),
        migrations.AddField("session", "promise", models.JSONField(null=True)),
        migrations.CreateModel(
            name="TopicChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "choice",
                    models.CharField(
                        choices=[("left_out", "Leave it out"), ("known", "I know it")], max_length=8
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="quizzes.topic"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="topic_choices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "topic"), name="one_choice_per_topic")
                ],
            },
        ),
    ]
