"""What a few rolled out days tell of many, against the plan followed to the last day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quizzes.scheduling.fit import STEP, EveningPlan, begun_on, minutes_needed
from quizzes.scheduling.planner import Memories
from quizzes.scheduling.promise import Course, answer, lived

SEED = 7
MOST = 240


def ahead_of(*, days: int, minutes: int, new: int = 300, met: int = 0, first_try: float = 0.5) -> EveningPlan:
    """A learner whose today is full, who met `met` questions before and is asked for `new` ones within the days."""
    size = new + met
    is_met = np.arange(size) < met
    memories = Memories(
        stability=np.where(is_met, 3.0 + np.arange(size) % 7, np.nan),
        difficulty=np.where(is_met, 5.0, np.nan),
        elapsed=np.where(is_met, 1.0 + np.arange(size) % 3, 0.0),
        seconds=np.full(size, 75.0),
        first_try=np.full(size, first_try),
        lost=np.zeros(size, dtype=bool),
    )
    course = Course(
        new_order=np.arange(met, size),
        until=np.where(is_met, np.inf, float(days)),
        days=1,
        budget=60.0 * minutes,
        budget_today=0.0,
        wanted=range(met, size),
    )
    planned = np.arange(met, met + 10)
    asked = ~is_met
    asked[planned] = False
    return EveningPlan(memories=memories, course=course, planned=planned, asked=asked, days=days)


def never_begun(ahead: EveningPlan, *, minutes: int | None = None, more_today: int = 0) -> int:
    """How many of what is asked the plan leaves, lived to the last day."""
    course = ahead.course
    if minutes is not None:
        course = replace(course, budget=60.0 * minutes, budget_today=60.0 * more_today)
    rng = np.random.default_rng(SEED)
    right = rng.random(len(ahead.planned)) < ahead.memories.first_try[ahead.planned]
    evening = answer(ahead.memories, ahead.planned.tolist(), right)
    course = replace(course, days=ahead.days, missed=ahead.planned[~right].tolist())
    *_, (memories, _) = lived(evening, course, rng)
    return int((memories.unseen & ahead.asked).sum())


def told(ahead: EveningPlan) -> float:
    return float((begun_on(ahead, seed=SEED) > ahead.days).sum(axis=1).mean())


@pytest.mark.parametrize(
    ("days", "minutes", "met"),
    [
        (3, 40, 0),
        (5, 30, 60),
        (14, 20, 0),
        (14, 20, 150),
        (14, 45, 150),
        (30, 15, 150),
        (30, 20, 0),
        (60, 10, 0),
        (60, 5, 150),
        (21, 25, 50),
    ],
)
def test_what_few_days_tell_is_what_all_days_leave(days: int, minutes: int, met: int) -> None:
    ahead = ahead_of(days=days, minutes=minutes, met=met)
    left = never_begun(ahead)
    assert left > 0
    assert abs(told(ahead) - left) <= 3


@pytest.mark.parametrize(
    ("days", "minutes"), [(8, 240), (14, 60), (14, 120), (30, 25), (30, 60), (60, 15), (90, 10)]
)
def test_what_fits_is_told_to_fit(days: int, minutes: int) -> None:
    ahead = ahead_of(days=days, minutes=minutes, met=50)
    assert never_begun(ahead) == 0
    assert told(ahead) == 0


def test_a_question_longer_than_the_day_is_never_begun() -> None:
    ahead = ahead_of(days=30, minutes=10, new=30)
    memories = replace(ahead.memories, seconds=np.full(30, 900.0))
    assert told(replace(ahead, memories=memories)) == 20


@pytest.mark.parametrize(("days", "minutes", "met"), [(4, 20, 0), (14, 20, 0), (14, 20, 150), (30, 15, 60)])
def test_the_minutes_needed_are_the_least_that_leave_nothing(days: int, minutes: int, met: int) -> None:
    ahead = ahead_of(days=days, minutes=minutes, met=met)
    within = np.where(ahead.asked, float(days), np.inf)
    found = minutes_needed(ahead, within, minutes=minutes, most=MOST, seed=SEED)
    enough = [
        tried
        for tried in range(STEP, MOST + 1, STEP)
        if never_begun(ahead, minutes=tried, more_today=max(0, tried - minutes)) == 0
    ]
    assert found is not None
    assert abs(found - enough[0]) <= STEP
    assert found in enough


def test_where_no_day_is_long_enough_no_minutes_are_told() -> None:
    ahead = ahead_of(days=2, minutes=20)
    assert minutes_needed(ahead, np.where(ahead.asked, 2.0, np.inf), minutes=20, most=60, seed=SEED) is None
