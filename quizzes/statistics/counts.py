"""How many of several independent things will happen, each with its own chance: the Poisson binomial.

Exact up to EXACT_UP_TO chances, by adding one after the other (R. E. Barlow and K. D. Heidtmann, IEEE Trans. Reliab.
R-33 (1984) 322). Beyond, the normal approximation with continuity and skewness corrected (A. Yu. Volkova, Theory
Probab. Appl. 40 (1996) 791; "refined normal approximation" in Y. Hong, Comput. Stat. Data Anal. 59 (2013) 41): its
distribution function is then within 0.005 of the exact one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import erf, exp, floor, pi, sqrt

import numpy as np

from quizzes.statistics.intervals import Interval

EXACT_UP_TO = 60


@dataclass(frozen=True, slots=True)
class Count:
    """The distribution of a count from 0 to `of`. `exactly` holds its chances where they were added up."""

    of: int
    mean: float
    variance: float
    skewness: float
    exactly: Sequence[float] | None

    def at_most(self, count: int) -> float:
        """Returns P(at most so many)."""
        if count < 0:
            return 0.0
        if count >= self.of:
            return 1.0
        if self.exactly is not None:
            return min(1.0, sum(self.exactly[: count + 1]))
        if self.variance <= 1e-12:
            return float(count >= self.mean - 1e-9)
        z = (count + 0.5 - self.mean) / sqrt(self.variance)
        density = exp(-z * z / 2) / sqrt(2 * pi)
        chance = 0.5 * (1 + erf(z / sqrt(2))) + self.skewness * (1 - z * z) * density / 6
        return min(max(chance, 0.0), 1.0)

    def __add__(self, other: Count) -> Count:
        """Returns how many of the things of both will happen, when those of one do not hang on those of the other."""
        of, variance = self.of + other.of, self.variance + other.variance
        third = self.skewness * self.variance**1.5 + other.skewness * other.variance**1.5
        exactly = None
        if of <= EXACT_UP_TO and self.exactly is not None and other.exactly is not None:
            exactly = np.convolve(self.exactly, other.exactly).tolist()
        skewness = third / variance**1.5 if variance > 1e-12 else 0.0
        return Count(of, self.mean + other.mean, variance, skewness, exactly)


@dataclass(frozen=True, slots=True)
class Mixture:
    """A count whose chances are not known for sure: one distribution for each way they may be, with its weight.

    The weights add up to 1, and all counts are `of` the same number of things.
    """

    parts: Sequence[tuple[float, Count]]

    @property
    def of(self) -> int:
        """The highest count there can be."""
        return self.parts[0][1].of

    @property
    def mean(self) -> float:
        """The expected count."""
        return sum(weight * count.mean for weight, count in self.parts)

    def at_most(self, count: int) -> float:
        """Returns P(at most so many)."""
        return sum(weight * part.at_most(count) for weight, part in self.parts)

    def at_least(self, count: int) -> float:
        """Returns P(at least so many)."""
        return 1.0 - self.at_most(count - 1)

    def interval(self, level: float) -> Interval:
        """Returns the counts with P(fewer) + P(exactly so many)/2 between (1 - level)/2 and 1 - (1 - level)/2.

        By this mid-P rule (H. O. Lancaster, J. Am. Stat. Assoc. 56 (1961) 223) an interval of whole counts holds the
        count with the chance `level` on average; leaving at most half the rest on either side, it would hold it more
        often, and the more so the fewer counts there are.
        """
        tail = (1 - level) / 2
        low = self._first(lambda middle: middle >= tail)
        return Interval(low, max(low, self._first(lambda middle: middle > 1 - tail) - 1))

    def _first(self, reached: Callable[[float], bool]) -> int:
        """Returns the smallest count whose P(fewer) + P(exactly it)/2 has `reached` what never ends again; else `of` +
        1.
        """
        low, high = 0, self.of + 1
        while low < high:
            count = (low + high) // 2
            if reached((self.at_most(count - 1) + self.at_most(count)) / 2):
                high = count
            else:
                low = count + 1
        return low


def count_of(chances: Sequence[float]) -> Count:
    """Returns the number of of the things will happen, each with its own chance."""
    mean = sum(chances)
    variance = sum(chance * (1 - chance) for chance in chances)
    third = sum(chance * (1 - chance) * (1 - 2 * chance) for chance in chances)
    exactly = distribution(chances) if len(chances) <= EXACT_UP_TO else None
    skewness = third / variance**1.5 if variance > 1e-12 else 0.0
    return Count(len(chances), mean, variance, skewness, exactly)


def distribution(chances: Sequence[float]) -> list[float]:
    """Returns P(exactly k) for k = 0 … len(chances), however many there are; quadratic in their number."""
    exactly = [1.0]
    for chance in chances:
        other = 1.0 - chance
        exactly = [
            not_now * other + now * chance
            for not_now, now in zip([*exactly, 0.0], [0.0, *exactly], strict=True)
        ]
    return exactly


def needed(share: float, of: int) -> int:
    """Returns the least count that is at least `share` of `of`, whatever the last digit of the floats says."""
    wanted = share * of
    return floor(wanted) if wanted - floor(wanted) < 1e-9 else floor(wanted) + 1
