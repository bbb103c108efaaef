"""What a learner wants: when e-mails come and which of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from mail.models import OutboundEmail

from accounts.models import User
from quizzes.classroom.actions import decline, is_unwanted, never_write_to, write_to_again
from quizzes.classroom.models import Invitation
from quizzes.notifications.actions.enqueueing import due_next
from quizzes.notifications.models import Kind, NotificationPreferences

UNWANTED = "the address asked never to be written to"


def save_preferences(*, preferences: NotificationPreferences, now: datetime) -> None:
    """Store what the learner chose, and with it when their next e-mail is due.

    An e-mail that was sent today is not sent again at the new hour; one that turned out not to be needed may be.
    """
    preferences.next_due_at = due_next(preferences, now)
    preferences.chosen_at, preferences.paused_at = now, None
    preferences.save()
    if preferences.next_due_at:
        OutboundEmail.objects.filter(
            user=preferences.user_id, state=OutboundEmail.State.CANCELLED, local_date__gte=now.date()
        ).delete()


def move(*, user: User, now: datetime) -> None:
    """Work out again when the learner's next e-mail is due: they may live by another clock now."""
    preferences = NotificationPreferences.objects.select_related("user").filter(user=user.pk).first()
    if preferences:
        NotificationPreferences.objects.filter(pk=preferences.pk).update(
            next_due_at=due_next(preferences, now)
        )


def stop(*, public_id: UUID, kind: Kind, now: datetime) -> bool:
    """Switch one kind of e-mail off, or decline an invitation; False when there is nothing to stop any more."""
    if kind == Kind.INVITATION:
        return _decline(public_id, now)
    preferences = NotificationPreferences.objects.select_related("user").filter(public_id=public_id).first()
    if preferences is None:
        return False
    setattr(preferences, kind.value, False)
    preferences.next_due_at = due_next(preferences, now)
    preferences.save(update_fields=[kind.value, "next_due_at"])
    return True


def why_suppressed(preferences: NotificationPreferences, kind: str) -> str:
    """Why no e-mail of this kind may be written to the learner now; empty when it may. One query at most."""
    return preferences.suppression_reason(kind) or (UNWANTED if is_unwanted(preferences.user.email) else "")


def never_write(*, public_id: UUID) -> bool:
    """Never write to the address of this invitation again, but about an account; False when there is none."""
    invitation = Invitation.objects.filter(public_id=public_id).first()
    if invitation is None:
        return False
    never_write_to(invitation=invitation)
    return True


def write_again(*, user: User) -> None:
    """Write to the learner's address again though the mail server refused it once, or its reader did."""
    write_to_again(address=user.email)
    NotificationPreferences.objects.filter(user=user).update(bounced_address="", bounce_reason="")


def _decline(public_id: UUID, now: datetime) -> bool:
    invitation = Invitation.objects.filter(public_id=public_id).first()
    if invitation is None:
        return False
    decline(invitation=invitation, now=now)
    return True
