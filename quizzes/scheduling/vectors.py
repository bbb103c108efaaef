"""FSRS-6 for many memories at once, as NumPy arrays: what the planner rolls forward.

The formulae are those of `memory.py` (the FSRS-6 page of the open-spaced-repetition wiki); a test holds the two
against each other. Stabilities and times are in days, difficulties run from 1 to 10, chances from 0 to 1.
"""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from quizzes.scheduling.fuzz import SHARES, SHORTEST_FUZZED
from quizzes.scheduling.memory import DEFAULT_PARAMETERS, LONGEST_INTERVAL, STABILITY_BOUNDS, after_review
from quizzes.scheduling.ratings import Rating

Floats: TypeAlias = NDArray[np.float64]

_W = DEFAULT_PARAMETERS
_DECAY = _W[20]
_FACTOR = 0.9 ** (-1 / _DECAY) - 1
_ANY_DAY = date.min
_EASY_DIFFICULTY = _W[4] - float(np.exp(_W[5] * 3)) + 1


def recall(elapsed: Floats, stability: Floats) -> Floats:
    """Returns the chance of recall `elapsed` days after the last answer: (1 + F t/S)^(-w20)."""
    return np.asarray((1 + _FACTOR * elapsed / stability) ** -_DECAY)


def after_good(stability: Floats, difficulty: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Returns stability and difficulty after Good, given a `chance` of recall at that moment, on a later day."""
    return stability_after_good(stability, difficulty, chance), _harder(difficulty, 0.0)


def after_again(stability: Floats, difficulty: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Returns stability and difficulty after Again and that day's repeat, which was right: Good, same-day formula."""
    return (
        stability_after_again(stability, difficulty, chance),
        _harder(_harder(difficulty, 2 * _W[6]), 0.0),
    )


def stability_after_good(stability: Floats, difficulty: Floats, chance: Floats) -> Floats:
    """Returns the first of `after_good`; `chance` may have a row for each of several moments."""
    rise = np.exp(_W[8]) * (11 - difficulty) * stability ** -_W[9]
    return _bounded(stability * (1 + rise * np.expm1((1 - chance) * _W[10])))


def stability_after_again(stability: Floats, difficulty: Floats, chance: Floats) -> Floats:
    """Returns the first of `after_again`; `chance` may have a row for each of several moments."""
    base = _W[11] * difficulty ** -_W[12] * ((stability + 1) ** _W[13] - 1)
    lost = np.minimum(base * np.exp((1 - chance) * _W[14]), stability / np.exp(_W[17] * _W[18]))
    return _repeated(_bounded(lost))


def interval(stability: Floats, retention: Floats) -> Floats:
    """Returns the whole days, 1 to LONGEST_INTERVAL, until recall falls to `retention`, as `memory.interval` does."""
    return np.asarray(
        np.clip(np.rint(stability * (retention ** (-1 / _DECAY) - 1) / _FACTOR), 1, LONGEST_INTERVAL)
    )


def fuzz_ranges(days: Floats) -> tuple[Floats, Floats]:
    """Returns the shortest and the longest interval that each interval may become, as `fuzz.fuzz_range` does."""
    reach = 1.0 + sum(
        share * np.clip(np.minimum(days, end) - start, 0.0, None) for start, end, share in SHARES
    )
    reach = np.where(days < SHORTEST_FUZZED, 0.0, reach)
    return np.rint(days - reach), np.minimum(np.rint(days + reach), LONGEST_INTERVAL)


def _repeated(stability: Floats) -> Floats:
    return _bounded(stability * np.maximum(np.exp(_W[17] * _W[18]) * stability ** -_W[19], 1.0))


def _harder(difficulty: Floats, step: float) -> Floats:
    moved = difficulty + (10 - difficulty) * step / 9
    # Both of which it is a mean lie below 10.
    return np.asarray(np.maximum(_W[7] * _EASY_DIFFICULTY + (1 - _W[7]) * moved, 1.0))


def _bounded(stability: Floats) -> Floats:
    low, high = STABILITY_BOUNDS
    # On a few hundred numbers np.clip costs several times as much.
    return np.asarray(np.minimum(np.maximum(stability, low), high))


def _first(rating: Rating) -> tuple[float, float]:
    memory = after_review(None, rating, day=_ANY_DAY)
    if rating is Rating.AGAIN:
        memory = after_review(memory, Rating.GOOD, day=_ANY_DAY)
    return memory.stability, memory.difficulty


# Stability and difficulty after a first answer: right and sure, right, and missed but repeated until right.
FIRST_EASY = _first(Rating.EASY)
FIRST_GOOD = _first(Rating.GOOD)
FIRST_AGAIN = _first(Rating.AGAIN)
