"""How true predicted chances were: against what happened, in bins of what was predicted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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


def reliability(counted: Iterable[tuple[float, int, int]]) -> list[Bin]:
    """Returns rows of (predicted chance, predictions, came true) gathered into BINS bins; empty ones are left out."""
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


def equal_groups(counted: Iterable[tuple[float, int, int]], *, groups: int, least: int) -> list[Bin]:
    """Returns rows of (predicted chance, predictions, came true) gathered into up to `groups` groups of about equal
    size.

    Neighbouring rows stay together until a group holds its share of all predictions, and `least` of them at least.
    Predictions that lie close together are told apart where bins of equal width would hold all of them in one.
    """
    rows = sorted(row for row in counted if row[1])
    wanted = max(least, sum(many for _, many, _ in rows) / groups)
    gathered: list[list[tuple[float, int, int]]] = []
    for row in rows:
        if gathered and sum(many for _, many, _ in gathered[-1]) < wanted:
            gathered[-1].append(row)
        else:
            gathered.append([row])
    if len(gathered) > 1 and sum(many for _, many, _ in gathered[-1]) < wanted / 2:
        rest = gathered.pop()
        gathered[-1] += rest
    return [
        Bin(
            group[0][0],
            group[-1][0],
            many := sum(row[1] for row in group),
            sum(row[0] * row[1] for row in group) / many,
            sum(row[2] for row in group),
        )
        for group in gathered
    ]


def calibration_error(bins: Sequence[Bin]) -> float | None:
    """Returns the mean distance between predicted and observed, each bin by its size; None without predictions.

    The expected calibration error of M. P. Naeini, G. Cooper and M. Hauskrecht, AAAI 2015, over BINS equal bins.
    """
    total = sum(row.predictions for row in bins)
    if not total:
        return None
    return sum(row.predictions * abs(row.predicted - row.observed) for row in bins) / total
