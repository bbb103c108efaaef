"""What a few rolled out days tell of many, against the plan followed to the last day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from quizzes.scheduling.fit import STEP, EveningPlan, begun_on, minutes_needed
from quizzes.scheduling.planner import Memories
from quizzes.scheduling.promise import Course, answer, lived
from quizzes.scheduling.vectors import Floats

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


def least_of_all(ahead: EveningPlan, within: Floats, minutes: int) -> int | None:
    """The first of all minutes that begins what is asked in time, each tried."""
    for tried in range(STEP, MOST + 1, STEP):
        course = replace(ahead.course, budget=60.0 * tried, budget_today=60.0 * max(0, tried - minutes))
        if (begun_on(replace(ahead, course=course), seed=SEED, rollouts=1) <= within).all():
            return tried
    return None


@pytest.mark.parametrize("days", [1, 2, 5])
@pytest.mark.parametrize(("new", "minutes"), [(18, 5), (34, 5), (90, 5), (90, 15)])
def test_the_minutes_found_are_the_first_of_all_that_could_be_tried(
    days: int, new: int, minutes: int
) -> None:
    """Whoever is right at first sight takes a minute for each question."""
    ahead = ahead_of(days=days, minutes=minutes, new=new, first_try=1.0)
    ahead = replace(ahead, memories=replace(ahead.memories, seconds=np.full(new, 60.0)))
    # Half of them are wanted sooner.
    asked = np.flatnonzero(ahead.asked)
    within = np.full(new, float(days))
    within[asked[::2]] = max(1.0, days - 1.0)
    until = np.where(ahead.asked, within, ahead.course.until)
    order = asked[np.argsort(within[asked], kind="stable")]
    course = replace(ahead.course, until=until, new_order=np.array([*ahead.planned, *order]))
    ahead = replace(ahead, course=course)
    least = least_of_all(ahead, within, minutes)
    assert least is not None
    for most in (least, MOST):
        assert minutes_needed(ahead, within, minutes=minutes, most=most, seed=SEED) == least
    if least > STEP:
        assert minutes_needed(ahead, within, minutes=minutes, most=least - 1, seed=SEED) is None


def test_what_today_still_holds_is_begun_today_and_the_rest_on_the_next_days() -> None:
    """Ten minutes hold eight of a minute beside the least share for questions met before."""
    ahead = ahead_of(days=3, minutes=10, new=30, first_try=1.0)
    ahead = replace(ahead, memories=replace(ahead.memories, seconds=np.full(30, 60.0)))
    full = begun_on(ahead, seed=SEED)
    today = replace(ahead, course=replace(ahead.course, budget_today=300.0))
    some = begun_on(today, seed=SEED)
    for found, first in ((full, 2), (some, 1)):
        for begun in found:
            assert not begun[~ahead.asked].any()
            assert begun[ahead.asked].tolist() == sorted(begun[ahead.asked])
            assert begun[ahead.asked].min() == first
    assert (full[:, ahead.asked] == 2).sum(axis=1).tolist() == [8, 8]
    # Today nothing is asked again.
    assert (some[:, ahead.asked] == 1).sum(axis=1).tolist() == [5, 5]


def test_a_long_question_that_was_missed_today_has_tomorrow_first() -> None:
    ahead = ahead_of(days=4, minutes=10, new=40, first_try=1.0)
    first_try, seconds = np.ones(40), np.full(40, 60.0)
    planned = ahead.planned[:1]
    # It is missed for certain, and takes more than the share for questions met before.
    first_try[planned], seconds[planned] = 0.0, 400.0
    asked = np.arange(40) > 0
    right = replace(ahead, planned=planned, asked=asked, memories=replace(ahead.memories, seconds=seconds))
    missed = replace(right, memories=replace(right.memories, first_try=first_try))
    tomorrow = [(begun_on(one, seed=SEED) == 2).sum(axis=1).tolist() for one in (right, missed)]
    assert tomorrow[0] == [10, 10]
    # Of 600 seconds it leaves 200 at most.
    assert max(tomorrow[1]) <= 3


def test_where_no_day_is_long_enough_no_minutes_are_told() -> None:
    ahead = ahead_of(days=2, minutes=20)
    assert minutes_needed(ahead, np.where(ahead.asked, 2.0, np.inf), minutes=20, most=60, seed=SEED) is None
