"""What of the questions wanted by a day a learner's plan does not begin in time: told when a day is planned."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import numpy as np

from accounts.models import User
from quizzes.review.decks import Deck, PlanPreferences
from quizzes.review.habits import Habits, first_tries_in
from quizzes.review.kept import KeptFit
from quizzes.review.models import Session
from quizzes.review.shortfall import Due
from quizzes.review.targets import LONGEST_DAY, open_targets
from quizzes.scheduling.api import (
    Course,
    EveningPlan,
    Floats,
    begun_on,
    minutes_needed,
    study_days_until,
    zone_or_utc,
)


def fit_after(
    session: Session,
    deck: Deck,
    chosen: Collection[int],
    *,
    user: User,
    preferences: PlanPreferences,
    now: datetime,
) -> KeptFit:
    """Returns what `Session.fit` keeps of a day for which `chosen` was planned now beside what the deck has planned.

    `dues` has the fields of `shortfall.Due` for each moment to come by which a source wants new questions; `minutes` a
    day would begin all of them in time, None where nothing is late or no day is long enough. `habits` has the fields of
    `habits.Habits`. Two queries, and no rollout where today's plan leaves nothing.
    """
    planned = deck.planned | {place for place, one in enumerate(deck.waiting) if one.key in chosen}
    wanted, first = _wanted_new(user, deck, now)
    zone, _ = zone_or_utc(user.time_zone)
    days = {
        moment: study_days_until(moment, today=session.study_day, zone=zone, rollover_hour=user.rollover_hour)
        for moment, _ in wanted
    }
    within = np.full(len(deck.waiting), np.inf)
    for (moment, source), places in wanted.items():
        own = [place for place in places if first[place] == (moment, source)]
        within[own] = days[moment]
    asked = np.zeros(len(deck.waiting), dtype=bool)
    asked[[place for places in wanted.values() for place in places if place not in planned]] = True
    ahead = EveningPlan(
        memories=deck.memories,
        course=_course(deck, preferences),
        planned=np.array([place for place in sorted(planned) if _is_open(deck, place)], dtype=np.intp),
        asked=asked,
        days=max(days.values(), default=1),
    )
    begun = begun_on(ahead, seed=user.pk)
    dues = _dues(wanted, first, begun, days=days, planned=planned)
    is_short = round(sum(due.late_own for due in dues)) > 0
    minutes = (
        minutes_needed(ahead, within, minutes=preferences.minutes, most=LONGEST_DAY, seed=user.pk)
        if is_short
        else None
    )
    return {
        "dues": [due.as_kept() for due in dues],
        "minutes": minutes,
        "habits": _habits(session, deck).as_kept(),
    }


def _dues(
    wanted: Mapping[_Deadline, list[int]],
    first: Mapping[int, _Deadline],
    begun: Floats,
    *,
    days: Mapping[datetime, int],
    planned: Collection[int],
) -> list[Due]:
    """Returns what is wanted by each moment, and how much of it the rollouts begin too late on average."""
    dues = []
    for (moment, source), places in sorted(wanted.items()):
        is_late = begun > days[moment]
        own = [place for place in places if first[place] == (moment, source)]
        dues.append(
            Due(
                at=moment,
                source=source,
                questions=len(places),
                own=len(own),
                left=len(set(own) - set(planned)),
                late=float(is_late[:, places].sum(axis=1).mean()),
                late_own=float(is_late[:, own].sum(axis=1).mean()),
            )
        )
    return dues


def _habits(session: Session, deck: Deck) -> Habits:
    """Returns what the deck knows of how its learner answers; one query."""
    right, tries = first_tries_in([session.pk]).get(session.pk, (0, 0))
    return Habits(
        pace=deck.pace,
        right=deck.first_tries.right - right,
        tries=deck.first_tries.tries - tries,
    )


_Deadline: TypeAlias = tuple[datetime, UUID]


def _wanted_new(
    user: User, deck: Deck, now: datetime
) -> tuple[dict[_Deadline, list[int]], dict[int, _Deadline]]:
    """Returns the places of new questions that each source wants by a moment to come, and by whom each is wanted
    first.
    """
    place_of = {deck.waiting[place].key: place for place in deck.new_order.tolist()}
    rows = open_targets(now).filter(user=user, due_at__isnull=False).order_by("due_at", "pk")
    wanted: dict[_Deadline, list[int]] = defaultdict(list)
    first: dict[int, _Deadline] = {}
    for question, source, due in rows.values_list("question", "source", "due_at"):
        place = place_of.get(question)
        if place is not None and due is not None:
            first.setdefault(place, (due, source))
            if due > now:
                wanted[due, source].append(place)
    return wanted, first


def _is_open(deck: Deck, place: int) -> bool:
    """Returns whether the question was not answered today."""
    return bool(deck.memories.unseen[place] or deck.memories.elapsed[place] > 0)


def _course(deck: Deck, preferences: PlanPreferences) -> Course:
    """Returns the plan of the days after today. What no day wants is not begun before all else is, and tells nothing
    here.
    """
    return Course(
        new_order=deck.new_order[np.isfinite(deck.until[deck.new_order])],
        until=deck.until,
        days=1,
        budget=60.0 * preferences.minutes,
        budget_today=0.0,
        most_new=preferences.most_new,
        wanted=deck.wanted,
        easy=deck.first_tries.easy_share,
    )
