"""What is stored of a class's numbers comes back as it was, and is void when its form has changed since."""

from __future__ import annotations

from copy import deepcopy
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from pytest_django import DjangoDbBlocker

from quizzes.analytics import actions, snapshots
from quizzes.analytics.models import Scope, Snapshot
from quizzes.analytics.snapshots import ANSWERS, ITEMS, READINESS, Form
from quizzes.classroom.models import Assignment
from quizzes.tests.analytics.working import attempt
from quizzes.tests.classroom.classes import Teaching, account
from quizzes.tests.review.packs import load_choices

FORMS: tuple[Form[Any], ...] = (READINESS, ITEMS, ANSWERS)


@pytest.fixture(scope="module")
def work_of_all(rows_of_module: None, django_db_blocker: DjangoDbBlocker) -> tuple[Teaching, Assignment]:
    with django_db_blocker.unblock():
        load_choices(topics=3, each=12)
        teaching = Teaching.begin()
        return teaching, answered_by_five(teaching)


@pytest.fixture
def work(work_of_all: tuple[Teaching, Assignment], db: None) -> tuple[Teaching, Assignment]:
    """The class and its assignment as they were made, whatever other tests did to them."""
    return deepcopy(work_of_all)


@pytest.fixture
def teaching(work: tuple[Teaching, Assignment]) -> Teaching:
    return work[0]


@pytest.fixture
def given(work: tuple[Teaching, Assignment]) -> Assignment:
    return work[1]


def answered_by_five(teaching: Teaching) -> Assignment:
    """An assignment of a class in which five learners have answered on two days, and one has not begun."""
    users = [account(f"learner{number}") for number in range(6)]
    for user in users:
        teaching.take_in(user)
    assignment = teaching.assign(teaching.set_of(3), days=30)
    for number, user in enumerate(users[:5]):
        study = teaching.studies(user)
        attempt(study, {"topic-1-1": number > 1, "topic-1-2": number > 2, "topic-1-3": True})
        study.later(days=9)
        study.answer_all()
    teaching.later(days=10)
    return assignment


def test_what_is_read_is_what_was_computed(teaching: Teaching, given: Assignment) -> None:
    classroom, now = teaching.classroom, teaching.now
    for scope in (Scope.of(classroom), Scope.of(given)):
        computed = actions.readiness(classroom=classroom, scope=scope, now=now, again=True)
        assert actions.readiness(classroom=classroom, scope=scope, now=now) == computed
        assert len(computed.content) == 6
    items = actions.item_analysis(classroom=classroom, now=now)
    assert actions.item_analysis(classroom=classroom, now=now) == items
    assert [row.attempts for row in items.content.versions] == [5, 5, 5]
    answers = actions.answer_calibration(classroom=classroom, now=now)
    assert actions.answer_calibration(classroom=classroom, now=now) == answers
    assert sum(row.answers for row in answers.content) > 0


def test_a_snapshot_of_another_number_is_not_read(teaching: Teaching, given: Assignment) -> None:
    classroom, now = teaching.classroom, teaching.now
    actions.refresh_snapshots(classroom=classroom, now=now)
    Snapshot.objects.update(schema=0, content="another form")
    whole = Scope.of(classroom)
    assert snapshots.last(READINESS, classroom, whole) is None
    assert snapshots.contents(READINESS, classroom, [whole]) == {}
    assert actions.readiness_by_scope(classroom=classroom, scopes=[whole], now=now).rows[whole]
    assert actions.item_analysis(classroom=classroom, now=now).content.versions
    assert actions.answer_calibration(classroom=classroom, now=now).content
    assert not Snapshot.objects.filter(schema=0).exists()
    Snapshot.objects.update(schema=0)
    assert actions.refresh_due_snapshots(now=now, limit=9) == 1


# A form that changes gets another number, or snapshots of before would be read as what they are not: with the number,
# the fingerprint here changes.
FINGERPRINTS = {
    "readiness": (1, "bbb621bf2c1f"),
    "items": (1, "f11e0775d493"),
    "answers": (1, "c77447772745"),
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.subject.value)
def test_a_form_that_changes_gets_another_number(form: Form[Any]) -> None:
    assert FINGERPRINTS[form.subject.value] == (form.schema, fingerprint(form))


def fingerprint(form: Form[Any]) -> str:
    """Returns what depends on the names and types of the form's fields alone."""
    _, components = msgspec.json.schema_components([form.type])
    return sha256(msgspec.json.encode(bare(components), order="sorted")).hexdigest()[:12]


def bare(schema: Any) -> Any:
    """Returns the schema without words for people."""
    if isinstance(schema, dict):
        return {key: bare(value) for key, value in schema.items() if key not in {"title", "description"}}
    return [bare(value) for value in schema] if isinstance(schema, list) else schema
