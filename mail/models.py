"""The outbox: e-mails that are to leave and what became of them; and what the mail server did last."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

# Kind of the e-mails whose text is fixed when they are enqueued: what an account needs, such as a code.
STORED = "account"


class OutboundEmail(models.Model):
    """One e-mail that is to leave, and what became of it.

    `kind` and `key` say what it is about, in words of whoever enqueued it; a second one for the same receiver cannot be
    stored. It is composed when it is sent. STORED e-mails have no key: `source` holds their text, and `address` where
    they go, until they have left and not longer, for the text may hold a code. Whoever leases an e-mail is its `holder`
    until `lease_until`; at its `stage` NONE it has not been begun, and whoever begins it first has it. `attempts`
    counts tries begun, `crashes` those that ended without any outcome; `possibly_delivered` says that the mail server
    may have taken it in a try whose outcome nobody wrote down.
    """

    class State(models.TextChoices):
        """Where an e-mail stands: cancelled ones were no longer wanted, expired ones were never tried in time."""

        PENDING = "pending", "Pending"
        LEASED = "leased", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        EXPIRED = "expired", "Expired"
        CANCELLED = "cancelled", "Cancelled"

    class Stage(models.TextChoices):
        """How far the present try has come: DATA is written down before the text is handed over."""

        NONE = "", "Not in hand"
        FACTS = "facts", "What it tells is being read"
        BEGUN = "begun", "Begun"
        DATA = "data", "Handing over"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="outbound_emails", null=True
    )
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=40, blank=True)
    address = models.EmailField(max_length=254, blank=True)
    source = models.TextField(blank=True)
    due_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.PENDING)
    stage = models.CharField(max_length=5, choices=Stage.choices, default=Stage.NONE, blank=True)
    holder = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    possibly_delivered = models.BooleanField(default=False)
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind", "key"], condition=~models.Q(key=""), name="one_email_per_user_and_key"
            ),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=models.Q(user=None) & ~models.Q(key=""),
                name="one_email_per_key_without_user",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["not_before", "id"], condition=models.Q(state="pending"), name="email_pending"
            ),
            models.Index(fields=["expires_at"], condition=models.Q(state="pending"), name="email_expiring"),
            models.Index(fields=["lease_until"], condition=models.Q(state="leased"), name="email_leased"),
            models.Index(fields=["holder"], condition=models.Q(state="leased"), name="email_held"),
            models.Index(fields=["-due_at"], condition=models.Q(state="failed"), name="email_failed"),
            models.Index(fields=["due_at"], name="email_by_age"),
        ]

    def __str__(self) -> str:
        return f"e-mail {self.pk}"


# No e-mail leaves these states.
CLOSED = (
    OutboundEmail.State.SENT,
    OutboundEmail.State.FAILED,
    OutboundEmail.State.EXPIRED,
    OutboundEmail.State.CANCELLED,
)


class Outage(models.Model):
    """Since when the mail server has taken no e-mail, and why; there is no row while it takes them.

    `unreachable` says that there was no talking to it at all; otherwise `emails` counts the e-mails that it turned
    down one after the other, each once.
    """

    name = models.CharField(max_length=40, primary_key=True)
    since = models.DateTimeField()
    unreachable = models.BooleanField(default=False)
    emails = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
