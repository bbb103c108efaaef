"""What could be asked of one learner on a day, read from their rows: memories, what is new, minutes, dates."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import inf

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from accounts.models import User
from quizzes.bank.api import asking
from quizzes.review import queries
from quizzes.review.candidates import MetBefore, deadlines_of, met_before, new_in_order
from quizzes.review.habits import first_tries_of, pace_of, seconds_of
from quizzes.review.models import Item, Review, Session, StudySettings, TopicChoice
from quizzes.scheduling.api import (
    MOST_MISSES,
    TOPICS_AT_ONCE,
    FirstTries,
    Floats,
    Memories,
    Rating,
    Waiting,
    planner,
)

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
    interview, left_out = preferences.days_after(day), preferences.left_out
    met = met_before(user, day)
    deadlines = deadlines_of(user, day, now, met={card.candidate.waiting.key for card in met})
    new = new_in_order(
        user,
        now,
        deadlines,
        left_out=left_out,
        known=preferences.known,
        first=PRACTISED.get(preferences.practise, frozenset()),
        topics_at_once=TOPICS_AT_ONCE if interview is None else None,
    )
    candidates = [*(card.candidate for card in met), *new]
    waiting = [candidate.waiting for candidate in candidates]
    pace, tries = pace_of(user), first_tries_of([user])[user.pk]
    memories = _memories(met, candidates, day=day, pace=pace, tries=tries)
    planned = _planned(session, candidates, deadlines, memories=memories, pace=pace, tries=tries)
    last_day = max((card.last_day for card in met if card.last_day < day), default=None)
    missed = _missed_on(user, last_day) if last_day else frozenset()
    return Deck(
        waiting=waiting,
        memories=memories,
        new_order=np.arange(len(met), len(candidates)),
        wanted=_places(waiting, lambda one: one.key in deadlines),
        until=np.array([_until(one, deadlines, interview, preferences) for one in waiting], dtype=float),
        due=_due(met, but=left_out if interview is not None else ()),
        missed=_places([card.candidate.waiting for card in met], lambda one: one.key in missed),
        repeated=np.array([one.key in planned.repeated for one in waiting], dtype=bool),
        planned=planned.places,
        introduced=planned.introduced,
        explained=frozenset(
            place
            for place, candidate in enumerate(candidates)
            if candidate.kind in EXPLAINED
            and (candidate.waiting.topic not in left_out or candidate.waiting.key in deadlines)
        ),
        is_first_day=last_day is None,
        pace=pace,
        first_tries=tries,
        seconds_planned=planned.seconds,
        seconds_spent=planned.seconds_spent,
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


def _places(waiting: Sequence[Waiting], holds: Callable[[Waiting], bool]) -> frozenset[int]:
    """Returns the places of the questions for which that holds."""
    return frozenset(place for place, one in enumerate(waiting) if holds(one))


def _memories(
    met: Sequence[MetBefore],
    candidates: Sequence[queries.PlanCandidate],
    *,
    day: date,
    pace: float,
    tries: FirstTries,
) -> Memories:
    """Returns the memories of all candidates, of whom those `met` come first."""
    many = len(candidates)
    return Memories(
        stability=_column((card.stability for card in met), many, np.nan),
        difficulty=_column((card.difficulty for card in met), many, np.nan),
        elapsed=_column(((day - card.last_day).days for card in met), many, 0.0),
        seconds=np.array([seconds_of(candidate.seconds, pace) for candidate in candidates], dtype=float),
        first_try=np.array([tries.of_topic(one.waiting.topic) for one in candidates], dtype=float),
        lost=_column((not card.is_known for card in met), many, 0.0).astype(bool),
    )


def _due(met: Sequence[MetBefore], *, but: Collection[int]) -> planner.Places:
    """Returns the places of what has come due, `but` these topics; the longest overdue first.

    What is left out today wins another day.
    """
    waiting = [card.candidate.waiting for card in met]
    due = [place for place, card in enumerate(met) if card.is_due and waiting[place].topic not in but]
    due.sort(key=lambda place: (-waiting[place].overdue_days, waiting[place].recall or 0.0))
    return np.array(due, dtype=np.intp)


@dataclass(frozen=True, slots=True)
class _Planned:
    """What a session holds: `repeated` are questions missed and still open, `seconds` what it takes in all."""

    places: frozenset[int]
    introduced: int
    repeated: Collection[int]
    seconds: float
    seconds_spent: float


def _planned(
    session: Session,
    candidates: Sequence[queries.PlanCandidate],
    deadlines: Mapping[int, int],
    *,
    memories: Memories,
    pace: float,
    tries: FirstTries,
) -> _Planned:
    items = list(
        Item.objects.filter(~Q(done_at=None) | queries.OPEN, session=session).values_list(
            "card__question", "misses", "done_at", "card__question__current__spec__seconds", "is_new"
        )
        if session.pk
        else []
    )
    place_of = {candidate.waiting.key: place for place, candidate in enumerate(candidates)}
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
    expected = float(planner.seconds_expected(memories, np.array(untried, dtype=np.intp)).sum())
    return _Planned(
        places=frozenset(place_of[question] for question, *_ in items if question in place_of),
        introduced=sum(new and question not in deadlines for question, *_, new in items),
        repeated={question for question, misses, done, *_ in items if misses and not done},
        seconds=spent + elsewhere + expected,
        seconds_spent=spent,
    )


def _missed_on(user: User, day: date) -> frozenset[int]:
    """Returns the questions whose first answer of that study day was a miss."""
    missed = Review.objects.filter(
        user=user, undone_at=None, study_day=day, first_of_day=True, rating=Rating.AGAIN
    )
    return frozenset(missed.values_list("card__question_id", flat=True))


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
