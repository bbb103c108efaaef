"""What someone wants to be reminded of, the letters that are owed, and what the clock did last."""

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
    """What a letter is about."""

    EVENING = "evening", "Evening letter"
    COUNTDOWN = "countdown", "Interview countdown"
    WEEKLY = "weekly", "Weekly summary"
    PAUSE = "pause", "Last letter before a pause"
    ASSIGNMENT = "assignment", "Letters about new assignments"
    REPLY = "reply", "Letters about replies to reports"
    INVITATION = "invitation", "Invitation to a class"
    ACCOUNT = "account", "Letter about the account"


# Letters that come at the learner's hour, and those that come when something has happened: each has its own switch.
BY_THE_CLOCK = (Kind.EVENING, Kind.COUNTDOWN, Kind.WEEKLY)
OPTIONAL = (*BY_THE_CLOCK, Kind.ASSIGNMENT, Kind.REPLY)


class Reminder(models.Model):
    """What one learner wants: which letters, and at which hour of their own clock.

    `next_due_at` is the next time that hour strikes, in UTC, and what the clock looks for; None while no letter by
    the clock is wanted. After too many unanswered letters `paused_at` says since when none is written, until the
    learner answers again or chooses anew (`chosen_at`). `refused_address` is the address the mail server turned away,
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
    refused_address = models.EmailField(max_length=254, blank=True)
    refused_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(hour__range=(0, 23)), name="reminder_hour_is_0_to_23")
        ]

    def __str__(self) -> str:
        return f"reminder of {self.user_id}"

    def wants(self, kind: str) -> bool:
        """Whether letters of this kind are wanted; the last one before a pause goes with the evening letter."""
        if kind == Kind.PAUSE:
            return self.evening
        return bool(getattr(self, kind)) if kind in OPTIONAL else True

    def turns_away(self, kind: str) -> str:
        """Why no letter of this kind may be written to the learner; empty when it may."""
        if not self.user.is_active or not self.wants(kind):
            return "it is no longer wanted"
        if self.refused_address == self.user.email:
            return "the address was refused before"
        return ""


class Letter(models.Model):
    """One e-mail that is owed, and what became of it.

    Kinds of the clock are owed once per learner and `local_date`, the date on the learner's calendar; those about an
    `invitation`, an `assignment` or the reply to a `flag` once for each. All these are written when they are sent.
    Letters about the account have none of them; `source` holds their text, and `address` where they go, until they
    have left and not longer: the text may hold a code. Whoever claims a letter
    is its `holder` until `lease_until`; at its `stage` NONE it has not been begun, and whoever begins it first has it.
    `attempts` counts tries begun, `crashes` those that ended without any outcome; `doubtful` says that the mail server
    may have taken it in a try whose outcome nobody wrote down.
    """

    class State(models.TextChoices):
        """Where a letter stands: dropped ones turned out not to be wanted, failed ones could not be delivered."""

        OWED = "owed", "Owed"
        CLAIMED = "claimed", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        DROPPED = "dropped", "Dropped"

    class Stage(models.TextChoices):
        """How far the present try has come: DATA is written down before the text is handed over."""

        NONE = "", "Not in hand"
        FACTS = "facts", "What it tells is being read"
        BEGUN = "begun", "Begun"
        DATA = "data", "Handing over"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="letters", null=True
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
    state = models.CharField(max_length=7, choices=State.choices, default=State.OWED)
    stage = models.CharField(max_length=5, choices=Stage.choices, default=Stage.NONE, blank=True)
    holder = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(default=0)
    doubtful = models.BooleanField(default=False)
    error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind", "local_date"], name="one_letter_a_day"),
            models.UniqueConstraint(fields=["assignment", "user"], name="one_letter_per_assignee"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["not_before", "id"], condition=models.Q(state="owed"), name="letter_owed"),
            models.Index(fields=["expires_at"], condition=models.Q(state="owed"), name="letter_expiring"),
            models.Index(fields=["lease_until"], condition=models.Q(state="claimed"), name="letter_claimed"),
            models.Index(fields=["holder"], condition=models.Q(state="claimed"), name="letter_held"),
            models.Index(fields=["-due_at"], condition=models.Q(state="failed"), name="letter_failed"),
            models.Index(fields=["due_at"], name="letter_by_age"),
        ]

    def __str__(self) -> str:
        return f"letter {self.pk}"


class Outage(models.Model):
    """Since when the mail server has taken no e-mail, and why; there is no row while it takes them.

    `unreachable` says that there was no talking to it at all; otherwise `letters` counts the e-mails that it turned
    down one after the other, each once.
    """

    name = models.CharField(max_length=40, primary_key=True)
    since = models.DateTimeField()
    unreachable = models.BooleanField(default=False)
    letters = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """A moment by name: when the clock was started, when a row was last written to see whether that works."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Sweep(models.Model):
    """When one of the clock's jobs ran last, how long it took, how much it did, and what went wrong."""

    name = models.CharField(max_length=40, primary_key=True)
    last_run_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name
