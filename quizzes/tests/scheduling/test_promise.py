from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import exp, sqrt
from statistics import NormalDist, fmean
from statistics import variance as variance_of
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling import promise
from quizzes.scheduling.first_tries import FirstTries
from quizzes.scheduling.forecast import DECAY, strength_of
from quizzes.scheduling.planner import Memories
from quizzes.scheduling.vectors import (
    FIRST_AGAIN,
    FIRST_EASY,
    FIRST_GOOD,
    after_again,
    after_good,
    recall,
)
from quizzes.tests.scheduling.memories import SECONDS, memories, new_of


def test_answers_move_the_memories_as_the_model_says() -> None:
    held = memories(np.random.default_rng(4), seen=2, unseen=2)
    after = promise.answer(held, [0, 1, 2, 3], np.array([True, False, True, False]))
    chance = recall(held.elapsed[:2], held.stability[:2])
    assert after.stability[0] == after_good(held.stability[:1], held.difficulty[:1], chance[:1])[0][0]
    assert after.stability[1] == after_again(held.stability[1:2], held.difficulty[1:2], chance[1:])[0][0]
    assert (after.stability[2], after.stability[3]) == (FIRST_GOOD[0], FIRST_AGAIN[0])
    assert not after.unseen.any()
    assert (after.elapsed == 0).all()
    assert (promise.a_day_later(after).elapsed == 1).all()
    assert held.unseen.tolist() == [False, False, True, True]


def test_stopping_keeps_what_the_curve_leaves() -> None:
    held = memories(np.random.default_rng(5), seen=3, unseen=2)
    stopped = promise.if_stopped(held, days=10, unseen=np.full(5, 0.25))
    assert stopped.on_the_day.expected == pytest.approx(
        recall(held.elapsed[:3] + 10, held.stability[:3]).sum() + 0.5
    )
    assert stopped.on_the_day.low < stopped.on_the_day.expected < stopped.on_the_day.high


def test_what_was_missed_last_counts_as_not_known_until_it_is_asked_again() -> None:
    held = replace(
        memories(np.random.default_rng(5), seen=3, unseen=1), lost=np.array([True, False, False, False])
    )
    unseen = np.full(4, 0.25)
    stopped = promise.if_stopped(held, days=10, unseen=unseen)
    assert stopped.by_question[0] == 0
    assert stopped.by_question[1] == recall(held.elapsed[1:2] + 10, held.stability[1:2])[0]
    asked = promise.answer(held, [0], np.array([True]))
    assert promise.knowledge(asked, days=10, unseen=unseen)[0] > 0
    assert not promise.answer(held, [0], np.array([False])).lost.any()


def test_the_range_allows_for_chance_in_the_answers_so_far() -> None:
    """Of many learners like the model, each known by 60 first tries and 100 reviews, 80 % know what is told them."""
    rng = np.random.default_rng(21)
    held = memories(rng, seen=150, unseen=80)
    true = np.where(held.unseen, 0.5, recall(held.elapsed + 7, np.where(held.unseen, 1.0, held.stability)))
    predicted = rng.uniform(0.75, 0.97, 100)
    within = narrow = 0
    for _ in range(400):
        came = rng.random(100) < predicted
        strength = strength_of((float(p), 1, int(right)) for p, right in zip(predicted, came, strict=True))
        tries = FirstTries({1: (int(rng.binomial(60, 0.5)), 60)})
        doubt = promise.Doubt(strength.by_chance, tries.by_chance)
        knows = (rng.random(230) < true).sum()
        lived = promise.as_lived(held, float(np.exp(strength.mean)))
        for one in (doubt, promise.SURE):
            told = promise.if_stopped(lived, days=7, unseen=np.full(230, tries.overall), doubt=one).on_the_day
            within += one is doubt and told.low <= knows <= told.high
            narrow += one is not doubt and told.low <= knows <= told.high
    # Three standard errors of a share of 0.8 of 400 are 0.06.
    assert 0.74 <= within / 400 <= 0.86
    assert narrow / 400 < 0.74


chance_of_each = st.lists(st.floats(0.05, 0.95), min_size=1, max_size=6)


def margin(shares: list[list[float]], new: int, doubt: promise.Doubt) -> float:
    """How far the ends of an interval lie from its middle where the first `new` questions were never met."""
    lives = len(shares)
    counts = [sum(row) for row in shares]
    # By the standard deviation of log stability the chances move as the curve does.
    moved = 1e-6
    rates = [
        [
            (1 + (chance ** (-1 / DECAY) - 1) / exp(side * moved)) ** -DECAY
            for side in (1, -1)
            for chance in row[new:]
        ]
        for row in shares
    ]
    half = [len(row) // 2 for row in rates]
    slope = fmean(
        (sum(row[:middle]) - sum(row[middle:])) / (2 * moved) for row, middle in zip(rates, half, strict=True)
    )
    variance = fmean(sum(chance * (1 - chance) for chance in row) for row in shares)
    variance += variance_of(counts) * (1 + 1 / lives) if lives > 1 else 0
    variance += (doubt.strength * slope) ** 2 + (doubt.first_try * new) ** 2
    return NormalDist().inv_cdf(0.9) * sqrt(variance)


@given(
    st.lists(chance_of_each, min_size=1, max_size=4), st.integers(0, 6), st.floats(0, 0.5), st.floats(0, 0.3)
)
def test_an_interval_holds_what_rollouts_chance_and_doubt_leave_open(
    drawn: list[list[float]], new: int, strength: float, first_try: float
) -> None:
    many = min(map(len, drawn))
    shares, new = [row[:many] for row in drawn], min(new, many)
    doubt = promise.Doubt(strength, first_try)
    unseen = np.tile(np.arange(many) < new, (len(shares), 1))
    found = promise.outlook(np.array(shares), unseen, doubt)
    middle = fmean(map(sum, shares))
    reach = margin(shares, new, doubt)
    assert found.expected == pytest.approx(middle)
    assert found.low == pytest.approx(max(0, middle - reach), rel=1e-5, abs=1e-5)
    assert found.high == pytest.approx(min(many, middle + reach), rel=1e-5)
    # What is not counted changes nothing.
    beside = np.column_stack([np.full(len(shares), np.nan), shares])
    assert promise.outlook(beside, np.column_stack([unseen[:, :1], unseen]), doubt) == found


def course(held: Memories, *, budget: float, days: int = 14, **others: Any) -> promise.Course:
    until = np.full(len(held.stability), float(days))
    return promise.Course(new_order=new_of(held), until=until, days=days, budget=budget, **others)


def promised(held: Memories, *, budget: float, seed: int = 1) -> promise.Promise:
    unseen = np.full(len(held.stability), 0.3)
    return promise.promise(held, course(held, budget=budget), unseen=unseen, seed=seed)


def test_a_promise_says_what_following_the_plan_leaves_known() -> None:
    held = memories(np.random.default_rng(6), seen=60, unseen=140)
    told = promised(held, budget=1_800)
    lived = []
    for life in range(30):
        mornings, longest = promise.rollout(
            held, course(held, budget=1_800), np.random.default_rng(100 + life)
        )
        assert longest <= 1_800 + 1e-6
        lived.append(promise.knowledge(mornings[-1], days=0, unseen=np.full(200, 0.3)).sum())
    assert told.on_the_day.expected == pytest.approx(np.mean(lived), abs=2)
    assert told.seconds <= 1_800 + 1e-6
    assert told.by_question.sum() == pytest.approx(told.on_the_day.expected)


def test_the_days_that_are_rolled_out_end_with_their_minutes() -> None:
    """Misses that nobody expected cost time: what it does not hold is left for another day."""
    held = replace(memories(np.random.default_rng(18), seen=0, unseen=60), seconds=np.full(60, SECONDS))
    held = replace(held, first_try=np.full(60, 0.5))
    for seed in range(20):
        mornings, _ = promise.rollout(
            held, course(held, budget=20 * SECONDS, days=1), np.random.default_rng(seed)
        )
        stability = mornings[-1].stability
        right, missed = (stability == FIRST_GOOD[0]).sum(), (stability == FIRST_AGAIN[0]).sum()
        assert right + missed == (~np.isnan(stability)).sum() > 0
        assert right + 2 * missed <= 20


def test_more_minutes_promise_more_and_the_same_question_gets_the_same_answer() -> None:
    held = memories(np.random.default_rng(7), seen=30, unseen=170)
    ten, twenty = promised(held, budget=600), promised(held, budget=1_200)
    assert twenty.on_the_day.expected > ten.on_the_day.expected + 5
    again = promised(held, budget=600)
    assert again.mornings == ten.mornings


@pytest.mark.parametrize("first_try", [0.0, 0.5, 0.8, 0.94, 1.0])
@pytest.mark.parametrize(("days", "budget"), [(1, 1_200), (14, 300), (14, 1_200), (60, 300)])
def test_following_the_plan_never_promises_less_than_stopping(
    first_try: float, days: int, budget: float
) -> None:
    held = replace(memories(np.random.default_rng(5), seen=40, unseen=160), first_try=np.full(200, first_try))
    followed = promise.promise(
        held, course(held, budget=budget, days=days), unseen=held.first_try, seed=1
    ).on_the_day
    stopped = promise.if_stopped(held, days=days, unseen=held.first_try).on_the_day
    assert followed.expected >= stopped.expected - 0.5


@pytest.mark.parametrize("first_try", [0.05, 0.5, 0.8, 0.94, 0.98])
@pytest.mark.parametrize("easy", [0.0, 0.6])
def test_more_minutes_never_promise_less(first_try: float, easy: float) -> None:
    held = replace(memories(np.random.default_rng(5), seen=0, unseen=300), first_try=np.full(300, first_try))
    expected = [
        promise.promise(
            held, course(held, budget=60.0 * minutes, easy=easy), unseen=held.first_try, seed=1
        ).on_the_day.expected
        for minutes in (5, 20, 30, 60)
    ]
    # Six rollouts of 300 questions differ by chance.
    for fewer, more in pairwise(expected):
        assert more >= fewer - 2


def test_questions_that_are_not_counted_are_in_no_number() -> None:
    held = memories(np.random.default_rng(12), seen=10, unseen=10)
    unseen = np.full(20, 0.3)
    unseen[:5] = np.nan
    told = promise.promise(held, course(held, budget=600), unseen=unseen, seed=1)
    assert told.on_the_day.high <= 15
    assert np.isnan(told.by_question[:5]).all()


def test_a_day_that_is_over_adds_nothing_to_the_promise() -> None:
    held = memories(np.random.default_rng(13), seen=0, unseen=40)
    unseen = np.full(40, 0.0)
    over = promise.promise(held, course(held, budget=1e6, days=1, budget_today=0.0), unseen=unseen, seed=1)
    assert over.on_the_day.expected == 0
    assert (
        promise.promise(held, course(held, budget=1e6, days=1), unseen=unseen, seed=1).on_the_day.expected
        > 20
    )


def test_the_minutes_for_a_goal_are_enough_and_five_less_are_not() -> None:
    held = memories(np.random.default_rng(14), seen=0, unseen=200)
    unseen = np.full(200, 0.3)
    minutes = promise.minutes_for(held, course(held, budget=600), unseen=unseen, known=150, most=240, seed=1)
    assert minutes is not None
    assert promised(held, budget=60.0 * minutes).on_the_day.expected > 147
    assert promised(held, budget=60.0 * (minutes - 5)).on_the_day.expected < 151
    assert (
        promise.minutes_for(held, course(held, budget=600), unseen=unseen, known=200, most=20, seed=1) is None
    )


@pytest.mark.parametrize(("days", "longest"), [(8, 40), (60, 15), (61, 10)])
def test_the_minutes_for_a_goal_are_the_fewest_of_all_that_could_be_tried(days: int, longest: int) -> None:
    held = replace(memories(np.random.default_rng(14), seen=0, unseen=60), first_try=np.ones(60))
    plan, unseen = course(held, budget=600, days=days, budget_today=0.0), np.zeros(60)
    # Two rollouts, of a day farther than sixty days one.
    told = {
        minutes: promise.promise(
            held,
            course(held, budget=60.0 * minutes, days=days),
            unseen=unseen,
            seed=1,
            rollouts=2 if days <= 60 else 1,
        ).on_the_day.expected
        for minutes in range(5, longest + 1, 5)
    }
    assert sorted(told.values()) == list(told.values())
    for known in told.values():
        fewest = min(fewer for fewer, expected in told.items() if expected >= known)
        for most in (fewest, longest):
            assert promise.minutes_for(held, plan, unseen=unseen, known=known, most=most, seed=1) == fewest
        assert promise.minutes_for(held, plan, unseen=unseen, known=known, most=fewest - 1, seed=1) is None


def test_a_goal_that_is_as_good_as_reached_takes_the_fewest_minutes_there_are() -> None:
    held = memories(np.random.default_rng(14), seen=0, unseen=200)
    plan = course(held, budget=600)
    assert promise.minutes_for(held, plan, unseen=np.full(200, 0.3), known=1, most=240, seed=1) == 5


def test_who_forgets_more_is_promised_less_of_the_same_plan() -> None:
    held = memories(np.random.default_rng(15), seen=60, unseen=60)
    unseen = np.full(120, 0.3)
    usual, forgetful = (
        promise.promise(held, course(held, budget=900, strength=strength), unseen=unseen, seed=1)
        for strength in (1.0, 0.5)
    )
    assert forgetful.on_the_day.expected < usual.on_the_day.expected - 5
    stopped = promise.if_stopped(promise.as_lived(held, 0.5), days=14, unseen=unseen)
    chances = recall(held.elapsed[:60] + 14, 0.5 * held.stability[:60])
    assert stopped.on_the_day.expected == pytest.approx(chances.sum() + 0.3 * 60)


def test_what_is_known_at_first_sight_lasts_longer() -> None:
    held = memories(np.random.default_rng(16), seen=0, unseen=3)
    right = np.array([True, True, False])
    after = promise.answer(held, [0, 1, 2], right, easy=np.array([True, False, True]))
    assert after.stability.tolist() == [FIRST_EASY[0], FIRST_GOOD[0], FIRST_AGAIN[0]]
    assert after.difficulty.tolist() == [FIRST_EASY[1], FIRST_GOOD[1], FIRST_AGAIN[1]]
    many = memories(np.random.default_rng(17), seen=0, unseen=200)
    unseen = np.full(200, 0.3)
    expected = [
        promise.promise(
            many, course(many, budget=2_400, easy=easy), unseen=unseen, seed=1
        ).on_the_day.expected
        for easy in (0.0, 0.8)
    ]
    assert expected[1] > expected[0] + 1


def test_nothing_is_open_by_chance_before_there_are_answers() -> None:
    assert strength_of([]).by_chance == 0
    assert FirstTries({}).by_chance == 0
    assert strength_of([(0.9, 1000, 900)]).by_chance == pytest.approx(
        strength_of([(0.9, 1000, 900)]).deviation, rel=0.1
    )
