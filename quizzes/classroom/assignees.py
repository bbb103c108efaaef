"""An assignment's learners as those who teach see them, and which of them a page is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count

from quizzes.classroom.models import Assignee, Assignment, Extension, Membership
from quizzes.review.api import Deadline, short_of
from quizzes.review.models import Card

ONLY = {
    "unbegun": "have not begun",
    "unfinished": "have not seen everything",
    "short": "will not fit it in",
    "dates": "have other dates",
}


@dataclass(frozen=True, slots=True)
class OtherDates:
    """Why a learner has dates of their own, and who gave them; empty where that account is gone."""

    public_id: UUID
    reason: str
    author: str


@dataclass(frozen=True, slots=True)
class Assigned:
    """One learner of an assignment: when it is due for them, and how many of its questions they have seen.

    `short` of the questions are not begun by then with their minutes a day; where that day `is_over`, they were not.
    """

    membership: int
    public_id: UUID
    name: str
    email: str
    due_at: datetime
    other: OtherDates | None
    seen: int
    short: int
    is_over: bool

    @property
    def called(self) -> str:
        """What the roster calls them, else their address."""
        return self.name or self.email


@dataclass(frozen=True, slots=True)
class AssigneeFilter:
    """Which learners are meant: those of a group, with `name` in name or address, and whom a key of ONLY says."""

    group: UUID | None = None
    name: str = ""
    only: str = ""

    @classmethod
    def from_address(cls, given: Mapping[str, str]) -> Self:
        """Returns what an address asks for; what it cannot mean is left out."""
        try:
            group = UUID(given.get("group", ""))
        except ValueError:
            group = None
        only = given.get("only", "")
        return cls(group, given.get("name", "")[:100].strip(), only if only in ONLY else "")

    @property
    def address(self) -> str:
        """The same as the end of an address, empty where everyone is meant."""
        asked = {"group": self.group or "", "name": self.name, "only": self.only}
        kept = urlencode({key: value for key, value in asked.items() if value})
        return f"?{kept}" if kept else ""

    def of(self, rows: Iterable[Assigned], *, questions: int) -> list[Assigned]:
        """Returns those of the rows that are meant, of an assignment of so many questions; one query for a group."""
        members = (
            None
            if self.group is None
            else set(Membership.objects.filter(groups__public_id=self.group).values_list("pk", flat=True))
        )
        name = self.name.casefold()
        return [
            row
            for row in rows
            if (members is None or row.membership in members)
            and (not name or name in f"{row.name} {row.email}".casefold())
            and self._holds(row, questions)
        ]

    def _holds(self, row: Assigned, questions: int) -> bool:
        return {
            "": True,
            "unbegun": not row.seen,
            "unfinished": row.seen < questions,
            "short": row.short > 0,
            "dates": row.other is not None,
        }[self.only]


def assigned_in(assignment: Assignment, now: datetime) -> list[Assigned]:
    """Returns every learner who has the assignment, by name or address; five queries, however many they are."""
    places = (
        Assignee.objects.filter(assignment=assignment, membership__left_at=None)
        .order_by()
        .values_list(
            "membership",
            "membership__public_id",
            "membership__name",
            "membership__user__email",
            "due_at",
            "membership__user",
            "membership__user__time_zone",
            "membership__user__rollover_hour",
            "membership__user__study__minutes_a_day",
            named=True,
        )
    )
    others = _other_dates(assignment)
    seen = _seen(assignment, [place.membership__user for place in places])
    deadlines = [
        Deadline(
            user=place.membership__user,
            due_at=place.due_at,
            time_zone=place.membership__user__time_zone,
            rollover_hour=place.membership__user__rollover_hour,
            minutes_a_day=place.membership__user__study__minutes_a_day,
            source=assignment.public_id,
        )
        for place in places
    ]
    short = short_of(deadlines, now)
    rows = [
        Assigned(
            membership=place.membership,
            public_id=place.membership__public_id,
            name=place.membership__name,
            email=place.membership__user__email,
            due_at=place.due_at,
            other=others.get(place.membership),
            seen=seen.get(place.membership__user, 0),
            short=short.get(place.membership__user, 0),
            is_over=place.due_at <= now,
        )
        for place in places
    ]
    return sorted(rows, key=lambda row: row.called.casefold())


def _other_dates(assignment: Assignment) -> dict[int, OtherDates]:
    """Returns the extensions that hold, by membership; one query."""
    extensions = Extension.objects.filter(assignment=assignment, active=True).select_related("author")
    return {
        one.membership_id: OtherDates(one.public_id, one.reason, one.author.email if one.author else "")
        for one in extensions
    }


def _seen(assignment: Assignment, users: Sequence[int]) -> dict[int, int]:
    """Returns how many of the assignment's questions each user has answered at least once; one query."""
    cards = Card.objects.filter(reps__gt=0, user__in=users, question__in=assignment.items.values("question"))
    counted = cards.order_by().values("user").annotate(many=Count("pk"))
    return dict(counted.values_list("user", "many"))
