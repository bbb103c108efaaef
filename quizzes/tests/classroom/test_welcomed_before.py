"""Accounts of before the welcome page was kept in the database: who chose a zone is not asked again."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from accounts.models import User
from quizzes.review.models import StudySettings

pytestmark = pytest.mark.django_db

MIGRATIONS = ("accounts.migrations.0003_welcome_and_sessions", "quizzes.migrations.0011_who_was_welcomed")


def account(study: dict[str, Any] | None, **fields: Any) -> User:
    user = User.objects.create_user(f"user{User.objects.count()}@example.org", welcomed_at=None, **fields)
    if study is not None:
        # As these settings were then: ten new questions a day unless something else was chosen.
        StudySettings.objects.create(user=user, next_day_at=timezone.now(), **{"new_per_day": 10} | study)
    return user


@pytest.mark.parametrize(
    ("fields", "study", "chose"),
    [
        ({}, None, False),
        ({}, {}, False),
        ({"time_zone": "Europe/Berlin"}, None, True),
        ({"rollover_hour": 5}, {}, True),
        ({"theme": "dark"}, {}, True),
        ({"is_demo": True}, None, True),
        ({}, {"minutes_a_day": 15}, True),
        ({}, {"new_per_day": 0}, True),
        ({}, {"desired_retention": 0.85}, True),
        ({}, {"interview_on": "2026-12-24"}, True),
    ],
)
def test_who_stored_anything_beside_the_zone_chose_it(
    fields: dict[str, Any], study: dict[str, Any] | None, chose: bool
) -> None:
    user = account(study, **fields)
    for name in MIGRATIONS:
        import_module(name).mark_who_chose(apps, connection.schema_editor())
    user.refresh_from_db()
    assert (user.welcomed_at is not None) is chose
