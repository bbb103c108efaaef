"""The kinds of e-mail there are, and which of them a learner wants."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

EVENING_HOUR = 19


class EmailKind(models.TextChoices):
    """What an e-mail is about; `email_types` says all else about each kind."""

    EVENING = "evening"
    COUNTDOWN = "countdown"
    WEEKLY = "weekly"
    PAUSE = "pause"
    ASSIGNMENT = "assignment"
    REPLY = "reply"
    INVITATION = "invitation"


class Switch(models.TextChoices):
    """The switches a learner has; each is the column of its name in their preferences."""

    EVENING = "evening", "Evening e-mail"
    COUNTDOWN = "countdown", "Interview countdown"
    WEEKLY = "weekly", "Weekly summary"
    ASSIGNMENT = "assignment", "E-mails about new assignments"
    REPLY = "reply", "E-mails about replies to reports"


class NotificationPreferences(models.Model):
    """What one learner wants: which e-mails, and at which hour of their own clock.

    `next_due_at` is the next time that hour strikes, in UTC, and what the clock looks for; None while no e-mail by the
    clock is wanted. After too many unanswered e-mails `paused_at` says since when none is sent, until the learner
    answers again or chooses anew (`chosen_at`). `bounced_address` is the address the mail server turned away, with its
    reason: while it is still the learner's, nothing optional is sent to it.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="notification_preferences",
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
        verbose_name_plural = "notification preferences"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(hour__range=(0, 23)), name="notification_hour_is_0_to_23"
            )
        ]

    def __str__(self) -> str:
        return f"notification preferences of {self.user_id}"

    def is_on(self, switch: Switch) -> bool:
        """Returns whether the e-mails of a switch are wanted."""
        return bool(getattr(self, switch.value))

    def turn_off(self, switch: Switch) -> None:
        """Switches e-mails off; the row is not saved."""
        setattr(self, switch.value, False)

    def suppression_reason(self, switch: Switch) -> str:
        """Returns why no e-mail of this switch may be sent to the learner; empty when it may."""
        if not self.user.is_active or not self.is_on(switch):
            return "it is no longer wanted"
        if self.bounced_address == self.user.email:
            return "the address was refused before"
        return ""
