"""What begins questions in time that are wanted by a day, and an estimate of those that a plan begins too late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor

from quizzes.scheduling.days import day_begins, study_day
from quizzes.scheduling.planner import SHARES

# A due moment counts its own study day only when so much of that day lies before it.
_ENOUGH_OF_A_DAY = timedelta(hours=12)
# Of the questions met before that a plan with dates asks, about so many are answered right.
_MET_IS_RIGHT = 0.9


@dataclass(frozen=True, slots=True)
class DeadlineQuestion:
    """New questions wanted within `days` study days, today included; asking one once takes `seconds`.

    Their date has passed where `days` is 0.
    """

    days: int
    questions: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Load:
    """What a learner's days hold, in seconds: `budget` each, and `budget_today` what is left of today.

    `first_try` is the chance that a first answer is right. `met` questions of before could be asked today.
    """

    budget: float
    budget_today: float
    first_try: float
    met: int


def left_after(wanted: Sequence[DeadlineQuestion], load: Load) -> dict[int, list[float]]:
    """Returns for each of the `wanted` days what a plan leaves of each of `wanted` after so many days.

    An estimate of what rollouts of the plan find (`quizzes.scheduling.fit`), for many learners at once. Each day begins
    the earliest wanted first, what is late before all, in the seconds that the least share for questions met before
    leaves, and only whole questions. What takes more than a whole day is never begun. Raises ValueError for negative
    numbers.
    """
    if any(one.days < 0 or one.questions < 0 for one in wanted):
        raise ValueError("negative days or questions cannot be planned")
    order = sorted(range(len(wanted)), key=lambda at: wanted[at].days)
    left = [float(one.questions) for one in wanted]
    found = {0: list(left)}
    again = (2 - _MET_IS_RIGHT) * sum(one.questions * one.seconds for one in wanted) / max(1.0, sum(left))
    kept = int(SHARES.least * load.budget / again) if again else 0
    for day in range(1, max((one.days for one in wanted), default=0) + 1):
        room = load.budget_today - min(kept, load.met) * again if day == 1 else load.budget - kept * again
        for at in order:
            cost = (2 - load.first_try) * wanted[at].seconds
            if cost <= load.budget:
                holds = max(0.0, room) / cost
                begun = min(left[at], floor(holds))
                left[at] -= begun
                room -= begun * cost
        found[day] = list(left)
    return {one.days: found[one.days] for one in wanted}


def needed(wanted: Iterable[tuple[int, int]]) -> int:
    """Returns the least number of new questions a day that begins all in time, the same each day.

    `wanted` pairs study days left, today included, with questions still to be begun by then, in any order: with C(d)
    the questions wanted within d days, the maximum over d of C(d)/d. What is late is wanted today.
    """
    most = within = 0
    for days, questions in sorted(wanted):
        within += questions
        most = max(most, -(-within // max(1, days)))
    return most


def study_days_until(due: datetime, *, today: date, zone: str, rollover_hour: int) -> int:
    """Returns the study days left to be ready by `due`, `today` included; at least 1, for what is late is wanted today.

    The day of the due moment counts when at least twelve hours of it come before that moment. ValueError as in
    `study_day`.
    """
    last = study_day(due, zone=zone, rollover_hour=rollover_hour)
    begun = due - day_begins(last, zone=zone, rollover_hour=rollover_hour)
    return max(1, (last - today).days + (begun >= _ENOUGH_OF_A_DAY))
