"""The numbers of a class as they were at a moment: dataclasses in the program, JSON in the table.

Each subject has a form with a schema number. Whoever changes what a form holds gives it the next number: snapshots of
another number are void and computed again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import msgspec
from django.db.models import QuerySet

from quizzes.analytics.backtest import CalibrationRow
from quizzes.analytics.class_data import basis_of, has_news
from quizzes.analytics.item_statistics import ItemAnalysis
from quizzes.analytics.models import About, Scope, Snapshot
from quizzes.analytics.readiness_model import LearnerReadiness
from quizzes.classroom.models import Classroom
from quizzes.scheduling.api import SKEW

# So long a page shows a snapshot although learners have answered since.
FRESH = timedelta(minutes=15)
# Readiness changes with the day even when nobody answers.
A_DAY = timedelta(hours=12)

Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Form(Generic[Content]):
    """How the content of one subject is stored: its type, and the number of that type's present fields."""

    subject: Snapshot.Subject
    schema: int
    type: type[Content]

    def to_json(self, content: Content) -> object:
        """Returns the content as JSON holds it."""
        return msgspec.to_builtins(content, str_keys=True)

    def from_json(self, stored: object) -> Content:
        """Returns the content of a snapshot of this schema number. Raises msgspec.ValidationError for any other."""
        return msgspec.convert(stored, self.type, str_keys=True)


READINESS = Form(Snapshot.Subject.READINESS, 1, list[LearnerReadiness])
ITEMS = Form(Snapshot.Subject.ITEMS, 1, ItemAnalysis)
ANSWERS = Form(Snapshot.Subject.ANSWERS, 1, list[CalibrationRow])


@dataclass(frozen=True, slots=True)
class Taken(Generic[Content]):
    """The content of a snapshot, and when it was taken."""

    content: Content
    taken_at: datetime


def last(form: Form[Content], classroom: Classroom, scope: Scope) -> Taken[Content] | None:
    """Returns the last snapshot, whether it still holds or not; None where there is none of this schema. One query."""
    found = _stored(form, classroom).filter(**scope.columns).first()
    return None if found is None else Taken(form.from_json(found.content), found.taken_at)


def current(
    form: Form[Content], classroom: Classroom, scope: Scope, *, basis: str, now: datetime
) -> Taken[Content] | None:
    """Returns the last snapshot if it still holds, else None."""
    found = _stored(form, classroom).filter(**scope.columns).first()
    if found is None or not _holds(found, classroom, basis, now):
        return None
    return Taken(form.from_json(found.content), found.taken_at)


def current_since(form: Form[Content], classroom: Classroom, *, now: datetime) -> datetime | None:
    """Returns when the snapshots of all scopes of the class were taken, if they still hold, else None."""
    whole = Scope.of(classroom)
    found = _stored(form, classroom).filter(**whole.columns).defer("content").first()
    return found.taken_at if found and _holds(found, classroom, basis_of(classroom), now) else None


def contents(form: Form[Content], classroom: Classroom, scopes: Collection[Scope]) -> dict[Scope, Content]:
    """Returns the content of the snapshots of those scopes, whether they still hold or not; one query."""
    found = _stored(form, classroom).filter(scope__in=[scope.public_id for scope in scopes])
    rows = {
        Scope(About(about), public_id): content
        for about, public_id, content in found.values_list("about", "scope", "content")
    }
    return {scope: form.from_json(rows[scope]) for scope in scopes if scope in rows}


def store(
    form: Form[Content], classroom: Classroom, taken: Mapping[Scope, Content], *, basis: str, now: datetime
) -> None:
    """Stores snapshots for all scopes of the class that have any, and drops those of other scopes."""
    Snapshot.objects.bulk_create(
        [
            Snapshot(
                classroom=classroom,
                subject=form.subject,
                **scope.columns,
                basis=basis,
                schema=form.schema,
                content=form.to_json(content),
                taken_at=now,
            )
            for scope, content in taken.items()
        ],
        update_conflicts=True,
        unique_fields=["subject", "about", "scope"],
        update_fields=["basis", "schema", "content", "taken_at"],
    )
    of_subject = Snapshot.objects.filter(classroom=classroom, subject=form.subject)
    stored = of_subject.values_list("pk", "about", "scope")
    gone = [pk for pk, about, public_id in stored if Scope(About(about), public_id) not in taken]
    Snapshot.objects.filter(pk__in=gone).delete()


def _stored(form: Form[Content], classroom: Classroom) -> QuerySet[Snapshot]:
    return Snapshot.objects.filter(classroom=classroom, subject=form.subject, schema=form.schema)


def _holds(snapshot: Snapshot, classroom: Classroom, basis: str, now: datetime) -> bool:
    age = now - snapshot.taken_at
    if age < -SKEW:  # taken while the clock was ahead: what happened since is older
        return False
    return snapshot.basis == basis and (
        age < FRESH or (age < A_DAY and not has_news(classroom, snapshot.taken_at))
    )
