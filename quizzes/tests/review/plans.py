"""Learners with a day to plan for, and what their plan and its pages say."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from accounts.models import User
from quizzes.review import plan_promise, planning, queries
from quizzes.review.actions.settings import settings_of
from quizzes.review.models import Item, StudySettings
from quizzes.tests.review.studying import MONDAY, Study


def aim(user: User, *, days: int, minutes: int = 20, now: Any = MONDAY) -> StudySettings:
    study = settings_of(user=user, now=now)
    study.interview_on, study.minutes_a_day = now.date() + timedelta(days=days), minutes
    study.save()
    user.study = study
    return study


def seconds_planned(user: User) -> float:
    session = queries.latest_session(user)
    assert session is not None
    return planning.seconds_left({user: session})[user.pk]


def kinds_planned(study: Study) -> list[str]:
    session = queries.latest_session(study.user)
    planned = Item.objects.filter(session=session).order_by("position")
    return list(planned.values_list("card__question__kind", flat=True))


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def told(study: Study) -> plan_promise.Told:
    study.open()
    session = queries.latest_session(study.user)
    assert session is not None
    found = plan_promise.told_today(study.user, session, study.user.study, study.now)
    assert found is not None
    return found
