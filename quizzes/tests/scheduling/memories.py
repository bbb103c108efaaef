"""Memories of made-up questions for the tests of the planner and the promise."""

from __future__ import annotations

import numpy as np

from quizzes.scheduling import planner
from quizzes.scheduling.planner import Memories
from quizzes.scheduling.vectors import Floats

SECONDS = 25.0


def memories(rng: np.random.Generator, *, seen: int, unseen: int) -> Memories:
    many = seen + unseen
    nothing = np.full(unseen, np.nan)
    return Memories(
        stability=np.concatenate([rng.lognormal(1.5, 1.2, seen), nothing]),
        difficulty=np.concatenate([rng.uniform(1, 10, seen), nothing]),
        elapsed=np.concatenate([rng.integers(0, 40, seen).astype(float), np.zeros(unseen)]),
        seconds=rng.uniform(10, 300, many),
        first_try=rng.uniform(0.1, 0.9, many),
        lost=np.zeros(many, dtype=np.bool_),
    )


def new_of(held: Memories) -> planner.Places:
    return np.flatnonzero(held.unseen)


def until(held: Memories, days: int) -> Floats:
    return np.full(len(held.stability), float(days))
