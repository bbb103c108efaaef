"""Prepared statements write what the ORM writes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from prepared.writing import PreparedInsert, PreparedUpdate
from quizzes.review.models import Card, Review
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def columns(row: Review) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name not in ("_state", "id")}


def test_an_inserted_row_is_the_one_the_orm_saves(bank: None, study: Study) -> None:
    answered = study.answer(right=False)
    original = Review.objects.get(pk=answered.pk)
    # The same row once more, by each way; one answer a card and number stands.
    for seq in (100, 101):
        copy = Review.objects.get(pk=answered.pk)
        copy.pk, copy.seq, copy.public_id = None, seq, type(copy.public_id)(int=seq)
        if seq == 100:
            PreparedInsert(Review).run(copy)
            assert copy.pk is not None
            assert (copy._state.adding, copy._state.db) == (False, "default")
        else:
            copy.save(force_insert=True)
        stored = Review.objects.get(pk=copy.pk)
        assert columns(stored) == columns(original) | {"seq": seq, "public_id": copy.public_id}


def test_an_update_changes_the_rows_it_names_and_no_others(bank: None, study: Study) -> None:
    study.answer()
    card, other = Card.objects.order_by("pk")[:2]
    update = PreparedUpdate(Card, sets=("seq", "due", "key_seen_at"), where=("id", "seq", "key_seen_at"))
    as_read = {"id": card.pk, "seq": card.seq, "key_seen_at": None}
    assert update.run(where=as_read, seq=card.seq + 1, due=MONDAY.date(), key_seen_at=MONDAY) == 1
    changed = Card.objects.get(pk=card.pk)
    assert (changed.seq, changed.due, changed.key_seen_at) == (card.seq + 1, MONDAY.date(), MONDAY)
    assert Card.objects.get(pk=other.pk).key_seen_at is None
    # It is as it was read no longer; what is empty is told from what is not.
    assert update.run(where=as_read, seq=9, due=None, key_seen_at=None) == 0
    later = {"id": card.pk, "seq": card.seq + 1, "key_seen_at": MONDAY + timedelta(hours=1)}
    assert update.run(where=later, seq=9, due=None, key_seen_at=None) == 0
    assert update.run(where=later | {"key_seen_at": MONDAY}, seq=9, due=None, key_seen_at=None) == 1
    assert Card.objects.filter(pk=card.pk, seq=9, due=None, key_seen_at=None).exists()


def test_an_update_without_a_value_for_a_column_is_refused(learner: User) -> None:
    update = PreparedUpdate(User, sets=("theme", "time_zone"), where=("id",))
    with pytest.raises(KeyError, match="time_zone"):
        update.run(where={"id": learner.pk}, theme="dark")
