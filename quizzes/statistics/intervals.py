"""How far a number from few observations may be trusted: intervals for shares and for correlations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import atanh, sqrt, tanh
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included."""

    low: float
    high: float


@cache
def two_sided(level: float) -> float:
    """Returns the z with the share `level` of a standard normal between -z and z: 1.96 for 0.95.

    ValueError unless 0 < level < 1.
    """
    if not 0.0 < level < 1.0:
        raise ValueError(f"a level lies between 0 and 1, not {level}")
    return NormalDist().inv_cdf(0.5 + level / 2)


def wilson(hits: int, of: int, *, level: float = 0.95) -> Interval:
    """Returns Wilson's score interval for a share: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.

    Never leaves 0 to 1 and is of use from the first observation on; [0, 1] before it. Raises ValueError when there
    are more hits than observations.
    """
    if not 0 <= hits <= of:
        raise ValueError(f"{hits} of {of} is no share")
    if of == 0:
        return Interval(0.0, 1.0)
    return _score(hits / of, of, two_sided(level))


def wilson_of_groups(counted: Iterable[tuple[int, int]], *, level: float = 0.95) -> Interval:
    """Returns Wilson's interval for the share of all groups together, from (hits, observations) of each.

    Observations of one group, as the answers of one learner, are alike, so that they count for fewer: all are divided
    by the variance between groups over that of single observations, where that is above 1 (L. Kish, Survey Sampling,
    1965, sections 6.5 and 8.2). ValueError as in `wilson`.
    """
    groups = [(hits, of) for hits, of in counted if of]
    hits, of = sum(hits for hits, _ in groups), sum(of for _, of in groups)
    single = wilson(hits, of, level=level)
    many, share = len(groups), hits / of if of else 0.0
    if many < 2 or not 0.0 < share < 1.0:
        return single
    between = many / (many - 1) * sum((own - share * out_of) ** 2 for own, out_of in groups)
    effect = between / (of * share * (1 - share))
    return _score(share, of / effect, two_sided(level)) if effect > 1 else single


def _score(share: float, of: float, z: float) -> Interval:
    scale = 1 + z * z / of
    centre = (share + z * z / (2 * of)) / scale
    reach = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / scale
    return Interval(max(0.0, centre - reach), min(1.0, centre + reach))


def fisher(r: float, n: int, *, level: float = 0.95) -> Interval:
    """Returns the interval of a correlation `r` of `n` pairs: tanh(atanh r ± z/sqrt(n - 3)), R. A. Fisher, Metron 1
    (1921) 3.

    [-1, 1] below four pairs, which say nothing. Raises ValueError for an `r` outside [-1, 1].
    """
    if not -1.0 <= r <= 1.0:
        raise ValueError(f"a correlation lies between -1 and 1, not {r}")
    if n < 4:
        return Interval(-1.0, 1.0)
    reach = two_sided(level) / sqrt(n - 3)
    # At the very ends atanh is infinite; the interval there closes to a point.
    middle = atanh(max(min(r, 1 - 1e-12), -1 + 1e-12))
    return Interval(tanh(middle - reach), tanh(middle + reach))
