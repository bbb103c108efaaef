"""Which of the questions wanted by a day the plan does not begin in time: rollouts of that very plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor, inf

import numpy as np
from numpy.typing import NDArray

from quizzes.scheduling.planner import SHARES, Memories, Places, chances, seconds_expected
from quizzes.scheduling.promise import Course, a_day_later, answer, lived
from quizzes.scheduling.vectors import Floats

# What is begun hangs little on chance: so many rollouts tell it.
ROLLOUTS = 2
# So many days are rolled out, or more where a day holds little: as many as hold so many questions.
LEAST_DAYS, MOST_DAYS, ROLLED_QUESTIONS = 5, 20, 40
# After so many of them, today included, each day begins as many as the next one, on average.
STEADY_AFTER = 2
# Minutes that are tried grow by so many.
STEP = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class EveningPlan:
    """A learner's plan from the evening of today on.

    `memories` and `course` are those of today, before the questions at the places `planned` are answered; what the
    course holds for today comes after these. `asked` is where a new question is wanted that today leaves, the last of
    them within `days` study days, today included.
    """

    memories: Memories
    course: Course
    planned: Places
    asked: NDArray[np.bool_]
    days: int


def begun_on(ahead: EveningPlan, *, seed: int, rollouts: int = ROLLOUTS) -> NDArray[np.float64]:
    """Returns for each rollout and place the day on which it is begun, 1 is today: 0 where it is not asked for.

    Infinite, or a day after all that count, where the plan does not begin it in time.
    """
    rng = np.random.default_rng(seed)
    return np.array([_begun_on(ahead, rng) for _ in range(rollouts if ahead.asked.any() else 1)])


def minutes_needed(ahead: EveningPlan, within: Floats, *, minutes: int, most: int, seed: int) -> int | None:
    """Returns the least minutes a day, in steps of five, that begin each place `within` its days.

    None where `most` do not. The day has `minutes` now; more of them add to today, too. Found by bisection over single
    rollouts, from the least minutes that hold the new questions at all; the first one tried leaves the least share for
    questions met before.
    """
    low, high = _least_steps(ahead, within, minutes=minutes), most // STEP + 1
    middle = ceil(low / (1 - SHARES.least))
    while low < high:
        middle = min(middle, high - 1)
        more = max(0, STEP * middle - minutes)
        course = replace(ahead.course, budget=60.0 * STEP * middle, budget_today=60.0 * more)
        if (begun_on(replace(ahead, course=course), seed=seed, rollouts=1) > within).any():
            low = middle + 1
        else:
            high = middle
        # The answer is near the first one tried: the next one up, or halfway down.
        middle = low if high > most // STEP else (low + high) // 2
    return STEP * low if STEP * low <= most else None


def _least_steps(ahead: EveningPlan, within: Floats, *, minutes: int) -> int:
    """Returns the least steps of minutes that hold all new questions by their days: a plan never expects to exceed a
    day.
    """
    asked = np.flatnonzero(ahead.asked)
    asked = asked[np.argsort(within[asked], kind="stable")]
    costs, days = np.cumsum(seconds_expected(ahead.memories, asked)), within[asked]
    # What the day has now is planned already: of today only more minutes count.
    most = (costs + 60.0 * minutes) / days
    return max(1, ceil(float(most.max(initial=0.0)) / (60.0 * STEP)))


def _begun_on(ahead: EveningPlan, rng: np.random.Generator) -> Floats:
    right = rng.random(len(ahead.planned)) < chances(ahead.memories, ahead.planned)
    evening = answer(ahead.memories, ahead.planned.tolist(), right)
    begun = np.where(ahead.asked, inf, 0.0)
    if not ahead.asked.any():
        return begun
    rolled = max(1, min(_days_that_tell(ahead), ahead.days))
    course = replace(ahead.course, missed=ahead.planned[~right].tolist(), days=rolled)
    day = 0
    if not course.seconds_on(0):
        # Today holds no more.
        day, evening = 1, a_day_later(evening)
        course = replace(course, until=course.until - 1, days=course.days - 1, budget_today=None)
    for morning, _ in lived(evening, course, rng):
        day += 1
        begun[np.isinf(begun) & ~morning.unseen] = day
        if not np.isinf(begun).any():
            return begun
    queue = course.new_order[np.isinf(begun[course.new_order])]
    if day < ahead.days and (a_day := _rate(ahead, begun, queue, day)):
        begun[queue] = day + np.ceil(np.arange(1, len(queue) + 1) / a_day)
    return begun


def _days_that_tell(ahead: EveningPlan) -> int:
    """Returns after so many days it is known how many new questions the others begin."""
    cost = float(seconds_expected(ahead.memories, np.flatnonzero(ahead.asked)).mean())
    return min(MOST_DAYS, max(LEAST_DAYS, ceil(ROLLED_QUESTIONS * cost / ahead.course.budget)))


def _rate(ahead: EveningPlan, begun: Floats, queue: Places, rolled: int) -> float:
    """Returns the new questions of the queue that are begun on each day after those that were rolled out.

    As many as on the last of these, or, where the day has room for it, as many as the queue needs to be begun in time:
    a plan spares for questions met before only what new ones can.
    """
    as_before = ((begun > STEADY_AFTER) & np.isfinite(begun)).sum() / (rolled - STEADY_AFTER)
    if not (as_before and queue.size):
        return 0.0
    left = ahead.course.until[queue] - rolled
    need = float((np.arange(1, len(queue) + 1) / np.maximum(left, 1)).max(initial=0.0))
    cost = float(seconds_expected(ahead.memories, queue).mean())
    room = floor((1 - SHARES.least) * ahead.course.budget / cost)
    return float(max(as_before, need) if need <= room else as_before)
