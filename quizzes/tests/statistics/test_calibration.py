from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.statistics.calibration import calibration_error, equal_groups, reliability


def test_predictions_are_gathered_by_tenths() -> None:
    bins = reliability([(0.92, 30, 27), (0.98, 10, 9), (0.55, 4, 1), (1.0, 2, 2)])
    assert [(b.low, b.predictions, b.came_true) for b in bins] == [(0.5, 4, 1), (0.9, 42, 38)]
    assert bins[1].predicted == pytest.approx((0.92 * 30 + 9.8 + 2) / 42)


def test_the_error_weighs_each_bin_by_its_size() -> None:
    # 40 at 0.9 of which 32 came true, 10 at 0.3 of which 3: 0.8 · 0.1 + 0.2 · 0.
    assert calibration_error(reliability([(0.9, 40, 32), (0.3, 10, 3)])) == pytest.approx(0.08)


def test_without_predictions_there_is_no_error() -> None:
    assert calibration_error(reliability([])) is None


def test_equal_groups_hold_about_the_same_number_of_predictions_and_all_of_them() -> None:
    rows = [(0.8 + place / 500, 5, 4) for place in range(80)]
    groups = equal_groups(rows, groups=8, least=30)
    assert len(groups) == 8
    assert {group.predictions for group in groups} == {50}
    assert sum(group.came_true for group in groups) == 320
    for before, after in pairwise(groups):
        assert before.low <= before.predicted <= before.high < after.low
    assert groups[0].predicted == pytest.approx(sum(chance for chance, _, _ in rows[:10]) / 10)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 60), st.just(0)), max_size=60), st.integers(1, 40))
def test_no_group_is_smaller_than_the_least_but_the_last_of_few(
    rows: list[tuple[float, int, int]], least: int
) -> None:
    groups = equal_groups(rows, groups=8, least=least)
    assert sum(group.predictions for group in groups) == sum(many for _, many, _ in rows)
    assert len(groups) <= 9
    for group in groups[:-1]:
        assert group.predictions >= least
    if len(groups) > 1:
        assert groups[-1].predictions >= least / 2


def test_without_predictions_there_is_no_group() -> None:
    assert equal_groups([], groups=8, least=30) == []
    assert equal_groups([(0.5, 0, 0)], groups=8, least=30) == []
