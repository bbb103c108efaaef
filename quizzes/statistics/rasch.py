"""First attempts: how able learners are and how difficult questions are, by Rasch's model.

A learner of ability a answers a question of difficulty d right at first sight with chance 1/(1 + exp(d - a)) (G. Rasch,
Probabilistic Models for Some Intelligence and Attainment Tests, 1960). Both are in log odds and drawn from normal
distributions, whose spreads are learnt from the answers, too; an estimate is the mode, its error that of Laplace's
approximation (F. B. Baker and S.-H. Kim, Item Response Theory, 2nd edition 2004, chapters 7 and 9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, pi, sqrt
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.floating[Any]]

# How far learners, and how far questions, are believed to be apart before any answer: standard deviations in log odds.
SPREAD = 1.0
# What is believed about either spread counts as much as so many learners or questions.
_BELIEVED = 10
_ROUNDS = 40
# Three nodes and weights of Gauss-Hermite quadrature for a standard normal.
NODES = ((-sqrt(3), 1 / 6), (0.0, 2 / 3), (sqrt(3), 1 / 6))


@dataclass(frozen=True, slots=True)
class LogOdds:
    """An ability or a difficulty in log odds, and its standard error."""

    mean: float
    deviation: float


# A learner, and a question, of whom nothing is known: half of all first attempts are right.
ANYONE = LogOdds(0.0, sqrt(2) * SPREAD)
ANYTHING = LogOdds(0.0, SPREAD)


@dataclass(frozen=True, slots=True)
class Rasch:
    """What first attempts tell: abilities by learner, difficulties by question, and those of all others."""

    abilities: Mapping[int, LogOdds] = field(default_factory=dict)
    difficulties: Mapping[int, LogOdds] = field(default_factory=dict)
    anyone: LogOdds = ANYONE
    anything: LogOdds = ANYTHING

    def ability(self, learner: int) -> LogOdds:
        """Returns the learner's ability; the mean of all, widely, for one who never answered."""
        return self.abilities.get(learner, self.anyone)

    def difficulty(self, question: int) -> LogOdds:
        """Returns the question's difficulty; the mean of all, widely, for one nobody answered."""
        return self.difficulties.get(question, self.anything)


def chance(ability: float, difficulty: LogOdds) -> float:
    """Returns the chance to be right at first sight, averaged over what is not known of the question.

    A logistic function averaged over a normal distribution is about the function of the mean, divided by
    sqrt(1 + pi v/8) (D. J. C. MacKay, Neural Computation 4 (1992) 720).
    """
    scale = sqrt(1 + pi * difficulty.deviation**2 / 8)
    return 1 / (1 + exp((difficulty.mean - ability) / scale))


def expected(ability: LogOdds, difficulty: LogOdds) -> float:
    """Returns the same averaged over what is not known of the learner, too."""
    return sum(weight * chance(ability.mean + ability.deviation * node, difficulty) for node, weight in NODES)


def fit(attempts: Iterable[tuple[int, int, bool]]) -> Rasch:
    """Abilities and difficulties from rows of (learner, question, right), one row for each first attempt."""
    rows = list(attempts)
    if not rows:
        return Rasch()
    learners, who = np.unique([row[0] for row in rows], return_inverse=True)
    questions, what = np.unique([row[1] for row in rows], return_inverse=True)
    right = np.array([row[2] for row in rows], dtype=float)
    ability: Floats = np.zeros(len(learners))
    difficulty: Floats = np.zeros(len(questions))
    centre, apart, hard = 0.0, SPREAD**2, SPREAD**2
    told: Floats = np.full(len(learners), 1 / apart)
    asked: Floats = np.full(len(questions), 1 / hard)
    for _ in range(_ROUNDS):
        ability, told = _step(ability, who, right, difficulty[what], 1 / asked[what], centre, apart)
        turned, asked = _step(-difficulty, what, right, -ability[who], 1 / told[who], 0.0, hard)
        difficulty = -turned
        sure = len(learners) / apart + SPREAD**-2
        centre = float(ability.sum()) / apart / sure
        apart = _spread(ability - centre, told)
        hard = _spread(difficulty, asked)
    # That the questions asked are as difficult as others is known only as well as so many questions tell.
    drawn = hard / len(questions)
    errors = np.sqrt(1 / told + drawn)
    return Rasch(
        dict(zip(learners.tolist(), map(LogOdds, ability.tolist(), errors.tolist()), strict=True)),
        dict(zip(questions.tolist(), map(LogOdds, difficulty.tolist(), (asked**-0.5).tolist()), strict=True)),
        LogOdds(centre, sqrt(apart + 1 / sure + drawn)),
        LogOdds(0.0, sqrt(hard)),
    )


def _step(  # noqa: PLR0917 -- all of one formula
    value: Floats,
    of: NDArray[np.intp],
    right: Floats,
    against: Floats,
    unknown: Floats,
    centre: float,
    variance: float,
) -> tuple[Floats, Floats]:
    """Returns one step of Newton's method towards the mode of each value, and the precision there.

    Chances are averaged over what each answer was given `against`, known but for a variance `unknown`, as in `chance`:
    taken for sure, it would draw all values together.
    """
    scale = 1 / np.sqrt(1 + pi * unknown / 8)
    p = 1 / (1 + np.exp((against - value[of]) * scale))
    slope: Floats = np.bincount(of, (right - p) * scale, len(value)) - (value - centre) / variance
    precision: Floats = np.bincount(of, p * (1 - p) * scale**2, len(value)) + 1 / variance
    return value + np.clip(slope / precision, -1.0, 1.0), precision


def _spread(off: Floats, precision: Floats) -> float:
    """Returns the variance of which the values are drawn: the step of the EM algorithm, with what was believed."""
    return float(_BELIEVED * SPREAD**2 + (off**2 + 1 / precision).sum()) / (_BELIEVED + len(off))
