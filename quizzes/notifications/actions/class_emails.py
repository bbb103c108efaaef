"""E-mails of classes: owed once for each invitation, assignment and reply, and looked at again before they leave."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from mail.models import OutboundEmail

from mail.actions.leases import Cancelled
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignee, AssignmentItem, Invitation
from quizzes.notifications import class_wording
from quizzes.notifications.actions.preferences import UNWANTED, why_suppressed
from quizzes.notifications.models import Kind, NotificationPreferences
from quizzes.review import actions as review
from quizzes.review.models import Flag

# As long as mail servers try, and not longer than the thing itself holds.
GOOD_FOR = timedelta(days=5)


def enqueue_for_classes(*, now: datetime, limit: int) -> int:
    """Write down the e-mails of up to `limit` each of invitations, opened assignments and replies; how many.

    The rows say by themselves whether theirs is written; the e-mails' unique keys keep them single.
    """
    return _owe_invitations(now, limit) + _owe_announcements(now, limit) + _owe_replies(now, limit)


def class_email(email: OutboundEmail, *, now: datetime) -> EmailMessage | Cancelled:
    """The e-mail, if what it is about still holds and its receiver wants to know."""
    if email.invitation_id is not None:
        invited = classes.open_invitations(now=now).filter(pk=email.invitation_id).first()
        if invited is None:
            return Cancelled("the invitation has ended")
        if classes.is_unwanted(invited.email):
            return Cancelled(UNWANTED)
        return class_wording.invitation(email, invited)
    preferences: NotificationPreferences | None = getattr(email.user, "reminder", None)
    if preferences is None:
        return Cancelled("it is no longer wanted")
    if reason := why_suppressed(preferences, email.kind):
        return Cancelled(reason)
    if email.flag_id is not None:
        return _reply(email, preferences, email.flag_id)
    return _announcement(email, preferences, now)


def _announcement(
    email: OutboundEmail, preferences: NotificationPreferences, now: datetime
) -> EmailMessage | Cancelled:
    found = classes.open_assignees(now=now).filter(
        assignment=email.assignment_id, membership__user=email.user_id
    )
    assignee = found.first()
    if assignee is None:
        return Cancelled("the assignment is over or was withdrawn")
    items = AssignmentItem.objects.filter(assignment=assignee.assignment_id, question__retired_at=None)
    return class_wording.assignment(email, preferences, assignee, items.count())


def _reply(
    email: OutboundEmail, preferences: NotificationPreferences, flag_id: int
) -> EmailMessage | Cancelled:
    flag = Flag.objects.select_related("review__version").get(pk=flag_id)
    return (
        class_wording.reply(email, preferences, flag)
        if flag.read_at is None
        else Cancelled("it was read before")
    )


@transaction.atomic
def _owe_invitations(now: datetime, limit: int) -> int:
    rows: list[Invitation] = list(classes.pending_invitations(now=now)[:limit])
    good = classes.sort_out(rows, now=now)
    _make_room(invitation__in=good)
    _write(_email(Kind.INVITATION, now, row.expires_at, invitation=row, address=row.email) for row in good)
    classes.note_enqueued(invitations=good, now=now)
    return len(rows)


@transaction.atomic
def _owe_announcements(now: datetime, limit: int) -> int:
    rows: list[Assignee] = list(
        classes.pending_announcements(now=now).exclude(membership__user__is_demo=True)[:limit]
    )
    _have_switches(row.membership.user_id for row in rows)
    _make_room(
        assignment__in={row.assignment_id for row in rows}, user__in={row.membership.user_id for row in rows}
    )
    _write(
        _email(Kind.ASSIGNMENT, now, row.due_at, assignment=row.assignment, user_id=row.membership.user_id)
        for row in rows
    )
    classes.note_enqueued(assignees=rows, now=now)
    return len(rows)


@transaction.atomic
def _owe_replies(now: datetime, limit: int) -> int:
    flags: list[Flag] = list(review.pending_replies()[:limit])
    _have_switches(flag.user_id for flag in flags)
    _write(_email(Kind.REPLY, now, now + GOOD_FOR, flag=flag, user_id=flag.user_id) for flag in flags)
    review.note_replies_enqueued(flags)
    return len(flags)


def _have_switches(users: Iterable[int]) -> None:
    """Whoever is written to can stop it, also who never chose any e-mails: none by the clock comes of that."""
    NotificationPreferences.objects.bulk_create(
        (
            NotificationPreferences(user_id=user, evening=False, countdown=False, weekly=False)
            for user in sorted(set(users))
        ),
        ignore_conflicts=True,
    )


def _make_room(**about: Any) -> None:
    """Forget e-mails that were dropped while what they are about did not hold: it holds again, and is owed anew."""
    OutboundEmail.objects.filter(state=OutboundEmail.State.CANCELLED, **about).delete()


def _write(emails: Iterable[OutboundEmail]) -> None:
    OutboundEmail.objects.bulk_create(emails, ignore_conflicts=True)


def _email(kind: Kind, now: datetime, useless_at: datetime, **about: Any) -> OutboundEmail:
    return OutboundEmail(
        kind=kind, due_at=now, not_before=now, expires_at=min(useless_at, now + GOOD_FOR), **about
    )
