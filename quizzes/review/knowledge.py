"""What a learner is expected to know of what they prepare on the mornings to come, if they answer nothing more.

Every page that tells such a number, or its range, has it from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, exp, floor

import numpy as np

from accounts.models import User
from quizzes.review import queries
from quizzes.review.decks import Deck, PlanPreferences, prepared
from quizzes.review.models import Session
from quizzes.scheduling.api import Floats, Outlook, Strength, promise
from quizzes.statistics.api import Interval

# The chance with which a number lies within the interval that is shown with it.
LEVEL = 0.8


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a learner is expected to know on the morning of `day` if they answer nothing more.

    `held` is the expected number among the `seen` questions, `luck` that among the others, which are counted at the
    learner's own first-try rates, of mean `first_try`. The number known lies in `interval` with the chance LEVEL, if
    their memory lasts as their answers tell.
    """

    day: date
    questions: int
    seen: int
    held: float
    first_try: float
    interval: Interval

    @property
    def unseen(self) -> int:
        """Questions that were never asked."""
        return self.questions - self.seen

    @property
    def luck(self) -> float:
        """The expected number known among the questions never asked."""
        return self.unseen * self.first_try

    @property
    def expected(self) -> float:
        """The expected number known."""
        return self.held + self.luck


def day_of(user: User, today: date) -> Session:
    """Returns the learner's session of the day `today`; one that is not saved and holds nothing where none is open."""
    latest = queries.latest_session(user)
    if latest is not None and latest.study_day >= today:
        return latest
    return Session(user=user, study_day=today)


def first_sight(deck: Deck, preferences: PlanPreferences) -> Floats:
    """Returns each question's chance to be known though it was never asked, NaN where it is not prepared."""
    return np.where(prepared(deck, preferences), deck.memories.first_try, np.nan)


def doubt(deck: Deck, strength: Strength) -> promise.Doubt:
    """Returns what chance in the learner's answers leaves open about them."""
    return promise.Doubt(strength.by_chance, deck.first_tries.by_chance)


def if_stopped(deck: Deck, preferences: PlanPreferences, *, days: int, strength: Strength) -> promise.Promise:
    """Returns what the learner of that strength knows on each morning until `days` from the deck's if they stop now."""
    lived = promise.as_lived(deck.memories, exp(strength.mean))
    return promise.if_stopped(
        lived, days=days, unseen=first_sight(deck, preferences), doubt=doubt(deck, strength)
    )


def knowledge(
    deck: Deck, preferences: PlanPreferences, *, today: date, mornings: Sequence[date], strength: Strength
) -> list[Knowledge]:
    """Returns what is known on these mornings, all after `today`, the day of the deck, if the learner stops now."""
    counted = prepared(deck, preferences)
    fresh = counted & deck.memories.unseen
    unseen = int(fresh.sum())
    luck = float(deck.memories.first_try[fresh].sum())
    found = []
    for day in mornings:
        told = if_stopped(deck, preferences, days=(day - today).days, strength=strength)
        outlook = told.on_the_day
        low, high = in_whole(outlook)
        found.append(
            Knowledge(
                day,
                int(counted.sum()),
                int(counted.sum()) - unseen,
                outlook.expected - luck,
                luck / unseen if unseen else 0.0,
                Interval(low, high),
            )
        )
    return found


def in_whole(outlook: Outlook) -> tuple[int, int]:
    """Returns the range in whole questions: those that lie in the interval, and the expected number in any case."""
    middle = round(outlook.expected)
    return min(ceil(outlook.low), middle), max(floor(outlook.high), middle)
