"""Between a card's row and the kernel's state of it, and from the log to that state."""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from quizzes.review.models import Card, Review
from quizzes.scheduling.api import CardState, Memory, Rating, Replayed, replay


class CardColumns(TypedDict):
    """The kernel's state of a card by the columns that hold it."""

    stability: float | None
    difficulty: float | None
    last_day: date | None
    due: date | None
    reps: int
    lapses: int
    interval: int
    raised: bool
    lowered: bool


def state_of(card: Card) -> CardState:
    """Returns the kernel's state of a card."""
    memory = None
    if card.stability is not None and card.difficulty is not None and card.last_day is not None:
        memory = Memory(card.stability, card.difficulty, card.last_day)
    return CardState(
        memory=memory,
        due=card.due,
        reps=card.reps,
        lapses=card.lapses,
        interval=card.interval,
        raised=card.raised,
        lowered=card.lowered,
    )


def columns(state: CardState) -> CardColumns:
    """Returns the state as values of a card's columns: all of them but `seq`."""
    memory = state.memory
    return {
        "stability": memory.stability if memory else None,
        "difficulty": memory.difficulty if memory else None,
        "last_day": memory.day if memory else None,
        "due": state.due,
        "reps": state.reps,
        "lapses": state.lapses,
        "interval": state.interval,
        "raised": state.raised,
        "lowered": state.lowered,
    }


def seed_of(card: Card) -> str:
    """Returns what names learner and card where the kernel needs a seed."""
    return f"{card.user_id}:{card.pk}"


def replay_card(card: Card) -> CardState:
    """Returns the state the card's log gives, answers that were undone left out; equal to the stored one."""
    rows = (
        Review.objects.filter(card=card, undone_at=None)
        .order_by("seq")
        .values_list("rating", "study_day", "due_after")
    )
    return replay(Replayed(rating=Rating(rating), day=day, due=due) for rating, day, due in rows)
