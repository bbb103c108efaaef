"""The readiness of each learner of a class for each goal: what they know now and will know, and how they get on.

One learner's readiness is estimated from plain numbers (`estimate`); `class_data.py` reads them for a whole class.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

from quizzes.classroom.models import Assignment
from quizzes.scheduling.api import (
    REMAINDER_OF_PLANS,
    Memory,
    Strength,
    Verdict,
    expected,
    if_begun,
    if_followed,
    known,
    recall_after,
)
from quizzes.statistics.api import LogOdds, Mixture, Rasch, needed, rasch

# The interval that is shown holds the count with this chance.
LEVEL = 0.8
# What counts as ready where no goal was set: this share known on the day.
READY = 0.8
# Absolute thresholds of the chance to reach the goal, so that a good class has nobody in red.
GOOD_CHANCE, POOR_CHANCE = 0.8, 0.5
SILENT_DAYS = 7
PACE_DAYS = 14


class RiskBand(StrEnum):
    """How likely a learner is to miss the goal, the most at risk first."""

    HELP = "help"
    WATCH = "watch"
    ON_COURSE = "course"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class CardMemory:
    """A learner's memory of one question they have answered, and the study day it is due.

    `known` says whether their last answer to it counts as known.
    """

    question: int
    memory: Memory
    due: date
    known: bool = True


@dataclass(frozen=True, slots=True)
class FirstAttempt:
    """A learner's first attempt at a question, on which study day, when.

    `verdict` is the one that counts: a right or partly right guess is not right. `at_sight` says that the attempt tells
    what they knew before, for the key had not been shown to them.
    """

    question: int
    verdict: Verdict
    day: date
    at: datetime
    at_sight: bool = True


@dataclass(frozen=True, slots=True)
class Learner:
    """What a learner of the class did with the questions it assigned.

    `held` and `firsts` are by question. `days` are study days with the minutes spent on these questions. `retention` is
    the chance of recall their reviews aim at, `today` the study day it is where they are. `sight` is what the first
    attempts of the class tell of its learners, by membership, and of its questions.
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
    def ability(self) -> LogOdds:
        """How well they do at questions they never met before, in logits."""
        return self.sight.ability(self.membership)

    def at_sight(self, question: int) -> float:
        """Returns the chance that they know a question they never met."""
        return rasch.expected(self.ability, self.sight.difficulty(question))


@dataclass(frozen=True, slots=True)
class Task:
    """What one learner is to know or do by a study day.

    Answers after `due_at` are late (None: the day is no deadline); where `refuses_late` they do not count. `share` is
    the share to know, `minutes` are those of a day. `topics` holds the topic of each question.
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


@dataclass(frozen=True, slots=True)
class TopicShare:
    """So many `questions` of a topic, how many of them were `seen`, and the expected `share` known, 0 to 1."""

    questions: int
    seen: int
    share: float


@dataclass(frozen=True, slots=True)
class ExpectedShare:
    """The expected share known on a day with the bounds of its 80 % interval, all 0 to 1."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LearnerReadiness:
    """One learner's readiness for a goal. Shares and chances run from 0 to 1, paces are questions a day.

    `now` is the expected share known today, in all and by topic; `stop` that on the day if nothing more is done,
    `plan` if the plan is followed, each with its chance to reach the goal. `right` and `partly` are shares of first
    attempts, None without any. `silent_days` have passed since the last study day (None: there was none), `usual_gap`
    is the median of days between two. `days_kept` of `days_counted` study days kept to the minutes of a goal in
    minutes; None for other goals.
    """

    membership: int
    questions: int
    seen: int
    late: int
    right: float | None
    partly: float | None
    day: date
    days_left: int
    pace: float
    need: float
    silent_days: int | None
    usual_gap: float | None
    now: float
    topics: Mapping[int, TopicShare]
    stop: ExpectedShare
    plan: ExpectedShare
    chance_stop: float
    chance_plan: float
    days_kept: int | None = None
    days_counted: int = 0

    @property
    def band(self) -> RiskBand:
        """Which band of risk it falls into."""
        return risk_band(
            chance_stop=self.chance_stop,
            chance_plan=self.chance_plan,
            silent_days=self.silent_days,
            days_left=self.days_left,
            pace=self.pace,
            need=self.need,
        )


def risk_band(
    *,
    chance_stop: float,
    chance_plan: float,
    silent_days: int | None,
    days_left: int,
    pace: float,
    need: float,
) -> RiskBand:
    """Returns the band of risk by absolute thresholds."""
    quiet = silent_days is None or silent_days >= SILENT_DAYS
    if chance_stop >= GOOD_CHANCE:
        return RiskBand.READY
    if days_left == 0:
        return RiskBand.WATCH if chance_stop >= POOR_CHANCE else RiskBand.HELP
    if chance_plan < POOR_CHANCE or quiet:
        return RiskBand.HELP
    slow = need > 0 and pace < need / 2
    return RiskBand.ON_COURSE if chance_plan >= GOOD_CHANCE and not slow else RiskBand.WATCH


def estimate(learner: Learner, task: Task) -> LearnerReadiness:
    """Returns the learner's readiness on the task's day, or today where that is over."""
    today, day = learner.today, max(task.day, learner.today)
    days_left = (day - today).days
    firsts = [learner.firsts[question] for question in task.questions if question in learner.firsts]
    late = [first for first in firsts if task.due_at is not None and first.at > task.due_at]
    counting = [first for first in firsts if not (task.refuses_late and first in late)]
    held = [learner.held[question] for question in task.questions if question in learner.held]
    unseen = [question for question in task.questions if question not in learner.held]
    stop = _if_stopped(learner, held, unseen, day)
    plan = _if_planned(learner, held, unseen, day) if days_left else stop
    topics = _by_topic(learner, task, held)
    chances = _chances(learner, task, stop, plan, missing=len(task.questions) - len(counting))
    return LearnerReadiness(
        membership=learner.membership,
        questions=len(task.questions),
        seen=len(counting),
        late=len(late),
        right=_share(counting, Verdict.RIGHT),
        partly=_share(counting, Verdict.PARTLY),
        day=day,
        days_left=days_left,
        pace=_pace(firsts, task, today),
        need=round(len(unseen) / max(days_left, 1), 2),
        silent_days=_silent_days(learner),
        usual_gap=_usual_gap(learner),
        now=round(sum(topic.expected for topic in topics.values()) / max(len(task.questions), 1), 4),
        topics={key: topic.share for key, topic in topics.items()},
        stop=_expected_share(stop),
        plan=_expected_share(plan),
        chance_stop=chances.stop,
        chance_plan=chances.plan,
        days_kept=chances.days_kept,
        days_counted=chances.days_counted,
    )


def _if_stopped(learner: Learner, held: Sequence[CardMemory], unseen: Sequence[int], day: date) -> Mixture:
    """Returns how many are known on the day if nothing more is done."""
    return known(
        [_recall(one, day) for one in held],
        [learner.sight.difficulty(question) for question in unseen],
        learner.strength,
        ability=learner.ability,
    )


def _if_planned(learner: Learner, held: Sequence[CardMemory], unseen: Sequence[int], day: date) -> Mixture:
    """Returns how many are known on the day if what is due is answered each day and the rest is met evenly."""
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
    """Returns the chance of recall on the day, by the model or, on the day of the last answer, by that answer.

    The model takes recall for certain on that day, whatever was answered.
    """
    days = (day - one.memory.day).days
    return recall_after(one.memory.stability, days) if days > 0 else float(one.known)


@dataclass(slots=True)
class _TopicSum:
    """The questions of a topic as they are counted: how many, how many seen, how many expected to be known."""

    questions: int = 0
    seen: int = 0
    expected: float = 0.0

    @property
    def share(self) -> TopicShare:
        """The sum as it is shown."""
        return TopicShare(self.questions, self.seen, round(self.expected / self.questions, 3))


def _by_topic(learner: Learner, task: Task, held: Sequence[CardMemory]) -> dict[int, _TopicSum]:
    """Returns what is expected to be known today, by topic."""
    topics: dict[int, _TopicSum] = {}
    recalls = {one.question: _recall(one, learner.today) for one in held}
    for question in task.questions:
        counted = topics.setdefault(task.topics[question], _TopicSum())
        counted.questions += 1
        recall = recalls.get(question)
        if recall is None:
            counted.expected += learner.at_sight(question)
        else:
            counted.seen += 1
            counted.expected += expected(recall, learner.strength)
    return topics


def _share(firsts: Sequence[FirstAttempt], verdict: Verdict) -> float | None:
    """Returns the share of the attempts at first sight with that verdict; None where there are none."""
    sights = [first for first in firsts if first.at_sight]
    return round(sum(first.verdict is verdict for first in sights) / len(sights), 4) if sights else None


def _expected_share(count: Mixture) -> ExpectedShare:
    """Returns the count as a share; where it is all but certain, its bounds give way to the mean."""
    interval, of, mean = count.interval(LEVEL), max(count.of, 1), count.mean
    low, high = min(interval.low, mean), max(interval.high, mean)
    return ExpectedShare(round(mean / of, 4), round(low / of, 4), round(high / of, 4))


def _pace(firsts: Sequence[FirstAttempt], task: Task, today: date) -> float:
    """Returns how many questions were begun a day, of the last PACE_DAYS in which the task was open."""
    recent = sum(first.day > today - timedelta(days=PACE_DAYS) for first in firsts)
    return round(recent / max(1, min(PACE_DAYS, (today - task.opens).days + 1)), 2)


def _silent_days(learner: Learner) -> int | None:
    """Returns the days since the learner's last study day; None where there was none."""
    return (learner.today - max(learner.days)).days if learner.days else None


def _usual_gap(learner: Learner) -> float | None:
    """Returns the learner's median of days from one study day to the next; None below two of them."""
    gaps = [(after - before).days for before, after in pairwise(sorted(learner.days))]
    return median(gaps) if gaps else None


@dataclass(frozen=True, slots=True)
class _Chances:
    """The chance to reach the goal if they stop today, and if they follow the plan; for minutes, the share of days."""

    stop: float
    plan: float
    days_kept: int | None = None
    days_counted: int = 0


def _chances(learner: Learner, task: Task, stop: Mixture, plan: Mixture, *, missing: int) -> _Chances:
    """Returns the chances of the task's goal; `missing` of its questions have no attempt that counts."""
    has_days_left = task.day > learner.today
    if task.goal == Assignment.Goal.SEEN:
        return _Chances(float(missing == 0), 1.0 if has_days_left else float(missing == 0))
    if task.goal == Assignment.Goal.MINUTES:
        last = min(learner.today, task.day)
        since = max((last - task.opens).days + 1, 1)
        kept = sum(
            task.opens <= day <= last and minutes >= task.minutes for day, minutes in learner.days.items()
        )
        share = round(kept / since, 4)
        return _Chances(share, share, kept, since)
    least = needed(task.share, stop.of)
    if_stopped = round(stop.at_least(least), 4)
    return _Chances(if_stopped, round(plan.at_least(least), 4) if has_days_left else if_stopped)
