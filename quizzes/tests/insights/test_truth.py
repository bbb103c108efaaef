"""Forecasts against a simulated truth, in small; `python -m bench.readiness` is the same in full."""

from __future__ import annotations

from bench.readiness import measure


def test_forecasts_are_true_on_average_and_their_intervals_as_wide_as_they_say() -> None:
    rows = measure(60, 60, 30)
    assert {row["what"] for row in rows} == {"stop today", "follow the plan"}
    for row in rows:
        assert row["calibration_error"] <= 0.05, row
    # Of 60 learners, two standard errors of a coverage of 0.80 are 0.10.
    covered = [row["coverage_80"] for row in rows]
    assert all(0.68 <= share <= 0.95 for share in covered), covered
