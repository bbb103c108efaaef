"""Memories of made-up questions for the tests of the planner and the promise."""

from __future__ import annotations

import numpy as np

from quizzes.scheduling import planner
from quizzes.scheduling.planner import Memories
from quizzes.scheduling.vectors import Floats

SECONDS = 25.0


def memories(dice: np.random.Generator, *, seen: int, unseen: int) -> Memories:
    many = seen + unseen
    nothing = np.full(unseen, np.nan)
    return Memories(
        stability=np.concatenate([dice.lognormal(1.5, 1.2, seen), nothing]),
        difficulty=np.concatenate([dice.uniform(1, 10, seen), nothing]),
        elapsed=np.concatenate([dice.integers(0, 40, seen).astype(float), np.zeros(unseen)]),
        seconds=dice.uniform(10, 300, many),
        first_try=dice.uniform(0.1, 0.9, many),
        lost=np.zeros(many, dtype=np.bool_),
    )


def new_of(held: Memories) -> planner.Places:
    return np.flatnonzero(held.unseen)


def until(held: Memories, days: int) -> Floats:
    return np.full(len(held.stability), float(days))
