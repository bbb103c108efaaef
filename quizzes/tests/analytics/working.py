"""A learner who works off what was assigned, for tests that say how it goes."""

from __future__ import annotations

from quizzes.bank.models import Question
from quizzes.review.models import Review
from quizzes.tests.review.studying import Study


def work(study: Study, *, right: bool = True) -> Review:
    """Answer until the next assigned question was met for the first time; what comes before it is answered rightly."""
    assigned = set(Question.objects.filter(targets__user=study.user).values_list("pk", flat=True))
    assigned -= {review.card.question_id for review in study.answered}
    while True:
        item = study.next()
        assert item is not None, "nothing assigned is left for today"
        if item.card.question_id in assigned:
            return study.answer(item, right=right)
        study.answer(item)


def attempt(study: Study, marks: dict[str, bool]) -> None:
    """Answer until each of the questions, named by slug, was met, rightly or not as `marks` says."""
    left = set(marks)
    while left:
        item = study.next()
        assert item is not None, f"never asked: {left}"
        slug = item.card.question.slug
        study.answer(item, right=slug not in left or marks[slug])
        left.discard(slug)
