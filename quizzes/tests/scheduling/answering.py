"""Histories of answers for the rules of review, and what becomes of a card by them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from hypothesis import strategies as st

from quizzes.scheduling.memory import (
    DEFAULT_PARAMETERS,
)
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.review_rules import (
    NEW,
    CardState,
    RatedAnswer,
    propose,
)

DAY = date(2026, 1, 5)
SEED = "7:42"

ratings = st.sampled_from(Rating)
gaps = st.one_of(st.just(0), st.integers(-1, 6), st.integers(0, 200))
histories = st.lists(st.tuples(gaps, ratings), max_size=10)


def answers(history: Sequence[tuple[int, Rating]]) -> list[RatedAnswer]:
    found, day = [], DAY
    for seq, (gap, rating) in enumerate(history):
        day += timedelta(days=gap)
        found.append(RatedAnswer(rating, day, seq))
    return found


def apply(
    state: CardState,
    answer: RatedAnswer,
    *,
    seed: str,
    retention: float,
    guess_rate: float,
    parameters: tuple[float, ...] = DEFAULT_PARAMETERS,
    load: Mapping[date, int] | None = None,
) -> CardState:
    """The card after an answer whose load is known beforehand."""
    proposal = propose(
        state, answer, seed=seed, retention=retention, guess_rate=guess_rate, parameters=parameters
    )
    return proposal.card(proposal.settle(load or {}))


def answered(
    history: Sequence[tuple[int, Rating]], retention: float = 0.9, guess_rate: float = 0.0
) -> CardState:
    state = NEW
    for answer in answers(history):
        state = apply(state, answer, seed=SEED, retention=retention, guess_rate=guess_rate)
    return state


def today(state: CardState) -> date:
    assert state.memory is not None
    return state.memory.day
