"""How often a learner is right at first sight, in all and in one topic."""

from __future__ import annotations

import pytest

from quizzes.scheduling.first_tries import FirstTries, first_try

KNOWN, NEW = 1, 2


def test_half_is_expected_before_anything_was_tried() -> None:
    assert first_try(0, 0) == 0.5
    assert FirstTries({}).overall == FirstTries({}).of_topic(KNOWN) == 0.5


def test_what_was_tried_counts_beside_six_tries_that_were_not() -> None:
    assert first_try(6, 6) == pytest.approx(9 / 12)
    assert FirstTries({KNOWN: (4, 4), NEW: (2, 2)}).overall == pytest.approx(9 / 12)


def test_a_topic_that_was_never_tried_goes_as_all_of_them() -> None:
    tries = FirstTries({KNOWN: (6, 6)})
    assert tries.of_topic(NEW) == tries.overall == pytest.approx(0.75)


def test_a_topic_is_drawn_towards_all_of_them_by_four_tries() -> None:
    tries = FirstTries({KNOWN: (6, 6), NEW: (0, 4)})
    assert tries.overall == pytest.approx((6 + 3) / (10 + 6))
    assert tries.of_topic(NEW) == pytest.approx(4 * tries.overall / 8)
    assert tries.of_topic(KNOWN) == pytest.approx((6 + 4 * tries.overall) / 10)


def test_easy_answers_are_believed_little_before_there_are_some() -> None:
    assert FirstTries({}).easy_share == 0
    assert FirstTries({KNOWN: (2, 3)}, easy=2).easy_share == pytest.approx(2 / 4)


def test_chance_has_no_part_in_what_nobody_answered() -> None:
    assert FirstTries({}).by_chance == 0
    tries = FirstTries({KNOWN: (5, 10)})
    assert tries.by_chance == pytest.approx((10 * 0.5 * 0.5) ** 0.5 / 16)
