"""A class with two learners, and a small bank."""

from __future__ import annotations

import pytest

from accounts.models import User
from quizzes.tests.classroom.classes import Teaching, account
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
