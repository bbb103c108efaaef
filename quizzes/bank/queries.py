"""What the bank holds, for the rooms above it."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from quizzes.bank.models import Pack, Question, Topic

LEVELS = {1: "Recall", 2: "Apply or explain", 3: "Analyse or judge"}
SKILLS = {
    "concept": "Concept",
    "number": "Calculation",
    "code": "Code",
    "debug": "Debugging",
    "judgement": "Judgement",
}


def topics_with_counts() -> list[tuple[Topic, int]]:
    """Returns topics in the bank's order, each with the number of its built-in questions that can be asked now, if
    any.
    """
    live = Q(questions__retired_at=None, questions__pack__private=False)
    counted = Topic.objects.annotate(live=Count("questions", filter=live))
    # Grouping drops the table's own order.
    counted = counted.order_by("number", "slug")
    return [(topic, topic.live) for topic in counted.filter(live__gt=0)]


# Questions that belong to everybody; the others reach a learner only through a set.
BUILT_IN = Q(pack__private=False)


def topics_of_the_bank() -> QuerySet[Topic]:
    """Returns topics with a built-in question that can be asked now, in the bank's order."""
    return Topic.objects.filter(Exists(askable_questions().filter(BUILT_IN, topic=OuterRef("pk"))))


def askable_questions() -> QuerySet[Question]:
    """Returns questions that can be asked now, private ones too, in the order of introduction, with topic and
    version.
    """
    return (
        Question.objects.filter(retired_at=None, current__isnull=False)
        .select_related("topic", "current")
        .order_by("topic__number", "topic__slug", "position", "pk")
    )


def live_questions() -> QuerySet[Question]:
    """Returns the built-in questions among those that can be asked now."""
    return askable_questions().filter(BUILT_IN)


def questions_for(author: User | None) -> QuerySet[Question]:
    """Returns what someone may put into a set: the built-in questions and those of their own packs."""
    own = Q() if author is None else Q(pack__in=Pack.objects.filter(owner=author))
    return askable_questions().filter(BUILT_IN | own)


def topics_of(questions: QuerySet[Question]) -> list[Topic]:
    """Returns the topics of the questions, in the bank's order; one query."""
    held = questions.order_by().filter(topic=OuterRef("pk"))
    return list(Topic.objects.filter(Exists(held)))
