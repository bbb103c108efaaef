"""Checked against a table of eight learners and four questions, worked out by hand and again with NumPy and SciPy."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.statistics.items import (
    answers,
    correlation,
    facility,
    kr20,
    residual,
    rest_scores,
)

ROWS = ["1111", "1110", "1100", "1000", "1101", "0010", "1111", "0100"]
MATRIX = [[float(mark) for mark in row] for row in ROWS]
scores = st.sampled_from([0.0, 0.25, 0.5, 1.0])
matrices = st.integers(2, 6).flatmap(
    lambda wide: st.lists(st.lists(scores, min_size=wide, max_size=wide), min_size=2, max_size=12)
)


def item_rest(matrix: list[list[float]], place: int) -> float | None:
    pairs = []
    for row in matrix:
        rests = rest_scores(dict(enumerate(row)), fewest=1)
        pairs.append((row[place], rests[place]))
    found = correlation(pairs)
    return None if found is None else found.r


@pytest.mark.parametrize(("place", "expected"), list(enumerate([0.75, 0.75, 0.5, 0.375])))
def test_facility_is_the_mean_score(place: int, expected: float) -> None:
    assert facility([row[place] for row in MATRIX]) == expected


@pytest.mark.parametrize(("place", "expected"), list(enumerate([0.3637, 0.3637, 0.1187, 0.5963])))
def test_discrimination_leaves_the_question_itself_out_of_the_total(place: int, expected: float) -> None:
    assert item_rest(MATRIX, place) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("place", "low", "high"),
    [(0, -0.4585, 0.8504), (1, -0.4585, 0.8504), (2, -0.6395, 0.7598), (3, -0.1869, 0.9160)],
)
def test_of_eight_learners_the_interval_says_how_little_that_is(place: int, low: float, high: float) -> None:
    # tanh(atanh r ± 1.96/sqrt(5)); the same as SciPy's pearsonr(…).confidence_interval().
    found = correlation([(row[place], rest_scores(dict(enumerate(row)), fewest=1)[place]) for row in MATRIX])
    assert found is not None
    assert (found.interval.low, found.interval.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("place", "expected"), list(enumerate([0.6516, 0.6516, 0.5130, 0.8212])))
def test_with_the_question_in_the_total_it_would_look_better_than_it_is(place: int, expected: float) -> None:
    with_itself = correlation([(row[place], fmean(row)) for row in MATRIX])
    assert with_itself is not None
    assert with_itself.r == pytest.approx(expected, abs=5e-5)


def test_kr20_of_the_table() -> None:
    assert kr20(MATRIX) == pytest.approx(0.5614, abs=5e-5)


def test_kr20_needs_every_answer() -> None:
    with pytest.raises(ValueError, match="every question"):
        kr20([[1.0, 0.0], [1.0]])


@pytest.mark.parametrize("matrix", [[], [[1.0, 0.0]], [[1.0], [0.0]], [[1.0, 0.0], [0.0, 1.0]]])
def test_kr20_says_nothing_where_there_is_nothing_to_tell_apart(matrix: list[list[float]]) -> None:
    assert kr20(matrix) is None


def test_no_answers_have_no_facility() -> None:
    with pytest.raises(ValueError, match="no answers"):
        facility([])


@given(matrices, st.randoms(use_true_random=False))
def test_the_order_of_learners_changes_no_statistic(matrix: list[list[float]], chance: object) -> None:
    other = list(matrix)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert kr20(matrix) == pytest.approx(kr20(other))
    assert item_rest(matrix, 0) == pytest.approx(item_rest(other, 0))


@given(matrices)
def test_kr20_never_exceeds_1(matrix: list[list[float]]) -> None:
    value = kr20(matrix)
    assert value is None or value <= 1 + 1e-9


@given(st.lists(st.tuples(scores, scores), max_size=30))
def test_a_correlation_stays_within_its_interval(pairs: list[tuple[float, float]]) -> None:
    found = correlation(pairs)
    assert (
        found is None or -1 <= found.interval.low <= found.r + 1e-9 <= found.interval.high + 2e-9 <= 1 + 3e-9
    )


@given(st.lists(st.tuples(scores, scores), min_size=3, max_size=30))
def test_turning_the_scores_round_turns_the_correlation_round(pairs: list[tuple[float, float]]) -> None:
    found, turned = correlation(pairs), correlation([(1 - x, y) for x, y in pairs])
    assert (found is None) == (turned is None)
    if found and turned:
        assert turned.r == pytest.approx(-found.r)


def test_a_rest_score_needs_five_other_questions() -> None:
    assert rest_scores(dict.fromkeys(range(5), 1.0)) == {}
    assert rest_scores({0: 0.0} | dict.fromkeys(range(1, 6), 1.0)) == {0: 1.0} | dict.fromkeys(
        range(1, 6), 0.8
    )


def test_answers_are_gathered_with_the_rest_scores_of_those_who_gave_them() -> None:
    rows = answers(
        [
            ("SGD", "not right", 0.9),
            ("Adam", "right", 0.5),
            ("SGD", "not right", None),
            ("SGD", "not right", 0.7),
            ("?", "not right", None),
        ]
    )
    assert [(row.answer, row.verdict, row.count, row.rested) for row in rows] == [
        ("SGD", "not right", 3, 2),
        ("?", "not right", 1, 0),
        ("Adam", "right", 1, 1),
    ]
    assert rows[0].rest == pytest.approx(0.8)
    assert rows[1].rest is None


def test_the_residual_and_its_standard_error() -> None:
    # Four answers predicted at 0.9, two recalled: e = (2 - 3.6)/4, SE = sqrt(4 · 0.09)/4.
    found = residual(recalled=2, predicted=3.6, variance=0.36, n=4)
    assert found is not None
    assert (found.value, found.error) == pytest.approx((-0.4, 0.15))
    assert found.z == pytest.approx(-8 / 3)


def test_without_later_answers_there_is_no_residual() -> None:
    assert residual(recalled=0, predicted=0.0, variance=0.0, n=0) is None


def test_answers_that_were_certain_have_no_surprise() -> None:
    found = residual(recalled=3, predicted=3.0, variance=0.0, n=3)
    assert found is not None
    assert found.z == 0.0
