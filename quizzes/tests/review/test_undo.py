from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.models import User
from quizzes.review import queries
from quizzes.review.actions.undoing import undo
from quizzes.review.models import Card, Item, Review
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

STATE = ("stability", "difficulty", "last_day", "due", "interval", "reps", "lapses", "raised", "lowered")


def state(card_id: int) -> dict[str, object]:
    return dict(Card.objects.values(*STATE).get(pk=card_id))


def places(user: User) -> list[tuple[int, int, bool]]:
    items = Item.objects.filter(session=queries.latest_session(user)).order_by("position")
    return [(item.card_id, item.misses, item.done_at is not None) for item in items]


@pytest.mark.parametrize("right", [True, False])
def test_undoing_restores_card_session_and_question(bank: None, study: Study, right: bool) -> None:
    study.open()
    before = places(study.user)
    first = study.next()
    assert first is not None
    card = state(first.card_id)
    review = study.answer(right=right)
    assert study.undo(review)
    assert state(first.card_id) == card
    assert places(study.user) == before
    assert study.next() == first
    review.refresh_from_db()
    assert review.undone_at == study.now


def test_several_answers_can_be_taken_back_one_after_the_other(bank: None, study: Study) -> None:
    study.open()
    before = places(study.user)
    reviews = [study.answer(right=right) for right in (True, False, False, True, True, True, False, True)]
    for review in reversed(reviews):
        assert study.undo(review)
    assert places(study.user) == before
    assert all(reps == 0 for reps in Card.objects.values_list("reps", flat=True))


def test_a_repeat_taken_back_leaves_the_miss_standing(bank: None, study: Study) -> None:
    missed = study.answer(right=False)
    for _ in range(4):
        study.answer()
    after_miss = state(missed.card_id)
    # The kernel's due day of a repeat depends on the repeat; the state before it must come back exactly.
    again = study.answer()
    assert again.card_id == missed.card_id
    assert study.undo(again)
    assert state(missed.card_id) == after_miss
    item = Item.objects.get(card=missed.card_id)
    assert item.misses == 1
    assert item.done_at is None
    assert study.next() == item


def test_undoing_twice_changes_nothing_more(bank: None, study: Study) -> None:
    review = study.answer()
    assert study.undo(review)
    seq = Card.objects.get(pk=review.card_id).seq
    undone_at = Review.objects.get(pk=review.pk).undone_at
    assert study.later(minutes=1).undo(review)
    assert Card.objects.get(pk=review.card_id).seq == seq
    assert Review.objects.get(pk=review.pk).undone_at == undone_at


def test_only_the_last_answer_can_be_taken_back(bank: None, study: Study) -> None:
    first, _ = study.answer(), study.answer()
    before = state(first.card_id)
    assert not study.undo(first)
    assert state(first.card_id) == before
    assert not Review.objects.filter(undone_at__isnull=False).exists()


def test_the_last_answer_can_be_taken_back_after_the_session(bank: None, study: Study) -> None:
    study.answer_all()
    last = study.answered[-1]
    assert study.undo(last)
    item = study.next()
    assert item is not None
    assert item.card_id == last.card_id


def test_an_answer_of_yesterday_taken_back_is_asked_again_today(bank: None, study: Study) -> None:
    study.answer_all()
    last = study.answered[-1]
    study.later(days=1).open()
    assert last.card_id not in [card for card, _, _ in places(study.user)]
    assert study.undo(last)
    item = study.next()
    assert item is not None
    assert item.card_id == last.card_id
    assert item.is_new
    assert study.answer().card_id == last.card_id


def test_what_is_answered_after_an_undo_gets_a_number_of_its_own(bank: None, study: Study) -> None:
    first = study.answer(right=False)
    study.undo(first)
    second = study.answer()
    assert second.card_id == first.card_id
    assert list(Review.objects.order_by("seq").values_list("seq", flat=True)) == [0, 2]
    assert Card.objects.get(pk=first.card_id).reps == 1


def test_nobody_can_take_back_the_answer_of_another(bank: None, study: Study, stranger: User) -> None:
    review = study.answer()
    with pytest.raises(Review.DoesNotExist):
        undo(user=stranger, review_public_id=review.public_id, now=study.now)
    with pytest.raises(Review.DoesNotExist):
        undo(user=study.user, review_public_id=uuid4(), now=study.now)
    assert not Review.objects.filter(undone_at__isnull=False).exists()


def test_taking_back_changes_no_other_card_and_nobody_elses(bank: None, study: Study, stranger: User) -> None:
    other = Study(stranger)
    other.answer(right=False)
    before = study.answer()
    last = study.answer(right=False)
    kept = {pk: state(pk) for pk in Card.objects.exclude(pk=last.card_id).values_list("pk", flat=True)}
    seqs = dict(Card.objects.exclude(pk=last.card_id).values_list("pk", "seq"))
    assert seqs[before.card_id] == Card.objects.get(pk=last.card_id).seq
    assert study.undo(last)
    assert {pk: state(pk) for pk in kept} == kept
    assert dict(Card.objects.exclude(pk=last.card_id).values_list("pk", "seq")) == seqs
    assert not Review.objects.exclude(pk=last.pk).filter(undone_at__isnull=False).exists()
