"""A suspended question is asked nowhere and counted nowhere, and loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing import actions
from quizzes.review import planning, queries, summaries
from quizzes.review.cards import columns, replay_card
from quizzes.review.load import load_of
from quizzes.review.models import Card
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    load_choices(topics=1, each=4)
    return Study(User.objects.create_user("ann@example.org"))


def suspend(study: Study, question: Question) -> None:
    actions.suspend(user=study.user, question=question, now=study.now)


def test_one_never_seen_is_not_introduced(study: Study) -> None:
    first = Question.objects.order_by("level", "position")[0]
    suspend(study, first)
    assert study.answer_all() == 3
    assert first.pk not in {review.card.question_id for review in study.answered}
    study.later(days=1)
    session = queries.latest_session(study.user)
    assert session is not None
    assert not planning.could_add(study.user, session, study.user.study, study.now)
    actions.bring_back(user=study.user, question=first)
    study.later(days=1)
    study.open()
    assert queries.unseen_questions(study.user, None, study.now).count() == 1


def test_one_that_is_due_is_not_planned_forecast_or_counted_until_it_is_back(study: Study) -> None:
    study.answer_all()
    card = Card.objects.filter(user=study.user).order_by("due")[0]
    before = {field.name: getattr(card, field.name) for field in Card._meta.fields}
    suspend(study, card.question)
    study.later(days=90)
    study.open()
    today = study.now.date()
    assert load_of(study.user, study.user.study, study.now, days=1)[0].questions == 3
    assert queries.progress(study.user, study.now).planned == 3
    session = queries.latest_session(study.user)
    assert session is not None
    assert summaries.left_of(study.user, session).questions == 3
    assert sum(queries.due_counts(study.user, today - timedelta(days=200), today).values()) == 3
    actions.bring_back(user=study.user, question=card.question)
    card.refresh_from_db()
    assert {field.name: getattr(card, field.name) for field in Card._meta.fields} == before
    study.later(days=1)
    study.open()
    assert queries.progress(study.user, study.now).planned == 4


def test_a_suspended_card_is_still_the_sum_of_its_log(study: Study) -> None:
    shown = study.show()
    suspend(study, Question.objects.get(public_id=shown.question))
    study.send(shown)
    card = Card.objects.get(question__public_id=shown.question)
    assert card.reps == 1
    assert card.suspended_at is not None
    assert columns(replay_card(card)) == {name: getattr(card, name) for name in columns(replay_card(card))}


def test_anothers_suspension_is_not_mine(study: Study) -> None:
    other = Study(User.objects.create_user("bob@example.org"))
    for question in Question.objects.all():
        suspend(other, question)
    assert study.answer_all() == 4
    assert other.answer_all() == 0
