"""What a learner wants: when letters come and which of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from accounts.models import User
from quizzes.classroom.actions import decline, is_unwanted, never_write_to, write_to_again
from quizzes.classroom.models import Invitation
from quizzes.reminders.actions.owing import due_next
from quizzes.reminders.models import Kind, Letter, Reminder

UNWANTED = "the address asked never to be written to"


def save_reminder(*, reminder: Reminder, now: datetime) -> None:
    """Store what the learner chose, and with it when their next letter is due.

    A letter that was sent today is not sent again at the new hour; one that turned out not to be needed may be.
    """
    reminder.next_due_at = due_next(reminder, now)
    reminder.chosen_at, reminder.paused_at = now, None
    reminder.save()
    if reminder.next_due_at:
        Letter.objects.filter(
            user=reminder.user_id, state=Letter.State.DROPPED, local_date__gte=now.date()
        ).delete()


def move(*, user: User, now: datetime) -> None:
    """Work out again when the learner's next letter is due: they may live by another clock now."""
    reminder = Reminder.objects.select_related("user").filter(user=user.pk).first()
    if reminder:
        Reminder.objects.filter(pk=reminder.pk).update(next_due_at=due_next(reminder, now))


def stop(*, public_id: UUID, kind: Kind, now: datetime) -> bool:
    """Switch one kind of letter off, or decline an invitation; False when there is nothing to stop any more."""
    if kind == Kind.INVITATION:
        return _decline(public_id, now)
    reminder = Reminder.objects.select_related("user").filter(public_id=public_id).first()
    if reminder is None:
        return False
    setattr(reminder, kind.value, False)
    reminder.next_due_at = due_next(reminder, now)
    reminder.save(update_fields=[kind.value, "next_due_at"])
    return True


def turned_away(reminder: Reminder, kind: str) -> str:
    """Why no letter of this kind may be written to the learner now; empty when it may. One query at most."""
    return reminder.turns_away(kind) or (UNWANTED if is_unwanted(reminder.user.email) else "")


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
    Reminder.objects.filter(user=user).update(refused_address="", refused_because="")


def _decline(public_id: UUID, now: datetime) -> bool:
    invitation = Invitation.objects.filter(public_id=public_id).first()
    if invitation is None:
        return False
    decline(invitation=invitation, now=now)
    return True
