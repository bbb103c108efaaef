"""Every column of every table in the file of all one's data, read from its row by other ways."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from accounts.models import User
from mail.models import OutboundEmail
from nnprep.tests.worlds import World
from quizzes.bank.models import Question
from quizzes.classroom.models import Assignment
from quizzes.notifications.models import EmailKind
from quizzes.privacy.export import all_my_data
from quizzes.privacy.registry import TABLES
from quizzes.reports.models import QuestionReport
from quizzes.review.models import RecordedAnswer
from quizzes.scheduling.api import judge
from quizzes.tests.privacy.lives import lived

pytestmark = pytest.mark.django_db

# Any: a row of any table, and the value of any of its columns.
Said = dict[str, Callable[[Any], Any]]


def of_question(way: Callable[[Any], Question]) -> Said:
    return {"pack": lambda row: way(row).pack.slug, "question": lambda row: way(row).slug}


def verdict(row: RecordedAnswer) -> str:
    return judge(score=row.score, passed=row.passed)


def title_of_assignment(row: OutboundEmail) -> str | None:
    return Assignment.objects.get(pk=int(row.key)).title if row.kind == EmailKind.ASSIGNMENT else None


def report_of(row: OutboundEmail) -> object:
    return QuestionReport.objects.get(pk=int(row.key)).public_id if row.kind == EmailKind.REPLY else None


ID: Said = {"id": lambda row: row.public_id}
QUESTION = of_question(lambda row: row.question)
CLASS: Said = {"class": lambda row: row.classroom.title}
VERSION: Said = {
    "version": lambda row: row.version.number,
    "prompt": lambda row: row.version.spec["prompt"],
    "verdict": verdict,
}

# What leads to another row or has another name than in its table: where it is found, by table and column.
SAID: Mapping[str, Said] = {
    "topic_choices": {"topic": lambda row: row.topic.slug},
    "cards": QUESTION,
    "items": of_question(lambda row: row.card.question) | {"study_day": lambda row: row.session.study_day},
    "reviews": ID
    | VERSION
    | of_question(lambda row: row.card.question)
    | {"session": lambda row: row.session.study_day},
    "notes": QUESTION,
    "practices": ID,
    "exercises": ID | QUESTION | {"practice": lambda row: row.practice.public_id},
    "attempts": ID
    | VERSION
    | of_question(lambda row: row.exercise.question)
    | {"exercise": lambda row: row.exercise.public_id},
    "targets": QUESTION | {"from": lambda row: row.label},
    "reports": ID | {"review": lambda row: row.review.public_id, "email": lambda row: row.email_state},
    "replies": of_question(lambda row: row.review.card.question)
    | {
        "report": lambda row: row.public_id,
        "reply": lambda row: row.reply,
        "replied_at": lambda row: row.replied_at,
    },
    "emails": {
        "about": lambda row: row.key,
        "assignment": title_of_assignment,
        "report": report_of,
    },
    "memberships": ID | CLASS,
    "group_members": {
        "group": lambda row: row.group.title,
        "class": lambda row: row.group.classroom.title,
    },
    "assigned": {
        "assignment": lambda row: row.assignment.title,
        "class": lambda row: row.assignment.classroom.title,
        "email": lambda row: row.email_state,
    },
    "extensions": ID
    | {"assignment": lambda row: row.assignment.title, "for": lambda row: row.membership.public_id},
    "forecasts": CLASS,
    "invitations": ID | CLASS | {"group": lambda row: row.group and row.group.title},
    "audit": CLASS | {"assignment": lambda row: row.assignment and row.assignment.title},
    "classes": ID,
    "groups": ID | CLASS,
    "join_links": ID | CLASS,
    "assignments": ID | CLASS | {"set": lambda row: row.question_set and row.question_set.title},
    "assignment_items": QUESTION | {"assignment": lambda row: row.assignment.public_id},
    "assignment_targets": {
        "assignment": lambda row: row.assignment.public_id,
        "group": lambda row: row.group and row.group.title,
        "member": lambda row: row.membership and row.membership.public_id,
    },
    "sets": ID,
    "set_items": QUESTION | {"set": lambda row: row.question_set.public_id},
    "set_rules": ID | {"set": lambda row: row.question_set.public_id},
    "packs": ID | {"topic": lambda row: row.topic and row.topic.title},
    "questions": ID
    | {
        "pack": lambda row: row.pack.slug,
        "topic": lambda row: row.topic.title,
        "version": lambda row: row.current.number,
    },
    "editions": {"pack": lambda row: row.pack.public_id},
    "uploads": ID | {"pack": lambda row: row.pack and row.pack.public_id},
    "versions": {
        "pack": lambda row: row.question.pack.slug,
        "question": lambda row: row.question.slug,
    },
}


@pytest.fixture
def life() -> tuple[World, User, User]:
    return lived()


def plain(value: object) -> Any:
    return json.loads(json.dumps(value, cls=DjangoJSONEncoder))


def test_every_column_of_every_row_says_what_the_row_says(life: tuple[World, User, User]) -> None:
    _, *people = life
    seen: set[tuple[str, str]] = set()
    for user in people:
        data = json.loads("".join(all_my_data(user, now=timezone.now())))
        for table in TABLES:
            said = SAID.get(table.name, {})
            for told, row in zip(data[table.name], table.rows(user), strict=True):
                assert said.keys() <= told.keys(), table.name
                for column, value in told.items():
                    expected = said[column](row) if column in said else getattr(row, column)
                    assert value == plain(expected), (table.name, column)
                    seen |= {(table.name, column)} if value is not None else set()
    missing = {(table, column) for table, said in SAID.items() for column in said} - seen
    assert not missing, f"no row of the life has {missing}"
