"""A learner with a bank, and their page of progress."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TypeAlias

import time_machine
from django.test import Client

from accounts.models import User
from quizzes.review import decks
from quizzes.review.knowledge import Knowledge, day_of, knowledge
from quizzes.review.models import Review
from quizzes.review.queries import local_day
from quizzes.scheduling.forecast import Strength
from quizzes.tests.review.studying import Study

AS_THE_MODEL = Strength()
Row: TypeAlias = tuple[float | None, bool, float, str]


def page(study: Study) -> str:
    with time_machine.travel(study.now, tick=False):
        text = browser(study.user).get("/progress/").content.decode()
    return re.sub(r"[ \n]+", " ", text)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def days(study: Study, count: int, *, right: bool = True) -> None:
    for _ in range(count):
        study.answer_all(right=right) if right else study.answer(right=False)
        study.later(days=1)


def many_answers(study: Study, rows: Sequence[Row]) -> None:
    """Recorded first answers of a day: (predicted, passed, score, confidence) each, on a card of their own day."""
    study.answer()
    model = study.answered[0]
    copied = {field.attname: getattr(model, field.attname) for field in Review._meta.fields}
    for seq, (predicted, passed, score, confidence) in enumerate(rows, start=1):
        day = model.study_day - timedelta(days=seq)
        kept = copied | {"seq": 10 + seq, "predicted": predicted, "passed": passed, "score": score,
                         "confidence": confidence, "study_day": day, "first_of_day": True}  # fmt: skip
        del kept["id"], kept["public_id"]
        Review.objects.create(**kept)


def predicted(study: Study, *days: int, strength: Strength = AS_THE_MODEL) -> list[Knowledge]:
    """What the learner knows so many days from now if they stop."""
    today = local_day(study.user, study.now)
    preferences = decks.preferences_of(study.user, study.user.study)
    deck = decks.deck_of(study.user, day_of(study.user, today), preferences, study.now)
    mornings = [today + timedelta(days=many) for many in days]
    return knowledge(deck, preferences, today=today, mornings=mornings, strength=strength)
