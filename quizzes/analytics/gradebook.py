"""The gradebook: every learner's part in every assignment, on the page and as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

from quizzes.analytics.class_data import learners_in
from quizzes.analytics.models import Scope
from quizzes.analytics.readiness_model import LearnerReadiness, RiskBand
from quizzes.analytics.readiness_page import BAND_MARKS, BAND_WORDS
from quizzes.classroom.models import Assignment, Classroom

# What spreadsheets take for the beginning of a formula, with the full-width forms some of them read as the same.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"
# What the file says of each assignment.
_COLUMNS = (
    "seen",
    "questions",
    "late",
    "first attempts right",
    "first attempts partly right",
    "known now",
    "chance of the goal",
    "status",
)


@dataclass(frozen=True, slots=True)
class Grade:
    """One learner's part in one assignment: shares and chances 0 to 1.

    `right` and `partly` are the shares of first attempts that were right and partly right, guesses left out; None where
    nothing was seen.
    """

    seen: int
    questions: int
    late: int
    right: float | None
    partly: float | None
    now: float
    chance: float
    band: RiskBand

    @property
    def word(self) -> str:
        """The band in words."""
        return BAND_WORDS[self.band]

    @property
    def mark(self) -> str:
        """The band's shape and colour."""
        return BAND_MARKS[self.band]


@dataclass(frozen=True, slots=True)
class GradedLearner:
    """One row: a learner with a grade for each assignment shown, None where it is not theirs."""

    name: str
    email: str
    is_demo: bool
    grades: Sequence[Grade | None]


def graded(
    classroom: Classroom,
    assignments: Sequence[Assignment],
    rows: Mapping[Scope, Iterable[LearnerReadiness]],
    *,
    group: UUID | None = None,
    name: str = "",
    band: str = "",
) -> list[GradedLearner]:
    """Returns the learners by name, with their grades in `assignments` from the `rows` of a snapshot; one query.

    Filters: members of the group, those whose name or address holds `name`, those with a grade in the band.
    """
    grades = {
        given.public_id: {row.membership: _grade(row) for row in rows.get(Scope.of(given), ())}
        for given in assignments
    }
    places = learners_in(classroom)
    if group is not None:
        places = places.filter(groups__public_id=group)
    found = []
    for place in places.values_list("pk", "name", "user__email", "user__is_demo", named=True):
        email = place.user__email
        if name and name.casefold() not in f"{place.name} {email}".casefold():
            continue
        own = [grades[given.public_id].get(place.pk) for given in assignments]
        if band and not any(grade and grade.band == band for grade in own):
            continue
        found.append(GradedLearner(place.name or email, email, place.user__is_demo, own))
    return sorted(found, key=lambda one: one.name.casefold())


def _grade(row: LearnerReadiness) -> Grade:
    return Grade(
        seen=row.seen,
        questions=row.questions,
        late=row.late,
        right=row.right,
        partly=row.partly,
        now=row.now,
        chance=row.chance_stop,
        band=row.band,
    )


def as_csv(assignments: Sequence[Assignment], learners: Iterable[GradedLearner]) -> str:
    """Returns the same as CSV: one row a learner, for each assignment the columns of _COLUMNS.

    No cell begins like a formula. All are quoted, for where a spreadsheet divides rows at semicolons, a name that holds
    one would begin a new cell.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    head = ["Learner", "Address"]
    for given in assignments:
        head += [f"{given.title}: {column}" for column in _COLUMNS]
    writer.writerow(_safe(cell) for cell in head)
    for one in learners:
        cells: list[str] = [one.name, one.email]
        for grade in one.grades:
            cells += [""] * len(_COLUMNS) if grade is None else _cells(grade)
        writer.writerow(_safe(cell) for cell in cells)
    return out.getvalue()


def _cells(grade: Grade) -> list[str]:
    return [
        str(grade.seen),
        str(grade.questions),
        str(grade.late),
        "" if grade.right is None else f"{grade.right:.3f}",
        "" if grade.partly is None else f"{grade.partly:.3f}",
        f"{grade.now:.3f}",
        f"{grade.chance:.3f}",
        grade.word,
    ]


def _safe(cell: str) -> str:
    """Returns the cell, with a mark before it where a spreadsheet would take it for a formula."""
    return (
        f"{MARK}{cell}"
        if cell.lstrip(" \u00a0\u3000").startswith(_FORMULA_SIGNS) or cell.startswith(_FORMULA_SIGNS)
        else cell
    )
