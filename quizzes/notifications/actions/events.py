"""E-mails that follow an event: enqueued once for each invitation, assignment and learner, and reply."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from mail.models import OutboundEmail
from quizzes.classroom.api import actions as classes
from quizzes.classroom.models import Assignee, Invitation
from quizzes.notifications.actions.preferences import UNSENT
from quizzes.notifications.email_types import BY_THE_CLOCK
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.reports.api import actions as reports
from quizzes.reports.models import QuestionReport

# As long as mail servers try, and not longer than the thing itself holds.
GOOD_FOR = timedelta(days=5)


def enqueue_for_classes(*, now: datetime, limit: int) -> int:
    """Enqueues the e-mails of up to `limit` each of invitations, opened assignments and replies.

    Returns the number of rows looked at. They say by themselves whether their e-mail is enqueued; the e-mails' unique
    keys keep them single.
    """
    return sum(enqueue(now, limit) for enqueue in ENQUEUE.values())


@transaction.atomic
def _invitations(now: datetime, limit: int) -> int:
    rows: list[Invitation] = list(classes.pending_invitations(now=now)[:limit])
    good = classes.sort_out(rows, now=now)
    _make_room(EmailKind.INVITATION, (row.pk for row in good))
    _enqueue(
        _email(EmailKind.INVITATION, row.pk, now=now, useless_at=row.expires_at, address=row.email)
        for row in good
    )
    classes.note_enqueued(invitations=good, now=now)
    return len(rows)


@transaction.atomic
def _assignments(now: datetime, limit: int) -> int:
    rows: list[Assignee] = list(
        classes.pending_announcements(now=now).exclude(membership__user__is_demo=True)[:limit]
    )
    users = {row.membership.user_id for row in rows}
    _have_switches(users)
    _make_room(EmailKind.ASSIGNMENT, (row.assignment_id for row in rows), users)
    _enqueue(
        _email(
            EmailKind.ASSIGNMENT,
            row.assignment_id,
            now=now,
            useless_at=row.due_at,
            user=row.membership.user_id,
        )
        for row in rows
    )
    classes.note_enqueued(assignees=rows, now=now)
    return len(rows)


@transaction.atomic
def _replies(now: datetime, limit: int) -> int:
    answered: list[QuestionReport] = list(reports.pending_replies()[:limit])
    _have_switches({report.user_id for report in answered})
    _enqueue(
        _email(EmailKind.REPLY, report.pk, now=now, useless_at=now + GOOD_FOR, user=report.user_id)
        for report in answered
    )
    reports.note_replies_enqueued(answered)
    return len(answered)


# What enqueues each kind that follows an event.
ENQUEUE: Mapping[EmailKind, Callable[[datetime, int], int]] = {
    EmailKind.INVITATION: _invitations,
    EmailKind.ASSIGNMENT: _assignments,
    EmailKind.REPLY: _replies,
}


def _have_switches(users: Collection[int]) -> None:
    """Gives switches to those who never chose any e-mails, so that they can stop these; none by the clock follow."""
    made = [NotificationPreferences(user_id=user) for user in sorted(users)]
    for preferences in made:
        for switch in BY_THE_CLOCK:
            preferences.turn_off(switch)
    NotificationPreferences.objects.bulk_create(made, ignore_conflicts=True)


def _make_room(kind: EmailKind, about: Iterable[int], users: Collection[int] | None = None) -> None:
    """Deletes e-mails that were not sent while what they are about did not hold: it holds again, and needs another.

    `users` are their receivers, None where they have no account.
    """
    unsent = OutboundEmail.objects.filter(state__in=UNSENT, kind=kind, key__in={str(key) for key in about})
    (unsent.filter(user=None) if users is None else unsent.filter(user__in=users)).exclude(key="").delete()


def _enqueue(emails: Iterable[OutboundEmail]) -> None:
    OutboundEmail.objects.bulk_create(emails, ignore_conflicts=True)


def _email(
    kind: EmailKind,
    about: int,
    *,
    now: datetime,
    useless_at: datetime,
    user: int | None = None,
    address: str = "",
) -> OutboundEmail:
    return OutboundEmail(
        kind=kind,
        key=str(about),
        user_id=user,
        address=address,
        due_at=now,
        not_before=now,
        expires_at=min(useless_at, now + GOOD_FOR),
    )
