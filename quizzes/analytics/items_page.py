"""The item analysis of a class as its page shows it: each version with what its question says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.analytics.item_statistics import (
    FEW_ATTEMPTS,
    FEWEST_IN_A_GROUP,
    SetStatistics,
    VersionStatistics,
)
from quizzes.analytics.suspicions import WORTH_A_LOOK
from quizzes.bank.api import asking
from quizzes.bank.models import Version
from quizzes.classroom.models import Assignment, AssignmentItem


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One version: its statistics and what its question says. `prompt` is Markdown, `kind` and `topic` are words."""

    statistics: VersionStatistics
    prompt: str
    kind: str
    topic: str
    number: int
    is_current: bool

    @property
    def is_few(self) -> bool:
        """Whether too few have answered for anything to be called suspicious."""
        return self.statistics.attempts < FEW_ATTEMPTS

    @property
    def is_hidden(self) -> bool:
        """Whether so few have answered that nothing may be told."""
        return self.statistics.attempts < FEWEST_IN_A_GROUP

    @property
    def reach(self) -> float:
        """Two standard errors of the retention residual, as a share; 0 where nobody answered later."""
        later = self.statistics.retention
        return round(2 * later.error, 4) if later else 0.0


@dataclass(frozen=True, slots=True)
class SetRow:
    """One assignment and how reliably it tells learners apart."""

    assignment: Assignment
    statistics: SetStatistics


def versions_asked_in(
    versions: Sequence[VersionStatistics], assignment: Assignment | None
) -> list[VersionStatistics]:
    """Returns those of the assignment's questions, all where it is None; one query at most."""
    if assignment is None:
        return list(versions)
    items = AssignmentItem.objects.filter(assignment=assignment)
    asked = set(items.values_list("question_id", flat=True))
    return [row for row in versions if row.question in asked]


def item_rows(shown: Sequence[VersionStatistics]) -> list[ItemRow]:
    """Returns the statistics with what their question says; one query."""
    versions = Version.objects.select_related("question__topic").in_bulk([row.version for row in shown])
    return [
        ItemRow(
            statistics=row,
            prompt=asking.prompt(version.spec),
            kind=asking.label(version.spec["kind"]),
            topic=version.question.topic.title,
            number=version.number,
            is_current=version.question.current_id == version.pk,
        )
        for row in shown
        if (version := versions.get(row.version)) is not None
    ]


def set_rows(assignments: Sequence[Assignment], sets: Sequence[SetStatistics]) -> list[SetRow]:
    """Returns the assignments that have statistics, with them."""
    of = {row.assignment: row for row in sets}
    return [SetRow(given, of[given.public_id]) for given in assignments if given.public_id in of]


def suspicious(versions: Sequence[VersionStatistics]) -> int:
    """Returns how many of the versions are suspicious."""
    return sum(any(one.weight > WORTH_A_LOOK for one in row.why) for row in versions)
