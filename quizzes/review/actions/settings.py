"""How a learner studies, and when their next study day begins."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from quizzes.review.models import StudySettings
from quizzes.review.queries import current_day, latest_session
from quizzes.scheduling.api import day_begins, zone_or_utc


def settings_of(*, user: User, now: datetime) -> StudySettings:
    """Returns the learner's study settings, made with the defaults on first use."""
    study = StudySettings.objects.filter(user=user).first()
    if study is None:
        study, _ = StudySettings.objects.get_or_create(
            user=user, defaults={"next_day_at": next_day_at(user=user, now=now)}
        )
    return study


def save_settings(*, user: User, study: StudySettings, now: datetime) -> None:
    """Stores what the learner chose, and with it when their next day begins. Both rows have been validated."""
    study.next_day_at = next_day_at(user=user, now=now)
    user.welcomed_at = user.welcomed_at or now
    with transaction.atomic():
        user.save(update_fields=["time_zone", "rollover_hour", "theme", "welcomed_at"])
        study.save()


def next_day_at(*, user: User, now: datetime) -> datetime:
    """Returns the moment, in UTC, at which the study day after the learner's current one begins."""
    zone, _ = zone_or_utc(user.time_zone)
    tomorrow = current_day(user, now, latest_session(user)) + timedelta(days=1)
    return day_begins(tomorrow, zone=zone, rollover_hour=user.rollover_hour)
