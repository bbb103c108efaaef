"""What the bank holds, for the rooms above it."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from quizzes.bank.models import Question, Topic

LEVELS = {1: "Recall", 2: "Apply or explain", 3: "Analyse or judge"}
SKILLS = {
    "concept": "Concept",
    "number": "Calculation",
    "code": "Code",
    "debug": "Debugging",
    "judgement": "Judgement",
}


def topics_with_counts() -> list[tuple[Topic, int]]:
    """Topics in the bank's order, each with the number of questions that can be asked now; empty ones are left out."""
    counted = Topic.objects.annotate(live=Count("questions", filter=Q(questions__retired_at=None)))
    # Grouping drops the table's own order.
    counted = counted.order_by("number", "slug")
    return [(topic, topic.live) for topic in counted.filter(live__gt=0)]


def topics_of(questions: QuerySet[Question]) -> list[Topic]:
    """The topics of the questions, in the bank's order; one query."""
    held = questions.order_by().filter(topic=OuterRef("pk"))
    return list(Topic.objects.filter(Exists(held)))


def live_questions() -> QuerySet[Question]:
    """Questions that can be asked now, in the order in which they are introduced, with topic and current version."""
    return (
        Question.objects.filter(retired_at=None, current__isnull=False)
        .select_related("topic", "current")
        .order_by("topic__number", "topic__slug", "position", "pk")
    )
