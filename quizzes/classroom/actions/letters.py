"""The letters a class owes: who must be told what, for whoever sends letters."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from quizzes.classroom.models import Assignee, Invitation, LetterState


def owed_invitations(*, now: datetime) -> QuerySet[Invitation]:
    """Invitations whose letter was not sent, oldest first, with class and author; none that has ended."""
    return (
        Invitation.objects.filter(
            letter=LetterState.OWED,
            membership=None,
            withdrawn_at=None,
            expires_at__gt=now,
            klass__archived_at=None,
        )
        .select_related("klass", "author")
        .order_by("created_at", "pk")
    )


def owed_announcements(*, now: datetime) -> QuerySet[Assignee]:
    """Assignments that have opened and were not announced by letter, with class and learner, longest open first."""
    return (
        Assignee.objects.filter(
            Q(closes_at=None) | Q(closes_at__gt=now),
            letter=LetterState.OWED,
            opens_at__lte=now,
            due_at__gt=now,
            assignment__withdrawn_at=None,
            assignment__klass__archived_at=None,
            membership__left_at=None,
            membership__user__is_active=True,
        )
        .select_related("assignment__klass", "membership__user")
        .order_by("opens_at", "pk")
    )


def settle_letter(*, row: Invitation | Assignee, outcome: LetterState) -> bool:
    """Note that the letter was SENT or DROPPED; False when somebody did before, so that only one of two sends it."""
    return bool(type(row).objects.filter(pk=row.pk, letter=LetterState.OWED).update(letter=outcome))
