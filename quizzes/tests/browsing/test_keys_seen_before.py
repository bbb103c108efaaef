"""Keys that practice had shown before cards kept it."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing.models import Practice
from quizzes.review.models import Card
from quizzes.tests.browsing.practising import try_next
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


def practised(study: Study, question: Question) -> None:
    practice = Practice.objects.create(user=study.user, title="x", came_from="/", opened_at=study.now)
    practice.exercises.create(question=question, position=0)
    try_next(study, practice, right=False)


def test_what_was_practised_before_its_first_review_keeps_when_its_key_was_shown() -> None:
    load_choices(topics=2, each=10)
    study = Study(User.objects.create_user("ann@example.org"))
    before = study.answer().card.question
    item = study.later(minutes=1).next()
    assert item is not None
    first_then = item.card.question
    practised(study, first_then)
    shown_at = study.now
    assert study.later(minutes=1).answer().card.question == first_then
    practised(study.later(minutes=1), before)
    never_asked = Question.objects.exclude(cards__user=study.user).order_by("pk")[0]
    practised(study.later(minutes=1), never_asked)
    looked_up_at = study.now
    practised(study.later(minutes=1), never_asked)
    Card.objects.update(key_seen_at=None)
    Card.objects.filter(question=never_asked).delete()
    migration = import_module("quizzes.migrations.0022_keys_seen_before")
    migration.keys_shown_in_practice(apps, connection.schema_editor())
    kept = dict(Card.objects.filter(key_seen_at__isnull=False).values_list("question", "key_seen_at"))
    assert kept == {first_then.pk: shown_at, never_asked.pk: looked_up_at}
