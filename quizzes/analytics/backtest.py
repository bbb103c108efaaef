"""How true earlier forecasts were: of single answers, and of whole learners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import fmean
from uuid import UUID

from django.db.models import Count, F, Sum
from django.db.models.functions import Floor

from quizzes.analytics.class_data import later_answers, reviews_in
from quizzes.analytics.item_statistics import FEWEST_IN_A_GROUP
from quizzes.analytics.models import About, Forecast, Scope
from quizzes.classroom.models import Assignment, Classroom
from quizzes.review.api import KNOWN
from quizzes.statistics.api import BINS, Bin, Interval, reliability, wilson_of_groups

# The page tells of the last so many forecasts that have an outcome.
TOLD_OF = 12
# The outcome of a day is told by the answers of so many study days before it and after it.
NEAR = timedelta(days=3)
# When these study days are over wherever learners are.
OVER = NEAR + timedelta(days=2)
# Below so many answers, or so few learners that no mean is shown of them, nothing is said.
FEW_ANSWERS = 30


@dataclass(frozen=True, slots=True)
class CalibrationRow:
    """Answers whose recall was predicted within the same tenth: the mean prediction, how many, how many known."""

    predicted: float
    answers: int
    known: int


@dataclass(frozen=True, slots=True)
class ForecastOutcome:
    """What answers showed: how many were given, and how many of them count as known."""

    answers: int
    known: int


@dataclass(frozen=True, slots=True)
class ForecastRecord:
    """The forecasts made on one day for a group of learners, means of shares, 0 to 1; and what answers showed.

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


def calibration_of(classroom: Classroom) -> list[CalibrationRow]:
    """Returns recall predicted after one answer against the next answer, a day or more later, by tenths; one query."""
    rows = (
        later_answers(reviews_in(classroom))
        .order_by()
        .values(bin=Floor(F("predicted") * BINS))
        .annotate(many=Count("pk"), recalled=Count("pk", filter=KNOWN), total=Sum("predicted"))
        .values_list("total", "many", "recalled")
    )
    return [CalibrationRow(total / many, many, recalled) for total, many, recalled in rows]


def bins_of(rows: Sequence[CalibrationRow]) -> list[Bin]:
    """Returns the rows as bins, those without answers left out."""
    return reliability((row.predicted, row.answers, row.known) for row in rows)


def answers_near(
    classroom: Classroom, day: date, now: datetime, *, only: Assignment | None = None
) -> dict[int, ForecastOutcome]:
    """Returns by user what the first answers of a study day given near `day`, until `now`, showed; one query.

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
    return {user: ForecastOutcome(many, known) for user, many, known in rows}


@dataclass(frozen=True, slots=True, order=True)
class _Made:
    """What the forecasts of one group have in common; in the order in which the page tells of them, reversed."""

    for_day: date
    made_on: date
    about: str
    scope: UUID


@dataclass(frozen=True, slots=True)
class _OfLearner:
    """One learner's forecast with its outcome."""

    stop: float
    plan: float
    outcome: ForecastOutcome


def forecast_records(classroom: Classroom, scope: Scope | None) -> list[ForecastRecord]:
    """Returns forecasts with an outcome, in one scope or (None) in all of the class; the latest first. One query.

    Groups of fewer than FEWEST_IN_A_GROUP learners are left out.
    """
    found = Forecast.objects.filter(classroom=classroom, answered__isnull=False, membership__left_at=None)
    if scope is not None:
        found = found.filter(**scope.columns)
    groups: dict[_Made, list[_OfLearner]] = defaultdict(list)
    rows = found.values_list(
        "about", "scope", "made_on", "for_day", "stop", "plan", "answered", "known", named=True
    )
    for row in rows:
        made = _Made(row.for_day, row.made_on, row.about, row.scope)
        groups[made].append(
            _OfLearner(row.stop, row.plan, ForecastOutcome(row.answered or 0, row.known or 0))
        )
    told = _large_enough(groups)[:TOLD_OF]
    return [_record_of(made, groups[made]) for made in told]


def _large_enough(groups: Mapping[_Made, Sequence[_OfLearner]]) -> list[_Made]:
    return sorted((made for made, of in groups.items() if len(of) >= FEWEST_IN_A_GROUP), reverse=True)


def _record_of(made: _Made, learners: Sequence[_OfLearner]) -> ForecastRecord:
    counted = [(one.outcome.known, one.outcome.answers) for one in learners]
    answers = sum(one.outcome.answers for one in learners)
    answering = sum(one.outcome.answers > 0 for one in learners)
    return ForecastRecord(
        scope=Scope(About(made.about), made.scope),
        made_on=made.made_on,
        for_day=made.for_day,
        learners=len(learners),
        stop=fmean(one.stop for one in learners),
        plan=fmean(one.plan for one in learners),
        answers=answers,
        known=sum(one.outcome.known for one in learners),
        interval=wilson_of_groups(counted),
        is_thin=answers < FEW_ANSWERS or answering < FEWEST_IN_A_GROUP,
    )
