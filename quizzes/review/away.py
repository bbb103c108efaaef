"""What a break did to what a learner knew, and how to catch up with what is due again: told on their first day back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

import numpy as np

from accounts.models import User
from quizzes.review import decks, planning, queries
from quizzes.review.decks import Deck
from quizzes.review.knowledge import Knowledge, knowledge
from quizzes.review.models import Session, StudySettings
from quizzes.review.own_memory import strength_by_answers
from quizzes.scheduling.api import Floats, planner

# A shorter break is told by the questions that are due.
LEAST_DAYS = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A way to catch up: today's session asks `today` of the questions that are due.

    Asking the others takes `later` more days of the learner's minutes, if nothing else is asked on them; 0 where none
    is left. `longer` of the others take longer than a day has, and are in no such day.
    """

    today: int
    later: int
    longer: int


@dataclass(frozen=True, slots=True)
class Away:
    """A break of so many study `days` without an answer.

    Of the `met` questions they prepare `known_then` were expected to be known on its first morning, and `known_now` are
    for tomorrow morning: the numbers that the page of the learner's progress had and has. `due` are due by the
    schedule: none of what a plan chooses for a day to come. `usual` is how today's session catches up with them,
    `sooner` how it does with ten minutes more, which make it `minutes` long; None where these add none of them. `more`
    says whether they add anything.
    """

    days: int
    met: int
    known_then: float
    known_now: float
    due: int
    usual: Way
    sooner: Way | None
    minutes: int
    more: bool


def away_of(user: User, session: Session, study: StudySettings, now: datetime) -> Away | None:
    """Returns what a break that ends with the session did; None without one, or once something was answered.

    The number of queries does not depend on the questions.
    """
    last = queries.last_review(user)
    if last is None or (session.study_day - last.study_day).days - 1 < LEAST_DAYS:
        return None
    preferences, strength = decks.preferences_of(user, study), strength_by_answers(user)
    deck = decks.deck_of(user, session, preferences, now)

    def known(back: int) -> Knowledge:
        """Returns what was known on the morning after that day, so many days ago."""
        memories = replace(deck.memories, elapsed=np.maximum(deck.memories.elapsed - back, 0.0))
        day = session.study_day - timedelta(days=back)
        mornings = [day + timedelta(days=1)]
        told = knowledge(
            replace(deck, memories=memories), preferences, today=day, mornings=mornings, strength=strength
        )
        return told[0]

    then, now_known = known((session.study_day - last.study_day).days), known(0)
    due = frozenset(int(place) for place in deck.due if np.isinf(deck.until[place]))
    place_of = {waiting.key: place for place, waiting in enumerate(deck.waiting)}
    added = [place_of[waiting.key] for waiting in planning.more_of(deck)]
    day = 60 * study.minutes_a_day
    return Away(
        days=(session.study_day - last.study_day).days - 1,
        met=now_known.seen,
        known_then=then.held,
        known_now=now_known.held,
        due=len(due),
        usual=_way(deck, due, added=[], day=day),
        sooner=_way(deck, due, added=added, day=day) if due & set(added) else None,
        minutes=ceil((deck.seconds_planned + _seconds(deck, added).sum()) / 60),
        more=bool(added),
    )


def _way(deck: Deck, due: frozenset[int], *, added: Sequence[int], day: int) -> Way:
    """Returns the way with those places added to the session, for a learner whose day has so many seconds."""
    asked = due & {*deck.planned, *added}
    rest = _seconds(deck, sorted(due - asked))
    fitting = rest[rest <= day]
    return Way(today=len(asked), later=ceil(float(fitting.sum()) / day), longer=len(rest) - len(fitting))


def _seconds(deck: Deck, places: Sequence[int]) -> Floats:
    return planner.seconds_expected(deck.memories, np.array(places, dtype=np.intp))
