"""Learners who take a public set by themselves."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import CharField, DateTimeField, IntegerField, UUIDField, Value
from django.db.models.functions import Cast

from accounts.models import User
from quizzes.bank.api import resolve
from quizzes.bank.models import Question, QuestionSet
from quizzes.review.api import drop_targets, set_targets
from quizzes.review.models import Target


def join_set(*, user: User, question_set: QuestionSet, now: datetime) -> int:
    """Lets the set's questions, as it stands now, come to the learner before the rest of the bank. Returns their
    number.
    """
    questions = resolve(question_set, assigned=(), seed=f"{question_set.public_id}:{user.pk}")
    rows = (
        Question.objects.filter(pk__in=questions)
        .order_by()
        .annotate(
            user=Value(user.pk, IntegerField()),
            source=Value(question_set.public_id, UUIDField()),
            label=Value(question_set.title, CharField()),
            opens=Value(now, DateTimeField()),
            # PostgreSQL takes a bare NULL in a subquery for text.
            due=Cast(Value(None), DateTimeField()),
            closes=Cast(Value(None), DateTimeField()),
        )
        .values_list("user", "pk", "source", "label", "opens", "due", "closes")
    )
    set_targets(sources=[question_set.public_id], users=[user.pk], rows=rows, now=now)
    return len(questions)


def leave_set(*, user: User, public_id: UUID) -> None:
    """Lets the set's questions come no earlier than others. What was answered stays."""
    drop_targets(sources=[public_id], users=[user.pk])


def let_go_of_set(*, question_set: QuestionSet, is_going: bool = False) -> int:
    """Asks its questions of nobody who joined the set and cannot see it any more: it is not public now, or is going.

    They could not leave it by themselves. What they answered stays theirs. Returns the number of these learners.
    """
    if question_set.visibility == QuestionSet.Visibility.PUBLIC and not is_going:
        return 0
    joined = Target.objects.filter(source=question_set.public_id)
    if not is_going:
        joined = joined.exclude(user=question_set.owner)
    users = list(joined.order_by().values_list("user", flat=True).distinct())
    drop_targets(sources=[question_set.public_id], users=users)
    return len(users)
