"""A learner, a stranger and a small bank."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import Study


def make_user(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org", None)


@pytest.fixture
def learner(db: None) -> User:
    return make_user("learner")


@pytest.fixture
def stranger(db: None) -> User:
    return make_user("stranger")


@pytest.fixture
def study(learner: User) -> Study:
    return Study(learner)


@pytest.fixture
def now_study(study: Study) -> Study:
    """A learner whose clock is the real one: pages read it."""
    study.now = timezone.now()
    return study


@pytest.fixture
def bank(db: None) -> None:
    load_choices(topics=4, each=6)


@pytest.fixture
def web(learner: User) -> Client:
    client = Client()
    client.force_login(learner)
    return client


@pytest.fixture
def big_bank(db: None) -> None:
    load_choices(topics=6, each=20)


@pytest.fixture
def noon() -> Iterator[None]:
    """Today from noon on: before the rollover the study day is the day before, which test_study_days is about."""
    with time_machine.travel(datetime.now(UTC).replace(hour=12, minute=0), tick=True):
        yield
