from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.days import moment_of, wall_time
from quizzes.scheduling.pace import DeadlineQuestion, Load, left_after, needed, study_days_until
from quizzes.scheduling.planner import SHARES

wall = datetime.fromisoformat
due = st.builds(DeadlineQuestion, st.integers(0, 60), st.integers(0, 80), st.floats(20, 300))
loads = st.builds(Load, st.floats(60, 14_400), st.floats(0, 14_400), st.floats(0, 1), st.integers(0, 50))


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 80)), max_size=6))
def test_the_needed_pace_meets_every_date_and_no_smaller_one_does(asked: list[tuple[int, int]]) -> None:
    pace = needed(asked)
    queue = sorted(day for day, many in asked for _ in range(many))
    assert all(place // pace < day for place, day in enumerate(queue))
    if pace > 1:
        assert any(place // (pace - 1) >= day for place, day in enumerate(queue))


@given(st.lists(due, max_size=6), loads)
def test_what_a_plan_leaves_shrinks_with_the_days_and_the_earliest_is_begun_first(
    asked: list[DeadlineQuestion], load: Load
) -> None:
    left = left_after(asked, load)
    assert set(left) == {one.days for one in asked}
    for sooner, later in pairwise(sorted(left)):
        assert all(less <= more for less, more in zip(left[later], left[sooner], strict=True))
    for day, rows in left.items():
        assert all(0 <= rest <= one.questions for rest, one in zip(rows, asked, strict=True))
        if day == 0:
            assert rows == [one.questions for one in asked]
        held = [
            (one.days, rest, one.questions, one.seconds)
            for rest, one in zip(rows, asked, strict=True)
            if (2 - load.first_try) * one.seconds <= load.budget and one.questions
        ]
        for sooner_due, rest, _, seconds in held:
            # What is wanted later comes before it only where it is shorter, and fits into what it leaves of a day.
            if rest > 1e-6:
                assert all(
                    other == many
                    for due_on, other, many, takes in held
                    if due_on > sooner_due and takes >= seconds
                )


def test_each_day_begins_what_its_seconds_hold_beside_what_was_met_before() -> None:
    # Ten minutes hold five of 120 seconds; from the second day on 120 seconds hold one of 88 that was met before.
    assert SHARES.least == 0.2
    load = Load(budget=600, budget_today=600, first_try=0.5, met=0)
    assert left_after([DeadlineQuestion(1, 3, 80), DeadlineQuestion(3, 20, 80)], load) == {
        1: [0, 18],
        3: [0, 18 - 2 * 4],
    }
    # What was met before takes its share of today, too; and what takes longer than the day is never begun.
    assert left_after([DeadlineQuestion(1, 9, 80)], Load(600, 600, 0.5, met=9)) == {1: [9 - 4]}
    assert left_after([DeadlineQuestion(2, 9, 500)], load) == {2: [9]}
    # One alone: what was met before takes 88 seconds too, more than the least share of 300, and leaves it today.
    one = [DeadlineQuestion(1, 1, 80)]
    assert left_after(one, Load(budget=300, budget_today=160, first_try=0, met=1)) == {1: [0]}
    assert left_after(one, Load(budget=440, budget_today=160, first_try=0, met=1)) == {1: [1]}
    # Of 608 seconds 520 are left from the second day on.
    assert left_after([DeadlineQuestion(3, 20, 80)], Load(608, 608, 0.5, 0)) == {3: [20 - 5 - 2 * 4]}
    # What takes just the whole day is begun.
    assert left_after([DeadlineQuestion(1, 2, 80)], Load(160, 160, 0, 0)) == {1: [1]}
    # Half a question is none.
    assert left_after([DeadlineQuestion(1, 9, 100)], Load(600, 500, 0.5, 0)) == {1: [6]}


@pytest.mark.parametrize("asked", [DeadlineQuestion(-1, 1, 60), DeadlineQuestion(1, -1, 60)])
def test_impossible_deadlines_are_refused(asked: DeadlineQuestion) -> None:
    with pytest.raises(ValueError, match="cannot be planned"):
        left_after([asked], Load(60, 60, 0.5, 0))


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
    for fold in (0, 1):
        twice = wall("2026-10-25 02:30").replace(fold=fold)
        assert moment_of(twice, zone="Europe/Berlin") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_wall_time_has_no_zone_and_a_moment_has_one() -> None:
    with pytest.raises(ValueError, match="no zone"):
        moment_of(datetime(2026, 1, 1, tzinfo=UTC), zone="UTC")
    with pytest.raises(ValueError, match="moment"):
        wall_time(wall("2026-01-01 00:00"), zone="UTC")
