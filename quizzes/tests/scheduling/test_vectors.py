from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling import vectors
from quizzes.scheduling.fuzz import fuzz_range
from quizzes.scheduling.memory import Memory, after_review, interval, retrievability
from quizzes.scheduling.ratings import Rating

TODAY = date(2026, 3, 2)

memories = st.builds(
    Memory,
    stability=st.floats(0.001, 36_500),
    difficulty=st.floats(1, 10),
    day=st.integers(1, 3_000).map(lambda days: TODAY - timedelta(days=days)),
)


def arrays(memory: Memory) -> tuple[vectors.Floats, vectors.Floats, vectors.Floats]:
    elapsed = np.array([float((TODAY - memory.day).days)])
    stability = np.array([memory.stability])
    return stability, np.array([memory.difficulty]), vectors.recall(elapsed, stability)


@given(memories)
def test_recall_is_that_of_one_memory(memory: Memory) -> None:
    assert arrays(memory)[2][0] == pytest.approx(retrievability(memory, day=TODAY), rel=1e-9)


@given(memories)
def test_good_is_that_of_one_memory(memory: Memory) -> None:
    stability, difficulty = vectors.after_good(*arrays(memory))
    expected = after_review(memory, Rating.GOOD, day=TODAY)
    assert (stability[0], difficulty[0]) == pytest.approx((expected.stability, expected.difficulty), rel=1e-9)


@given(memories)
def test_again_is_a_miss_and_the_repeat_that_was_right(memory: Memory) -> None:
    stability, difficulty = vectors.after_again(*arrays(memory))
    missed = after_review(memory, Rating.AGAIN, day=TODAY)
    expected = after_review(missed, Rating.GOOD, day=TODAY)
    assert (stability[0], difficulty[0]) == pytest.approx((expected.stability, expected.difficulty), rel=1e-9)


def test_first_answers_are_those_of_one_memory() -> None:
    good = after_review(None, Rating.GOOD, day=TODAY)
    assert (good.stability, good.difficulty) == pytest.approx(vectors.FIRST_GOOD)
    missed = after_review(after_review(None, Rating.AGAIN, day=TODAY), Rating.GOOD, day=TODAY)
    assert (missed.stability, missed.difficulty) == pytest.approx(vectors.FIRST_AGAIN)


@given(st.floats(0.001, 36_500), st.floats(0.7, 0.97))
def test_an_interval_is_that_of_one_memory(stability: float, retention: float) -> None:
    found = vectors.interval(np.array([stability]), np.array([retention]))[0]
    assert found == pytest.approx(interval(stability, retention=retention), abs=1e-9)


@given(st.integers(1, 36_500))
def test_a_fuzz_range_is_that_of_one_interval(days: int) -> None:
    shortest, longest = vectors.fuzz_ranges(np.array([float(days)]))
    assert (shortest[0], longest[0]) == fuzz_range(days)
