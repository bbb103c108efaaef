"""Study days that a wrong clock opened: without this, learners would wait until real time catches up with them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from quizzes.review.actions.settings import next_day_at
from quizzes.review.models import Review, Session, StudySettings
from quizzes.scheduling.api import SKEW

# A study day begins within a day of the one before; longer after a journey west or a night with a clock change.
A_DAY = timedelta(hours=24)


def bring_days_back(*, now: datetime, limit: int) -> None:
    """Works out again when the next day of up to `limit` learners begins whose next one is more than a day away.

    Their sessions opened in the future are deleted where nothing was answered. What was answered stays, with its day.
    """
    ahead = StudySettings.objects.filter(next_day_at__gt=now + A_DAY, user__is_demo=False)
    for study in ahead.select_related("user").order_by("-next_day_at")[:limit]:
        answered = Review.objects.filter(user=OuterRef("user"), study_day=OuterRef("study_day"))
        Session.objects.filter(~Exists(answered), user=study.user, opened_at__gt=now + SKEW).delete()
        moment = next_day_at(user=study.user, now=now)
        if moment != study.next_day_at:
            same = StudySettings.objects.filter(pk=study.pk, next_day_at=study.next_day_at)
            same.update(next_day_at=moment)
