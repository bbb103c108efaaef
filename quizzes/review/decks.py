"""What could be asked of one learner on a day, read from their rows: memories, what is new, minutes, dates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from accounts.models import User
from quizzes.bank import asking
from quizzes.review import queries, targets
from quizzes.review.habits import first_tries_of, pace_of, seconds_of
from quizzes.review.models import Item, Review, Session, StudySettings, TopicChoice
from quizzes.review.verdicts import known_at_last
from quizzes.scheduling import planner
from quizzes.scheduling.days import zone_or_utc
from quizzes.scheduling.first_tries import FirstTries
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.scheduling.pace import study_days_until
from quizzes.scheduling.planner import Memories
from quizzes.scheduling.queue import MOST_MISSES, TOPICS_AT_ONCE, Waiting, introduction
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.vectors import Floats

# From the second day on every session asks one of these: what an interview asks for is to explain.
EXPLAINED = asking.kinds_that_practise("explain")
# The kinds of questions that come first in each topic, by what the learner wants to practise.
PRACTISED: Mapping[str, frozenset[str]] = {
    StudySettings.Practise.EXPLAIN: EXPLAINED,
    StudySettings.Practise.CODE: asking.kinds_that_practise("code"),
    StudySettings.Practise.NUMBERS: asking.kinds_that_practise("numbers"),
}


@dataclass(frozen=True, slots=True)
class PlanPreferences:
    """What a learner wants of their plan.

    `left_out` and `known` hold topics; `most_new` is None without a limit; `practise` is one of StudySettings.Practise.
    """

    minutes: int
    interview_on: date | None
    most_new: int | None
    left_out: frozenset[int]
    known: frozenset[int]
    practise: str

    def days_after(self, day: date) -> int | None:
        """Returns the study days left before the interview, `day` included. Returns None when no interview lies
        ahead.
        """
        if self.interview_on is None or self.interview_on <= day:
            return None
        return (self.interview_on - day).days


def interview_ahead(study: StudySettings, day: date) -> date | None:
    """Returns the day of the learner's interview when it lies after `day`."""
    on = study.interview_on
    return on if on is not None and on > day else None


def preferences_of(user: User, study: StudySettings) -> PlanPreferences:
    """Returns what the learner has chosen; one query."""
    choices: dict[str, set[int]] = {choice: set() for choice in TopicChoice.Choice.values}
    for topic, choice in TopicChoice.objects.filter(user=user).values_list("topic", "choice"):
        choices[choice].add(topic)
    return PlanPreferences(
        minutes=study.minutes_a_day,
        interview_on=study.interview_on,
        most_new=study.new_per_day,
        left_out=frozenset(choices[TopicChoice.Choice.LEFT_OUT]),
        known=frozenset(choices[TopicChoice.Choice.KNOWN]),
        practise=study.practise,
    )


@dataclass(frozen=True, slots=True)
class Deck:
    """All that could be asked of a learner on a day: `waiting` and `memories` have one place for each question.

    `new_order` holds the places of new questions, the first to introduce first; `wanted`, which of them are wanted by
    a day. `until` is the number of study days to the morning for which each question is wanted, infinite where there is
    no such morning. `due` holds the questions met before that have come due by the schedule, the longest overdue first;
    `missed` those missed on the last day, `planned` those that have a place in the session, `introduced` of them new
    and wanted by no day; `explained` those to explain in one's own words. `repeated` is where a miss of today still
    comes back. `is_first_day`: nothing was answered on a day before. `pace` and `first_tries` tell how
    the learner answers. `seconds_planned` is what the session takes in all, `seconds_spent` what of it was answered.
    """

    waiting: Sequence[Waiting]
    memories: Memories
    new_order: planner.Places
    wanted: Collection[int]
    until: Floats
    due: planner.Places
    missed: Collection[int]
    repeated: NDArray[np.bool_]
    planned: frozenset[int]
    introduced: int
    explained: frozenset[int]
    is_first_day: bool
    pace: float
    first_tries: FirstTries
    seconds_planned: float
    seconds_spent: float


def deck_of(user: User, session: Session, preferences: PlanPreferences, now: datetime) -> Deck:
    """Returns what could be asked in the learner's session. The number of queries does not depend on the questions.

    A session that is not saved holds nothing. With an interview to come every question is wanted for that morning; one
    that was assigned, for the morning after the last study day before it is due, if that is earlier. Topics that are
    left out are asked only where assigned or, with no interview to come, where they were begun before.
    """
    day = session.study_day
    interview = preferences.days_after(day)
    seen = _seen(user, day)
    deadlines = _deadlines(user, day, now, met={card.candidate.waiting.key for card in seen})
    asked, others = queries.new_candidates(user, None, now)
    others = [c for c in others if c.waiting.topic not in preferences.left_out]
    first = PRACTISED.get(preferences.practise, frozenset())
    asked, others = _of_many_kinds(asked), _of_many_kinds(others)
    for group in (asked, others):
        group.sort(key=lambda candidate: candidate.kind not in first)
    # A topic that is known waits behind all others.
    topics_at_once = TOPICS_AT_ONCE if interview is None else None
    new = _in_turn(asked, deadlines, topics_at_once)
    new += _in_turn(
        [c for c in others if c.waiting.topic not in preferences.known], deadlines, topics_at_once
    )
    new += _in_turn([c for c in others if c.waiting.topic in preferences.known], deadlines, topics_at_once)
    candidates = [*(card.candidate for card in seen), *new]
    pace, tries = pace_of(user), first_tries_of([user])[user.pk]
    last_day = max((card.last_day for card in seen if card.last_day < day), default=None)
    missed = _missed_on(user, last_day) if last_day else frozenset()
    seconds = np.array([seconds_of(c.seconds, pace) for c in candidates], dtype=float)
    place_of = {c.waiting.key: place for place, c in enumerate(candidates)}
    items = list(
        Item.objects.filter(~Q(done_at=None) | queries.OPEN, session=session).values_list(
            "card__question", "misses", "done_at", "card__question__current__spec__seconds", "is_new"
        )
        if session.pk
        else []
    )
    repeated = {question for question, misses, done, *_ in items if misses and not done}
    memories = Memories(
        stability=_column((card.stability for card in seen), len(candidates), np.nan),
        difficulty=_column((card.difficulty for card in seen), len(candidates), np.nan),
        elapsed=_column(((day - card.last_day).days for card in seen), len(candidates), 0.0),
        seconds=seconds,
        first_try=np.array([tries.of_topic(c.waiting.topic) for c in candidates], dtype=float),
        lost=_column((not card.is_known for card in seen), len(candidates), 0.0).astype(bool),
    )
    due = [
        place
        for place, card in enumerate(seen)
        if card.is_due and (interview is None or card.candidate.waiting.topic not in preferences.left_out)
    ]
    # The longest overdue first: what is left out today wins another day.
    due.sort(
        key=lambda place: (-candidates[place].waiting.overdue_days, candidates[place].waiting.recall or 0.0)
    )
    planned = [place_of[question] for question, *_ in items if question in place_of]
    waiting = [(question, authored) for question, misses, done, authored, _ in items if not (misses or done)]
    untried = [place_of[question] for question, _ in waiting if question in place_of]
    spent = sum(
        seconds_of(authored, pace) * min(misses + 1, MOST_MISSES)
        for _, misses, done, authored, _ in items
        if misses or done
    )
    # A topic was left out, or a question taken back, after it was planned.
    elsewhere = sum(
        seconds_of(authored, pace) * (2 - tries.overall)
        for question, authored in waiting
        if question not in place_of
    )
    return Deck(
        waiting=[c.waiting for c in candidates],
        memories=memories,
        new_order=np.arange(len(seen), len(candidates)),
        wanted=frozenset(place for place, c in enumerate(candidates) if c.waiting.key in deadlines),
        until=np.array(
            [_until(c.waiting, deadlines, interview, preferences) for c in candidates], dtype=float
        ),
        due=np.array(due, dtype=np.intp),
        missed=frozenset(place for place, card in enumerate(seen) if card.candidate.waiting.key in missed),
        repeated=np.array([c.waiting.key in repeated for c in candidates], dtype=bool),
        planned=frozenset(planned),
        introduced=sum(new and question not in deadlines for question, *_, new in items),
        pace=pace,
        first_tries=tries,
        explained=frozenset(
            place
            for place, c in enumerate(candidates)
            if c.kind in EXPLAINED
            and (c.waiting.topic not in preferences.left_out or c.waiting.key in deadlines)
        ),
        is_first_day=last_day is None,
        seconds_planned=spent
        + elsewhere
        + float(planner.seconds_expected(memories, np.array(untried, dtype=np.intp)).sum()),
        seconds_spent=spent,
    )


def prepared(deck: Deck, preferences: PlanPreferences) -> NDArray[np.bool_]:
    """Returns where the learner prepares a question: all but what only a topic holds that they left out."""
    return np.array(
        [
            waiting.topic not in preferences.left_out or place in deck.wanted
            for place, waiting in enumerate(deck.waiting)
        ],
        dtype=bool,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    candidate: queries.PlanCandidate
    stability: float
    difficulty: float
    last_day: date
    is_due: bool
    is_known: bool


def _seen(user: User, day: date) -> list[_Seen]:
    rows: Iterable[
        tuple[int, int, int, list[str] | None, int | None, date, float, float, date, str, bool | None]
    ] = (
        queries.due_cards(user)
        .order_by("pk")
        .values_list(
            "question_id",
            "question__topic_id",
            "question__level",
            "question__current__spec__covers",
            "question__current__spec__seconds",
            "due",
            "stability",
            "difficulty",
            "last_day",
            "question__kind",
            known_at_last("pk"),
        )
    )
    return [
        _Seen(
            queries.PlanCandidate(
                Waiting(
                    key=question,
                    topic=topic,
                    concepts=frozenset(covers or ()),
                    recall=retrievability(Memory(stability, difficulty, last_day), day=day),
                    overdue_days=(day - due).days,
                    new=False,
                    level=level,
                ),
                seconds,
                kind,
            ),
            stability,
            difficulty,
            last_day,
            due <= day,
            bool(is_known),
        )
        for question, topic, level, covers, seconds, due, stability, difficulty, last_day, kind, is_known in rows
    ]


def _missed_on(user: User, day: date) -> frozenset[int]:
    """Returns the questions whose first answer of that study day was a miss."""
    missed = Review.objects.filter(
        user=user, undone_at=None, study_day=day, first_of_day=True, rating=Rating.AGAIN
    )
    return frozenset(missed.values_list("card__question_id", flat=True))


def _deadlines(user: User, day: date, now: datetime, *, met: Collection[int]) -> dict[int, int]:
    """Returns the study days left, today included, for each question wanted by a day; the earlier day counts.

    What is late is wanted until it was met, and then by no day any more.
    """
    zone, _ = zone_or_utc(user.time_zone)
    rows = (
        targets.open_targets(now)
        .filter(user=user, due_at__isnull=False)
        .order_by("-due_at")
        .values_list("question_id", "due_at")
    )
    days: dict[datetime, int] = {}
    found: dict[int, int] = {}
    for question, due in rows:
        if due is None or (due <= now and question in met):
            continue
        if due not in days:
            days[due] = study_days_until(due, today=day, zone=zone, rollover_hour=user.rollover_hour)
        found[question] = days[due]
    return found


def _until(
    waiting: Waiting, deadlines: Mapping[int, int], interview: int | None, preferences: PlanPreferences
) -> float:
    own = inf if interview is None or waiting.topic in preferences.left_out else interview
    return min(deadlines.get(waiting.key, inf), own)


def _column(values: Iterable[float], length: int, rest: float) -> Floats:
    column = np.full(length, rest)
    given = np.fromiter(values, dtype=float)
    column[: len(given)] = given
    return column


def _of_many_kinds(candidates: Sequence[queries.PlanCandidate]) -> list[queries.PlanCandidate]:
    """Returns the candidates with the questions of a topic's level in an order that takes its kinds in turn.

    One topic begins with this kind, another one with that: a day that begins something of each asks many kinds.
    """
    topics = {topic: place for place, topic in enumerate(dict.fromkeys(c.waiting.topic for c in candidates))}
    kinds = {kind: place for place, kind in enumerate(sorted({c.kind for c in candidates}))}
    before: Counter[tuple[int, int, str]] = Counter()
    keys = []
    for place, candidate in enumerate(candidates):
        topic, level = candidate.waiting.topic, candidate.waiting.level
        turn = (kinds[candidate.kind] + topics[topic]) % len(kinds)
        keys.append((topics[topic], level, before[topic, level, candidate.kind], turn, place))
        before[topic, level, candidate.kind] += 1
    return [candidates[place] for *_, place in sorted(keys)]


def _in_turn(
    candidates: Sequence[queries.PlanCandidate], deadlines: Mapping[int, int], topics_at_once: int | None
) -> list[queries.PlanCandidate]:
    """Returns the candidates in the order to introduce them: the earliest wanted first, then from the topics in
    turn.
    """
    by_key = {c.waiting.key: c for c in candidates}
    days = sorted({deadlines.get(key, inf) for key in by_key})
    ordered: list[queries.PlanCandidate] = []
    for day in days:
        group = [c.waiting for c in candidates if deadlines.get(c.waiting.key, inf) == day]
        ordered += [by_key[w.key] for w in introduction(group, topics_at_once=topics_at_once)]
    return ordered
