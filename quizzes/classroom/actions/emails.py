"""The e-mails a class owes: who must be told what, for whoever sends e-mails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from quizzes.classroom.actions.allowance import unwanted, written_to_lately
from quizzes.classroom.models import Assignee, EmailState, Invitation

UNDER_WAY = (EmailState.PENDING, EmailState.ENQUEUED)


def open_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Returns invitations somebody can still accept, with class and author."""
    return Invitation.objects.filter(
        membership=None, withdrawn_at=None, expires_at__gt=now, classroom__archived_at=None
    ).select_related("classroom", "author")


def open_assignees(*, now: datetime) -> QuerySet[Assignee]:
    """Returns what has opened for learners and is not due yet, with assignment, class and learner."""
    return Assignee.objects.filter(
        Q(closes_at=None) | Q(closes_at__gt=now),
        opens_at__lte=now,
        due_at__gt=now,
        assignment__withdrawn_at=None,
        assignment__classroom__archived_at=None,
        membership__left_at=None,
        membership__user__is_active=True,
    ).select_related("assignment__classroom", "membership__user")


def pending_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Opens invitations whose e-mail may leave and nobody has written, longest waiting first; held until the end."""
    owed = open_invitations(now=now).filter(email_state=EmailState.PENDING, write_at__lte=now)
    return owed.select_for_update(of=("self",), no_key=True).order_by("write_at", "pk")


def sort_out(rows: Sequence[Invitation], *, now: datetime) -> list[Invitation]:
    """Returns those of the owed invitations whose e-mail may be written; of the others, note why it is not. Four
    queries.

    A mailbox gets one e-mail in `allowance.ONE_A`, and none once its owner said so.
    """
    refused = unwanted({row.email for row in rows})
    lately = written_to_lately(rows, now)
    good: list[Invitation] = []
    held: list[Invitation] = []
    for row in rows:
        if row.email in refused:
            continue
        (held if row.mailbox in lately else good).append(row)
        lately.add(row.mailbox)
    owed = Invitation.objects.filter(email_state=EmailState.PENDING)
    owed.filter(pk__in=[row.pk for row in held]).update(email_state=EmailState.HELD)
    owed.filter(pk__in=[row.pk for row in rows if row.email in refused]).update(
        email_state=EmailState.REFUSED
    )
    return good


def pending_announcements(*, now: datetime) -> QuerySet[Assignee]:
    """Opens work that nobody has written to its learner about, longest open first."""
    return open_assignees(now=now).filter(email_state=EmailState.PENDING).order_by("opens_at", "pk")


def note_enqueued(
    *, now: datetime, invitations: Iterable[Invitation] = (), assignees: Iterable[Assignee] = ()
) -> None:
    """Notes that these rows' e-mails are written down, so that nobody else writes them."""
    invited = Invitation.objects.filter(
        pk__in=[row.pk for row in invitations], email_state=EmailState.PENDING
    )
    invited.update(email_state=EmailState.ENQUEUED, write_at=now)
    assigned = Assignee.objects.filter(pk__in=[row.pk for row in assignees], email_state=EmailState.PENDING)
    assigned.update(email_state=EmailState.ENQUEUED)


def note_outcome(*, invitation: int, outcome: EmailState, error: str = "") -> None:
    """Notes for those who teach what became of an invitation's e-mail, by the invitation's primary key."""
    Invitation.objects.filter(pk=invitation).update(email_state=outcome, email_error=error[:300])


def note_cancelled(
    *, invitation: int | None = None, assignment: int | None = None, user: int | None = None
) -> None:
    """Notes that the e-mail about one of these, by primary keys, was cancelled: it is due when that holds again."""
    invited = Invitation.objects.filter(pk__in=[invitation])
    assigned = Assignee.objects.filter(assignment=assignment, membership__user=user)
    for rows in (invited, assigned):
        rows.filter(email_state=EmailState.ENQUEUED).update(email_state=EmailState.CANCELLED)
