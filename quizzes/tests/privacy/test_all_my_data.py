from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from nnprep.tests.worlds import World
from quizzes.classroom.models import Membership
from quizzes.privacy.registry import TABLES
from quizzes.tests.privacy.lives import lived

pytestmark = pytest.mark.django_db


@pytest.fixture
def life() -> tuple[World, User, User]:
    return lived()


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def data_of(user: User) -> dict[str, Any]:
    answer = browser(user).get("/settings/data.json")
    assert "nnprep-data.json" in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/json"
    data: dict[str, Any] = json.loads(answer.getvalue())
    return data


def test_every_table_holds_every_row_with_every_column(life: tuple[World, User, User]) -> None:
    _, *people = life
    data = {user: data_of(user) for user in people}
    for table in TABLES:
        filled = any(data[user][table.name] for user in people)
        assert filled, f"nothing fills {table.name}: let quizzes/tests/privacy/lives.py make a row of it"
        for user in people:
            rows = data[user][table.name]
            assert len(rows) == table.rows(user).distinct().count(), table.name
            assert all(row.keys() == table.columns.keys() for row in rows)


def test_values_are_those_of_the_rows(life: tuple[World, User, User]) -> None:
    world, learner, owner = life
    mine, theirs = data_of(learner), data_of(owner)
    assert mine["account"][0]["email"] == learner.email
    assert mine["extensions"][0]["reason"] == "ill"
    assert mine["notes"][0]["text"] == "mine alone"
    assert mine["reports"][0]["reply"] == theirs["replies"][0]["reply"] == "mended"
    assert [row["flags"] for row in mine["reviews"]] == list(
        learner.reviews.order_by("answered_at", "pk").values_list("flags", flat=True)
    )
    assert theirs["packs"][0]["slug"] == world.pack.slug
    assert [row["question"] for row in theirs["set_items"]] == list(
        world.question_set.items.values_list("question__slug", flat=True)
    )
    assert len(theirs["versions"]) == len(theirs["questions"]) == world.pack.questions.count()
    assert {row["spec"]["prompt"] for row in theirs["versions"]} == set(
        world.pack.questions.values_list("current__spec__prompt", flat=True)
    )


def test_a_file_tells_nothing_of_others(life: tuple[World, User, User]) -> None:
    world, learner, owner = life
    told = json.dumps(data_of(learner))
    assert owner.email not in told
    assert all(world.users[other].email not in told for other in ("assistant", "stranger-instructor"))
    newcomer = data_of(User.objects.create_user("new@example.org"))
    assert {name for name, rows in newcomer.items() if isinstance(rows, list) and rows} == {"account"}


def test_who_taught_a_class_once_is_told_no_name_of_its_learners(life: tuple[World, User, User]) -> None:
    world, learner, owner = life
    place = Membership.objects.get(classroom=world.classroom, user=learner)
    Membership.objects.filter(pk=place.pk).update(name="Ann Secret Lee")
    Membership.objects.filter(classroom=world.classroom, user=owner).update(left_at=timezone.now())
    told = browser(owner).get("/settings/data.json").getvalue().decode()
    assert str(place.public_id) in told  # what they did there is theirs
    assert "Secret" not in told


def test_no_secret_stands_in_a_file(life: tuple[World, User, User]) -> None:
    world, learner, owner = life
    told = json.dumps(data_of(learner)) + json.dumps(data_of(owner))
    secrets = [world.link.token, world.link.code, world.invitation.token, learner.password]
    secrets.append(str(learner.notification_preferences.public_id))
    assert not [secret for secret in secrets if secret and secret in told]


def test_the_number_of_queries_is_that_of_the_tables(life: tuple[World, User, User]) -> None:
    client = browser(life[1])
    client.get("/settings/data.json").getvalue()
    with CaptureQueriesContext(connection) as captured:
        client.get("/settings/data.json").getvalue()
    assert len(captured) <= len(TABLES) + 3
