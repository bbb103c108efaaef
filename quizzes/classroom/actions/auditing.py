"""Remembering what was done in a class."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from quizzes.classroom.models import Assignment, AuditRow, Classroom, Membership


def note(
    classroom: Classroom,
    actor: User | None,
    action: str,
    now: datetime,
    *,
    assignment: Assignment | None = None,
    members: Collection[Membership] = (),
    detail: str = "",
) -> None:
    """Adds one row, or one for each of the members it was done to; in the transaction of what was done.

    Without an actor it was the site itself.
    """
    whom: list[Membership | None] = [*members] or [None]
    AuditRow.objects.bulk_create(
        AuditRow(
            classroom=classroom,
            at=now,
            actor=actor,
            action=action,
            membership=member,
            assignment=assignment,
            detail=detail[:600],
        )
        for member in whom
    )
