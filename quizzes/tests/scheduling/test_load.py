"""The days that the rolled-forward schedule chooses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quizzes.scheduling.fuzz import fuzz_range
from quizzes.scheduling.load import Scheduled, load


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
