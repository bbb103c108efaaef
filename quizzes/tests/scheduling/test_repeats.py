"""What the second and later answers of one study day do to a card, and which answer of a day is the review."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.scheduling.memory import (
    DEFAULT_PARAMETERS,
)
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.review_rules import (
    NEW,
    RatedAnswer,
    is_first_of_day,
    is_training_label,
)
from quizzes.tests.scheduling.answering import DAY, SEED, answered, answers, apply, histories, ratings, today


def test_the_first_answer_of_a_study_day_is_the_review() -> None:
    assert is_first_of_day(NEW, DAY)
    state = answered([(0, Rating.GOOD)])
    assert not is_first_of_day(state, DAY)
    assert not is_first_of_day(state, DAY - timedelta(days=1))
    assert is_first_of_day(state, DAY + timedelta(days=1))


def test_training_rows_are_first_answers_of_later_days() -> None:
    """The first answer of all says nothing about forgetting, and a repeat says what was just read."""
    history = [(0, Rating.GOOD), (0, Rating.GOOD), (2, Rating.AGAIN), (0, Rating.GOOD), (1, Rating.GOOD)]
    state, labels = NEW, []
    for answer in answers(history):
        labels.append(is_training_label(state, answer.day))
        state = apply(state, answer, seed=SEED, retention=0.9, guess_rate=0.0)
    assert labels == [False, False, True, False, True]


def test_same_day_repeats_raise_stability_once_at_most() -> None:
    """Fifteen repeats in half an hour would push the plain model's interval out by weeks."""
    missed = answered(
        [(0, Rating.GOOD), (2, Rating.AGAIN), (0, Rating.AGAIN), (0, Rating.AGAIN), (0, Rating.AGAIN)]
    )
    state, day, stabilities = missed, today(missed), []
    for seq in range(10, 25):
        state = apply(state, RatedAnswer(Rating.EASY, day, seq), seed=SEED, retention=0.9, guess_rate=0.0)
        assert state.memory is not None
        stabilities.append(state.memory.stability)
    assert missed.memory is not None
    assert stabilities[0] > missed.memory.stability
    assert len(set(stabilities)) == 1
    assert state.due == day + timedelta(days=1)


@given(histories.filter(bool), st.lists(ratings, min_size=1, max_size=8))
@settings(deadline=None)
def test_the_rest_of_a_study_day_raises_stability_once_at_most(
    history: list[tuple[int, Rating]], repeats: list[Rating]
) -> None:
    state = answered([*history, (1, Rating.GOOD)])
    day, raises = today(state), 0
    for seq, rating in enumerate(repeats, start=100):
        after = apply(state, RatedAnswer(rating, day, seq), seed=SEED, retention=0.9, guess_rate=0.0)
        assert after.memory is not None
        assert state.memory is not None
        raises += after.memory.stability > state.memory.stability
        state = after
    assert raises <= 1


@pytest.mark.parametrize("misses", [2, 3, 6, 10])
def test_misses_of_one_study_day_lower_memory_once(misses: int) -> None:
    """A mature card: after one miss or ten, the memory, the day it comes back and the way up are the same."""
    mature = [(0, Rating.GOOD), (2, Rating.GOOD), (11, Rating.GOOD), (46, Rating.GOOD)]
    once = answered([*mature, (160, Rating.AGAIN)])
    often = answered([*mature, (160, Rating.AGAIN), *[(0, Rating.AGAIN)] * (misses - 1)])
    assert often == replace(once, reps=once.reps + misses - 1)
    assert once.memory is not None
    assert once.memory.stability > 1.0
    right = RatedAnswer(Rating.GOOD, today(once), 99)
    after = [apply(state, right, seed=SEED, retention=0.9, guess_rate=0.0) for state in (once, often)]
    assert after[0] == replace(after[1], reps=after[0].reps)


def test_a_new_question_missed_again_and_again_is_as_if_missed_once() -> None:
    once, often = answered([(0, Rating.AGAIN)]), answered([(0, Rating.AGAIN)] * 8)
    assert (often.memory, often.due, often.interval) == (once.memory, once.due, once.interval)


def test_a_miss_after_a_right_answer_of_the_day_is_heard_once() -> None:
    known = answered([(0, Rating.GOOD), (2, Rating.GOOD), (11, Rating.GOOD)])
    day = today(known)
    stabilities = []
    for seq, rating in enumerate([Rating.AGAIN, Rating.AGAIN, Rating.GOOD, Rating.AGAIN, Rating.HARD], 50):
        known = apply(known, RatedAnswer(rating, day, seq), seed=SEED, retention=0.9, guess_rate=0.0)
        assert known.memory is not None
        stabilities.append(known.memory.stability)
    missed, again, right, *later = stabilities
    assert missed == again <= right
    assert later == [right, right]


@given(histories, st.lists(ratings, min_size=1, max_size=8))
@settings(deadline=None)
def test_a_study_day_lowers_stability_once_at_most(
    history: list[tuple[int, Rating]], answers_of_day: list[Rating]
) -> None:
    before = answered(history)
    day = DAY if before.memory is None else today(before) + timedelta(days=1)
    stabilities = [before.memory.stability] if before.memory else []
    state = before
    for seq, rating in enumerate(answers_of_day, start=100):
        state = apply(state, RatedAnswer(rating, day, seq), seed=SEED, retention=0.9, guess_rate=0.0)
        assert state.memory is not None
        stabilities.append(state.memory.stability)
    falls = sum(later < earlier for earlier, later in pairwise(stabilities))
    first_ever_missed = before.memory is None and answers_of_day[0] is Rating.AGAIN
    assert falls + first_ever_missed <= 1


def test_a_new_study_day_may_lower_again() -> None:
    state = answered([(0, Rating.GOOD), (2, Rating.AGAIN), (0, Rating.AGAIN)])
    assert state.lowered
    tomorrow = answered([(0, Rating.GOOD), (2, Rating.AGAIN), (0, Rating.GOOD), (1, Rating.GOOD)])
    assert not tomorrow.lowered
    missed = apply(
        tomorrow, RatedAnswer(Rating.AGAIN, today(tomorrow), 9), seed=SEED, retention=0.9, guess_rate=0.0
    )
    assert missed.memory is not None
    assert tomorrow.memory is not None
    assert missed.memory.stability < tomorrow.memory.stability


def test_a_new_study_day_may_raise_again() -> None:
    history = [(0, Rating.AGAIN), (0, Rating.GOOD), (0, Rating.GOOD)]
    state = answered(history)
    assert state.raised
    assert not answered([*history, (1, Rating.GOOD)]).raised


def test_a_repeat_counts_as_good_at_best() -> None:
    missed = answered([(0, Rating.GOOD), (2, Rating.AGAIN)])
    after = [
        apply(missed, RatedAnswer(rating, today(missed), 9), seed=SEED, retention=0.9, guess_rate=0.0)
        for rating in (Rating.GOOD, Rating.EASY)
    ]
    assert after[0] == after[1]


def test_repeating_what_was_right_leaves_its_due_day_alone() -> None:
    known = answered([(0, Rating.GOOD), (2, Rating.GOOD), (11, Rating.GOOD)])
    repeated = apply(
        known, RatedAnswer(Rating.GOOD, today(known), 9), seed=SEED, retention=0.9, guess_rate=0.0
    )
    assert repeated.due == known.due
    missed = apply(
        known, RatedAnswer(Rating.AGAIN, today(known), 9), seed=SEED, retention=0.9, guess_rate=0.0
    )
    assert missed.due is not None
    assert known.due is not None
    assert missed.due < known.due


def test_a_repeat_moves_the_due_day_only_the_way_it_moves_the_memory() -> None:
    """Even for a learner whose memory a same-day answer hardly moves, when only the fuzz would differ."""
    unmoved = tuple(0.0 if n in {17, 19} else w for n, w in enumerate(DEFAULT_PARAMETERS))
    for card in range(30):
        known = NEW
        for answer in answers([(0, Rating.GOOD), (2, Rating.GOOD), (11, Rating.GOOD)]):
            known = apply(known, answer, seed=f"7:{card}", retention=0.9, guess_rate=0.0, parameters=unmoved)
        assert known.due is not None
        for rating in Rating:
            repeat = RatedAnswer(rating, today(known), 9)
            after = apply(known, repeat, seed=f"7:{card}", retention=0.9, guess_rate=0.0, parameters=unmoved)
            assert after.due is not None
            assert after.due <= known.due if rating is Rating.AGAIN else after.due == known.due


def test_a_right_repeat_never_comes_nearer_though_the_target_rose_in_between() -> None:
    missed = answered([(0, Rating.AGAIN), (0, Rating.AGAIN)], retention=0.70)
    relaxed = replace(missed, due=today(missed) + timedelta(days=10), interval=10)
    right = apply(
        relaxed, RatedAnswer(Rating.GOOD, today(missed), 9), seed=SEED, retention=0.97, guess_rate=0.0
    )
    assert right.raised
    assert right.due == relaxed.due


def test_an_interval_lengthened_only_to_keep_the_order_still_counts_as_the_one_before() -> None:
    """At 0.97 a fresh Good and its Hard a day later both round to one day; Good was given two."""
    good = answered([(0, Rating.GOOD)], retention=0.97)
    assert good.interval == 2
    assert answered([(0, Rating.GOOD), (1, Rating.HARD)], retention=0.97).interval == 2


def test_each_answer_of_a_card_has_fuzz_of_its_own() -> None:
    known = answered([(0, Rating.GOOD), (2, Rating.GOOD)])
    day = today(known) + timedelta(days=11)
    dues = {
        apply(known, RatedAnswer(Rating.GOOD, day, seq), seed=SEED, retention=0.9, guess_rate=0.0).due
        for seq in range(30)
    }
    assert len(dues) > 4


def test_an_answer_on_a_day_already_behind_the_card_is_a_repeat() -> None:
    """After flying west it may be yesterday again; the card's days do not go back."""
    state = answered([(0, Rating.GOOD), (2, Rating.GOOD)])
    back = apply(
        state,
        RatedAnswer(Rating.AGAIN, today(state) - timedelta(days=1), 9),
        seed=SEED,
        retention=0.9,
        guess_rate=0.0,
    )
    assert today(back) == today(state)
    assert back.due is not None
    assert back.due > today(state)
    assert back.lapses == state.lapses
