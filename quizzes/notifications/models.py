"""What someone wants to be reminded of, the e-mails that are owed, and what the clock did last."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from quizzes.classroom.models import Assignment, Invitation
from quizzes.review.models import Flag

EVENING_HOUR = 19


class Kind(models.TextChoices):
    """What an e-mail is about."""

    EVENING = "evening", "Evening e-mail"
    COUNTDOWN = "countdown", "Interview countdown"
    WEEKLY = "weekly", "Weekly summary"
    PAUSE = "pause", "Last e-mail before a pause"
    ASSIGNMENT = "assignment", "E-mails about new assignments"
    REPLY = "reply", "E-mails about replies to reports"
    INVITATION = "invitation", "Invitation to a class"
    ACCOUNT = "account", "E-mail about the account"


# E-mails that come at the learner's hour, and those that come when something has happened: each has its own switch.
BY_THE_CLOCK = (Kind.EVENING, Kind.COUNTDOWN, Kind.WEEKLY)
OPTIONAL = (*BY_THE_CLOCK, Kind.ASSIGNMENT, Kind.REPLY)


class NotificationPreferences(models.Model):
    """What one learner wants: which e-mails, and at which hour of their own clock.

    `next_due_at` is the next time that hour strikes, in UTC, and what the clock looks for; None while no e-mail by
    the clock is wanted. After too many unanswered e-mails `paused_at` says since when none is written, until the
    learner answers again or chooses anew (`chosen_at`). `bounced_address` is the address the mail server turned away,
    with its reason: while it is still the learner's, nothing optional is written to it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="reminder"
    )
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    hour = models.PositiveSmallIntegerField(default=EVENING_HOUR)
    evening = models.BooleanField(default=True)
    countdown = models.BooleanField(default=True)
    weekly = models.BooleanField(default=False)
    assignment = models.BooleanField(default=True)
    reply = models.BooleanField(default=True)
    chosen_at = models.DateTimeField(default=timezone.now)
    next_due_at = models.DateTimeField(null=True, db_index=True)
    paused_at = models.DateTimeField(null=True)
    bounced_address = models.EmailField(max_length=254, blank=True)
    bounce_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(hour__range=(0, 23)), name="reminder_hour_is_0_to_23")
        ]

    def __str__(self) -> str:
        return f"reminder of {self.user_id}"

    def wants(self, kind: str) -> bool:
        """Whether e-mails of this kind are wanted; the last one before a pause goes with the evening e-mail."""
        if kind == Kind.PAUSE:
            return self.evening
        return bool(getattr(self, kind)) if kind in OPTIONAL else True

    def suppression_reason(self, kind: str) -> str:
        """Why no e-mail of this kind may be written to the learner; empty when it may."""
        if not self.user.is_active or not self.wants(kind):
            return "it is no longer wanted"
        if self.bounced_address == self.user.email:
            return "the address was refused before"
        return ""


class OutboundEmail(models.Model):
    """One e-mail that is owed, and what became of it.

    Kinds of the clock are owed once per learner and `local_date`, the date on the learner's calendar; those about an
    `invitation`, an `assignment` or the reply to a `flag` once for each. All these are written when they are sent.
    E-mails about the account have none of them; `source` holds their text, and `address` where they go, until they
    have left and not longer: the text may hold a code. Whoever claims an e-mail
    is its `holder` until `lease_until`; at its `stage` NONE it has not been begun, and whoever begins it first has it.
    `attempts` counts tries begun, `crashes` those that ended without any outcome; `possibly_delivered` says that the mail server
    may have taken it in a try whose outcome nobody wrote down.
    """

    class State(models.TextChoices):
        """Where an e-mail stands: dropped ones turned out not to be wanted, failed ones could not be delivered."""

        PENDING = "pending", "Owed"
        LEASED = "leased", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Dropped"

    class Stage(models.TextChoices):
        """How far the present try has come: DATA is written down before the text is handed over."""

        NONE = "", "Not in hand"
        FACTS = "facts", "What it tells is being read"
        BEGUN = "begun", "Begun"
        DATA = "data", "Handing over"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="emails", null=True
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    local_date = models.DateField(null=True)
    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, null=True, related_name="+")
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, null=True, related_name="+", db_index=False
    )
    flag = models.OneToOneField(Flag, on_delete=models.CASCADE, null=True, related_name="+")
    address = models.EmailField(max_length=254, blank=True)
    source = models.TextField(blank=True)
    due_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.PENDING)
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
            models.UniqueConstraint(fields=["user", "kind", "local_date"], name="one_email_a_day"),
            models.UniqueConstraint(fields=["assignment", "user"], name="one_email_per_assignee"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["not_before", "id"], condition=models.Q(state="pending"), name="email_owed"),
            models.Index(fields=["expires_at"], condition=models.Q(state="pending"), name="email_expiring"),
            models.Index(fields=["lease_until"], condition=models.Q(state="leased"), name="email_claimed"),
            models.Index(fields=["holder"], condition=models.Q(state="leased"), name="email_held"),
            models.Index(fields=["-due_at"], condition=models.Q(state="failed"), name="email_failed"),
            models.Index(fields=["due_at"], name="email_by_age"),
        ]

    def __str__(self) -> str:
        return f"e-mail {self.pk}"


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


class Mark(models.Model):
    """A moment by name: when the clock was started, when a row was last written to see whether that works."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class JobRun(models.Model):
    """When one of the clock's jobs ran last, how long it took, how much it did, and what went wrong."""

    name = models.CharField(max_length=40, primary_key=True)
    last_run_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
