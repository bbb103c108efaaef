"""What is known of each topic, by what was answered, suspended, planned and due."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from quizzes.bank.models import Question, Topic
from quizzes.review.mastery import Mastery, mastery
from quizzes.review.models import Card, Item
from quizzes.scheduling.api import FirstTries, Strength
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


def topics_of(study: Study, **others: object) -> dict[int, Mastery]:
    told = mastery(study.user, study.now, strength=Strength(), first_tries=FirstTries({}), **others)  # type: ignore[arg-type]
    assert [one.slug for one in told] == list(
        Topic.objects.filter(pk__in=[one.key for one in told])
        .order_by("number")
        .values_list("slug", flat=True)
    )
    return {one.key: one for one in told}


def test_only_what_was_right_at_last_and_no_guess_is_known(bank: None, study: Study) -> None:
    review = study.answer(right=True)
    topic = review.card.question.topic_id

    def known() -> float:
        return topics_of(study)[topic].known_of_seen

    assert 0.5 < known() <= 1
    for right, confidence in [(False, "sure"), (True, "guess")]:
        study.undo(study.answered[-1])
        study.answer(right=right, confidence=confidence)
        assert known() == 0
    told = topics_of(study)
    assert [one.seen for one in told.values() if one.seen] == [1]
    assert (told[topic].unseen, told[topic].questions) == (5, 6)


def test_each_topic_counts_its_own_questions_planned_due_and_suspended(
    bank: None, study: Study, stranger: User
) -> None:
    study.answer_all()
    other = Study(stranger)
    other.answer(right=False)
    study.later(days=1)
    cards = list(Card.objects.filter(user=study.user, reps__gt=0).select_related("question"))
    first, last = cards[0], cards[-1]
    today = study.now.date()
    Card.objects.filter(user=study.user, reps__gt=0).update(due=today + timedelta(days=30))
    Card.objects.filter(pk=first.pk).update(due=today)
    Card.objects.filter(pk=last.pk).update(suspended_at=study.now, due=today)
    study.open()
    told = topics_of(study)
    for key, one in told.items():
        own = [card for card in cards if card.question.topic_id == key and card != last]
        places = Item.objects.filter(
            session__user=study.user, session__study_day=today, card__question__topic=key
        )
        assert one.seen == len(own)
        assert one.suspended == (key == last.question.topic_id)
        assert one.questions == 6 - one.suspended
        assert one.due == (key == first.question.topic_id)
        assert one.planned == places.exclude(card=last).count()
    assert sum(one.planned for one in told.values()) > 0


def test_a_topic_is_told_alone_and_of_those_left_out_only_what_is_wanted(bank: None, study: Study) -> None:
    first, second, *_ = Topic.objects.order_by("number")
    assert list(topics_of(study, topic=second.slug)) == [second.pk]
    question = Question.objects.filter(topic=first)[0]
    left = topics_of(study, left_out=[first.pk, second.pk], but=[question.pk])
    assert second.pk not in left
    assert left[first.pk].questions == 1
    assert len(left) == 3


def test_what_is_known_of_a_topic_is_a_share_of_all_its_questions() -> None:
    told = Mastery(
        key=1,
        topic="",
        slug="",
        summary="",
        questions=8,
        suspended=0,
        first_try=0.5,
        seen=5,
        known_of_seen=2.5,
    )
    assert (told.unseen, told.known_of_unseen, told.share) == (3, 1.5, 0.5)
    assert (told.percent_of_seen, told.percent_of_unseen) == (31.2, 18.8)
    empty = Mastery(key=1, topic="", slug="", summary="", questions=0, suspended=2, first_try=0.5)
    assert (empty.share, empty.percent_of_seen, empty.percent_of_unseen) == (0, 0, 0)
    one = Mastery(key=1, topic="", slug="", summary="", questions=1, suspended=0, first_try=0.5)
    assert (one.share, one.percent_of_unseen) == (0.5, 50)
