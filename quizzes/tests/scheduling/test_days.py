from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.scheduling.days import (
    DEFAULT_ROLLOVER_HOUR,
    ROLLOVER_HOURS,
    day_begins,
    hour_begins,
    study_day,
    zone_names,
    zone_or_utc,
)

ALL_ZONES = sorted(zone_names())
INSTANT = timedelta(microseconds=1)
zones = st.sampled_from(ALL_ZONES)
rollovers = st.sampled_from(ROLLOVER_HOURS)


@cache
def clock_changes(zone: str, first_year: int, last_year: int) -> list[date]:
    """The days on which the zone's offset differs from the day before's."""
    info = ZoneInfo(zone)
    noon = datetime(first_year, 1, 1, 12, tzinfo=UTC)
    changes, before = [], noon.astimezone(info).utcoffset()
    while noon.year <= last_year:
        now = noon.astimezone(info).utcoffset()
        if now != before:
            changes.append(noon.date())
        before = now
        noon += timedelta(days=1)
    return changes


def assert_begins_exactly(day: date, zone: str, rollover_hour: int) -> None:
    begins = day_begins(day, zone=zone, rollover_hour=rollover_hour)
    assert begins.tzinfo is UTC
    assert study_day(begins, zone=zone, rollover_hour=rollover_hour) == day, (zone, day)
    assert study_day(begins - INSTANT, zone=zone, rollover_hour=rollover_hour) == day - timedelta(days=1)


def test_an_answer_in_the_small_hours_belongs_to_the_evening_before() -> None:
    late = datetime(2026, 3, 10, 3, 59, 59, tzinfo=UTC)
    assert study_day(late, zone="UTC", rollover_hour=DEFAULT_ROLLOVER_HOUR) == date(2026, 3, 9)
    assert study_day(late + timedelta(seconds=1), zone="UTC", rollover_hour=DEFAULT_ROLLOVER_HOUR) == date(
        2026, 3, 10
    )
    assert study_day(late + timedelta(seconds=1), zone="UTC", rollover_hour=5) == date(2026, 3, 9)


def test_ten_hours_over_night_are_one_day_and_ten_hours_of_one_day_are_none() -> None:
    """24 hours are not a day: who sleeps once has let one day pass."""
    evening = datetime(2026, 3, 10, 22, tzinfo=UTC)
    morning = evening + timedelta(hours=10)
    assert study_day(morning, zone="UTC", rollover_hour=4) - study_day(
        evening, zone="UTC", rollover_hour=4
    ) == timedelta(days=1)
    early = datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert study_day(early, zone="UTC", rollover_hour=4) == study_day(
        early + timedelta(hours=18), zone="UTC", rollover_hour=4
    )


@pytest.mark.parametrize("rollover_hour", ROLLOVER_HOURS)
def test_every_zone_has_every_day_begin_once_around_the_clock_changes_of_a_year(rollover_hour: int) -> None:
    for zone in ALL_ZONES:
        for change in [*clock_changes(zone, 2026, 2026), date(2026, 7, 1)]:
            for shift in (-1, 0, 1):
                assert_begins_exactly(change + timedelta(days=shift), zone, rollover_hour)


@given(zones, st.dates(date(2000, 1, 2), date(2037, 12, 30)), rollovers)
@settings(deadline=None)
@example("Pacific/Apia", date(2011, 12, 30), 4)
@example("Pacific/Fakaofo", date(2011, 12, 30), 6)
@example("Asia/Pyongyang", date(2018, 5, 5), 4)
@example("Australia/Lord_Howe", date(2026, 4, 5), 4)
@example("America/Caracas", date(2007, 12, 9), 4)
def test_a_study_day_begins_at_its_first_instant(zone: str, day: date, rollover_hour: int) -> None:
    assert_begins_exactly(day, zone, rollover_hour)


@given(zones, rollovers, st.data())
@settings(deadline=None, max_examples=examples(60))
def test_a_study_day_never_moves_backwards(zone: str, rollover_hour: int, data: st.DataObject) -> None:
    """2000 to 2037, a quarter of an hour at a time over the two days around a clock change."""
    change = data.draw(st.sampled_from(clock_changes(zone, 2000, 2037) or [date(2020, 2, 29)]))
    midnight = datetime(change.year, change.month, change.day, tzinfo=UTC)
    moments = (midnight + timedelta(minutes=15 * n) for n in range(-4 * 24, 4 * 24))
    days = [study_day(moment, zone=zone, rollover_hour=rollover_hour) for moment in moments]
    assert days == sorted(days)


def test_an_earlier_rollover_would_move_days_backwards_which_is_why_it_is_refused() -> None:
    """Havana sets its clock back from 01:00 to 00:00: with a rollover at 1, yesterday would come again."""
    for hour in (0, 1, 3, 7, 24, -1):
        with pytest.raises(ValueError, match="4, 5 or 6"):
            study_day(datetime(2026, 11, 1, tzinfo=UTC), zone="America/Havana", rollover_hour=hour)
        with pytest.raises(ValueError, match="4, 5 or 6"):
            day_begins(date(2026, 11, 1), zone="America/Havana", rollover_hour=hour)


def test_a_day_begins_with_the_first_moment_after_a_gap() -> None:
    """Apia skipped 30 December 2011: its study day has the four hours of the 31st before the rollover."""
    begins = day_begins(date(2011, 12, 30), zone="Pacific/Apia", rollover_hour=4)
    assert begins == datetime(2011, 12, 30, 10, tzinfo=UTC)
    following = day_begins(date(2011, 12, 31), zone="Pacific/Apia", rollover_hour=4)
    assert following - begins == timedelta(hours=4)


@pytest.mark.parametrize(
    ("zone", "day", "hour", "begins"),
    [
        # At a minute past midnight the clock went on to a minute past one, the second time past two.
        ("America/St_Johns", date(2005, 4, 3), 1, datetime(2005, 4, 3, 3, 31, tzinfo=UTC)),
        ("America/St_Johns", date(1988, 4, 3), 1, datetime(1988, 4, 3, 3, 31, tzinfo=UTC)),
        ("America/St_Johns", date(1988, 4, 3), 2, datetime(1988, 4, 3, 3, 31, tzinfo=UTC)),
        # From half past eleven in the evening to half past midnight.
        ("America/Toronto", date(1919, 3, 31), 0, datetime(1919, 3, 31, 4, 30, tzinfo=UTC)),
    ],
)
def test_an_hour_within_a_gap_begins_where_the_clock_jumps_over_it(
    zone: str, day: date, hour: int, begins: datetime
) -> None:
    assert hour_begins(day, hour, zone=zone) == begins
    before, after = (
        moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        for moment in (begins - timedelta(seconds=1), begins)
    )
    assert before < datetime.combine(day, time(hour)) < after


def test_a_day_begins_with_the_first_of_two_equal_wall_times() -> None:
    """Baku set its clock back from 05:00 to 04:00 on 31 October 2004, so 04:00 came twice."""
    begins = day_begins(date(2004, 10, 31), zone="Asia/Baku", rollover_hour=4)
    assert begins == datetime(2004, 10, 30, 23, tzinfo=UTC)
    again = begins + timedelta(hours=1)
    assert again.astimezone(ZoneInfo("Asia/Baku")).hour == 4
    assert study_day(again, zone="Asia/Baku", rollover_hour=4) == date(2004, 10, 31)


def test_a_flight_from_tokyo_to_lisbon_gives_one_day_twice_as_long_and_loses_none() -> None:
    """The date line of a learner is where they say they are: the day goes on after landing."""
    take_off = datetime(2026, 6, 10, 1, tzinfo=UTC)
    at_home = study_day(take_off, zone="Asia/Tokyo", rollover_hour=4)
    landed = study_day(take_off + timedelta(hours=15), zone="Europe/Lisbon", rollover_hour=4)
    assert at_home == landed == date(2026, 6, 10)
    just_moved = study_day(datetime(2026, 6, 10, 20, tzinfo=UTC), zone="Asia/Tokyo", rollover_hour=4)
    assert just_moved == date(2026, 6, 11)
    assert study_day(datetime(2026, 6, 10, 20, tzinfo=UTC), zone="Europe/Lisbon", rollover_hour=4) == date(
        2026, 6, 10
    )


def test_the_moment_counts_and_not_the_zone_it_is_written_in() -> None:
    written_in_utc = datetime(2026, 6, 10, 23, tzinfo=UTC)
    written_in_delhi = written_in_utc.astimezone(ZoneInfo("Asia/Kolkata"))
    assert study_day(written_in_utc, zone="Asia/Tokyo", rollover_hour=4) == study_day(
        written_in_delhi, zone="Asia/Tokyo", rollover_hour=4
    )


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        study_day(datetime(2026, 6, 10, 23, tzinfo=UTC).replace(tzinfo=None), zone="UTC", rollover_hour=4)


def test_an_unknown_zone_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Mars/Olympus"):
        study_day(datetime(2026, 6, 10, tzinfo=UTC), zone="Mars/Olympus", rollover_hour=4)


@pytest.mark.parametrize(
    "name", ["Europe/Lisbon", "Asia/Calcutta", "America/Buenos_Aires", "UTC", "Etc/GMT+3"]
)
def test_a_known_zone_is_kept_as_it_is_spelt(name: str) -> None:
    assert zone_or_utc(name) == (name, True)


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("US/Pacific-New", "America/Los_Angeles"),
        ("Canada/East-Saskatchewan", "America/Regina"),
        ("Etc/Unknown", "UTC"),
        ("Z", "UTC"),
    ],
)
def test_a_retired_zone_becomes_its_successor(old: str, now: str) -> None:
    assert zone_or_utc(old) == (now, True)


@pytest.mark.parametrize(
    "name", ["", "Factory", "../../etc/passwd", "/etc/localtime", "Europe", "europe/lisbon ", "a\0b", "zones"]
)
def test_an_odd_zone_is_utc_and_says_so(name: str) -> None:
    assert zone_or_utc(name) == ("UTC", False)


@given(st.text(alphabet=st.characters(exclude_categories=[])))
def test_no_text_makes_the_zone_lookup_raise(name: str) -> None:
    zone, known = zone_or_utc(name)
    assert zone in zone_names()
    assert known or zone == "UTC"


def test_every_zone_offered_can_be_used() -> None:
    for zone in ALL_ZONES:
        assert study_day(datetime(2026, 6, 10, 12, tzinfo=UTC), zone=zone, rollover_hour=4)
