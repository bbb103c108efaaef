"""Classical statistics of questions: how hard, how telling, which answers, how reliable a set is.

They hold for first attempts only. Spaced repetition brings a question back when its recall has fallen to a target, so
later answers are right about as often whatever the question; what those say is in `residual`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean

from quizzes.statistics.intervals import Interval, fisher

# A rest score from fewer other questions says too little about a learner.
FEWEST_OTHERS = 5
# A correlation of two points is always perfect.
_FEWEST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Correlation:
    """A correlation of `n` pairs with its 95 % interval by Fisher's z."""

    r: float
    n: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Residual:
    """How much more (or, below 0, less) often a question was recalled than the memory model had predicted.

    `value` is the mean of observed minus predicted, `error` its standard error if the model is right.
    """

    value: float
    error: float
    n: int

    @property
    def z(self) -> float:
        """The residual in standard errors; 0 where there was nothing to be surprised by."""
        return self.value / self.error if self.error else 0.0


@dataclass(frozen=True, slots=True)
class AnswerCount:
    """One answer to a question: how many gave it, and the mean rest score of those who have one (None if none do)."""

    answer: str
    verdict: str
    count: int
    rest: float | None
    rested: int


def facility(scores: Sequence[float]) -> float:
    """Returns the mean score, 0 to 1; the higher, the easier (Moodle: facility index). Raises ValueError without
    scores.
    """
    if not scores:
        raise ValueError("no answers, no facility")
    return fmean(scores)


def rest_scores(scores: Mapping[int, float], *, fewest: int = FEWEST_OTHERS) -> dict[int, float]:
    """For each question of one learner the mean score on the others; empty below `fewest` others."""
    others = len(scores) - 1
    if others < max(fewest, 1):
        return {}
    total = sum(scores.values())
    return {question: (total - score) / others for question, score in scores.items()}


def correlation(pairs: Sequence[tuple[float, float]]) -> Correlation | None:
    """Returns pearson's r of the pairs; None below three of them or where one side does not vary.

    Between the scores on a question and the rest scores (`rest_scores`) it is the corrected item-rest discrimination:
    S. Henrysson, Psychometrika 28 (1963) 211; Moodle divides the same covariance.
    """
    if len(pairs) < _FEWEST_PAIRS:
        return None
    mean_x = fmean(x for x, _ in pairs)
    mean_y = fmean(y for _, y in pairs)
    xx = sum((x - mean_x) ** 2 for x, _ in pairs)
    yy = sum((y - mean_y) ** 2 for _, y in pairs)
    # Equal numbers do not always have their own value as their mean.
    if xx < 1e-12 or yy < 1e-12:
        return None
    xy = sum((x - mean_x) * (y - mean_y) for x, y in pairs)
    r = max(-1.0, min(1.0, xy / sqrt(xx * yy)))
    return Correlation(r, len(pairs), fisher(r, len(pairs)))


def answers(given: Iterable[tuple[str, str, float | None]]) -> list[AnswerCount]:
    """Returns the answers (what, the verdict on it, the learner's rest score or None) gathered, the most frequent
    first.

    Distractor analysis: an answer chosen by those who know the rest better than those who chose the right one is
    suspicious. F. M. Lord and M. R. Novick, Statistical Theories of Mental Test Scores (1968), chapter 15.
    """
    gathered: dict[tuple[str, str], list[float | None]] = defaultdict(list)
    for answer, verdict, rest in given:
        gathered[answer, verdict].append(rest)
    rows = []
    for (answer, verdict), rests in gathered.items():
        known = [rest for rest in rests if rest is not None]
        rows.append(AnswerCount(answer, verdict, len(rests), fmean(known) if known else None, len(known)))
    return sorted(rows, key=lambda row: (-row.count, row.answer, row.verdict))


def kr20(matrix: Sequence[Sequence[float]]) -> float | None:
    """Returns the reliability of a set answered whole: k/(k - 1) (1 - Σ var(x_i)/var(total)), variances over all
    learners.

    One row a learner, one column a question. For right-or-wrong scores this is formula 20 of G. F. Kuder and M. W.
    Richardson, Psychometrika 2 (1937) 151, for partial ones Cronbach's alpha. None below two learners or two questions,
    and where all totals are equal. Raises ValueError for rows of different lengths.
    """
    if len({len(row) for row in matrix}) > 1:
        raise ValueError("every learner must have answered every question of the set")
    if len(matrix) < 2 or len(matrix[0]) < 2:
        return None
    spread = _variance([sum(row) for row in matrix])
    if spread < 1e-12:
        return None
    questions = len(matrix[0])
    within = sum(_variance(column) for column in zip(*matrix, strict=True))
    return questions / (questions - 1) * (1 - within / spread)


def residual(*, recalled: int, predicted: float, variance: float, n: int) -> Residual | None:
    """Returns from sums over later answers: how many were recalled, Σ R and Σ R(1 - R); None without answers.

    e = Σ (y - R)/n with standard error sqrt(Σ R(1 - R))/n: the variance of a Poisson binomial, R being the recall the
    memory model predicted for each answer.
    """
    if not n:
        return None
    return Residual((recalled - predicted) / n, sqrt(max(variance, 0.0)) / n, n)


def _variance(values: Sequence[float]) -> float:
    mean = fmean(values)
    return fmean((value - mean) ** 2 for value in values)
