"""What will be known on a day to come: if nothing more is done, and if the plan is followed.

FSRS-6 with its default parameters (quizzes/scheduling/memory.py) predicts each question; how much longer or shorter
than that one learner keeps things is learnt from their own answers and said with its uncertainty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import exp, inf, log, sqrt

from quizzes.scheduling.memory import DEFAULT_PARAMETERS, STABILITY_BOUNDS, Memory, after_review, interval
from quizzes.scheduling.ratings import Rating
from quizzes.statistics.api import ANYONE, NODES, LogOdds, Mixture, chance, count_of

DECAY = DEFAULT_PARAMETERS[20]
FACTOR = 0.9 ** (-1 / DECAY) - 1
# How far learners are from the model: the standard deviation of log strength before any of their answers is known.
SPREAD = 0.6
# What is believed about a class counts as much as so many of its learners.
_BELIEVED = 10
# How far those were from the model on whom the next three constants were chosen; where learners are further from it,
# or nearer to it, the three are as much greater, or smaller.
TYPICAL = 0.4
# What strength cannot say about a learner: the part of its standard deviation that no number of answers removes. The
# three were chosen on one kind of simulated learners; bench/readiness.py holds them against other kinds.
REMAINDER = 0.22
# The same for a plan, whose steps also hang on how fast this learner's memories grow.
REMAINDER_OF_PLANS = 0.33
# How far the decays w20 of learners are apart: the standard deviation of their logarithms.
DECAY_SPREAD = 0.2
# At a recall so near to 1 an answer says nothing about forgetting.
_TOO_SURE = 0.995
# Five nodes and weights of Gauss-Hermite quadrature for a standard normal (Abramowitz and Stegun, table 25.10).
_NODES = (
    (-2.85697001, 0.01125741),
    (-1.35562618, 0.22207592),
    (0.0, 0.53333334),
    (1.35562618, 0.22207592),
    (2.85697001, 0.01125741),
)
# Plans are worked out for stabilities an eighth of a factor e apart, and for half points of difficulty.
_STABILITY_STEPS = 8
_DIFFICULTY_STEPS = 2
_DAY_ZERO = date.min


@dataclass(frozen=True, slots=True)
class Strength:
    """By which factor a learner's stabilities are longer than the model's: its logarithm's `mean` and `deviation`.

    `scale`: how far the learners around are from the model, by TYPICAL; see `together`.
    """

    mean: float = 0.0
    deviation: float = SPREAD
    scale: float = 1.0

    @property
    def by_chance(self) -> float:
        """The standard deviation that chance in the answers gives to `mean`; 0 before there are any.

        With d the deviation and s = SPREAD that of the prior, the answers have the weight 1 - d^2/s^2 in the mean, and
        a variance of 1/(1/d^2 - 1/s^2) of their own: d sqrt(1 - d^2/s^2).
        """
        return self.deviation * sqrt(max(0.0, 1 - (self.deviation / SPREAD) ** 2))

    def spread(self, recall: float, remainder: float = REMAINDER) -> float:
        """Returns the standard deviation of log strength where the model predicts that recall.

        `remainder` is what strength cannot say anywhere; what it cannot say for want of the learner's own decay is
        nothing at a recall of 0.9, about where questions come back, and the more the further they are left from it.
        """
        unsaid = remainder**2 + (DECAY_SPREAD * _slant(round(recall, 3))) ** 2
        return sqrt(self.deviation**2 + self.scale**2 * unsaid)


def recall_after(stability: float, days: int) -> float:
    """Returns the chance of recall `days` after the last answer: (1 + F t/S)^(-w20), `memory.retrievability` for one
    number.
    """
    return float((1 + FACTOR * max(days, 0) / stability) ** -DECAY)


def with_strength(recall: float, factor: float) -> float:
    """Returns a predicted recall, for a learner whose stabilities are `factor` times the model's.

    From R = (1 + x)^(-w20) follows (1 + x/factor)^(-w20), whatever time and stability gave R.
    """
    return float((1 + _excess(recall) / factor) ** -DECAY)


def strength_of(answers: Iterable[tuple[float, int, int]]) -> Strength:
    """Returns the strength that later first answers of a day tell of: rows of (predicted recall, answers, recalled).

    The mode of log strength, its prior being normal with mean 0 and deviation SPREAD, by Fisher scoring; the deviation
    is that of Laplace's approximation (e.g. Gelman et al., Bayesian Data Analysis, section 4.1).
    """
    rows = [
        (_excess(recall), many, recalled) for recall, many, recalled in answers if 0.0 < recall < _TOO_SURE
    ]
    mean = precision = 0.0
    for _ in range(12):
        slope, precision = -mean * SPREAD**-2, SPREAD**-2
        scale = exp(mean)
        for excess, many, recalled in rows:
            x = excess / scale
            recall = (1 + x) ** -DECAY
            moves = DECAY * x / (1 + x) * recall  # d recall / d log strength
            information = moves / (recall * (1 - recall))
            slope += (recalled - many * recall) * information
            precision += many * moves * information
        step = max(-1.0, min(1.0, slope / precision))
        mean += step
        if abs(step) < 1e-6:
            break
    return Strength(mean, precision**-0.5)


def together(strengths: Sequence[Strength]) -> list[Strength]:
    """Returns the strengths of the learners of a class, each found by `strength_of`, in the light of all the others.

    How far they are from the model is estimated from them: the mean square of their log strengths, by the EM algorithm
    for normal observations with known errors (A. P. Dempster, N. M. Laird and D. B. Rubin, J. R. Stat. Soc. B 39
    (1977) 1, section 4.4; Gelman et al., Bayesian Data Analysis, chapter 5). It takes the place of SPREAD, and
    `scale` tells how much more, or less, one strength leaves unsaid about such a learner: whose strength is far from
    the model has growth, lapses and decay far from it, too.
    """
    own = []
    for one in strengths:
        precision = max(one.deviation**-2 - SPREAD**-2, 0.0)
        own.append((one.mean * one.deviation**-2, precision))
    telling = [(pull, precision) for pull, precision in own if precision > 1e-6]
    square = SPREAD**2
    for _ in range(200):
        prior = 1 / square
        squares = ((pull / (precision + prior)) ** 2 + 1 / (precision + prior) for pull, precision in telling)
        before, square = square, (_BELIEVED * SPREAD**2 + sum(squares)) / (_BELIEVED + len(telling))
        if abs(square - before) < 1e-6:
            break
    scale = sqrt(square) / TYPICAL
    return [
        Strength(pull / (precision + 1 / square), (precision + 1 / square) ** -0.5, scale)
        for pull, precision in own
    ]


def expected(recall: float, strength: Strength, *, remainder: float = REMAINDER) -> float:
    """Returns the chance of a right answer for a learner of that strength, where the model predicts `recall`."""
    spread = strength.spread(recall, remainder)
    return sum(weight * with_strength(recall, exp(strength.mean + spread * node)) for node, weight in _NODES)


def known(
    seen: Sequence[float],
    unseen: Sequence[LogOdds],
    strength: Strength,
    *,
    ability: LogOdds = ANYONE,
    remainder: float = REMAINDER,
) -> Mixture:
    """Returns the number of of a learner's questions will be answered right.

    `seen` are chances of recall as the model predicts them, which strength shifts; `unseen` are the difficulties of
    questions never met, which the learner of that `ability` answers as at first sight (`statistics.rasch`).
    `remainder` as in `Strength.spread`.
    """
    each = [(_excess(recall), strength.spread(recall, remainder)) for recall in seen]
    recalled = [
        (weight, count_of([(1 + x / exp(strength.mean + spread * node)) ** -DECAY for x, spread in each]))
        for node, weight in (_NODES if each else ((0.0, 1.0),))
    ]
    at_sight = [
        (weight, count_of([chance(ability.mean + ability.deviation * node, one) for one in unseen]))
        for node, weight in (NODES if unseen else ((0.0, 1.0),))
    ]
    return Mixture([(a * b, one + other) for a, one in recalled for b, other in at_sight])


def _excess(recall: float) -> float:
    """Returns f t/S where the model predicts that recall; infinite where there is none."""
    return float(recall ** (-1 / DECAY) - 1) if recall > 0 else inf


@lru_cache(maxsize=1001)
def _slant(recall: float) -> float:
    """By how much log strength seems to change with the logarithm of a learner's decay, at that recall.

    With x = F t/S the curve is R = (1 + x)^(-w), F = 0.9^(-1/w) - 1. From d log R/d log w =
    -w log(1 + x) - log(0.9) (1 + F)/F x/(1 + x) and d log R/d log S = w x/(1 + x) follows their ratio.
    """
    x = min(max(recall, 0.001), 0.999) ** (-1 / DECAY) - 1
    by_decay = -DECAY * log(1 + x) - log(0.9) * (1 + FACTOR) / FACTOR * x / (1 + x)
    return float(by_decay * (1 + x) / (DECAY * x))


def if_followed(memory: Memory, *, due: date, today: date, day: date, retention: float = 0.9) -> float:
    """Returns the chance of recall on `day` if the question is answered whenever it is due from `today` on.

    Expected over passing and failing as the model predicts, a failed question being got right the same day; answers on
    `day` itself come too late. Worked out on a grid of memories: a question may be
    off by 0.1 where that moves its last review over the end, many together by less than 0.005.
    """
    low, high = STABILITY_BOUNDS
    return _followed(
        round(log(min(max(memory.stability, low), high)) * _STABILITY_STEPS),
        round(memory.difficulty * _DIFFICULTY_STEPS),
        max((today - memory.day).days, 0),
        max((due - today).days, 0),
        max((day - today).days, 0),
        round(retention, 2),
    )


def if_begun(*, days_left: int, right_first: float, retention: float = 0.9) -> float:
    """Returns the same for a question met for the first time `days_left` days before; `right_first`: its first
    answer's chance.

    When no day is left to meet it, it is met on the day itself, with that chance.
    """
    if days_left <= 0:
        return right_first
    again, good = _first(Rating.AGAIN), _first(Rating.GOOD)
    return (1 - right_first) * _from(again, days_left, retention) + right_first * _from(
        good, days_left, retention
    )


@lru_cache(maxsize=100_000)
def _followed(  # noqa: PLR0917 -- the cache's key
    step: int, half_points: int, since: int, wait: int, left: int, retention: float
) -> float:
    """`if_followed` on the grid: `since` the last answer, `wait` until it is due, `left` until the day."""
    stability = exp(step / _STABILITY_STEPS)
    if wait >= left:
        return recall_after(stability, since + left)
    memory = Memory(stability, half_points / _DIFFICULTY_STEPS, _DAY_ZERO)
    day = _DAY_ZERO + timedelta(days=since + wait)
    passes = recall_after(stability, since + wait)
    held = after_review(memory, Rating.GOOD, day=day)
    lost = after_review(after_review(memory, Rating.AGAIN, day=day), Rating.GOOD, day=day)
    return passes * _from(held, left - wait, retention) + (1 - passes) * _from(lost, left - wait, retention)


def _from(memory: Memory, left: int, retention: float) -> float:
    """Returns the plan from an answer on, `left` days before the day."""
    return _followed(
        round(log(memory.stability) * _STABILITY_STEPS),
        round(memory.difficulty * _DIFFICULTY_STEPS),
        0,
        interval(memory.stability, retention=retention),
        left,
        retention,
    )


@lru_cache(maxsize=4)
def _first(rating: Rating) -> Memory:
    """Returns the memory after a first answer; a miss is got right the same day."""
    memory = after_review(None, rating, day=_DAY_ZERO)
    return after_review(memory, Rating.GOOD, day=_DAY_ZERO) if rating is Rating.AGAIN else memory
