"""How true predicted chances were: against what happened, in bins of what was predicted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quizzes.statistics.intervals import Interval, wilson

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The predictions between two tenths: how many, their mean, and how many came true."""

    low: float
    high: float
    predictions: int
    predicted: float
    came_true: int

    @property
    def observed(self) -> float:
        """The share that came true."""
        return self.came_true / self.predictions

    @property
    def interval(self) -> Interval:
        """Wilson's 95 % interval of the share."""
        return wilson(self.came_true, self.predictions)


def reliability(counted: Iterable[tuple[float, int, int]]) -> list[Bin]:
    """Rows of (predicted chance, predictions, came true) gathered into BINS bins; empty ones are left out."""
    sums = [[0.0, 0, 0] for _ in range(BINS)]
    for predicted, predictions, came_true in counted:
        row = sums[min(int(predicted * BINS), BINS - 1)]
        row[0] += predicted * predictions
        row[1] += predictions
        row[2] += came_true
    return [
        Bin(place / BINS, (place + 1) / BINS, int(many), total / many, int(hits))
        for place, (total, many, hits) in enumerate(sums)
        if many
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """The mean distance between predicted and observed, each bin by its size; None without predictions.

    The expected calibration error of M. P. Naeini, G. Cooper and M. Hauskrecht, AAAI 2015, over BINS equal bins.
    """
    total = sum(row.predictions for row in bins)
    if not total:
        return None
    return sum(row.predictions * abs(row.predicted - row.observed) for row in bins) / total
