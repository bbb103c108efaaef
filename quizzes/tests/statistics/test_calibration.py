from __future__ import annotations

import pytest

from quizzes.statistics.calibration import calibration_error, reliability


def test_predictions_are_gathered_by_tenths() -> None:
    bins = reliability([(0.92, 30, 27), (0.98, 10, 9), (0.55, 4, 1), (1.0, 2, 2)])
    assert [(b.low, b.predictions, b.came_true) for b in bins] == [(0.5, 4, 1), (0.9, 42, 38)]
    assert bins[1].predicted == pytest.approx((0.92 * 30 + 9.8 + 2) / 42)
    assert bins[0].interval.low < 0.25 < bins[0].interval.high


def test_the_error_weighs_each_bin_by_its_size() -> None:
    # 40 at 0.9 of which 32 came true, 10 at 0.3 of which 3: 0.8 · 0.1 + 0.2 · 0.
    assert calibration_error(reliability([(0.9, 40, 32), (0.3, 10, 3)])) == pytest.approx(0.08)


def test_without_predictions_there_is_no_error() -> None:
    assert calibration_error(reliability([])) is None
