"""Which questions' keys were shown before they were answered, and what that changes of a first answer's rating."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review.actions.keys import note_keys_shown
from quizzes.review.actions.recording import rating_of
from quizzes.review.models import Card, Review
from quizzes.scheduling.api import Rating
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


def seen(user: User) -> dict[int, object]:
    return dict(Card.objects.filter(user=user).values_list("question", "key_seen_at"))


def test_the_first_moment_is_kept_of_each_question_that_was_not_answered_yet(
    study: Study, stranger: User
) -> None:
    answered = study.answer().card
    once = study.answer(right=False).card
    study.undo(study.answered[-1])
    before, untouched, fresh = Question.objects.exclude(cards__user=study.user)[:3]
    suspended = Card.objects.create(user=study.user, question=untouched, suspended_at=MONDAY)
    Card.objects.create(user=stranger, question=untouched)
    note_keys_shown(user=study.user, questions=[before.pk], now=MONDAY)
    later = MONDAY + timedelta(hours=1)
    shown = [answered.question_id, before.pk, suspended.question_id, fresh.pk]
    note_keys_shown(user=study.user, questions=shown, now=later)
    found = seen(study.user)
    assert [found[question] for question in shown] == [None, MONDAY, later, later]
    assert {moment for question, moment in found.items() if question not in shown} == {None}
    assert once.question_id not in shown
    assert set(seen(stranger).values()) == {None}


def test_only_a_first_answer_without_a_key_seen_before_can_be_one_at_first_sight(study: Study) -> None:
    shown = study.show()
    first = study.answer()
    question = Question.objects.exclude(public_id=shown.question)
    note_keys_shown(user=study.user, questions=list(question.values_list("pk", flat=True)), now=study.now)
    after_key = study.answer()
    study.later(days=9)
    Card.objects.filter(pk__in=[first.card_id]).update(due=study.now.date())
    while (again := study.answer()).card_id != first.card_id:
        pass
    assert first.rating > after_key.rating
    for review in (first, after_key, again):
        found = Review.objects.select_related("card", "version").get(pk=review.pk)
        assert rating_of(found, easy=False) == review.rating
        assert rating_of(found, easy=True) == Rating.EASY
