"""How many new questions a day meet the dates they are wanted by, and how many cannot be met."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from quizzes.scheduling.days import day_begins, study_day

# A due moment counts its own study day only when so much of that day lies before it.
_ENOUGH_OF_A_DAY = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Pace:
    """How many of the wanted questions to begin `today`; how many a day would be `needed`; how many are `short`.

    What is short no plan sees in time: `needed` is more than can be begun a day.
    """

    today: int
    needed: int
    short: int


def pace(wanted: Iterable[tuple[int, int]], *, a_day: int) -> Pace:
    """The smallest even pace that meets every date, at most `a_day` questions a day.

    `wanted` pairs study days left, today included, with questions still to be begun by then, in any order.
    With C(d) the questions wanted within d days, the least that is enough is max over d of ⌈C(d) / d⌉, and what cannot
    be met is max over d of C(d) - d · a_day: beginning the earliest due first meets whatever can be met (Liu and
    Layland 1973, earliest deadline first). ValueError for fewer than one day, or for negative numbers.
    """
    needed = short = within = 0
    if a_day < 0:
        raise ValueError(f"nobody begins {a_day} questions a day")
    for days, questions in sorted(wanted):
        if days < 1 or questions < 0:
            raise ValueError(f"{questions} questions in {days} days cannot be paced")
        within += questions
        needed = max(needed, -(-within // days))
        short = max(short, within - days * a_day)
    return Pace(today=min(needed, a_day), needed=needed, short=short)


def study_days_until(due: datetime, *, today: date, zone: str, rollover_hour: int) -> int:
    """The study days left to be ready by `due`, `today` included; at least 1, for what is late is wanted today.

    The day of the due moment counts when at least twelve hours of it come before that moment. ValueError as in
    `study_day`.
    """
    last = study_day(due, zone=zone, rollover_hour=rollover_hour)
    begun = due - day_begins(last, zone=zone, rollover_hour=rollover_hour)
    return max(1, (last - today).days + (begun >= _ENOUGH_OF_A_DAY))
