"""What the schedule will ask of a learner on the days to come."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from quizzes.review import queries, targets
from quizzes.review.habits import pace_of, seconds_of
from quizzes.review.models import Item, Session, StudySettings
from quizzes.scheduling.api import Scheduled, load


@dataclass(frozen=True, slots=True)
class DayAhead:
    """What one study day is expected to ask: different questions, answers to them with repeats, and minutes for all."""

    day: date
    questions: float
    answers: float
    minutes: int


def load_of(user: User, study: StudySettings, now: datetime, *, days: int) -> list[DayAhead]:
    """Returns what each of `days` study days is expected to ask, today first: what is still due today and comes later.

    Where today's session is open, what it does not ask is due tomorrow: the learner's minutes did not hold it.
    Every card is rolled forward by the scheduler's own intervals, its answers drawn by the memory model's chances, if
    all that is due is answered on its day, every answer says how sure it was, and nothing new begins
    (`scheduling.load`). What is assigned for a day to come is left out: the plan chooses it, no schedule. The same day,
    the same cards: the same numbers. Three queries, however many cards.
    """
    today = queries.study_day_now(user, now)
    pace = pace_of(user)
    session = Session.objects.filter(user=user, study_day=today)
    asked = Item.objects.filter(session__in=session, card=OuterRef("pk"))
    # A due card was answered, so it has a memory: its columns may be empty by their type only.
    rows: Iterable[tuple[Any, ...]] = (
        targets.by_schedule(queries.due_cards(user), now)
        .annotate(left_over=Q(Exists(session), ~Exists(asked)))
        .order_by("pk")
        .values_list(
            "stability",
            "difficulty",
            "last_day",
            "due",
            "question__current__spec__seconds",
            "left_over",
        )
    )
    cards = np.array(
        [
            (
                stability,
                difficulty,
                max((today - last_day).days, 0),
                max((due - today).days, int(left_over)),
                study.desired_retention,
                seconds_of(seconds, pace),
            )
            for stability, difficulty, last_day, due, seconds, left_over in rows
        ],
        dtype=float,
    ).reshape(-1, 6)
    ahead = load(Scheduled(*cards.T), days=days, seed=today.toordinal())
    return [
        DayAhead(today + timedelta(days=at), day.questions, day.answers, ceil(day.seconds / 60))
        for at, day in enumerate(ahead)
    ]
