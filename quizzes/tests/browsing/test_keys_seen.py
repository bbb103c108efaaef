"""Whoever was shown what is right before they first answered a question does not meet it at first sight."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from quizzes.analytics.class_data import first_attempts
from quizzes.bank import asking
from quizzes.bank.models import Pack, Question
from quizzes.bank.sets import create_set
from quizzes.browsing import actions, tokens
from quizzes.review import habits
from quizzes.review.actions.recording import Answer, record
from quizzes.review.actions.too_easy import mark_too_easy
from quizzes.review.cards import columns, replay_card
from quizzes.review.models import Card, Review
from quizzes.scheduling.ratings import Rating
from quizzes.tests.browsing.practising import form_of
from quizzes.tests.review.packs import ALL_KINDS, load, load_choices
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(db: None) -> Study:
    load_choices(topics=2, each=10)
    return Study(User.objects.create_user("ann@example.org"), now=timezone.now())


def browser(study: Study) -> Client:
    client = Client()
    client.force_login(study.user)
    return client


def next_question(study: Study) -> Question:
    item = study.next()
    assert item is not None
    return item.card.question


def first_tries(study: Study) -> int:
    by_topic = habits.first_tries_of([study.user])[study.user.pk].by_topic
    return sum(tries for _, tries in by_topic.values())


def practise(study: Study, question: Question) -> None:
    """Answers the question in practice, wrongly: then the key is shown."""
    practice = actions.practise(
        user=study.user, questions=[question.pk], title="One", came_from="/bank/", now=study.now
    )
    token, fields = form_of(practice.exercises.get(), right=False)
    actions.record_attempt(user=study.user, token=token, fields=fields, now=study.now)


def open_answer(study: Study, question: Question) -> None:
    address = reverse("quizzes:question", args=[question.topic.slug, question.public_id])
    assert browser(study).get(address, {"answer": "shown"}).status_code == 200


def print_answers(study: Study, question: Question) -> None:
    mine = create_set(owner=study.user, title="Mine", about="", visibility="private", now=study.now)
    mine.items.create(question=question, position=0)
    address = reverse("quizzes:print_set", args=[mine.public_id])
    assert browser(study).get(address, {"answers": "on"}).status_code == 200


def write_it(study: Study, question: Question) -> None:
    """The learner is the author of the question's pack."""
    Pack.objects.filter(questions=question).update(owner=study.user)


WAYS = [practise, open_answer, print_answers, write_it]


@pytest.mark.parametrize("shown", WAYS, ids=lambda way: way.__name__)
def test_a_right_answer_after_its_key_was_shown_is_good_at_most_and_no_first_sight(
    study: Study, shown: Callable[[Study, Question], None]
) -> None:
    question = next_question(study)
    shown(study, question)
    review = study.later(minutes=1).answer(right=True, confidence="sure")
    assert review.card.question == question
    assert review.rating == Rating.GOOD
    assert first_tries(study) == 0
    assert not first_attempts(Review.objects.all()).exists()
    card = Card.objects.get(pk=review.card_id)
    state = columns(replay_card(card))
    assert {name: getattr(card, name) for name in state} == state


@pytest.mark.parametrize("shown", WAYS, ids=lambda way: way.__name__)
def test_a_key_shown_after_the_first_answer_takes_nothing_from_it(
    study: Study, shown: Callable[[Study, Question], None]
) -> None:
    review = study.answer(right=True, confidence="sure")
    assert review.rating == Rating.EASY
    if shown is not write_it:
        shown(study, review.card.question)
        assert first_tries(study) == 1
        assert list(first_attempts(Review.objects.all())) == [review]


def test_a_question_that_is_looked_at_without_its_answer_stays_new(study: Study) -> None:
    question = next_question(study)
    address = reverse("quizzes:question", args=[question.topic.slug, question.public_id])
    browser(study).get(address)
    mine = create_set(owner=study.user, title="Mine", about="", visibility="private", now=study.now)
    mine.items.create(question=question, position=0)
    browser(study).get(reverse("quizzes:print_set", args=[mine.public_id]))
    browser(study).get(reverse("quizzes:preview", args=[mine.public_id, question.public_id]))
    assert study.later(minutes=1).answer().rating == Rating.EASY
    assert first_tries(study) == 1


def test_the_second_step_of_a_free_recall_shows_its_key(study: Study) -> None:
    load(ALL_KINDS)
    recall = Question.objects.get(kind="recall")
    assert recall.current is not None
    exercise = uuid4()
    actions.practise_one(user=study.user, question=recall, exercise=exercise, came_from="/", now=study.now)
    shown = tokens.show(
        user=study.user.pk, exercise=exercise, question=recall.public_id, version=recall.current.number
    )

    def send(**fields: list[str]) -> None:
        outcome = actions.record_attempt(user=study.user, token=shown.token, fields=fields, now=study.now)
        assert isinstance(outcome, actions.AttemptUnfinished)

    send(stage=["write"], text=["x"], hint=[""])
    assert not Card.objects.filter(question=recall, key_seen_at__isnull=False).exists()
    send(stage=["write"], text=["It memorises."])
    assert Card.objects.get(question=recall).key_seen_at == study.now


def test_an_answer_read_before_its_key_was_shown_is_not_recorded_as_a_first_sight(study: Study) -> None:
    item = study.next()
    assert item is not None
    version = item.card.question.current
    assert version is not None
    presented = asking.present(version.spec, seed="a seed")
    right = next(
        n for n, at in enumerate(presented["options"]) if version.spec["payload"]["options"][at]["right"]
    )
    # The card as this request has read it; the key is shown by another one.
    practise(study, item.card.question)
    answer = Answer(item, version, presented, {"option": right}, "sure", hinted=False, shown_at=study.now)
    assert record(answer, now=study.now) is None
    assert not Review.objects.exists()
    assert study.answer().rating == Rating.GOOD


def test_looking_up_twice_keeps_the_first_moment_and_makes_one_card(study: Study) -> None:
    question = Question.objects.order_by("-pk")[0]
    first = study.now
    practise(study, question)
    practise(study.later(hours=1), question)
    assert Card.objects.get(question=question).key_seen_at == first


def test_a_slip_that_is_taken_back_leaves_no_first_sight(study: Study) -> None:
    """Missed, the key read, taken back and answered right: the learner had seen what is right."""
    for _ in range(8):
        missed = study.answer(right=False)
        study.undo(missed)
        assert study.later(seconds=20).answer(right=True).card_id == missed.card_id
    assert first_tries(study) == 0
    assert not first_attempts(Review.objects.filter(undone_at=None)).exists()


def test_calling_a_first_answer_easy_leaves_it_the_first(study: Study) -> None:
    load(ALL_KINDS)
    Question.objects.exclude(kind="recall").update(retired_at=study.now)
    review = study.answer(confidence="")
    easy = mark_too_easy(user=study.user, review_public_id=review.public_id, now=study.now)
    assert easy is not None
    assert (easy.pk, easy.rating) != (review.pk, Rating.GOOD)
    assert first_tries(study) == 1
    assert list(first_attempts(Review.objects.filter(undone_at=None))) == [easy]
