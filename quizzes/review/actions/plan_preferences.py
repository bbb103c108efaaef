"""What a learner wants of their plan."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from quizzes.bank.models import Topic
from quizzes.review.actions.sessions import fill_session
from quizzes.review.actions.settings import save_settings
from quizzes.review.models import StudySettings, TopicChoice

# What a day's plan hangs on.
_PLANNED_BY = ("interview_on", "minutes_a_day", "new_per_day", "practise")


def change_settings(*, user: User, study: StudySettings, now: datetime) -> None:
    """Stores how the learner studies; what nobody has begun of today is planned anew where that changes the plan."""
    before = StudySettings.objects.values(*_PLANNED_BY).get(pk=study.pk)
    with transaction.atomic():
        save_settings(user=user, study=study, now=now)
        if any(getattr(study, name) != value for name, value in before.items()):
            fill_session(user=user, now=now)


def take_plan(
    *, user: User, study: StudySettings, left_out: Collection[Topic], known: Collection[Topic], now: datetime
) -> None:
    """Stores date, minutes and topics, and fills what they leave of today's minutes. The rows have been validated.

    A topic that is both left out and known is left out.
    """
    choices = {topic.pk: TopicChoice.Choice.KNOWN for topic in known}
    choices |= {topic.pk: TopicChoice.Choice.LEFT_OUT for topic in left_out}
    with transaction.atomic():
        save_settings(user=user, study=study, now=now)
        TopicChoice.objects.filter(user=user).exclude(topic__in=list(choices)).delete()
        TopicChoice.objects.bulk_create(
            [TopicChoice(user=user, topic_id=topic, choice=choice) for topic, choice in choices.items()],
            update_conflicts=True,
            unique_fields=["user", "topic"],
            update_fields=["choice"],
        )
        fill_session(user=user, now=now)
