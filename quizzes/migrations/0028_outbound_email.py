"""E-mails move to the app `mail`, and what they and their requests are called to the field's words. Every row stays.

What an e-mail is about becomes a key that mail need not understand: the date it is for, or the primary key of the
invitation, assignment or report. Its Message-ID was made of the same, and stays what it is.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import CharField
from django.db.models.functions import Cast

TOO_LATE = "the clock came too late"
STATES = [
    ("pending", "Pending"),
    ("leased", "Being sent"),
    ("sent", "Sent"),
    ("failed", "Failed"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
]
REQUESTS = [
    ("pending", "On its way"),
    ("enqueued", "On its way"),
    ("sent", "Sent"),
    ("failed", "Not delivered"),
    ("cancelled", "Not needed"),
    ("held", "Not sent: an address gets at most one invitation e-mail a week"),
    ("refused", "This address does not want invitations"),
]
REPLIES = [("none", "None"), ("pending", "Pending"), ("enqueued", "Enqueued"), ("cancelled", "Cancelled")]
JOBS = {
    "owe letters": "enqueue e-mails",
    "owe class letters": "enqueue class e-mails",
    "send letters": "send e-mails",
    "keep house": "purge expired",
}


def name_anew(apps, schema_editor):
    letters = apps.get_model("quizzes", "Letter").objects
    for column in ("local_date", "invitation_id", "assignment_id", "report_id"):
        letters.exclude(**{column: None}).update(key=Cast(column, CharField()))
    letters.filter(state="dropped", error=TOO_LATE).update(state="expired")
    for old, new in (("owed", "pending"), ("claimed", "leased"), ("dropped", "cancelled")):
        letters.filter(state=old).update(state=new)
    for model in ("Invitation", "Assignee", "QuestionReport"):
        requests = apps.get_model("quizzes", model).objects
        for old, new in (("owed", "pending"), ("written", "enqueued"), ("dropped", "cancelled")):
            requests.filter(email_state=old).update(email_state=new)
    runs = apps.get_model("quizzes", "JobRun").objects
    for old, new in JOBS.items():
        runs.filter(name=old).update(name=new)
    if schema_editor.connection.vendor == "postgresql":
        # Rows changed twice have their foreign keys checked at the end, and until then no table can be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _requests(model, index, states, default):
    """The states of the e-mail that rows of a model ask for."""
    return [
        migrations.RemoveIndex(model, index),
        migrations.RenameField(model, "letter", "email_state"),
        migrations.AlterField(
            model, "email_state", models.CharField(choices=states, default=default, max_length=9)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("quizzes", "0027_snapshots"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # What the clock did.
        migrations.RenameModel("Sweep", "JobRun"),
        # What learners want.
        migrations.RemoveConstraint("Reminder", "reminder_hour_is_0_to_23"),
        migrations.RenameModel("Reminder", "NotificationPreferences"),
        migrations.AlterModelOptions(
            "NotificationPreferences", {"verbose_name_plural": "notification preferences"}
        ),
        migrations.RenameField("NotificationPreferences", "refused_address", "bounced_address"),
        migrations.RenameField("NotificationPreferences", "refused_because", "bounce_reason"),
        migrations.AlterField(
            "NotificationPreferences",
            "user",
            models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                primary_key=True,
                related_name="notification_preferences",
                serialize=False,
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "NotificationPreferences",
            models.CheckConstraint(
                condition=models.Q(("hour__range", (0, 23))), name="notification_hour_is_0_to_23"
            ),
        ),
        # What asks for e-mails.
        *_requests("Invitation", "invitation_owed", REQUESTS, "pending"),
        migrations.RenameField("Invitation", "letter_error", "email_error"),
        *_requests("Assignee", "announcement_owed", REQUESTS, "pending"),
        *_requests("QuestionReport", "report_letter_owed", REPLIES, "none"),
        # The e-mails.
        migrations.RemoveIndex("Letter", "letter_owed"),
        migrations.RemoveIndex("Letter", "letter_expiring"),
        migrations.RemoveIndex("Letter", "letter_claimed"),
        migrations.RemoveIndex("Letter", "letter_held"),
        migrations.RemoveConstraint("Letter", "one_letter_a_day"),
        migrations.RemoveConstraint("Letter", "one_letter_per_assignee"),
        migrations.RenameIndex("Letter", old_name="letter_failed", new_name="email_failed"),
        migrations.RenameIndex("Letter", old_name="letter_by_age", new_name="email_by_age"),
        migrations.RenameField("Letter", "doubtful", "possibly_delivered"),
        migrations.AddField(
            "Letter", "key", models.CharField(blank=True, default="", max_length=40), preserve_default=False
        ),
        migrations.AlterField(
            "Letter", "state", models.CharField(choices=STATES, default="pending", max_length=9)
        ),
        migrations.AlterField("Letter", "kind", models.CharField(max_length=10)),
        migrations.RunPython(name_anew, migrations.RunPython.noop),
        migrations.RemoveField("Letter", "local_date"),
        migrations.RemoveField("Letter", "invitation"),
        migrations.RemoveField("Letter", "assignment"),
        migrations.RemoveField("Letter", "report"),
        migrations.RenameField("Outage", "letters", "emails"),
        migrations.AddIndex(
            "Invitation",
            models.Index(
                condition=models.Q(("email_state", "pending")), fields=["write_at"], name="invitation_pending"
            ),
        ),
        migrations.AddIndex(
            "Assignee",
            models.Index(
                condition=models.Q(("email_state", "pending")),
                fields=["opens_at"],
                name="announcement_pending",
            ),
        ),
        migrations.AddIndex(
            "QuestionReport",
            models.Index(
                condition=models.Q(("email_state", "pending")),
                fields=["replied_at"],
                name="report_email_pending",
            ),
        ),
        migrations.AddIndex(
            "Letter",
            models.Index(
                condition=models.Q(("state", "pending")), fields=["not_before", "id"], name="email_pending"
            ),
        ),
        migrations.AddIndex(
            "Letter",
            models.Index(
                condition=models.Q(("state", "pending")), fields=["expires_at"], name="email_expiring"
            ),
        ),
        migrations.AddIndex(
            "Letter",
            models.Index(
                condition=models.Q(("state", "leased")), fields=["lease_until"], name="email_leased"
            ),
        ),
        migrations.AddIndex(
            "Letter",
            models.Index(condition=models.Q(("state", "leased")), fields=["holder"], name="email_held"),
        ),
        migrations.AddConstraint(
            "Letter",
            models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True),
                fields=("user", "kind", "key"),
                name="one_email_per_user_and_key",
            ),
        ),
        migrations.AddConstraint(
            "Letter",
            models.UniqueConstraint(
                condition=models.Q(("user", None), models.Q(("key", ""), _negated=True)),
                fields=("kind", "key"),
                name="one_email_per_key_without_user",
            ),
        ),
        # The tables take their new names here; the app `mail` finds them ready.
        migrations.AlterModelTable("Letter", "mail_outboundemail"),
        migrations.AlterModelTable("Outage", "mail_outage"),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel("Letter"), migrations.DeleteModel("Outage")]
        ),
    ]
