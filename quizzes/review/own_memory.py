"""How a learner's own memory differs from the model's, as their later answers tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from math import exp

from django.db.models import Avg, Count, F
from django.db.models.functions import Floor

from accounts.models import User
from quizzes.review.models import Review
from quizzes.review.verdicts import KNOWN
from quizzes.scheduling.api import Memory, Strength, recall_after, strength_of, with_strength

# Predictions are gathered by the two hundredth.
_STEPS = 200


def predictions(user: User) -> list[tuple[float, int, int]]:
    """Returns what the model had predicted for later first answers of a day, and what came of it.

    Rows of (mean chance of recall, answers, those that count as known), at most one for each two hundredth of chance,
    however many answers. One query.
    """
    rows: Iterable[tuple[float, int, int]] = (
        Review.objects.filter(user=user, undone_at=None, first_of_day=True, predicted__isnull=False)
        .annotate(step=Floor(F("predicted") * _STEPS))
        .order_by()
        .values("step")
        .annotate(mean=Avg("predicted"), answers=Count("pk"), known=Count("pk", filter=KNOWN))
        .values_list("mean", "answers", "known")
    )
    return [(mean, answers, known) for mean, answers, known in rows]


def strength_by_answers(user: User) -> Strength:
    """Returns by which factor the learner's memories last longer than the model's; 1 before there are answers."""
    return strength_of(predictions(user))


def recall_on(memory: Memory, day: date, strength: Strength) -> float:
    """Returns the chance that a learner of that strength recalls the question on the morning of `day`."""
    return with_strength(recall_after(memory.stability, (day - memory.day).days), exp(strength.mean))


def recall_tomorrow(memory: Memory, today: date, strength: Strength) -> float:
    """Returns the same for the morning after study day `today`, if nothing more is answered.

    Tomorrow, for directly after an answer the model's chance is 1, which tells nothing.
    """
    return recall_on(memory, date.fromordinal(max(today, memory.day).toordinal() + 1), strength)
