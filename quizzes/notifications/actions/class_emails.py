"""Letters of classes: owed once for each invitation, assignment and reply, and looked at again before they leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction

from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignee, AssignmentItem, Invitation
from quizzes.reminders import class_mail
from quizzes.reminders.actions.claiming import Dropped
from quizzes.reminders.actions.wishes import UNWANTED, turned_away
from quizzes.reminders.models import Kind, Letter, Reminder
from quizzes.review import actions as review
from quizzes.review.models import Flag

# As long as mail servers try, and not longer than the thing itself holds.
GOOD_FOR = timedelta(days=5)


def owe_for_classes(*, now: datetime, limit: int) -> int:
    """Write down the letters of up to `limit` each of invitations, opened assignments and replies; how many.

    The rows say by themselves whether theirs is written; the letters' unique keys keep them single.
    """
    return _owe_invitations(now, limit) + _owe_announcements(now, limit) + _owe_replies(now, limit)


def class_letter(letter: Letter, *, now: datetime) -> EmailMessage | Dropped:
    """The letter, if what it is about still holds and its receiver wants to know."""
    if letter.invitation_id is not None:
        invited = classes.open_invitations(now=now).filter(pk=letter.invitation_id).first()
        if invited is None:
            return Dropped("the invitation has ended")
        if classes.is_unwanted(invited.email):
            return Dropped(UNWANTED)
        return class_mail.invitation(letter, invited)
    reminder: Reminder | None = getattr(letter.user, "reminder", None)
    if reminder is None:
        return Dropped("it is no longer wanted")
    if reason := turned_away(reminder, letter.kind):
        return Dropped(reason)
    if letter.flag_id is not None:
        return _reply(letter, reminder, letter.flag_id)
    return _announcement(letter, reminder, now)


def _announcement(letter: Letter, reminder: Reminder, now: datetime) -> EmailMessage | Dropped:
    found = classes.open_assignees(now=now).filter(
        assignment=letter.assignment_id, membership__user=letter.user_id
    )
    assignee = found.first()
    if assignee is None:
        return Dropped("the assignment is over or was withdrawn")
    items = AssignmentItem.objects.filter(assignment=assignee.assignment_id, question__retired_at=None)
    return class_mail.assignment(letter, reminder, assignee, items.count())


def _reply(letter: Letter, reminder: Reminder, flag_id: int) -> EmailMessage | Dropped:
    flag = Flag.objects.select_related("review__version").get(pk=flag_id)
    return class_mail.reply(letter, reminder, flag) if flag.read_at is None else Dropped("it was read before")


@transaction.atomic
def _owe_invitations(now: datetime, limit: int) -> int:
    rows: list[Invitation] = list(classes.owed_invitations(now=now)[:limit])
    good = classes.sort_out(rows, now=now)
    _make_room(invitation__in=good)
    _write(_letter(Kind.INVITATION, now, row.expires_at, invitation=row, address=row.email) for row in good)
    classes.note_written(invitations=good, now=now)
    return len(rows)


@transaction.atomic
def _owe_announcements(now: datetime, limit: int) -> int:
    rows: list[Assignee] = list(
        classes.owed_announcements(now=now).exclude(membership__user__is_demo=True)[:limit]
    )
    _have_switches(row.membership.user_id for row in rows)
    _make_room(
        assignment__in={row.assignment_id for row in rows}, user__in={row.membership.user_id for row in rows}
    )
    _write(
        _letter(Kind.ASSIGNMENT, now, row.due_at, assignment=row.assignment, user_id=row.membership.user_id)
        for row in rows
    )
    classes.note_written(assignees=rows, now=now)
    return len(rows)


@transaction.atomic
def _owe_replies(now: datetime, limit: int) -> int:
    flags: list[Flag] = list(review.owed_replies()[:limit])
    _have_switches(flag.user_id for flag in flags)
    _write(_letter(Kind.REPLY, now, now + GOOD_FOR, flag=flag, user_id=flag.user_id) for flag in flags)
    review.note_replies_written(flags)
    return len(flags)


def _have_switches(users: Iterable[int]) -> None:
    """Whoever is written to can stop it, also who never chose any letters: none by the clock comes of that."""
    Reminder.objects.bulk_create(
        (Reminder(user_id=user, evening=False, countdown=False, weekly=False) for user in sorted(set(users))),
        ignore_conflicts=True,
    )


def _make_room(**about: Any) -> None:
    """Forget letters that were dropped while what they are about did not hold: it holds again, and is owed anew."""
    Letter.objects.filter(state=Letter.State.DROPPED, **about).delete()


def _write(letters: Iterable[Letter]) -> None:
    Letter.objects.bulk_create(letters, ignore_conflicts=True)


def _letter(kind: Kind, now: datetime, useless_at: datetime, **about: Any) -> Letter:
    return Letter(kind=kind, due_at=now, not_before=now, expires_at=min(useless_at, now + GOOD_FOR), **about)
