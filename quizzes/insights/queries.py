"""A learner's numbers, read from their own cards and reviews. Each is one query, however long the history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Aggregate, Avg, Count, Q, QuerySet

from accounts.models import User
from quizzes.review.models import Review
from quizzes.review.queries import due_cards
from quizzes.review.verdicts import KNOWN

FORECAST_DAYS = 30
HEATMAP_WEEKS = 26
# Below this many answers a share says more about chance than about memory.
FEW_ANSWERS = 20


@dataclass(frozen=True, slots=True)
class Retention:
    """How much was still known when it came due.

    `answers` counts first answers of a study day to questions that had been answered on an earlier day; `recalled`
    those that count as known, which a guess does not. `expected` is the mean recall the memory model predicted for all
    of them, 0 to 1 (None without answers).
    """

    label: str
    answers: int
    recalled: int
    expected: float | None

    @property
    def share(self) -> float | None:
        """The share recalled, 0 to 1; None without answers."""
        return self.recalled / self.answers if self.answers else None

    @property
    def is_thin(self) -> bool:
        """Whether there are too few answers to lean on."""
        return self.answers < FEW_ANSWERS


@dataclass(frozen=True, slots=True)
class DueDay:
    """How many cards are due on a day; on the first day of a forecast, `overdue` of them since earlier."""

    day: date
    cards: int
    overdue: int = 0


def reviews_of(user: User) -> QuerySet[Review]:
    """The learner's answers that stand: those undone are left out."""
    return Review.objects.filter(user=user, undone_at=None)


def true_retention(user: User, today: date) -> list[Retention]:
    """Measured against predicted recall in the last 7 and 30 study days and in all."""
    spans = {"7": ("Last 7 days", 7), "30": ("Last 30 days", 30), "all": ("All time", None)}
    asked: dict[str, Aggregate] = {}
    for key, (_, days) in spans.items():
        inside = Q() if days is None else Q(study_day__gt=today - timedelta(days=days))
        asked[f"answers_{key}"] = Count("pk", filter=inside)
        asked[f"recalled_{key}"] = Count("pk", filter=inside & KNOWN)
        asked[f"expected_{key}"] = Avg("predicted", filter=inside)
    counted = reviews_of(user).filter(first_of_day=True, predicted__isnull=False).aggregate(**asked)
    return [
        Retention(label, counted[f"answers_{key}"], counted[f"recalled_{key}"], counted[f"expected_{key}"])
        for key, (label, _) in spans.items()
    ]


def forecast(user: User, today: date) -> list[DueDay]:
    """Cards due on each of the next 30 study days, today first; what is overdue counts today."""
    last = today + timedelta(days=FORECAST_DAYS - 1)
    rows = (
        due_cards(user).filter(due__lte=last).values_list("due").annotate(cards=Count("pk")).order_by("due")
    )
    counts = {due: cards for due, cards in rows if due is not None}
    overdue = sum(cards for due, cards in counts.items() if due < today)
    days = [DueDay(today, counts.get(today, 0) + overdue, overdue)]
    for ahead in range(1, FORECAST_DAYS):
        day = today + timedelta(days=ahead)
        days.append(DueDay(day, counts.get(day, 0)))
    return days


def answers_by_day(user: User, today: date) -> dict[date, int]:
    """Answers on each study day of the heat map's weeks; days without any are left out."""
    rows = (
        reviews_of(user)
        .filter(study_day__gt=today - timedelta(weeks=HEATMAP_WEEKS), study_day__lte=today)
        .values_list("study_day")
        .annotate(answers=Count("pk"))
        .order_by("study_day")
    )
    return dict(rows)
