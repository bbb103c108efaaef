"""The days that the rolled-forward schedule chooses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from quizzes.scheduling.fuzz import fuzz_range
from quizzes.scheduling.load import DayLoad, Scheduled, load
from quizzes.scheduling.memory import Memory, after_review, interval, retrievability
from quizzes.scheduling.ratings import Rating

START = date(2026, 1, 1)


def cards(*, many: int, due: int, stability: float, seconds: float = 30.0) -> Scheduled:
    column = np.ones(many)
    return Scheduled(
        stability=stability * column,
        difficulty=5.0 * column,
        elapsed=stability * column,
        due=due * column,
        aim=0.9 * column,
        seconds=seconds * column,
    )


def together(*decks: Scheduled) -> Scheduled:
    names = ("stability", "difficulty", "elapsed", "due", "aim", "seconds")
    return Scheduled(*(np.concatenate([getattr(deck, name) for deck in decks]) for name in names))


def answered_today(*, many: int) -> Scheduled:
    """Cards asked again at once: each is right, its memory stays, and its next interval is 5 days."""
    return replace(cards(many=many, due=0, stability=5.0), elapsed=np.zeros(many))


def test_what_comes_back_spreads_evenly_over_the_days_of_its_range() -> None:
    assert fuzz_range(5) == (4, 6)
    days = load(answered_today(many=60), days=5, seed=3)
    # By chance alone it would be some number near it, another one in each life.
    assert [day.questions for day in days] == [60, 0, 0, 0, 20]


def test_a_day_that_is_full_is_left_alone() -> None:
    for full, asked in ((4, 50), (5, 30), (6, 30)):
        others = cards(many=50, due=full, stability=5.0)
        days = load(together(answered_today(many=60), others), days=5, seed=2)
        assert days[4].questions == asked
    # Days count that lie behind the last one asked for.
    some = cards(many=6, due=6, stability=5.0)
    assert load(together(answered_today(many=60), some), days=5, seed=2)[4].questions == 22


def test_what_is_missed_is_answered_once_more_and_takes_its_time_twice() -> None:
    known = replace(cards(many=3, due=0, stability=5.0, seconds=20.0), elapsed=np.zeros(3))
    # Of what was left for so long nothing is known.
    lost = replace(cards(many=2, due=0, stability=5.0, seconds=70.0), elapsed=np.full(2, 1e300))
    today = load(together(known, lost), days=1, seed=5)[0]
    assert today == DayLoad(questions=5.0, answers=3 + 2 * 2, seconds=3 * 20 + 2 * 2 * 70)


def test_as_many_are_missed_as_the_memory_model_says() -> None:
    held = Memory(8.0, 5.0, START)
    for elapsed in (4, 30):
        deck = replace(cards(many=500, due=2, stability=8.0), elapsed=np.full(500, float(elapsed)))
        on_the_day = load(deck, days=3, seed=4)[2]
        found = on_the_day.answers / on_the_day.questions - 1
        missed = 1 - retrievability(held, day=held.day + timedelta(days=elapsed + 2))
        # Four standard errors of a share of 500 questions in forty lives.
        assert abs(found - missed) < 4 * (missed * (1 - missed) / (500 * 40)) ** 0.5


def asked_on(memory: Memory, due: int, days: int) -> list[float]:
    """The chance that a card is asked on each day, by every way its answers and the fuzz of its intervals may go."""
    chances = [0.0] * days
    if due >= days:
        return chances
    day = START + timedelta(days=due)
    right = retrievability(memory, day=day)
    missed = after_review(after_review(memory, Rating.AGAIN, day=day), Rating.GOOD, day=day)
    for chance, after in ((right, after_review(memory, Rating.GOOD, day=day)), (1 - right, missed)):
        first, last = fuzz_range(interval(after.stability, retention=0.9))
        for later in range(first, last + 1):
            ways = asked_on(after, due + later, days)
            chances = [
                one + chance * way / (last - first + 1) for one, way in zip(chances, ways, strict=True)
            ]
    return [1.0 if day == due else chance for day, chance in enumerate(chances)]


@pytest.mark.parametrize(("stability", "difficulty", "elapsed"), [(1.5, 8.0, 3), (0.4, 3.0, 9)])
def test_a_card_comes_back_by_the_memory_that_each_answer_leaves(
    stability: float, difficulty: float, elapsed: int
) -> None:
    columns = np.array([[stability], [difficulty], [float(elapsed)], [1.0], [0.9], [30.0]])
    seeds, days = 40, 9
    # Each of a single card's forty lives goes its own way.
    found = np.mean(
        [
            [day.questions for day in load(Scheduled(*columns.copy()), days=days, seed=n)]
            for n in range(seeds)
        ],
        axis=0,
    )
    memory = Memory(stability, difficulty, START - timedelta(days=elapsed))
    for share, chance in zip(found, asked_on(memory, 1, days), strict=True):
        # Four standard errors.
        assert abs(share - chance) <= 4 * (chance * (1 - chance) / (40 * seeds)) ** 0.5


def test_an_interval_too_short_for_fuzz_is_kept() -> None:
    sure = replace(cards(many=40, due=0, stability=2.0), elapsed=np.zeros(40))
    assert [day.questions for day in load(sure, days=3, seed=6)] == [40, 0, 40]


@pytest.mark.parametrize(("many", "lives"), [(2, 40), (1_000, 20), (8_000, 4)])
def test_of_many_cards_fewer_lives_are_drawn(many: int, lives: int) -> None:
    answers = [
        load(cards(many=many, due=0, stability=5.0), days=1, seed=seed)[0].answers for seed in range(8)
    ]
    # Each is a mean over so many lives of a whole number; of a mean over half as many, all would be whole there, too.
    assert all(round(mean * lives, 6).is_integer() for mean in answers)
    assert not all(round(mean * lives / 2, 6).is_integer() for mean in answers)


@pytest.mark.parametrize("days", [1, 2, 8, 31])
@pytest.mark.parametrize("stability", [0.01, 3.0, 40.0, 36_500.0])
def test_any_deck_is_rolled_over_any_number_of_days(days: int, stability: float) -> None:
    deck = together(*(cards(many=3, due=due, stability=stability) for due in (-400, 0, 1, 30, 36_500)))
    ahead = load(deck, days=days, seed=1)
    assert len(ahead) == days
    assert ahead[0].questions == 6
    assert all(day.answers >= day.questions >= 0 for day in ahead)
    assert load(cards(many=0, due=0, stability=1.0), days=days, seed=1)[0].questions == 0
