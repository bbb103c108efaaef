"""A learner's numbers, read from their own cards and reviews. Each is one query, however long the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Avg, Count, F, OuterRef, QuerySet, Subquery

from accounts.models import User
from quizzes.review.api import KNOWN, LEVEL, WORD
from quizzes.review.models import Review
from quizzes.scheduling.api import Confidence, Verdict
from quizzes.statistics.api import Bin, Interval, equal_groups, wilson

HEATMAP_WEEKS = 26
RETENTION_DAYS = 7 * HEATMAP_WEEKS
# From this interval on, in study days, a memory is called mature; the usual bound of spaced repetition (Anki's).
MATURE = 21
# Below this many answers a share says more about chance than about memory: it is not shown.
FEWEST = 30
# What was predicted is compared with the answers in up to so many groups.
GROUPS = 8


@dataclass(frozen=True, slots=True)
class Share:
    """So many `hits` of so many `answers`."""

    hits: int
    answers: int

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None below FEWEST answers."""
        return self.hits / self.answers if self.answers >= FEWEST else None

    @property
    def interval(self) -> Interval:
        """Wilson's interval of the share, of level LEVEL."""
        return wilson(self.hits, self.answers, level=LEVEL)

    @property
    def fewest(self) -> int:
        """The answers it takes for the share to be shown."""
        return FEWEST


@dataclass(frozen=True, slots=True)
class Retention:
    """How much was still known when it came due; `expected` is what the memory model had predicted, on average."""

    label: str
    recalled: Share
    expected: float | None


@dataclass(frozen=True, slots=True)
class Predictions:
    """What the memory model predicted for answers, and what came: `groups` of about equal size, from low to high.

    `rows` are those of `own_memory.predictions`.
    """

    rows: Sequence[tuple[float, int, int]]

    @property
    def recalled(self) -> Share:
        """All of them."""
        return Share(sum(row[2] for row in self.rows), sum(row[1] for row in self.rows))

    @property
    def expected(self) -> float | None:
        """The mean chance predicted; None without answers."""
        answers = self.recalled.answers
        return sum(row[0] * row[1] for row in self.rows) / answers if answers else None

    @property
    def groups(self) -> list[Bin]:
        """The groups; none below FEWEST answers."""
        if self.recalled.value is None:
            return []
        return equal_groups(self.rows, groups=GROUPS, least=FEWEST)


@dataclass(frozen=True, slots=True)
class ConfidenceRow:
    """The answers given with one `confidence`: how many were right, and how many `partly` right."""

    confidence: Confidence
    right: Share
    partly: int

    @property
    def not_right(self) -> int:
        """Those that were not right."""
        return self.right.answers - self.right.hits - self.partly


def reviews_of(user: User) -> QuerySet[Review]:
    """Returns the learner's answers, those undone left out."""
    return Review.objects.filter(user=user, undone_at=None)


def retention_of(user: User, today: date) -> list[Retention]:
    """Returns how much of what came due in the last RETENTION_DAYS study days was known: young, mature, all memories.

    Counted are the first answers of a study day to questions that were due by then; the interval is that between the
    answer before and the day it made the question due.
    """
    before = Review.objects.filter(card=OuterRef("card"), seq__lt=OuterRef("seq"), undone_at=None)
    last = before.order_by("-seq")
    rows = (
        reviews_of(user)
        .filter(first_of_day=True, study_day__gt=today - timedelta(days=RETENTION_DAYS))
        .annotate(
            answered_on=Subquery(last.values("study_day")[:1]), due=Subquery(last.values("due_after")[:1])
        )
        .filter(due__lte=F("study_day"))
        .order_by()
        .values_list("answered_on", "due")
        .annotate(answers=Count("pk"), recalled=Count("pk", filter=KNOWN), expected=Avg("predicted"))
    )
    young, mature = [0, 0, 0.0], [0, 0, 0.0]
    for answered_on, due, answers, recalled, expected in rows:
        counted = mature if (due - answered_on).days >= MATURE else young
        counted[0] += answers
        counted[1] += recalled
        counted[2] += answers * (expected or 0.0)
    whole = [a + b for a, b in zip(young, mature, strict=True)]
    labels = (f"Young: due again within {MATURE} days", "Mature: after a longer time", "Both")
    return [
        Retention(label, Share(int(recalled), int(answers)), expected / answers if answers else None)
        for label, (answers, recalled, expected) in zip(labels, (young, mature, whole), strict=True)
    ]


def confidence_of(user: User) -> list[ConfidenceRow]:
    """Returns how the learner's first answers of a day went, by how sure they said they were."""
    rows: QuerySet[Review, Any] = (
        reviews_of(user)
        .filter(first_of_day=True)
        .exclude(confidence="")
        .annotate(verdict=WORD)
        .order_by()
        .values_list("confidence", "verdict")
        .annotate(answers=Count("pk"))
    )
    counted = {(confidence, verdict): answers for confidence, verdict, answers in rows}
    return [
        ConfidenceRow(
            confidence,
            Share(
                counted.get((confidence, Verdict.RIGHT), 0),
                sum(counted.get((confidence, verdict), 0) for verdict in Verdict),
            ),
            counted.get((confidence, Verdict.PARTLY), 0),
        )
        for confidence in (Confidence.SURE, Confidence.UNSURE, Confidence.GUESS)
    ]


def answers_by_day(user: User, today: date) -> dict[date, int]:
    """Returns the number of answers on each study day of the heat map's weeks; days without any are left out."""
    rows = (
        reviews_of(user)
        .filter(study_day__gt=today - timedelta(weeks=HEATMAP_WEEKS), study_day__lte=today)
        .values_list("study_day")
        .annotate(answers=Count("pk"))
        .order_by("study_day")
    )
    return dict(rows)
