from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.days import moment_of, wall_time
from quizzes.scheduling.pace import Pace, pace, study_days_until

wall = datetime.fromisoformat
wanted = st.lists(st.tuples(st.integers(1, 60), st.integers(0, 80)), max_size=6)


def in_time(asked: list[tuple[int, int]], *, a_day: int) -> int:
    """How many are not begun by their day when so many are begun a day, the earliest due first."""
    queue = sorted(day for day, many in asked for _ in range(many))
    return sum(day < place // a_day + 1 if a_day else True for place, day in enumerate(queue))


@given(wanted)
def test_the_needed_pace_meets_every_date_and_no_smaller_one_does(asked: list[tuple[int, int]]) -> None:
    needed = pace(asked, a_day=10_000).needed
    assert in_time(asked, a_day=needed) == 0
    if needed > 0:
        assert in_time(asked, a_day=needed - 1) > 0


@given(wanted, st.integers(0, 40))
def test_nothing_is_short_exactly_when_the_day_has_room_for_the_needed_pace(
    asked: list[tuple[int, int]], a_day: int
) -> None:
    found = pace(asked, a_day=a_day)
    assert (found.short == 0) is (found.needed <= a_day)
    assert found.today == min(found.needed, a_day)


def test_the_pace_of_one_assignment_is_its_questions_over_its_days() -> None:
    assert pace([(5, 41)], a_day=20) == Pace(today=9, needed=9, short=0)


def test_what_cannot_be_met_is_told_in_questions() -> None:
    assert pace([(2, 50), (10, 60)], a_day=10) == Pace(today=10, needed=25, short=30)


def test_an_early_date_is_not_hidden_by_a_late_one() -> None:
    assert pace([(1, 8), (100, 10)], a_day=20).today == 8


@pytest.mark.parametrize("asked", [[(0, 1)], [(1, -1)]])
def test_impossible_wishes_are_refused(asked: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError, match="cannot be paced"):
        pace(asked, a_day=1)


@pytest.mark.parametrize(
    ("due", "days"),
    [
        (datetime(2026, 3, 2, 20, tzinfo=UTC), 1),
        (datetime(2026, 3, 3, 8, tzinfo=UTC), 1),
        (datetime(2026, 3, 3, 16, tzinfo=UTC), 2),
        (datetime(2026, 3, 4, 2, tzinfo=UTC), 2),
        (datetime(2026, 2, 1, 12, tzinfo=UTC), 1),
    ],
)
def test_the_day_of_the_due_moment_counts_when_twelve_hours_of_it_come_before(
    due: datetime, days: int
) -> None:
    assert study_days_until(due, today=date(2026, 3, 2), zone="UTC", rollover_hour=4) == days


def test_a_moment_is_the_wall_time_of_its_zone() -> None:
    moment = moment_of(wall("2026-07-01 18:00"), zone="Europe/Berlin")
    assert moment == datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert wall_time(moment, zone="Asia/Tokyo") == wall("2026-07-02 01:00")


def test_a_wall_time_that_is_skipped_lies_after_the_gap_and_one_struck_twice_is_the_first() -> None:
    assert moment_of(wall("2026-03-29 02:30"), zone="Europe/Berlin") == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )
    assert moment_of(wall("2026-10-25 02:30"), zone="Europe/Berlin") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_wall_time_has_no_zone_and_a_moment_has_one() -> None:
    with pytest.raises(ValueError, match="no zone"):
        moment_of(datetime(2026, 1, 1, tzinfo=UTC), zone="UTC")
    with pytest.raises(ValueError, match="moment"):
        wall_time(wall("2026-01-01 00:00"), zone="UTC")
