"""A class with two learners, and a small bank."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.classroom import actions
from quizzes.tests.classroom.classes import Teaching, account, browser
from quizzes.tests.review.packs import load_choices


@pytest.fixture
def teaching(db: None) -> Teaching:
    load_choices(topics=3, each=12)
    return Teaching.begin()


@pytest.fixture
def ann(db: None) -> User:
    return account("ann")


@pytest.fixture
def bob(db: None) -> User:
    return account("bob")


@pytest.fixture
def now_teaching(db: None) -> Teaching:
    """A class of today: pages read the clock."""
    load_choices(topics=3, each=12)
    found = Teaching.begin(time_zone="Europe/Berlin")
    found.now = timezone.now()
    found.link = actions.open_link(
        classroom=found.classroom, author=found.owner, days=30, max_uses=1000, now=found.now
    )
    return found


@pytest.fixture
def desk(now_teaching: Teaching) -> Client:
    """The owner's browser."""
    return browser(now_teaching.owner)
