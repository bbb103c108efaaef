"""Occurrence moments: when a wall-clock hour falls on each date where someone lives.

Every date of the local calendar has exactly one: the hour itself, its first stroke where the clock strikes it
twice, the first moment after the gap where the clock skips it. A date that was left out altogether (Apia had no
30 December 2011) has none.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from quizzes.scheduling.days import hour_begins, local_date

# The clocks of several machines may differ by this much: a moment farther ahead was written down by a wrong one.
SKEW = timedelta(minutes=1)

# A gap may carry a moment into the next date, an overlap may bring midnight twice: the search begins one date beyond.
_BEYOND = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """The date something is due for, and the moment, in UTC, at which it is."""

    day: date
    moment: datetime


def occurrence_on(day: date, *, hour: int, zone: str) -> Occurrence | None:
    """Returns the due moment of a date; None where the date does not exist. Errors as in `days.hour_begins`."""
    if local_date(hour_begins(day, 0, zone=zone), zone=zone) != day:
        return None
    return Occurrence(day, hour_begins(day, hour, zone=zone))


def last_occurrence(now: datetime, *, hour: int, zone: str) -> Occurrence:
    """Returns the latest due moment that is not after `now`."""
    first = local_date(now, zone=zone) + _BEYOND
    return next(
        due
        for back in count()
        if (due := occurrence_on(first - timedelta(days=back), hour=hour, zone=zone)) and due.moment <= now
    )


def next_occurrence(now: datetime, *, hour: int, zone: str) -> Occurrence:
    """Returns the earliest due moment after `now`."""
    first = local_date(now, zone=zone) - _BEYOND
    return next(
        due
        for ahead in count()
        if (due := occurrence_on(first + timedelta(days=ahead), hour=hour, zone=zone)) and due.moment > now
    )
