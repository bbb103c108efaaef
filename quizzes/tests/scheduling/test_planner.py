from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.scheduling import planner, promise
from quizzes.scheduling.memory import Memory, after_review, retrievability
from quizzes.scheduling.planner import LATER_DAYS, Memories, Shares
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.vectors import (
    after_again,
    after_good,
    recall,
)
from quizzes.tests.scheduling.memories import SECONDS, memories, new_of, until

DAY = date(2026, 3, 2)

decks = st.builds(
    lambda seed, seen, unseen: memories(np.random.default_rng(seed), seen=seen, unseen=unseen),
    st.integers(0, 10**6),
    st.integers(0, 60),
    st.integers(0, 60),
)


shares = st.builds(Shares, least=st.floats(0, 1), most=st.floats(0, 1), missed=st.floats(0, 1))


@settings(deadline=None)
@given(decks, st.integers(1, 90), st.floats(0, 20_000), shares)
def test_a_plan_keeps_to_the_budget_and_asks_nothing_twice(
    held: Memories, days: int, budget: float, shares: Shares
) -> None:
    asked = planner.plan(held, new_order=new_of(held), until=until(held, days), budget=budget, shares=shares)
    assert len(set(asked)) == len(asked)
    assert planner.seconds_expected(held, np.array(asked, dtype=np.intp)).sum() <= budget + 1e-6
    assert not [place for place in asked if not held.unseen[place] and held.elapsed[place] == 0]


def test_new_questions_come_first_in_the_order_given() -> None:
    held = memories(np.random.default_rng(1), seen=20, unseen=20)
    order = new_of(held)[::-1].copy()
    asked = planner.plan(held, new_order=order, until=until(held, 14), budget=1e6)
    assert asked[:20] == order.tolist()
    assert len(asked) > 20


def spent_again(held: Memories, days: int, budget: float, **others: Any) -> float:
    """The part of the day that goes to what was met before."""
    asked = planner.plan(held, new_order=new_of(held), until=until(held, days), budget=budget, **others)
    again = np.array([place for place in asked if not held.unseen[place]], dtype=np.intp)
    return float(planner.seconds_expected(held, again).sum()) / budget


def test_what_was_met_before_has_what_new_questions_can_spare() -> None:
    held = memories(np.random.default_rng(2), seen=200, unseen=200)
    new = float(planner.seconds_expected(held, new_of(held)).sum())
    for needed in (0.65, 0.72):
        assert spent_again(held, 14, new / 14 / needed) == pytest.approx(1 - needed, abs=0.05)
    # Whatever new questions need, or spare.
    assert spent_again(held, 14, new / 14 / 2) == pytest.approx(0.2, abs=0.05)
    assert spent_again(held, 60, new / 14) == pytest.approx(0.4, abs=0.05)


@settings(deadline=None, max_examples=examples(20))
@given(st.integers(0, 10**6), st.integers(1, 20), st.floats(0.3, 0.8))
def test_what_spares_its_time_is_begun_by_its_day(seed: int, days: int, needed: float) -> None:
    held = replace(memories(np.random.default_rng(seed), seen=60, unseen=80), seconds=np.full(140, SECONDS))
    held = replace(held, first_try=np.full(140, 0.5))
    # Whole questions a day.
    a_day = -(-80 // days)
    for day in range(days):
        asked = planner.plan(
            held, new_order=new_of(held), until=until(held, days - day), budget=a_day * 1.5 * SECONDS / needed
        )
        held = promise.a_day_later(promise.answer(held, asked, np.ones(len(asked), dtype=np.bool_)))
    assert not held.unseen.any()


def test_on_the_last_day_what_adds_most_by_the_second_is_asked() -> None:
    rng = np.random.default_rng(3)
    held = memories(rng, seen=40, unseen=0)
    held = promise.a_day_later(held)
    chance = recall(held.elapsed, held.stability)
    tomorrow = np.ones_like(chance)
    right = recall(tomorrow, after_good(held.stability, held.difficulty, chance)[0])
    wrong = recall(tomorrow, after_again(held.stability, held.difficulty, chance)[0])
    gain = chance * right + (1 - chance) * wrong - recall(held.elapsed + 1, held.stability)
    worth = gain / ((2 - chance) * held.seconds)
    asked = planner.plan(held, new_order=new_of(held), until=until(held, 1), budget=2_000)
    left = np.setdiff1d(np.arange(40), asked)
    assert worth[asked[0]] == worth.max()
    # What was left out is worth less than what was asked, or would not have fitted.
    spent = planner.seconds_expected(held, np.array(asked, dtype=np.intp)).sum()
    for place in left:
        cost = (2 - chance[place]) * held.seconds[place]
        assert worth[place] <= worth[asked].min() or spent + cost > 2_000 or gain[place] <= planner.LEAST_GAIN


def priority(memory: Memory, seconds: float, left: int) -> float:
    """What asking today is worth by the second, and how little waiting would make of it; 0 for what adds too little."""
    day = DAY + timedelta(days=left)
    worth, gains = [], []
    for share in range(LATER_DAYS + 1):
        later = DAY + timedelta(days=round(share * (left - 1) / LATER_DAYS))
        chance = retrievability(memory, day=later)
        right = after_review(memory, Rating.GOOD, day=later)
        missed = after_review(after_review(memory, Rating.AGAIN, day=later), Rating.GOOD, day=later)
        known = chance * retrievability(right, day=day) + (1 - chance) * retrievability(missed, day=day)
        gains.append(known - retrievability(memory, day=day))
        worth.append(gains[-1] / (chance * seconds + (1 - chance) * 2 * seconds))
    return worth[0] ** 2 / max(worth) if gains[0] > planner.LEAST_GAIN else 0.0


@settings(deadline=None, max_examples=examples(30))
@given(st.integers(0, 10**6), st.lists(st.integers(1, 60), min_size=8, max_size=8))
def test_what_was_met_before_follows_by_what_waiting_would_lose(seed: int, left: list[int]) -> None:
    held = memories(np.random.default_rng(seed), seen=8, unseen=0)
    columns = zip(held.stability, held.difficulty, held.elapsed, held.seconds, left, strict=True)
    found = {}
    for place, (stability, difficulty, elapsed, seconds, days) in enumerate(columns):
        memory = Memory(float(stability), float(difficulty), DAY - timedelta(days=int(elapsed)))
        # What was asked today is asked no more.
        found[place] = priority(memory, float(seconds), days) if elapsed else 0.0
    asked = planner.plan(held, new_order=new_of(held), until=np.array(left, dtype=float), budget=1e6)
    assert asked == sorted((place for place in found if found[place]), key=lambda place: -found[place])


def test_what_is_to_come_first_does() -> None:
    held = memories(np.random.default_rng(8), seen=50, unseen=0)
    held = promise.a_day_later(held)
    asked = planner.plan(held, new_order=new_of(held), until=until(held, 14), budget=1_000)
    last = next(place for place in range(50) if place not in asked)
    assert (
        planner.plan(held, new_order=new_of(held), until=until(held, 14), budget=1_000, missed={last})[0]
        == last
    )


def test_one_that_is_too_large_for_the_share_keeps_nobody_out() -> None:
    held = memories(np.random.default_rng(2), seen=10, unseen=20)
    seconds = held.seconds.copy()
    seconds[0] = 2_000.0
    held = replace(held, seconds=seconds, elapsed=np.where(held.unseen, 0.0, 3.0))
    cost = planner.seconds_expected(held, np.arange(10))
    budget = float(cost[1:].sum()) / 0.3 + 1
    assert cost[0] > 0.3 * budget
    # Not missed it is passed over for the nine behind it.
    asked = planner.plan(held, new_order=new_of(held), until=until(held, 14), budget=budget)
    assert set(range(1, 10)) <= set(asked)
    # Missed yesterday it comes in any case, as long as the day holds it.
    asked = planner.plan(held, new_order=new_of(held), until=until(held, 14), budget=budget, missed={0})
    assert 0 in asked
    asked = planner.plan(
        held, new_order=new_of(held), until=until(held, 14), budget=float(cost[0]) - 1, missed={0}
    )
    assert 0 not in asked


def test_one_wanted_that_only_a_whole_day_holds_has_one() -> None:
    held = memories(np.random.default_rng(2), seen=30, unseen=10)
    held = replace(held, elapsed=np.where(held.unseen, 0.0, 3.0))
    seconds = held.seconds.copy()
    seconds[35] = 350.0
    held = replace(held, seconds=seconds)
    cost = float(planner.seconds_expected(held, np.array([35]))[0])
    budget = cost / 0.9
    without = planner.plan(held, new_order=new_of(held), until=until(held, 6), budget=budget)
    assert 35 not in without
    asked = planner.plan(held, new_order=new_of(held), until=until(held, 6), budget=budget, wanted={35})
    assert asked[0] == 35
    assert planner.seconds_expected(held, np.array(asked, dtype=np.intp)).sum() <= budget


def test_what_is_known_well_enough_for_the_day_is_left_alone() -> None:
    held = Memories(
        stability=np.array([30_000.0, 3.0]),
        difficulty=np.array([5.0, 5.0]),
        elapsed=np.array([2.0, 2.0]),
        seconds=np.array([SECONDS, SECONDS]),
        first_try=np.array([0.5, 0.5]),
        lost=np.zeros(2, dtype=np.bool_),
    )
    assert planner.plan(held, new_order=new_of(held), until=until(held, 5), budget=1e6) == [1]


def test_each_question_has_its_own_day() -> None:
    held = Memories(
        stability=np.array([3.0, 3.0]),
        difficulty=np.array([5.0, 5.0]),
        elapsed=np.array([2.0, 2.0]),
        seconds=np.array([SECONDS, SECONDS]),
        first_try=np.array([0.5, 0.5]),
        lost=np.zeros(2, dtype=np.bool_),
    )
    budget = SECONDS * 1.5
    assert planner.plan(held, new_order=new_of(held), until=np.array([30.0, 3.0]), budget=budget) == [1]
    assert planner.plan(held, new_order=new_of(held), until=np.array([3.0, 30.0]), budget=budget) == [0]


def test_two_questions_on_one_claim_do_not_meet_on_one_day_unless_minutes_are_left() -> None:
    held = Memories(
        stability=np.full(4, np.nan),
        difficulty=np.full(4, np.nan),
        elapsed=np.zeros(4),
        seconds=np.full(4, SECONDS),
        first_try=np.full(4, 0.5),
        lost=np.zeros(4, dtype=np.bool_),
    )
    claims = [frozenset("a"), frozenset("a"), frozenset("b"), frozenset("c")]

    def asked(days: float, questions: float) -> list[int]:
        budget = questions * SECONDS * 1.5 + 1
        return planner.plan(
            held, new_order=new_of(held), until=np.full(4, days), budget=budget, claims=claims, taken="c"
        )

    assert asked(14, 2) == [0, 2]
    assert asked(14, 4) == [0, 2, 1, 3]
    assert asked(3, 2) == [0, 2]
    assert asked(2, 2) == asked(1, 2) == [0, 1]
    assert asked(np.inf, 4) == [0, 2]


def test_of_two_on_one_claim_that_are_due_the_first_one_comes() -> None:
    held = replace(memories(np.random.default_rng(9), seen=3, unseen=0), elapsed=np.full(3, 4.0))
    claims = [frozenset("a"), frozenset("ab"), frozenset("b")]
    never = np.full(3, np.inf)

    def asked(*due: int, taken: str = "") -> set[int]:
        places = np.array(due, dtype=np.intp)
        return set(
            planner.plan(
                held, new_order=new_of(held), until=never, budget=1e6, due=places, claims=claims, taken=taken
            )
        )

    assert asked(0, 1, 2) == {0, 2}
    assert asked(1, 0, 2) == {1}
    assert asked(0, 1, 2, taken="a") == {2}


def test_what_was_missed_comes_first_until_its_part_of_the_day_is_used_up() -> None:
    held = Memories(
        stability=np.full(6, 4.0),
        difficulty=np.full(6, 5.0),
        elapsed=np.full(6, 3.0),
        seconds=np.full(6, SECONDS),
        first_try=np.full(6, 0.5),
        lost=np.zeros(6, dtype=np.bool_),
    )
    cost = float(planner.seconds_expected(held, np.array([0]))[0])

    def asked(part: float) -> list[int]:
        return planner.plan(
            held,
            new_order=new_of(held),
            until=until(held, 5),
            budget=8 * cost,
            missed={4, 5},
            shares=Shares(missed=part),
        )

    # An eighth of the day is just one of them.
    assert asked(0.125) == [4, 0, 1, 2, 3, 5]
    assert asked(0.126) == asked(0.25) == [4, 5, 0, 1, 2, 3]


def test_without_a_day_what_is_due_comes_before_what_is_new() -> None:
    held = memories(np.random.default_rng(9), seen=6, unseen=6)
    due = np.array([1, 3, 4])
    never = np.full(12, np.inf)
    asked = planner.plan(held, new_order=new_of(held), until=never, budget=1e6, due=due)
    by_recall = due[np.argsort(-recall(held.elapsed[due], held.stability[due]), kind="stable")]
    assert asked == [*by_recall, *range(6, 12)]
    costs = planner.seconds_expected(held, by_recall)
    little = planner.plan(held, new_order=new_of(held), until=never, budget=costs.sum(), due=due)
    assert little == by_recall.tolist()


def test_a_limit_on_new_questions_holds_and_lets_in_what_is_wanted() -> None:
    held = memories(np.random.default_rng(8), seen=0, unseen=30)
    until = np.full(30, 14.0)
    new = new_of(held)
    assert planner.plan(held, new_order=new, until=until, budget=1e6, most_new=3) == [0, 1, 2]
    asked = planner.plan(held, new_order=new, until=until, budget=1e6, most_new=3, wanted={7, 9})
    assert asked == [0, 1, 2, 7, 9]
    never = np.full(30, np.inf)
    assert planner.plan(held, new_order=new, until=never, budget=1e6, most_new=0) == []
    # Those wanted for no day take what those with one leave of the limit.
    some = np.where(np.arange(30) < 2, 14.0, np.inf)
    assert planner.plan(held, new_order=new, until=some, budget=1e6, most_new=3) == [0, 1, 2]


def test_what_is_left_out_of_a_plan_is_not_in_it() -> None:
    held = memories(np.random.default_rng(10), seen=20, unseen=10)
    until = np.full(30, 14.0)
    rest = planner.plan(held, new_order=new_of(held), until=until, budget=1e6, without={0, 1, 25})
    assert not {0, 1, 25} & set(rest)
    assert 26 in rest


def test_what_was_missed_yesterday_has_its_share_of_the_day() -> None:
    held = replace(memories(np.random.default_rng(11), seen=40, unseen=40), seconds=np.full(80, SECONDS))
    days, budget = np.full(80, 14.0), 40 * SECONDS

    def asked(missed: set[int]) -> list[int]:
        return planner.plan(held, new_order=new_of(held), until=days, budget=budget, missed=missed)

    usual = [place for place in asked(set()) if place < 40]
    late = [place for place in range(40) if place not in usual and held.elapsed[place] > 0]
    assert len(late) > 10
    one = next(place for place in late if held.stability[place] < 20)
    assert one in asked({one})
    came = [place for place in asked(set(late)) if place in late]
    spent = planner.seconds_expected(held, np.array(came, dtype=np.intp)).sum()
    assert 0.15 * budget <= spent < 0.15 * budget + 2 * SECONDS
    # One comes before all the others though its part of the day is too short for it.
    short = planner.plan(held, new_order=new_of(held)[:0], until=days, budget=4 * SECONDS, missed=set(late))
    assert short[0] in late
    assert not set(short[1:]) & set(late)
