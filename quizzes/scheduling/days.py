"""Study days: whose "today" an answer belongs to.

A study day runs from the rollover hour on the learner's own wall clock to the same hour next morning, so an
answer at one in the night still counts for the evening. With rollover hours 4, 5 and 6 no clock change since
2000 moves a study day backwards; with earlier ones some do, which is why they are not offered.

Zones come from the pinned `tzdata` package, not from the host, so two machines agree on every day.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

ROLLOVER_HOURS = (4, 5, 6)
DEFAULT_ROLLOVER_HOUR = 4

# Names that browsers and older systems still send and tzdata no longer lists.
_OLD_NAMES = {
    "Canada/East-Saskatchewan": "America/Regina",
    "Etc/Unknown": "UTC",
    "US/Pacific-New": "America/Los_Angeles",
    "Z": "UTC",
}
# tzdata's stand-in for "no zone was chosen": it is listed, but nobody lives there.
_NOT_A_PLACE = frozenset({"Factory"})


def study_day(moment: datetime, *, zone: str, rollover_hour: int) -> date:
    """Returns the local date of `moment` in `zone`, where the hours before `rollover_hour` still belong to yesterday.

    ValueError for a moment without a zone, an unknown zone, or a rollover hour not in ROLLOVER_HOURS.
    """
    if moment.utcoffset() is None:
        raise ValueError("a study day needs a moment with a time zone")
    _check_rollover(rollover_hour)
    # Hours are taken off what the clock on the wall shows, whatever it skips or strikes twice.
    return (moment.astimezone(_zone(zone)) - timedelta(hours=rollover_hour)).date()


def day_begins(day: date, *, zone: str, rollover_hour: int) -> datetime:
    """Returns the moment, in UTC, at which the study day begins.

    Where the clock skips the rollover hour, the first moment after the gap; where it strikes twice, the
    first. So `study_day(day_begins(d)) == d`, and one instant earlier it is the day before. Errors as in
    `study_day`.
    """
    _check_rollover(rollover_hour)
    return hour_begins(day, rollover_hour, zone=zone)


def hour_begins(day: date, hour: int, *, zone: str) -> datetime:
    """Returns the moment, in UTC, at which the clock in `zone` first shows `hour` (0 to 23) or more on the date.

    Where the clock skips the hour, the first moment after the gap; where it strikes twice, the first.
    ValueError for an unknown zone or an hour out of range.
    """
    local = datetime.combine(day, time(hour), tzinfo=_zone(zone))
    # Of a wall time that does not exist, one fold lands before the gap and the other after it.
    late, early = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if early >= late:
        return late
    return _change_between(early, late, _zone(zone))


def moment_of(wall: datetime, *, zone: str) -> datetime:
    """Returns the moment, in UTC, at which clocks in `zone` show the wall time (a datetime without a zone).

    One that the clock skips is as long after the gap as it lies in it; of one that it strikes twice, the first
    (RFC 5545, section 3.3.5). Raises ValueError for a wall time with a zone, or an unknown zone.
    """
    if wall.tzinfo is not None:
        raise ValueError("a wall time has no zone of its own")
    return wall.replace(tzinfo=_zone(zone), fold=0).astimezone(UTC)


def wall_time(moment: datetime, *, zone: str) -> datetime:
    """Returns what clocks in `zone` show at `moment`, without a zone. ValueError as in `study_day`."""
    if moment.utcoffset() is None:
        raise ValueError("a wall time needs a moment with a time zone")
    return moment.astimezone(_zone(zone)).replace(tzinfo=None)


def local_date(moment: datetime, *, zone: str) -> date:
    """Returns the date on the calendar in `zone`. Raises ValueError for an unknown zone."""
    return moment.astimezone(_zone(zone)).date()


def zone_or_utc(name: str) -> tuple[str, bool]:
    """Returns a zone name that is safe to store, and whether `name` was understood; never raises.

    Known names, old spellings included ("Asia/Calcutta"), come back as they are; retired ones become their
    successor; anything else, however odd, becomes ("UTC", False), so that the page can say so.
    """
    name = _OLD_NAMES.get(name, name)
    return (name, True) if name in zone_names() else ("UTC", False)


@cache
def zone_names() -> frozenset[str]:
    """Returns every zone name a learner may have."""
    listed = files("tzdata").joinpath("zones").read_text(encoding="ascii").split()
    return frozenset(listed) - _NOT_A_PLACE


@cache
def _zone(name: str) -> ZoneInfo:
    if name not in zone_names():
        raise ValueError(f"unknown time zone {name!r}")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as compiled:
        return ZoneInfo.from_file(compiled, key=name)


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """Returns the moment the clock changed: the first one, in whole seconds, at the offset of `late`."""
    before = early.astimezone(zone).utcoffset()
    seconds = int((late - early).total_seconds())
    low, high = 0, seconds
    while high - low > 1:
        middle = (low + high) // 2
        if (early + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return early + timedelta(seconds=high)


def _check_rollover(hour: int) -> None:
    if hour not in ROLLOVER_HOURS:
        raise ValueError(f"a study day rolls over at 4, 5 or 6, not at {hour}")
