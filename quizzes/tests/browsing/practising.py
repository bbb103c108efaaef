"""A learner who practises, for tests: calls the actions as the views do."""

from __future__ import annotations

from quizzes.bank.models import Question
from quizzes.browsing import actions, queries, tokens
from quizzes.browsing.models import Attempt, Exercise, Practice
from quizzes.tests.review.packs import Form, fields_for
from quizzes.tests.review.studying import Study


def practice_of(study: Study, *, many: int = 3) -> Practice:
    """A new practice of the first questions of the bank."""
    questions = list(Question.objects.order_by("pk").values_list("pk", flat=True)[:many])
    return actions.practise(
        user=study.user, questions=questions, title="Practice", came_from="/bank/", now=study.now
    )


def form_of(exercise: Exercise, *, right: bool = True) -> tuple[str, Form]:
    """The token and the fields of an exercise's form, as it is filled in."""
    version = exercise.question.current
    assert version is not None
    shown = tokens.show(
        user=exercise.practice.user_id,
        exercise=exercise.public_id,
        question=exercise.question.public_id,
        version=version.number,
    )
    return shown.token, fields_for(version, shown.seed, right=right) | {"confidence": ["sure"]}


def try_next(study: Study, practice: Practice, *, right: bool = True) -> Attempt:
    """Answer the practice's next exercise."""
    exercise = queries.next_exercise(practice)
    assert exercise is not None
    token, fields = form_of(exercise, right=right)
    outcome = actions.record_attempt(user=study.user, token=token, fields=fields, now=study.now)
    assert isinstance(outcome, actions.AttemptRecorded)
    return outcome.attempt


def attempt_of(study: Study) -> Attempt:
    """An attempt in a new practice."""
    return try_next(study, practice_of(study))
