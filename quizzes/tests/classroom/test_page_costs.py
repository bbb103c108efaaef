from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Question, Version
from quizzes.bank.sets import add_questions
from quizzes.classroom import actions
from quizzes.review.models import Card
from quizzes.tests.classroom.classes import Teaching, at, browser


def queries_of(user: User, address: str) -> int:
    client = browser(user)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("most", [160, pytest.param(400, marks=pytest.mark.thorough)])
def test_pages_take_as_many_queries_for_all_their_learners_as_for_forty(
    now_teaching: Teaching, ann: User, most: int
) -> None:
    classroom = now_teaching.classroom
    now_teaching.take_in(ann)
    now_teaching.group("Red", *now_teaching.enlist("a", 40)[:20])
    given = now_teaching.assign(now_teaching.set_of(12))
    owner = now_teaching.owner
    pages = [
        (owner, at("classes")),
        (owner, at("class", classroom.public_id)),
        (owner, at("members", classroom.public_id)),
        (owner, at("roster", classroom.public_id)),
        (owner, at("assign", classroom.public_id)),
        (owner, at("assignment", given.public_id)),
        (owner, at("class_settings", classroom.public_id)),
        (ann, at("class", classroom.public_id)),
        (ann, at("assignment", given.public_id)),
        (ann, at("today")),
    ]
    before = [queries_of(user, address) for user, address in pages]
    more = now_teaching.enlist("b", most - 40)
    actions.extend(
        assignment=given,
        members=more[:100],
        opens_at=None,
        due_at=now_teaching.now + timedelta(days=20),
        closes_at=None,
        reason="ill",
        author=owner,
        now=now_teaching.now,
    )
    question = given.items.all()[0].question
    Card.objects.bulk_create(Card(user=place.user, question=question, reps=1) for place in more)
    assert [queries_of(user, address) for user, address in pages] == before


@pytest.mark.parametrize("more", [200, pytest.param(5000, marks=pytest.mark.thorough)])
def test_pages_take_as_many_queries_for_all_their_questions_as_for_fifty(
    now_teaching: Teaching, ann: User, more: int
) -> None:
    now_teaching.take_in(ann)
    # More than a day's new questions: some are left for the days to come, before and after.
    mine = now_teaching.set_of(12)
    owner = now_teaching.owner
    small = now_teaching.assign(mine)
    pages = [
        (owner, at("sets")),
        (owner, at("set", mine.public_id)),
        (owner, at("set", mine.public_id) + "?q=question&unassigned=on&page=2"),
        (owner, at("print_set", mine.public_id)),
        (owner, at("packs")),
        (owner, at("new_class")),
        (owner, at("assignment", small.public_id)),
        (ann, at("today")),
    ]
    browser(ann).get(at("today"))
    before = [queries_of(user, address) for user, address in pages]
    model = Question.objects.select_related("current")[0]
    assert model.current is not None
    questions = Question.objects.bulk_create(
        Question(pack=model.pack, topic=model.topic, slug=f"more-{n}", kind=model.kind, level=1 + n % 3)
        for n in range(more)
    )
    versions = Version.objects.bulk_create(
        Version(
            question=question, number=1, spec=model.current.spec, spec_hash="", change="first", source_line=1,
            created_at=now_teaching.now,
        )
        for question in questions
    )  # fmt: skip
    for question, version in zip(questions, versions, strict=True):
        question.current = version
    Question.objects.bulk_update(questions, ["current"])
    add_questions(question_set=mine, public_ids=[q.public_id for q in questions[:400]], now=now_teaching.now)
    now_teaching.now = timezone.now()
    now_teaching.assign(mine)
    browser(ann).get(at("today"))
    assert [queries_of(user, address) for user, address in pages] == before
