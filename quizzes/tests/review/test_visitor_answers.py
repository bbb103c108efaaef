"""Answers from before the account: each becomes a review once, of the version that was shown, while its key holds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accounts.models import User
from quizzes.bank import asking
from quizzes.bank.models import Question, Version
from quizzes.review import queries
from quizzes.review.actions.visitor_answers import VisitorAnswer, import_visitor_answers
from quizzes.review.models import Item, Review, Session
from quizzes.tests.review.packs import choices, fields_for, load
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db

TEXT = choices(topic="topic-1", number=1, many=2)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def bank(db: None) -> None:
    load(TEXT)


def tried(
    question: Question, *, at: datetime = MONDAY - HOUR, right: bool = True, version: int = 1
) -> VisitorAnswer:
    shown = Version.objects.get(question=question, number=min(version, question.versions.count()))
    presented = asking.present(shown.spec, seed="a visit")
    reading = asking.read(shown.spec, presented, fields_for(shown, "a visit", right=right))
    assert reading.response is not None
    return VisitorAnswer(
        question=question.public_id,
        version=version,
        presented=presented,
        response=reading.response,
        confidence="sure",
        hinted=False,
        shown_at=at - timedelta(seconds=20),
        answered_at=at,
    )


def bring(user: User, *answers: VisitorAnswer) -> list[Review]:
    return import_visitor_answers(user=user, tried=answers, now=MONDAY)


@pytest.mark.parametrize("number", [1, 2])
def test_an_answer_is_recorded_with_the_version_that_was_shown(learner: User, number: int) -> None:
    load(TEXT.replace("Because 1 is so.", "Because one is so."))
    question = Question.objects.get(versions__number=2)
    (review,) = bring(learner, tried(question, version=number))
    assert (review.version.question, review.version.number, review.passed) == (question, number, True)


def test_an_answer_to_a_version_there_never_was_is_no_review(learner: User) -> None:
    assert bring(learner, tried(Question.objects.all()[0], version=3)) == []
    assert not Review.objects.exists()


def test_an_answer_by_a_key_since_corrected_or_to_a_retired_question_is_no_review(learner: User) -> None:
    corrected, retired = Question.objects.order_by("pk")
    answers = [tried(corrected), tried(retired)]
    swapped = TEXT.replace("- [x] Right\n- [ ] Wrong", "- [x] Wrong\n- [ ] Right", 1)
    assert swapped != TEXT
    load(swapped)
    Question.objects.filter(pk=retired.pk).update(retired_at=MONDAY)
    assert bring(learner, *answers) == []
    assert not Review.objects.exists()


def test_the_earliest_answer_to_a_question_counts_once_and_none_is_of_the_future(learner: User) -> None:
    one, other = Question.objects.order_by("pk")
    first, again = tried(one, right=False, at=MONDAY - 3 * HOUR), tried(one, at=MONDAY - HOUR)
    ahead = tried(other, at=MONDAY + HOUR)
    found = bring(learner, ahead, again, first)
    assert [(review.card.question, review.passed, review.answered_at) for review in found] == [
        (one, False, first.answered_at),
        (other, True, MONDAY),
    ]
    assert bring(learner, first, again, ahead) == []
    assert Review.objects.count() == 2


def test_todays_answers_stand_before_all_else_of_the_day_as_new_questions(learner: User) -> None:
    answered, left = Question.objects.order_by("pk")
    (review,) = bring(learner, tried(answered))
    item = Item.objects.get(card=review.card)
    assert (item.is_new, item.done_at) == (True, review.answered_at)
    asked = Study(learner).next()
    assert asked is not None
    assert asked.card.question == left
    assert item.position < asked.position


def test_an_answer_of_a_day_that_is_over_opens_that_day_and_plans_nothing_for_it(learner: User) -> None:
    yesterday = MONDAY - timedelta(days=1)
    question = Question.objects.order_by("pk")[0]
    (review,) = bring(learner, tried(question, at=yesterday))
    session = Session.objects.get(study_day=yesterday.date())
    assert review.session == session
    assert (session.opened_at, session.aimed_at) == (yesterday, yesterday)
    assert [item.card.question for item in session.items.all()] == [question]
    assert queries.latest_session(learner) == session
