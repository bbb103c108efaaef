"""What the bank holds, for the rooms above it."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from quizzes.bank.models import Question, Topic


def topics_with_counts() -> list[tuple[Topic, int]]:
    """Topics in the bank's order, each with the number of questions that can be asked now; empty ones are left out."""
    counted = Topic.objects.annotate(live=Count("questions", filter=Q(questions__retired_at=None)))
    return [(topic, topic.live) for topic in counted.filter(live__gt=0)]


def live_questions() -> QuerySet[Question]:
    """Questions that can be asked now, in the order in which they are introduced, with topic and current version."""
    return (
        Question.objects.filter(retired_at=None, current__isnull=False)
        .select_related("topic", "current")
        .order_by("topic__number", "position")
    )
