"""What the bank holds, for the rooms above it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from quizzes.bank import asking
from quizzes.bank.models import Question, Topic

LEVELS = {1: "Recall", 2: "Apply or explain", 3: "Analyse or judge"}


@dataclass(frozen=True, slots=True)
class Listed:
    """A question as the bank shows it: its prompt (Markdown, with example numbers), kind and level in words."""

    prompt: str
    kind: str
    level: str


def topics_with_counts() -> list[tuple[Topic, int]]:
    """Topics in the bank's order, each with the number of questions that can be asked now; empty ones are left out."""
    counted = Topic.objects.annotate(live=Count("questions", filter=Q(questions__retired_at=None)))
    # Grouping drops the table's own order.
    counted = counted.order_by("number", "slug")
    return [(topic, topic.live) for topic in counted.filter(live__gt=0)]


def live_questions() -> QuerySet[Question]:
    """Questions that can be asked now, in the order in which they are introduced, with topic and current version."""
    return (
        Question.objects.filter(retired_at=None, current__isnull=False)
        .select_related("topic", "current")
        .order_by("topic__number", "position")
    )


def listed_questions(topic: Topic) -> list[Listed]:
    """What a topic asks now, in the pack's order; one query."""
    listed = []
    for question in live_questions().filter(topic=topic):
        if question.current is not None:
            prompt = asking.prompt(question.current.spec)
            listed.append(Listed(prompt, asking.label(question.kind), LEVELS[question.level]))
    return listed
