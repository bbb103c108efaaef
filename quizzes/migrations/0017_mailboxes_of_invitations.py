"""Invitations say which mailbox their address leads to, so that what is promised to it holds for all its addresses."""

from django.db import migrations, models

from quizzes.classroom.mailboxes import mailbox_of


def as_addressed(apps, _):
    """Those that are there get theirs."""
    invitations = apps.get_model("quizzes", "Invitation")
    batch = []
    for invitation in invitations.objects.only("pk", "email").iterator(chunk_size=1000):
        invitation.mailbox = mailbox_of(invitation.email)
        batch.append(invitation)
        if len(batch) == 1000:
            invitations.objects.bulk_update(batch, ["mailbox"], batch_size=500)
            batch = []
    invitations.objects.bulk_update(batch, ["mailbox"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0016_every_pack_has_its_identity")]

    operations = [
        migrations.AddField(
            "invitation", "mailbox", models.CharField(blank=True, default="", max_length=254)
        ),
        migrations.RunPython(as_addressed, migrations.RunPython.noop, elidable=True),
        migrations.AlterField("invitation", "mailbox", models.CharField(blank=True, max_length=254)),
        migrations.AddIndex("invitation", models.Index(fields=["mailbox"], name="invitation_by_mailbox")),
    ]
