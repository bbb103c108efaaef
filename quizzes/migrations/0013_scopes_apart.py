"""Numbers say whether they are about a class or an assignment; assignments that shared their class's id get their own."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ABOUT = [("class", "The whole class"), ("assignment", "One assignment")]


def part(apps, _):
    """Give every assignment whose public id is also that of a class or a set one of its own, and its rows with it.

    A class and an assignment with one id had one line of forecasts. What was written down once the assignment had
    opened for the learner is about the class; earlier rows may be about either and are deleted. Targets with a due
    moment are an assignment's: joined sets have none.
    """
    Assignment = apps.get_model("quizzes", "Assignment")
    Class = apps.get_model("quizzes", "Class")
    QuestionSet = apps.get_model("quizzes", "QuestionSet")
    Target = apps.get_model("quizzes", "Target")
    Reckoning = apps.get_model("quizzes", "Reckoning")
    Forecast = apps.get_model("quizzes", "Forecast")
    Assignee = apps.get_model("quizzes", "Assignee")

    shared = models.Q(public_id__in=Class.objects.values("public_id")) | models.Q(
        public_id__in=QuestionSet.objects.values("public_id")
    )
    for assignment in list(Assignment.objects.filter(shared).only("public_id", "opens_at", "created_at")):
        old, new = assignment.public_id, uuid.uuid4()
        Assignment.objects.filter(pk=assignment.pk).update(public_id=new, former_id=old)
        given = Assignee.objects.filter(assignment=assignment.pk)
        Target.objects.filter(source=old, due_at__isnull=False).update(source=new)
        here = Forecast.objects.filter(scope=old)
        late = given.filter(opens_at__gt=assignment.created_at)
        for opens_at in late.order_by().values_list("opens_at", flat=True).distinct():
            of_them = late.filter(opens_at=opens_at).values("membership")
            here.filter(membership__in=of_them, made_on__lte=opens_at.date()).delete()
        if assignment.opens_at > assignment.created_at:
            gone = here.exclude(membership__in=given.values("membership"))
            gone.filter(made_on__lte=assignment.opens_at.date()).delete()
        # It holds the class's numbers and the assignment's basis alike: it is reckoned again.
        Reckoning.objects.filter(scope=old).delete()
    ids = Assignment.objects.values("public_id")
    for table in (Reckoning, Forecast):
        table.objects.filter(scope__in=ids).update(about="assignment")


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0012_clock_marks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "assignment", "former_id", models.UUIDField(db_index=True, editable=False, null=True)
        ),
        migrations.AddField(
            "assignment",
            "withdrawn_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "reckoning",
            "about",
            models.CharField(choices=ABOUT, default="class", max_length=10),
            preserve_default=False,
        ),
        migrations.AddField(
            "forecast",
            "about",
            models.CharField(choices=ABOUT, default="class", max_length=10),
            preserve_default=False,
        ),
        migrations.RunPython(part, migrations.RunPython.noop, elidable=True),
        migrations.RemoveConstraint("reckoning", "one_reckoning_per_scope"),
        migrations.RemoveConstraint("forecast", "one_forecast_a_day"),
        migrations.AddConstraint(
            "reckoning",
            models.UniqueConstraint(fields=("subject", "about", "scope"), name="one_reckoning_per_scope"),
        ),
        migrations.AddConstraint(
            "forecast",
            models.UniqueConstraint(
                fields=("membership", "about", "scope", "made_on"), name="one_forecast_a_day"
            ),
        ),
    ]
