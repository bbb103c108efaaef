"""A class at work."""

from __future__ import annotations

import pytest

from quizzes.tests.classroom.classes import Teaching
from quizzes.tests.review.packs import load_choices


@pytest.fixture
def teaching(db: None) -> Teaching:
    load_choices(topics=3, each=12)
    return Teaching.begin()
