from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.scheduling.days import zone_names
from quizzes.scheduling.recurrence import Occurrence, last_occurrence, next_occurrence, occurrence_on

ZONES = sorted(zone_names())
INSTANT = timedelta(microseconds=1)
zones = st.sampled_from(ZONES)
hours = st.integers(0, 23)
# Samoa and Tokelau moved over the date line.
LEFT_OUT = {(zone, date(2011, 12, 30)) for zone in ("Pacific/Apia", "Pacific/Fakaofo")}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def wall(moment: datetime, zone: str) -> tuple[date, int]:
    """The date and the minutes after midnight that a clock in the zone shows."""
    shown = moment.astimezone(ZoneInfo(zone))
    return shown.date(), 60 * shown.hour + shown.minute


@given(zone=zones, hour=hours, year=st.integers(2000, 2036))
@settings(max_examples=60, deadline=None)
def test_a_year_has_one_due_moment_for_each_local_date_at_the_hour_or_the_first_moment_after_it(
    zone: str, hour: int, year: int
) -> None:
    due = next_occurrence(datetime(year, 1, 1, tzinfo=UTC) - timedelta(days=1), hour=hour, zone=zone)
    for _ in range(367):
        following = next_occurrence(due.moment, hour=hour, zone=zone)
        assert following.moment > due.moment
        assert following.day > due.day
        for skipped in range(1, (following.day - due.day).days):
            assert occurrence_on(due.day + timedelta(days=skipped), hour=hour, zone=zone) is None, (zone, due)
        shown = wall(due.moment, zone)
        before = wall(due.moment - INSTANT, zone)
        assert shown >= (due.day, 60 * hour)
        assert shown == (due.day, 60 * hour) or before < (due.day, 60 * hour), (zone, due, shown)
        due = following


@given(zone=zones, hour=hours, quarters=st.integers(0, 37 * 365 * 96))
@settings(max_examples=300)
def test_every_moment_lies_between_two_neighbouring_due_moments(zone: str, hour: int, quarters: int) -> None:
    now = at("2000-01-01T00:00") + quarters * timedelta(minutes=15)
    last, following = last_occurrence(now, hour=hour, zone=zone), next_occurrence(now, hour=hour, zone=zone)
    assert last.moment <= now < following.moment
    assert next_occurrence(last.moment, hour=hour, zone=zone) == following
    assert last_occurrence(following.moment, hour=hour, zone=zone) == following


def changes(zone: str, year: int) -> list[date]:
    """The dates of a year on which the clocks of a zone are changed, and their neighbours on either side."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(366)]
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]
    return [
        noons[index].date() + timedelta(days=near)
        for index in range(1, len(noons))
        if offsets[index] != offsets[index - 1]
        for near in range(-2, 3)
    ]


@pytest.mark.parametrize(
    ("year", "hours"),
    [
        # From two o'clock on: most zones skip it in spring.
        (2011, range(2, 24, 3)),
        *(pytest.param(year, range(24), marks=pytest.mark.thorough) for year in (2011, 2024, 2026)),
    ],
    ids=str,
)
def test_every_hour_in_every_zone_around_each_change_of_its_clocks(year: int, hours: range) -> None:
    seen = 0
    for zone in ZONES:
        for day in changes(zone, year):
            for hour in hours:
                due = occurrence_on(day, hour=hour, zone=zone)
                if due is None:
                    assert (zone, day) in LEFT_OUT
                    continue
                before = wall(due.moment - INSTANT, zone)
                shown = wall(due.moment, zone)
                assert shown >= (day, 60 * hour)
                assert shown == (day, 60 * hour) or before < (day, 60 * hour), (zone, due, shown)
                assert last_occurrence(due.moment, hour=hour, zone=zone) == due
                assert next_occurrence(due.moment - INSTANT, hour=hour, zone=zone) == due
                seen += 1
    assert seen > 100 * 2 * 5 * len(hours)


def test_an_hour_that_is_skipped_is_due_at_the_first_moment_after_the_gap() -> None:
    due = occurrence_on(date(2026, 3, 29), hour=2, zone="Europe/Berlin")
    assert due == Occurrence(date(2026, 3, 29), at("2026-03-29T01:00"))


def test_an_hour_that_strikes_twice_is_due_at_its_first_stroke() -> None:
    due = occurrence_on(date(2026, 10, 25), hour=2, zone="Europe/Berlin")
    assert due == Occurrence(date(2026, 10, 25), at("2026-10-25T00:00"))


def test_a_gap_at_the_end_of_a_date_carries_its_moment_into_the_next_but_keeps_its_date() -> None:
    due = occurrence_on(date(2026, 3, 28), hour=23, zone="America/Nuuk")
    assert due == Occurrence(date(2026, 3, 28), at("2026-03-29T01:00"))
    assert next_occurrence(at("2026-03-29T01:00"), hour=23, zone="America/Nuuk").day == date(2026, 3, 29)


def test_a_date_that_was_left_out_has_no_due_moment() -> None:
    assert occurrence_on(date(2011, 12, 30), hour=20, zone="Pacific/Apia") is None
    due = next_occurrence(at("2011-12-30T06:00"), hour=20, zone="Pacific/Apia")
    assert due.day == date(2011, 12, 31)


def test_from_tokyo_to_lisbon_and_back_each_date_comes_once() -> None:
    in_tokyo = last_occurrence(at("2026-05-04T11:00"), hour=20, zone="Asia/Tokyo")
    in_lisbon = last_occurrence(at("2026-05-04T19:00"), hour=20, zone="Europe/Lisbon")
    assert in_tokyo.day == in_lisbon.day == date(2026, 5, 4)


@pytest.mark.parametrize("hour", [-1, 24])
def test_an_hour_out_of_range_is_refused(hour: int) -> None:
    with pytest.raises(ValueError, match="hour must be in"):
        occurrence_on(date(2026, 5, 4), hour=hour, zone="UTC")


def test_a_zone_that_does_not_exist_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="Mars/Olympus"):
        next_occurrence(at("2026-05-04T11:00"), hour=20, zone="Mars/Olympus")
