"""Small, deterministic shifts of intervals: what was learnt together must not come back together for ever.

The bounds are FSRS's: one day, plus 15 % of the part between 2.5 and 7 days, 10 % of that up to 20, 5 % of
the rest. Every choice below is a fixed order over days that the rating does not enter, seen through a window
that only moves later as intervals grow. That is why a better rating never brings the next day nearer,
balanced or not.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from math import floor, inf
from types import MappingProxyType

from quizzes.scheduling.memory import LONGEST_INTERVAL
from quizzes.scheduling.prng import draw

SHARES = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, inf, 0.05))
SHORTEST_FUZZED = 2.5
_NO_LOAD: Mapping[date, int] = MappingProxyType({})


def fuzz_range(days: int) -> tuple[int, int]:
    """Returns the shortest and longest interval, in days, that `days` may become; itself twice below 2.5 days."""
    if days < SHORTEST_FUZZED:
        return days, days
    reach = 1.0 + sum(share * max(min(days, end) - start, 0.0) for start, end, share in SHARES)
    return round(days - reach), min(round(days + reach), LONGEST_INTERVAL)


def fuzzed_interval(days: int, *, previous: int, grew: bool, seed: str) -> int:
    """`days` moved within its fuzz range as the seed says; uniform over seeds, always the same for one seed.

    Never below `previous`, the interval applied before, when stability `grew`.
    """
    shortest, longest = _window(days, previous=previous, grew=grew)
    return shortest + floor(draw(seed) * (longest - shortest + 1))


def due_day(
    *,
    from_day: date,
    days: int,
    previous: int,
    grew: bool,
    seed: str,
    load: Mapping[date, int] = _NO_LOAD,
) -> date:
    """Returns the study day to come back on, `days` after `from_day` give or take the fuzz.

    `load` counts what is already due on a day: the day of the range with the least is taken; the seed breaks ties.
    Without any, the answer is `from_day` plus `fuzzed_interval`.
    """
    if not load:
        return from_day + timedelta(days=fuzzed_interval(days, previous=previous, grew=grew, seed=seed))
    shortest, longest = _window(days, previous=previous, grew=grew)
    candidates = [from_day + timedelta(days=d) for d in range(shortest, longest + 1)]

    def lightness(day: date) -> tuple[int, float]:
        return -load.get(day, 0), draw(f"{seed}:{day.isoformat()}")

    return max(candidates, key=lightness)


def _window(days: int, *, previous: int, grew: bool) -> tuple[int, int]:
    shortest, longest = fuzz_range(days)
    if grew:
        shortest = max(shortest, previous)
    return shortest, max(shortest, longest)
