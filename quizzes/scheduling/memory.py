"""What a learner still holds of one question: FSRS-6, in whole study days.

The model is the PyPI package `fsrs`, used as a pure function: its clock, its random fuzz and its learning
steps are off, and time reaches it as an epoch plus a number of days, never as a wall clock. Formulae: the
FSRS-6 page of the open-spaced-repetition wiki ("The Algorithm"), which `fsrs` 6.3 implements; w0 to w20 are
its parameters.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import cast

import fsrs
from fsrs.scheduler import DEFAULT_PARAMETERS as _FSRS_DEFAULTS

from quizzes.scheduling.ratings import Rating

DEFAULT_PARAMETERS: tuple[float, ...] = tuple(_FSRS_DEFAULTS)
# Names the model and the parameters, in the log: predictions of different ones must not be mixed up.
MODEL = "fsrs-6/default"
RETENTION_BOUNDS = (0.70, 0.97)
STABILITY_BOUNDS = (0.001, 36500.0)
LONGEST_INTERVAL = 36500

_EPOCH = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Memory:
    """A learner's hold on one question after its last answer.

    `stability`: the days until the chance of recall has fallen to 90 %, within STABILITY_BOUNDS.
    `difficulty`: 1 (easy) to 10 (hard). `day`: the study day of the last answer.
    """

    stability: float
    difficulty: float
    day: date


def after_review(
    memory: Memory | None, rating: Rating, *, day: date, parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> Memory:
    """Returns the memory after an answer on study day `day`; None means the question was new.

    On the day of the last answer the same-day formula holds. A day before it (the learner travelled) counts
    as that same day and never moves `day` back. Raises ValueError for parameters FSRS-6 refuses.
    """
    today = day if memory is None else max(day, memory.day)
    elapsed = today - (memory.day if memory else today)
    card, _ = _scheduler(parameters).review_card(_as_card(memory), fsrs.Rating(rating), _EPOCH + elapsed)
    low, high = STABILITY_BOUNDS
    return Memory(
        # A reviewed card has both numbers; fsrs itself sets stability no upper bound.
        stability=min(max(cast("float", card.stability), low), high),
        difficulty=cast("float", card.difficulty),
        day=today,
    )


def retrievability(memory: Memory, *, day: date, parameters: tuple[float, ...] = DEFAULT_PARAMETERS) -> float:
    """Returns the chance of recall on `day`, in (0, 1]: (1 + F t/S)^(-w20), so 1 on the day of the last answer."""
    elapsed = max(0, (day - memory.day).days)
    return _scheduler(parameters).get_card_retrievability(_as_card(memory), _EPOCH + timedelta(days=elapsed))


def interval(
    stability: float, *, retention: float, parameters: tuple[float, ...] = DEFAULT_PARAMETERS
) -> int:
    """Returns whole days, 1 to LONGEST_INTERVAL, until recall falls to `retention`: S/F (r^(-1/w20) - 1), rounded.

    F = 0.9^(-1/w20) - 1, so at a retention of 0.9 the interval is the stability, and at 1 the shortest there is.
    ValueError outside 0 < r <= 1.
    """
    if not 0.0 < retention <= 1.0:
        raise ValueError(f"a retention is above 0 and at most 1, not {retention}")
    power = -1 / parameters[20]
    days: float = stability * (retention**power - 1) / (0.9**power - 1)
    return min(max(round(days), 1), LONGEST_INTERVAL)


def target(retention: float, *, guess_rate: float) -> float:
    """Returns the chance of a *right answer* to aim at so that *knowledge* is still there with chance `retention`.

    Whoever has forgotten still guesses right with chance g, so right answers come with chance r + (1 - r) g:
    0.925 for r = 0.90 and four choices. Capped at the upper RETENTION_BOUNDS, beyond which reviews cost more
    than they keep. Raises ValueError for a retention outside RETENTION_BOUNDS or a guess rate outside [0, 1).
    """
    low, high = RETENTION_BOUNDS
    if not low <= retention <= high:
        raise ValueError(f"retention must lie between {low:.2f} and {high:.2f}, not {retention}")
    if not 0.0 <= guess_rate < 1.0:
        raise ValueError(f"a guess rate is at least 0 and below 1, not {guess_rate}")
    return min(retention + (1 - retention) * guess_rate, high)


# One scheduler per set of parameters: building one checks all 21, and using one changes nothing in it.
@lru_cache(maxsize=256)
def _scheduler(parameters: tuple[float, ...]) -> fsrs.Scheduler:
    return fsrs.Scheduler(parameters, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


def _as_card(memory: Memory | None) -> fsrs.Card:
    # A card without an id would make one from the clock, and sleep to keep it unique.
    if memory is None:
        return fsrs.Card(card_id=1, due=_EPOCH)
    return fsrs.Card(
        card_id=1,
        state=fsrs.State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=_EPOCH,
        last_review=_EPOCH,
    )
