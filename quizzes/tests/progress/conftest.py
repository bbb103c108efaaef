"""A learner with a small bank."""

from __future__ import annotations

import pytest

from accounts.models import User
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import Study


@pytest.fixture
def bank() -> None:
    load_choices(topics=4, each=6)


@pytest.fixture
def study(bank: None) -> Study:
    return Study(User.objects.create_user("ann@example.org"))
