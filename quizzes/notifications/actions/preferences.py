"""What a learner wants: when e-mails come and which of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.models import User
from mail.models import OutboundEmail
from quizzes.classroom.api import decline, never_write_to, write_to_again
from quizzes.classroom.models import Invitation
from quizzes.notifications.actions.enqueueing import due_next
from quizzes.notifications.email_types import RECURRING
from quizzes.notifications.models import NotificationPreferences, Switch

# States of e-mails that were enqueued and not sent, because nobody needed them when they could have been.
UNSENT = (OutboundEmail.State.CANCELLED, OutboundEmail.State.EXPIRED)


def save_preferences(*, preferences: NotificationPreferences, now: datetime) -> None:
    """Stores what the learner chose, and with it when their next e-mail is due.

    An e-mail that was sent today is not sent again at the new hour; one that turned out not to be needed may be.
    """
    preferences.next_due_at = due_next(preferences, now)
    preferences.chosen_at, preferences.paused_at = now, None
    preferences.save()
    if preferences.next_due_at:
        OutboundEmail.objects.filter(
            user=preferences.user_id,
            kind__in=RECURRING,
            key__gte=now.date().isoformat(),
            state__in=UNSENT,
        ).delete()


def move(*, user: User, now: datetime) -> None:
    """Works out again when the learner's next e-mail is due: they may live by another clock now."""
    preferences = NotificationPreferences.objects.select_related("user").filter(user=user.pk).first()
    if preferences:
        NotificationPreferences.objects.filter(pk=preferences.pk).update(
            next_due_at=due_next(preferences, now)
        )


def stop(*, public_id: UUID, switch: Switch | None, now: datetime) -> bool:
    """Turns one switch off, or declines an invitation (None). Returns False when there is nothing to stop any more."""
    if switch is None:
        return _decline(public_id, now)
    preferences = NotificationPreferences.objects.select_related("user").filter(public_id=public_id).first()
    if preferences is None:
        return False
    preferences.turn_off(switch)
    preferences.next_due_at = due_next(preferences, now)
    preferences.save(update_fields=[switch.value, "next_due_at"])
    return True


def never_write(*, public_id: UUID) -> bool:
    """Never writes to the address of this invitation again, but about an account. Returns False when there is none."""
    invitation = Invitation.objects.filter(public_id=public_id).first()
    if invitation is None:
        return False
    never_write_to(invitation=invitation)
    return True


def write_again(*, user: User) -> None:
    """Writes to the learner's address again though the mail server refused it once, or its reader did."""
    write_to_again(address=user.email)
    NotificationPreferences.objects.filter(user=user).update(bounced_address="", bounce_reason="")


def _decline(public_id: UUID, now: datetime) -> bool:
    invitation = Invitation.objects.filter(public_id=public_id).first()
    if invitation is None:
        return False
    decline(invitation=invitation, now=now)
    return True
