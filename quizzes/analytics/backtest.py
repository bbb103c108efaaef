"""How true earlier forecasts were: of single answers, and of what was foretold for whole learners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Sum
from django.db.models.functions import Floor

from quizzes.analytics.class_data import later_answers, reviews_in
from quizzes.analytics.items import FEWEST_IN_A_GROUP
from quizzes.analytics.models import About, Forecast, Scope
from quizzes.classroom.models import Assignment, Classroom
from quizzes.review.verdicts import KNOWN
from quizzes.statistics.calibration import BINS, Bin, reliability
from quizzes.statistics.intervals import Interval, wilson_of_groups

# The page tells of the last so many forecasts that were looked back at.
TOLD_OF = 12
# What came on a day is told by the answers of so many study days before it and after it.
NEAR = timedelta(days=3)
# When these study days are over wherever learners are.
OVER = NEAR + timedelta(days=2)
# Below so many answers, or so few learners that no mean is shown of them, nothing is said.
FEW_ANSWERS = 30


@dataclass(frozen=True, slots=True)
class ForecastRecord:
    """What was foretold on one day for a group of learners, means of shares, 0 to 1; and what answers showed.

    `answers` first answers of a day were given near `for_day`, `known` of them count as known.
    """

    scope: Scope
    made_on: date
    for_day: date
    learners: int
    stop: float
    plan: float
    answers: int
    known: int
    interval: Interval
    is_thin: bool

    @property
    def share(self) -> float | None:
        """The share known, 0 to 1; None where there are too few answers to say."""
        return None if self.is_thin else self.known / self.answers


def calibration_of(classroom: Classroom) -> list[dict[str, Any]]:
    """Recall foretold after one answer against the next answer, a day or more later, by tenths; one query."""
    rows = (
        later_answers(reviews_in(classroom))
        .order_by()
        .values(bin=Floor(F("predicted") * BINS))
        .annotate(many=Count("pk"), recalled=Count("pk", filter=KNOWN), total=Sum("predicted"))
        .values_list("total", "many", "recalled")
    )
    return [{"foretold": total / many, "n": many, "known": recalled} for total, many, recalled in rows]


def bins_of(rows: Sequence[Mapping[str, Any]]) -> list[Bin]:
    """The kept rows of `calibration_of` as bins."""
    return reliability((row["foretold"], row["n"], row["known"]) for row in rows)


def answers_near(
    classroom: Classroom, day: date, now: datetime, *, only: Assignment | None = None
) -> dict[int, tuple[int, int]]:
    """(answers, known) by user of the first answers of a study day given near `day`, until `now`; one query.

    Counted are answers to the questions of the class, or of `only`. A guess is not known.
    """
    rows = (
        reviews_in(classroom, only=only)
        .filter(first_of_day=True, study_day__range=(day - NEAR, day + NEAR), answered_at__lte=now)
        .order_by()
        .values("user_id")
        .annotate(many=Count("pk"), known=Count("pk", filter=KNOWN))
        .values_list("user_id", "many", "known")
    )
    return {user: (many, known) for user, many, known in rows}


def forecast_records(classroom: Classroom, scope: Scope | None) -> list[ForecastRecord]:
    """Forecasts that were looked back at, in one scope or (None) in all of the class; the latest first. One query.

    Groups of fewer than FEWEST_IN_A_GROUP learners are left out.
    """
    found = Forecast.objects.filter(classroom=classroom, answered__isnull=False, membership__left_at=None)
    if scope is not None:
        found = found.filter(**scope.row)
    groups: dict[tuple[date, date, str, UUID], list[tuple[float, float, int, int]]] = defaultdict(list)
    rows = found.values_list("about", "scope", "made_on", "for_day", "stop", "plan", "answered", "known")
    for about, public_id, made_on, for_day, stop, plan, answered, known in rows:
        groups[for_day, made_on, about, public_id].append((stop, plan, answered or 0, known or 0))
    kept = []
    for (for_day, made_on, about, public_id), of_learners in sorted(groups.items(), reverse=True):
        if len(of_learners) < FEWEST_IN_A_GROUP:
            continue
        counted = [(known, answered) for _, _, answered, known in of_learners]
        answers = sum(answered for _, answered in counted)
        kept.append(
            ForecastRecord(
                Scope(About(about), public_id),
                made_on,
                for_day,
                len(of_learners),
                fmean(stop for stop, _, _, _ in of_learners),
                fmean(plan for _, plan, _, _ in of_learners),
                answers,
                sum(known for known, _ in counted),
                wilson_of_groups(counted),
                is_thin=answers < FEW_ANSWERS or sum(of > 0 for _, of in counted) < FEWEST_IN_A_GROUP,
            )
        )
    return kept[:TOLD_OF]
