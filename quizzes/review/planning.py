"""Which questions fill a learner's minutes, and how long those of a session take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from math import ceil

import numpy as np

from accounts.models import User
from quizzes.review import queries
from quizzes.review.decks import Deck, PlanPreferences, deck_of, preferences_of, prepared
from quizzes.review.habits import first_tries_of, pace_of, seconds_of
from quizzes.review.models import Item, Session, StudySettings
from quizzes.scheduling.api import Memory, Waiting, planner, retrievability

# What “ten minutes more” adds to a day.
MORE_MINUTES = 10


def plan_of(deck: Deck, *, seconds: float, most_new: int | None = None, mixed: bool = True) -> list[Waiting]:
    """Returns the questions to add to the session within so many seconds.

    None on a claim that the session asks already, where there is a choice or no need to be `mixed`.
    """
    taken = {concept for place in deck.planned for concept in deck.waiting[place].concepts}
    places = planner.plan(
        deck.memories,
        new_order=deck.new_order,
        until=deck.until,
        budget=seconds,
        due=deck.due,
        missed=deck.missed,
        claims=[waiting.concepts for waiting in deck.waiting] if mixed else None,
        taken=taken,
        without=deck.planned,
        most_new=None if most_new is None else max(0, most_new - deck.introduced),
        wanted=deck.wanted,
    )
    if places and not deck.is_first_day and deck.explained and not deck.explained & {*places, *deck.planned}:
        places = _with_one_explained(deck, places, seconds=seconds)
    return [deck.waiting[place] for place in places]


def more_of(deck: Deck) -> list[Waiting]:
    """Returns what MORE_MINUTES more of today ask.

    Rather something of today's claims once again than nothing, or than something new while questions are due.
    """
    seconds = 60.0 * MORE_MINUTES
    mixed = plan_of(deck, seconds=seconds)
    due = {
        deck.waiting[place].key
        for place in deck.due
        if place not in deck.planned and np.isinf(deck.until[place])
    }
    if mixed and not (any(one.new for one in mixed) and due - {one.key for one in mixed}):
        return mixed
    return plan_of(deck, seconds=seconds, mixed=False)


def could_add(user: User, session: Session, study: StudySettings, now: datetime) -> bool:
    """Returns whether MORE_MINUTES more of today ask anything; reads the learner's deck."""
    return bool(more_of(deck_of(user, session, preferences_of(user, study), now)))


def is_within_minutes(user: User, session: Session, study: StudySettings, now: datetime) -> bool:
    """Returns whether the session takes no longer than the learner's minutes, what was answered included; reads their
    deck.
    """
    deck = deck_of(user, session, preferences_of(user, study), now)
    return deck.seconds_planned <= 60 * study.minutes_a_day


@dataclass(frozen=True, slots=True)
class TooLong:
    """So many `questions` that take longer than all minutes of the learner's day; `minutes` would hold each of them."""

    questions: int
    minutes: int


def too_long_of(user: User, session: Session, preferences: PlanPreferences, now: datetime) -> TooLong | None:
    """Returns the questions that no day of the plan can hold; None where there are none."""
    deck = deck_of(user, session, preferences, now)
    costs = planner.seconds_expected(deck.memories, np.arange(len(deck.waiting)))
    longer = costs[prepared(deck, preferences) & (costs > 60 * preferences.minutes)]
    return TooLong(len(longer), ceil(longer.max() / 60)) if len(longer) else None


def _with_one_explained(deck: Deck, places: list[int], *, seconds: float) -> list[int]:
    """Returns the places with one question to explain, in place of as many others as it takes the time of.

    A new one where new ones come, else the one of those met before that is least likely to be known. Only new ones give
    way. One that takes more than half of the time comes at most every other day, and then what was met before gives
    way, too, after the new ones. What is wanted by a day never does; where that leaves too little, the places stay.
    """
    costs = planner.seconds_expected(deck.memories, np.arange(len(deck.waiting)))
    unseen = deck.memories.unseen
    new = [place for place in places if unseen[place] and place not in deck.wanted]
    fresh = [int(place) for place in deck.new_order if new and place in deck.explained]
    again = [place for place in deck.explained if deck.memories.elapsed[place] > 0]
    again.sort(key=lambda place: float(planner.chances(deck.memories, np.array([place], dtype=np.intp))[0]))
    is_long = costs > seconds / 2
    longest = seconds if all(deck.memories.elapsed[p] > 1 for p in again if is_long[p]) else seconds / 2
    fresh.sort(key=lambda place: bool(is_long[place]))
    one = next((place for place in [*fresh, *again] if costs[place] <= longest), None)
    if one is None:
        return places
    old = (
        [place for place in places if not unseen[place] and place not in deck.wanted] if is_long[one] else []
    )
    giving_way = [*old, *new]
    kept = list(places)
    # A new one takes the place of another new one: no more of them are begun than are wanted.
    if unseen[one]:
        kept.remove(giving_way.pop())
    while giving_way and costs[[*kept, one]].sum() > seconds:
        kept.remove(giving_way.pop())
    return [*kept, one] if costs[[*kept, one]].sum() <= seconds else places


def seconds_left(sessions: Mapping[User, Session]) -> dict[int, float]:
    """Returns the seconds that the open places of each learner's session are expected to take, by primary key.

    A question takes its author's seconds and reading, by the learner's own pace; one that is missed is asked once more.
    Two queries, and one for each learner's pace.
    """
    rows = Item.objects.filter(queries.OPEN, session__in=list(sessions.values())).values_list(
        "card__user",
        "misses",
        "card__question__topic",
        "card__question__current__spec__seconds",
        "card__stability",
        "card__difficulty",
        "card__last_day",
    )
    tries = first_tries_of(list(sessions))
    authored: dict[int, float] = {user.pk: 0.0 for user in sessions}
    day_of = {user.pk: session.study_day for user, session in sessions.items()}
    for user, misses, topic, seconds, stability, difficulty, last_day in rows:
        if misses:
            chance = 1.0
        elif stability is None or difficulty is None or last_day is None:
            chance = tries[user].of_topic(topic)
        else:
            chance = retrievability(Memory(stability, difficulty, last_day), day=day_of[user])
        authored[user] += (2 - chance) * seconds_of(seconds, 1.0)
    return {user.pk: authored[user.pk] * pace_of(user) for user in sessions}
