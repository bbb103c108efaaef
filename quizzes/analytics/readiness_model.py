"""Where each learner of a class stands towards each goal: what they know now, will know, and how they are getting on.

One standing is reckoned from plain numbers (`reckon`); reading them for a whole class is `class_facts.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import exp
from statistics import median
from typing import Any

from quizzes.classroom.models import Assignment
from quizzes.scheduling.forecast import (
    REMAINDER_OF_PLANS,
    Strength,
    expected,
    if_begun,
    if_followed,
    known,
    recall_after,
)
from quizzes.scheduling.memory import Memory
from quizzes.scheduling.ratings import Verdict
from quizzes.statistics import rasch
from quizzes.statistics.counts import Mixture, needed
from quizzes.statistics.rasch import Estimate, Rasch

# The interval that is shown holds the count with this chance.
LEVEL = 0.8
# What counts as ready where no goal was set: this share known on the day.
READY = 0.8
# Absolute thresholds of the chance to reach the goal, so that a good class has nobody in red.
GOOD_CHANCE, POOR_CHANCE = 0.8, 0.5
SILENT_DAYS = 7
PACE_DAYS = 14

HELP, WATCH, ON_COURSE, READY_NOW = "help", "watch", "course", "ready"
BANDS = (HELP, WATCH, ON_COURSE, READY_NOW)


@dataclass(frozen=True, slots=True)
class CardMemory:
    """A learner's memory of one question they have answered, and the study day it is due.

    `known`: whether their last answer to it counts as known.
    """

    question: int
    memory: Memory
    due: date
    known: bool = True


@dataclass(frozen=True, slots=True)
class FirstAttempt:
    """A learner's first attempt at a question, on which study day, when.

    `verdict` is what counts: a right or partly right guess is not right. `at_sight`: it tells what they knew before,
    for what is right had not been shown to them.
    """

    question: int
    verdict: Verdict
    day: date
    at: datetime
    at_sight: bool = True


@dataclass(frozen=True, slots=True)
class Learner:
    """What a learner of the class did with the questions it assigned.

    `held` and `firsts` by question. `days`: study days with the minutes spent on these questions. `retention`: the
    chance of recall their reviews aim at. `today`: the study day it is where they are. `sight`: what the first attempts
    of the class tell of its learners, by membership, and of its questions.
    """

    membership: int
    today: date
    retention: float = 0.9
    strength: Strength = field(default_factory=Strength)
    held: Mapping[int, CardMemory] = field(default_factory=dict)
    firsts: Mapping[int, FirstAttempt] = field(default_factory=dict)
    days: Mapping[date, float] = field(default_factory=dict)
    sight: Rasch = field(default_factory=Rasch)

    @property
    def ability(self) -> Estimate:
        """How well they do at questions they never met before."""
        return self.sight.ability(self.membership)

    def at_sight(self, question: int) -> float:
        """The chance that they know a question they never met."""
        return rasch.expected(self.ability, self.sight.difficulty(question))


@dataclass(frozen=True, slots=True)
class Task:
    """What one learner is to know or do by a study day.

    `due_at`: answers after it are late, None for a day that is no deadline; where `refuses_late` these do not count.
    `share` is the share to know, `minutes` those of a day.
    """

    questions: Collection[int]
    topics: Mapping[int, int]
    opens: date
    day: date
    due_at: datetime | None = None
    goal: str = Assignment.Goal.RECALL
    share: float = READY
    minutes: float = 0.0
    refuses_late: bool = False


def estimate(learner: Learner, task: Task) -> dict[str, Any]:
    """The standing as JSON: shares 0 to 1, chances to reach the goal, days, questions a day; see `LearnerRow`."""
    today, day = learner.today, max(task.day, learner.today)
    firsts = [learner.firsts[question] for question in task.questions if question in learner.firsts]
    late = [first for first in firsts if task.due_at is not None and first.at > task.due_at]
    counting = [first for first in firsts if not (task.refuses_late and first in late)]
    held = [learner.held[question] for question in task.questions if question in learner.held]
    unseen = [question for question in task.questions if question not in learner.held]
    stop = known(
        [_recall(one, day) for one in held],
        [learner.sight.difficulty(question) for question in unseen],
        learner.strength,
        ability=learner.ability,
    )
    plan = _plan(learner, held, unseen, day) if day > today else stop
    recent = sum(first.day > today - timedelta(days=PACE_DAYS) for first in firsts)
    span = max(1, min(PACE_DAYS, (today - task.opens).days + 1))
    days_left = max((day - today).days, 0)
    row = {
        "m": learner.membership,
        "n": len(task.questions),
        "seen": len(counting),
        "late": len(late),
        "right": _share(counting, Verdict.RIGHT),
        "partly": _share(counting, Verdict.PARTLY),
        "day": day.isoformat(),
        "left": days_left,
        "pace": round(recent / span, 2),
        "need": round(len(unseen) / max(days_left, 1), 2),
        "minutes": round(_minutes(learner, today, span), 1),
        **_silence(learner, today),
        **_now(learner, task, held),
        "stop": _shares(stop),
        "plan": _shares(plan),
    }
    row |= _chances(learner, task, row, stop, plan)
    return row | {"band": band(row)}


def band(row: Mapping[str, Any]) -> str:
    """Which of BANDS a standing falls into, by absolute thresholds."""
    stop, plan, silent = row["chance_stop"], row["chance_plan"], row["silent"]
    quiet = silent is None or silent >= SILENT_DAYS
    if stop >= GOOD_CHANCE:
        return READY_NOW
    if row["left"] == 0:
        return WATCH if stop >= POOR_CHANCE else HELP
    if plan < POOR_CHANCE or quiet:
        return HELP
    slow = row["need"] > 0 and row["pace"] < row["need"] / 2
    return ON_COURSE if plan >= GOOD_CHANCE and not slow else WATCH


def _plan(learner: Learner, held: Sequence[CardMemory], unseen: Sequence[int], day: date) -> Mixture:
    """What is known on the day if what is due is answered each day and the rest is met evenly until then."""
    left = (day - learner.today).days
    chances = [
        if_followed(one.memory, due=one.due, today=learner.today, day=day, retention=learner.retention)
        for one in held
    ] + [
        if_begun(
            days_left=left - place * left // len(unseen),
            right_first=learner.at_sight(question),
            retention=learner.retention,
        )
        for place, question in enumerate(unseen)
    ]
    return known(chances, [], learner.strength, remainder=REMAINDER_OF_PLANS)


def _recall(one: CardMemory, day: date) -> float:
    """The chance of recall on the day by the model, which takes it for certain on the day of the last answer.

    There it is what that answer showed.
    """
    days = (day - one.memory.day).days
    return recall_after(one.memory.stability, days) if days > 0 else float(one.known)


def _now(learner: Learner, task: Task, held: Sequence[CardMemory]) -> dict[str, Any]:
    """The expected share known today, in all and by topic: {topic: [questions, seen, share]}."""
    topics: dict[int, list[float]] = {}
    recalls = {one.question: _recall(one, learner.today) for one in held}
    for question in task.questions:
        counted = topics.setdefault(task.topics[question], [0, 0, 0.0])
        counted[0] += 1
        recall = recalls.get(question)
        if recall is None:
            counted[2] += learner.at_sight(question)
        else:
            counted[1] += 1
            counted[2] += expected(recall, learner.strength)
    total = sum(counted[2] for counted in topics.values())
    return {
        "now": round(total / max(len(task.questions), 1), 4),
        "topics": {
            str(topic): [many, seen, round(share / many, 3)] for topic, (many, seen, share) in topics.items()
        },
    }


def _share(firsts: Sequence[FirstAttempt], verdict: Verdict) -> float | None:
    """The share of the first attempts at first sight with that verdict; None where there are none."""
    sights = [first for first in firsts if first.at_sight]
    return round(sum(first.verdict is verdict for first in sights) / len(sights), 4) if sights else None


def _shares(count: Mixture) -> list[float]:
    """[expected, low, high] as shares; where a count is all but certain, its bounds give way to the mean."""
    interval, of, mean = count.interval(LEVEL), max(count.of, 1), count.mean
    return [round(share / of, 4) for share in (mean, min(interval.low, mean), max(interval.high, mean))]


def _silence(learner: Learner, today: date) -> dict[str, Any]:
    """Days since the last study day, and the learner's own median days between two (None where unknown)."""
    days = sorted(learner.days)
    gaps = [(after - before).days for before, after in pairwise(days)]
    return {
        "silent": (today - days[-1]).days if days else None,
        "gap": median(gaps) if gaps else None,
    }


def _minutes(learner: Learner, today: date, span: int) -> float:
    first = today - timedelta(days=span - 1)
    return sum(minutes for day, minutes in learner.days.items() if day >= first) / span


def _chances(
    learner: Learner, task: Task, row: Mapping[str, Any], stop: Mixture, plan: Mixture
) -> dict[str, float]:
    """The chance to reach the goal if they stop today, and if they follow the plan; for minutes, the share of days."""
    if task.goal == Assignment.Goal.SEEN:
        missing, left = row["n"] - row["seen"], row["left"]
        own = _at_least(missing, row["pace"] * left)
        return {
            "chance_stop": float(missing == 0),
            "chance_plan": 1.0 if left else float(missing == 0),
            "own": own,
        }
    if task.goal == Assignment.Goal.MINUTES:
        last = min(learner.today, task.day)
        since = max((last - task.opens).days + 1, 1)
        kept = sum(
            task.opens <= day <= last and minutes >= task.minutes for day, minutes in learner.days.items()
        )
        share = round(kept / since, 4)
        return {"chance_stop": share, "chance_plan": share, "kept": kept, "of": since}
    least = needed(task.share, stop.of)
    return {
        "chance_stop": round(stop.at_least(least), 4),
        "chance_plan": round(plan.at_least(least), 4) if row["left"] else round(stop.at_least(least), 4),
    }


def _at_least(count: int, mean: float) -> float:
    """P(at least so many) of a Poisson count: new questions met at one's own pace."""
    term, below = exp(-mean), 0.0
    for number in range(count):
        below += term
        term *= mean / (number + 1)
    return round(max(0.0, 1 - below), 4)
