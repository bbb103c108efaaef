"""Prepared queries give what the ORM gives, whatever the values, and refuse to keep what they could not bind."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Model, Q, QuerySet

from accounts.models import User
from prepared.reading import Prepared, Value
from quizzes.review.models import Item, Review, Session
from quizzes.review.queries import ITEM_OF_QUESTION, LATEST_SESSION, NEXT_ITEM, PROGRESS
from quizzes.scheduling.api import REST
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def told(instance: Model | None, *known: Model) -> object:
    """Everything an instance was loaded with, related rows too; a row that leads back to one `known` ends there."""
    if instance is None or instance in known:
        return instance
    state = {name: value for name, value in vars(instance).items() if name != "_state"}
    loaded = {name: told(related, instance, *known) for name, related in instance._state.fields_cache.items()}
    return type(instance), state, instance._state.db, instance._state.adding, loaded


def test_session_next_place_and_place_of_a_question_are_those_of_the_orm(bank: None, study: Study) -> None:
    seen = set()
    study.open()
    for number in range(12):
        now = study.now
        next_up: dict[str, Value] = {"user": study.user.pk, "since": now - REST, "until": now + REST}
        item = NEXT_ITEM.first(**next_up)
        assert told(item) == told(NEXT_ITEM.queryset(**next_up).first())
        assert [PROGRESS.first(**next_up)] == list(PROGRESS.queryset(**next_up))
        latest: dict[str, Value] = {"user": study.user.pk, "now": now}
        assert told(LATEST_SESSION.first(**latest)) == told(LATEST_SESSION.queryset(**latest).first())
        if item is None:
            break
        seen.add(item.pk)
        of: dict[str, Value] = {"user": study.user.pk, "question": item.card.question.public_id, "now": now}
        assert told(ITEM_OF_QUESTION.first(**of)) == told(ITEM_OF_QUESTION.queryset(**of).first())
        study.answer(item, right=number % 3 != 0)
    assert len(seen) > 2


def test_there_is_nothing_of_a_stranger(bank: None, study: Study, stranger: User) -> None:
    item = study.next()
    assert item is not None
    of: dict[str, Value] = {"user": stranger.pk, "question": item.card.question.public_id, "now": MONDAY}
    assert ITEM_OF_QUESTION.first(**of) is None
    assert LATEST_SESSION.first(user=stranger.pk, now=MONDAY) is None
    assert PROGRESS.first(user=stranger.pk, since=MONDAY, until=MONDAY) is None
    assert ITEM_OF_QUESTION.first(**{**of, "question": uuid4()}) is None


def test_a_query_that_computes_with_its_values_is_refused() -> None:
    def lately(*, now: datetime) -> QuerySet[Review]:
        return Review.objects.filter(answered_at__gt=now - REST)

    with pytest.raises(ValueError, match="computes with its values"):
        Prepared(lately, now=datetime).first(now=MONDAY)


def test_a_query_that_leaves_a_value_out_is_refused() -> None:
    def any_item(*, user: int) -> QuerySet[Item]:
        return Item.objects.filter(Q(misses=0))

    with pytest.raises(ValueError, match="does not take all of them"):
        Prepared(any_item, user=int).first(user=1)


def test_what_is_kept_of_a_query_keeps_no_connection_of_a_thread_that_ended() -> None:
    def sessions(*, user: int, now: datetime) -> QuerySet[Session]:
        return Session.objects.filter(user=user, opened_at__lte=now)[:1]

    kept = Prepared(sessions, user=int, now=datetime)
    kept.first(user=1, now=MONDAY)
    (statement,) = kept._statements.values()
    converters = [convert for _, found, _ in statement.converters for convert in found]
    assert all(getattr(convert, "__self__", None) is not connection.ops for convert in converters)
