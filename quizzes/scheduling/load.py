"""How much the schedule will ask on the days to come: every card rolled forward by its own intervals.

A card that comes due is asked and answered right with the chance the memory model gives; its next interval follows from
that, and so on, many times over with other outcomes drawn. What is due is asked on its day, and nothing new begins.
Within the fuzz range of its interval a card comes back on the day with the least that is due, as `fuzz.due_day` has it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from quizzes.scheduling.vectors import Floats, after_again, after_good, fuzz_ranges, interval, recall

# So many lives are drawn; of many cards fewer, for among many chance evens out.
LIVES, LEAST_LIVES, DRAWN_CARDS = 40, 4, 20_000


@dataclass(frozen=True, slots=True)
class Scheduled:
    """Cards with a due day, one place each in every array.

    `stability` (days) and `difficulty` are those after the last answer, `elapsed` counts study days since it; `due`
    counts the study days until the card is asked, 0 or below for today. `aim` is the chance of a right answer to come
    back at, `seconds` what asking it once takes, the feedback read.
    """

    stability: Floats
    difficulty: Floats
    elapsed: Floats
    due: Floats
    aim: Floats
    seconds: Floats

    def __len__(self) -> int:
        return len(self.stability)


@dataclass(frozen=True, slots=True)
class DayLoad:
    """What a day is expected to ask.

    `questions` are different ones; `answers` counts a missed one once more, for it comes back the same day;
    `seconds` is the time for all answers.
    """

    questions: float
    answers: float
    seconds: float


def load(cards: Scheduled, *, days: int, seed: int) -> list[DayLoad]:
    """Returns what each of `days` days is expected to ask, today first, if what is due each day is answered that day.

    Outcomes are drawn from `seed`, in up to LIVES independent lives. A missed question is right at its repeat. Of the
    lightest days of its fuzz range each is drawn with equal chances.
    """
    lives = max(LEAST_LIVES, min(LIVES, DRAWN_CARDS // max(len(cards), 1)))
    rng = np.random.default_rng(seed)
    life = np.repeat(np.arange(lives), len(cards))
    cards = Scheduled(*(np.tile(getattr(cards, field.name), lives) for field in fields(cards)))
    # How many cards are due on each day, by life; what comes back later than that bears on none of the days asked for.
    last = days + _widest(days)
    soon = np.flatnonzero((cards.due > 0) & (cards.due <= last))
    due = np.zeros((lives, last + 1), dtype=int)
    np.add.at(due, (life[soon], cards.due[soon].astype(int)), 1)
    calendars: list[list[int]] = due.tolist()
    ahead = []
    for day in range(days):
        at = np.flatnonzero(cards.due <= day)
        chance = recall(cards.elapsed[at] + day, cards.stability[at])
        right = rng.random(len(at)) < chance
        tries = 2.0 - right
        seconds = tries * cards.seconds[at]
        ahead.append(DayLoad(len(at) / lives, float(tries.sum()) / lives, float(seconds.sum()) / lives))
        _answer(cards, at, right, chance, day=day)
        days_after = interval(cards.stability[at], cards.aim[at])
        shortest, longest = fuzz_ranges(days_after)
        ranges = zip(life[at].tolist(), (day + shortest).tolist(), (day + longest).tolist(), strict=True)
        draws = rng.random(len(at)).tolist()
        cards.due[at] = [
            _lightest(calendars[one], int(first), int(end), draw=draw)
            for (one, first, end), draw in zip(ranges, draws, strict=True)
        ]
    return ahead


def _widest(days: int) -> int:
    """Returns the most days by which a fuzz range that begins within so many days reaches beyond them."""
    shortest, longest = fuzz_ranges(np.arange(1.0, 2.0 * days + 10))
    return int((longest - shortest)[shortest <= days].max())


def _lightest(calendar: list[int], first: int, end: int, *, draw: float) -> int:
    """Returns the day from `first` to `end` with the least due, counted from now on; `draw`, 0 to below 1, breaks ties.

    `first` where the calendar does not reach as far as `end`.
    """
    if end >= len(calendar):
        return first
    within = calendar[first : end + 1]
    least = min(within)
    lightest = [day for day, due in enumerate(within, start=first) if due == least]
    found = lightest[int(draw * len(lightest))]
    calendar[found] += 1
    return found


def _answer(
    cards: Scheduled,
    at: NDArray[np.intp],
    right: NDArray[np.bool_],
    chance: Floats,
    *,
    day: int,
) -> None:
    """Moves the memories of the cards at those places on."""
    before = cards.stability[at], cards.difficulty[at], chance
    good, again = after_good(*before), after_again(*before)
    cards.stability[at] = np.where(right, good[0], again[0])
    cards.difficulty[at] = np.where(right, good[1], again[1])
    # `elapsed` is counted from day 0.
    cards.elapsed[at] = -day
