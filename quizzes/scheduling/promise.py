"""What will be known on a day to come if the plan is followed, and if nothing more is asked: rollouts of the plan."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from quizzes.scheduling.forecast import DECAY
from quizzes.scheduling.planner import Memories, Places, chances, plan, seconds_expected
from quizzes.scheduling.vectors import (
    FIRST_AGAIN,
    FIRST_EASY,
    FIRST_GOOD,
    Floats,
    after_again,
    after_good,
    recall,
)

ROLLOUTS = 6
# Beyond so many days a plan is rolled out for about so many days in all, but not less often than so.
LONG, ROLLED_DAYS, LEAST_ROLLOUTS = 20, 120, 2
# A normal distribution holds 80 % within so many standard deviations.
EIGHTY_PER_CENT = 1.2815515655


def knowledge(memories: Memories, *, days: int, unseen: Floats) -> Floats:
    """Returns the chance of knowing each question in `days` if nothing more is asked.

    `unseen` where it is new; NaN where `unseen` is NaN, for what is not counted.
    """
    # Right after an answer the curve says 1, which tells nothing: what was answered today counts as tomorrow.
    held = recall(np.maximum(memories.elapsed + days, 1), np.where(memories.unseen, 1.0, memories.stability))
    known = np.where(memories.lost, 0.0, held)
    return np.where(memories.unseen | np.isnan(unseen), unseen, known)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What chance in the answers so far leaves open about a learner; nothing before there are any.

    Standard deviations: of the logarithm of their strength, and of their first-try rate.
    """

    strength: float = 0.0
    first_try: float = 0.0


SURE = Doubt()


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected to be known on a morning, in questions, with its 80 % interval.

    The interval allows for chance, in what is answered until that morning and in the answers so far, by which the
    learner is known (Doubt). It does not allow for people who differ from what their answers tell.
    """

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Promise:
    """What following a plan is expected to leave known.

    `mornings` has one entry for each morning from today's to that of the day, the last one the promise itself;
    `by_question` is each question's chance to be known then; `seconds` is the longest day of the plan.
    """

    mornings: Sequence[Outlook]
    by_question: Floats
    seconds: float

    @property
    def on_the_day(self) -> Outlook:
        """What is promised for the day."""
        return self.mornings[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What the plan follows until the morning `days` (>= 1) from today, in the words of `planner.plan`.

    `until` is that of today; a question wanted for an earlier morning is wanted for the last one from then on. `budget`
    is the seconds of a day, `budget_today` those that are left of today, `missed` what was missed on the last day. The
    learner's memories last `strength` times as long as the model, by which the plan chooses, believes; of their right
    first answers the share `easy` is rated Easy.
    """

    new_order: Places
    until: Floats
    days: int
    budget: float
    budget_today: float | None = None
    most_new: int | None = None
    wanted: Collection[int] = ()
    missed: Collection[int] = ()
    strength: float = 1.0
    easy: float = 0.0

    def until_on(self, day: int) -> Floats:
        """Returns the days left to each question's morning after so many days."""
        left = self.until - day
        return np.where(left >= 1, left, float(self.days - day))

    def seconds_on(self, day: int) -> float:
        """Returns the seconds of a day; 0 is today."""
        return self.budget if day or self.budget_today is None else self.budget_today


def lived(memories: Memories, course: Course, rng: np.random.Generator) -> Iterator[tuple[Memories, float]]:
    """Follows the plan day by day; yields the memories on each next morning and the seconds of the day before it.

    Outcomes are drawn from `rng` by the chances of the model. Where more is missed than was expected, what a day's
    seconds do not hold is left unasked: the learner gives no more than they said.
    """
    missed = course.missed
    for day in range(course.days):
        seconds = 0.0
        asked = plan(
            memories,
            new_order=course.new_order[memories.unseen[course.new_order]],
            until=course.until_on(day),
            budget=course.seconds_on(day),
            missed=missed,
            most_new=course.most_new,
            wanted=course.wanted,
        )
        if asked:
            places = np.asarray(asked, dtype=np.intp)
            seconds = float(seconds_expected(memories, places).sum())
            right = rng.random(len(asked)) < chances(as_lived(memories, course.strength), places)
            easy = rng.random(len(asked)) < course.easy if course.easy else None
            spent = np.cumsum(np.where(right, 1, 2) * memories.seconds[places])
            done = int(np.searchsorted(spent, course.seconds_on(day), side="right"))
            places, right = places[:done], right[:done]
            memories = answer(memories, places, right, easy=None if easy is None else easy[:done])
            missed = places[~right].tolist()
        memories = a_day_later(memories)
        yield memories, seconds


def rollout(memories: Memories, course: Course, rng: np.random.Generator) -> tuple[list[Memories], float]:
    """Returns the memories on each morning until the day, following the plan, and its longest day in seconds."""
    days = list(lived(memories, course, rng))
    return [memories, *(morning for morning, _ in days)], max((seconds for _, seconds in days), default=0.0)


def promise(
    memories: Memories,
    course: Course,
    *,
    unseen: Floats,
    seed: int,
    rollouts: int | None = None,
    doubt: Doubt = SURE,
) -> Promise:
    """Returns what following the plan until the day is expected to leave known.

    `unseen` is each question's chance to be known though it was never asked, NaN where it is not counted at all; asking
    such a question and explaining it never leaves it less known than that. The intervals hold what rollouts differ by,
    what chance does to so many questions, sum p (1 - p), and `doubt`, in the normal approximation. Longer plans are
    rolled out less often: over many days chance evens out.
    """
    rng = np.random.default_rng(seed)
    lives, fresh, longest = [], [], 0.0
    for _ in range(rollouts or rollouts_for(course.days)):
        mornings, seconds = rollout(memories, course, rng)
        longest = max(longest, seconds)
        known = [knowledge(as_lived(morning, course.strength), days=0, unseen=unseen) for morning in mornings]
        lives.append(np.where(memories.unseen, np.fmax(known, unseen), known))
        fresh.append([morning.unseen for morning in mornings])
    shares, new = np.array(lives), np.array(fresh)
    return Promise(
        [outlook(shares[:, at], new[:, at], doubt) for at in range(course.days + 1)],
        shares[:, -1].mean(axis=0),
        longest,
    )


def rollouts_for(days: int) -> int:
    """Returns the number of rollouts that a promise over so many days takes."""
    return max(LEAST_ROLLOUTS, round(ROLLED_DAYS / days)) if days > LONG else ROLLOUTS


def minutes_for(
    memories: Memories, course: Course, *, unseen: Floats, known: float, most: int, seed: int
) -> int | None:
    """Returns the least minutes a day, in steps of five, that promise `known` questions; None where `most` do not.

    Found by bisection over promises of two rollouts each, of one for a day far away: a question more or less is within
    their noise.
    """
    rollouts = LEAST_ROLLOUTS if course.days * LEAST_ROLLOUTS <= ROLLED_DAYS else 1

    def promised(minutes: int) -> float:
        tried = replace(course, budget=60.0 * minutes, budget_today=None)
        return promise(memories, tried, unseen=unseen, seed=seed, rollouts=rollouts).on_the_day.expected

    choices = range(5, most + 1, 5)
    place = bisect_left(choices, known, key=promised)
    return choices[place] if place < len(choices) else None


def as_lived(memories: Memories, strength: float) -> Memories:
    """Returns the memories as they are in the head of a learner of that strength."""
    return replace(memories, stability=memories.stability * strength)


def if_stopped(memories: Memories, *, days: int, unseen: Floats, doubt: Doubt = SURE) -> Promise:
    """Returns what will be known on each morning until `days` from today if nothing more is asked."""
    shares = [knowledge(memories, days=day, unseen=unseen) for day in range(days + 1)]
    new = memories.unseen[None]
    return Promise([outlook(share[None], new, doubt) for share in shares], shares[-1], 0.0)


def outlook(shares: Floats, unseen: NDArray[np.bool_], doubt: Doubt) -> Outlook:
    """Returns the number known and its interval from each question's chance, a row for each rollout.

    `unseen` tells where that is a first try, of the same shape. NaN is left out.
    """
    counted = ~np.isnan(shares[0])
    chance, new = shares[:, counted], unseen[:, counted]
    counts = chance.sum(axis=1)
    expected = float(counts.mean())
    # The mean of so many rollouts is itself off by their variance over their number.
    between = float(counts.var(ddof=1)) * (1 + 1 / len(counts)) if len(counts) > 1 else 0.0
    # From R = (1 + F t/S)^-w follows dR/d log S = w R (1 - R^(1/w)).
    slopes = np.where(new, 0.0, DECAY * chance * (1 - chance ** (1 / DECAY))).sum(axis=1).mean()
    doubts = (doubt.strength * slopes) ** 2 + (doubt.first_try * new.sum(axis=1).mean()) ** 2
    chances = (chance * (1 - chance)).sum(axis=1).mean()
    reach = EIGHTY_PER_CENT * float(np.sqrt(between + chances + doubts))
    return Outlook(expected, max(0.0, expected - reach), min(float(chance.shape[1]), expected + reach))


def answer(
    memories: Memories,
    places: Sequence[int] | Places,
    right: NDArray[np.bool_],
    *,
    easy: NDArray[np.bool_] | None = None,
) -> Memories:
    """Returns the memories after the questions were asked today.

    Where not `right`, they were repeated until right; where `easy`, a right first answer is rated Easy.
    """
    at = np.asarray(places, dtype=np.intp)
    stability, difficulty = memories.stability.copy(), memories.difficulty.copy()
    elapsed, lost = memories.elapsed.copy(), memories.lost.copy()
    fresh = memories.unseen[at]
    chance = recall(elapsed[at], np.where(fresh, 1.0, stability[at]))
    base, hard = np.where(fresh, 1.0, stability[at]), np.where(fresh, 5.0, difficulty[at])
    good, again = after_good(base, hard, chance), after_again(base, hard, chance)
    known = np.zeros(len(at), dtype=bool) if easy is None else easy
    first_right = [np.where(known, FIRST_EASY[part], FIRST_GOOD[part]) for part in (0, 1)]
    stability[at] = np.where(
        fresh, np.where(right, first_right[0], FIRST_AGAIN[0]), np.where(right, good[0], again[0])
    )
    difficulty[at] = np.where(
        fresh, np.where(right, first_right[1], FIRST_AGAIN[1]), np.where(right, good[1], again[1])
    )
    elapsed[at], lost[at] = 0, False
    return replace(memories, stability=stability, difficulty=difficulty, elapsed=elapsed, lost=lost)


def a_day_later(memories: Memories) -> Memories:
    """Returns the memories on the next morning."""
    return replace(memories, elapsed=memories.elapsed + 1)
