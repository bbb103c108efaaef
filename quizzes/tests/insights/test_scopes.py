"""A class and each of its assignments have numbers of their own, however they were made."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import QuestionSet
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignment, Classroom
from quizzes.insights import actions, track_record
from quizzes.insights.models import About, Forecast, Reckoning, Scope
from quizzes.review.models import Target
from quizzes.tests.classroom.classes import Teaching, account, at, browser, coming
from quizzes.tests.review.pages import html
from quizzes.tests.review.studying import Study


def by_four_clicks(owner: User, learners: list[User]) -> Classroom:
    """A class made in one form, with a first assignment of 12 questions, and its learners in it."""
    desk = browser(owner)
    key = re.findall(r'name="key" value="([0-9a-f-]{36})"', html(desk.get(at("new_class"))))[0]
    form = {
        "title": "Made at once",
        "time_zone": "UTC",
        "source": "topic:topic-1",
        "due": coming("07-03T18:00"),
        "key": key,
    }
    assert desk.post(at("new_class"), form).status_code == 303
    classroom = Classroom.objects.get(title="Made at once")
    link = classes.open_link(classroom=classroom, author=owner, days=7, max_uses=50, now=timezone.now())
    for learner in learners:
        classes.join_by_link(link=link, user=learner, now=timezone.now())
    return classroom


def second(classroom: Classroom, teaching: Teaching) -> Assignment:
    """A second assignment of three other questions."""
    teaching.classroom = classroom
    return teaching.assign(teaching.set_of(3, topic="topic-2"), days=20)


@pytest.fixture
def made(teaching: Teaching) -> tuple[Classroom, Assignment, Assignment]:
    """The class, its first assignment and a second one; one learner has answered all that was asked today."""
    teaching.now = timezone.now()
    ann = account("ann")
    classroom = by_four_clicks(teaching.owner, [ann])
    other = second(classroom, teaching)
    Study(ann, now=timezone.now()).answer_all()
    return classroom, classroom.assignments.exclude(pk=other.pk).get(), other


@pytest.fixture
def desk(teaching: Teaching) -> Client:
    return browser(teaching.owner)


def table(desk: Client, classroom: Classroom, address: str = "") -> dict[str, str]:
    answer = desk.get(at("gradebook_csv", classroom.public_id) + address)
    return next(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_the_ids_of_a_class_and_its_first_assignment_differ(
    made: tuple[Classroom, Assignment, Assignment],
) -> None:
    classroom, first, other = made
    assert len({classroom.public_id, first.public_id, other.public_id}) == 3


def test_gradebook_and_csv_of_each_assignment_are_its_own(
    desk: Client, made: tuple[Classroom, Assignment, Assignment]
) -> None:
    classroom, first, other = made
    row = table(desk, classroom)
    assert (row[f"{first.title}: questions"], row[f"{other.title}: questions"]) == ("12", "3")
    assert table(desk, classroom, f"?assignment={first.public_id}")[f"{first.title}: questions"] == "12"
    page = " ".join(html(desk.get(at("gradebook", classroom.public_id))).split())
    assert re.search(r"\d+ of 12 seen", page)
    assert re.search(r"\d+ of 3 seen", page)
    assert "of 15 seen" not in page


def test_readiness_of_each_is_its_own(desk: Client, made: tuple[Classroom, Assignment, Assignment]) -> None:
    classroom, first, other = made
    now = timezone.now()
    asked = {
        scope: [
            row["n"] for row in actions.standings(classroom=classroom, scope=Scope.of(scope), now=now).rows
        ]
        for scope in (classroom, first, other)
    }
    assert asked == {classroom: [15], first: [12], other: [3]}


def test_forecasts_of_each_are_its_own(made: tuple[Classroom, Assignment, Assignment]) -> None:
    classroom, first, other = made
    actions.foretell(classroom=classroom, now=timezone.now())
    rows = Forecast.objects.filter(classroom=classroom).values_list("about", "scope", "questions")
    assert set(rows) == {
        ("class", classroom.public_id, 15),
        ("assignment", first.public_id, 12),
        ("assignment", other.public_id, 3),
    }


def test_ids_that_coincide_all_the_same_mix_nothing_up(
    made: tuple[Classroom, Assignment, Assignment],
) -> None:
    classroom, first, _ = made
    Assignment.objects.filter(pk=first.pk).update(public_id=classroom.public_id)
    first.refresh_from_db()
    now = timezone.now()
    actions.refresh(classroom=classroom, now=now)
    actions.foretell(classroom=classroom, now=now)
    both = [Scope.of(classroom), Scope.of(first)]
    kept = actions.all_standings(classroom=classroom, scopes=both, now=now)
    assert [kept.rows[scope][0]["n"] for scope in both] == [15, 12]
    found = Forecast.objects.filter(scope=classroom.public_id).order_by("questions")
    assert list(found.values_list("about", "questions")) == [("assignment", 12), ("class", 15)]


def test_the_record_of_a_withdrawn_assignment_is_not_taken_for_the_classs(teaching: Teaching) -> None:
    for name in ("a", "b", "c", "d", "e"):
        teaching.take_in(account(name))
    given = teaching.assign(teaching.set_of(2), days=4)
    teaching.assign(teaching.set_of(2, topic="topic-2"), days=9)
    actions.foretell(classroom=teaching.classroom, now=teaching.now)
    Forecast.objects.filter(**Scope.of(given).row).update(answered=9, known=5, for_day=date(2026, 3, 2))
    assert [row.scope for row in track_record.learners_foretold(teaching.classroom, None)] == [
        Scope.of(given)
    ]
    given.title = "Once assigned"
    given.save()
    classes.withdraw_assignment(assignment=given, actor=teaching.owner, now=teaching.now)
    with time_machine.travel(teaching.now, tick=False):
        page = html(browser(teaching.owner).get(at("ready", teaching.classroom.public_id)))
    assert "Once assigned, 2 March" in page
    assert "Class, 2 March" not in page


# --- what was stored before -----------------------------------------------------------------------------------------


def stored_before(migration: str, make: Callable[[Any], None]) -> None:
    """`make` rows in the tables as they were before the migration, then come forward to it and all after it."""
    executor = MigrationExecutor(connection)
    node = executor.loader.graph.node_map["quizzes", migration]
    before = [parent.key for parent in node.parents if parent.key[0] == "quizzes"]
    executor.migrate(before)
    others = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] != "quizzes"]
    make(executor.loader.project_state([*before, *others]).apps)
    forward = MigrationExecutor(connection)
    forward.migrate(forward.loader.graph.leaf_nodes())


@pytest.mark.django_db(transaction=True)
def test_rows_stored_under_a_shared_id_are_parted() -> None:
    shared, apart, key_of_set = uuid4(), uuid4(), uuid4()
    made_at = timezone.now() - timedelta(days=9)
    day = made_at.date()

    def make(apps: Any) -> None:
        get = apps.get_model
        users = [get("accounts", "User").objects.create(email=f"{n}@example.org") for n in "abc"]
        classroom = get("quizzes", "Class").objects.create(
            public_id=shared, title="Class", time_zone="UTC", created_at=made_at
        )
        places = [
            get("quizzes", "Membership").objects.create(
                classroom=classroom, user=user, role=role, joined_at=made_at
            )
            for user, role in zip(users, ("owner", "learner", "learner"), strict=True)
        ]
        get("quizzes", "QuestionSet").objects.create(
            public_id=key_of_set, title="Set", visibility="public", created_at=made_at, changed_at=made_at
        )
        topic = get("quizzes", "Topic").objects.create(slug="t", number=1, title="T")
        pack = get("quizzes", "Pack").objects.create(slug="p", topic=topic, title="P", loaded_at=made_at)
        question = get("quizzes", "Question").objects.create(slug="q", topic=topic, pack=pack, kind="choice")
        for public_id, opens in (
            (shared, made_at),
            (apart, made_at),
            (key_of_set, made_at),
        ):
            given = get("quizzes", "Assignment").objects.create(
                public_id=public_id,
                classroom=classroom,
                title=str(public_id)[:8],
                opens_at=opens,
                due_at=made_at + timedelta(days=20),
                created_at=made_at,
            )
            # The second learner gets it three days later than all.
            for place, late in zip(places[1:], (0, 3), strict=True):
                get("quizzes", "Assignee").objects.create(
                    assignment=given,
                    membership=place,
                    opens_at=opens + timedelta(days=late),
                    due_at=given.due_at,
                )
            get("quizzes", "Target").objects.create(
                user=users[1],
                question=question,
                source=public_id,
                label="Work",
                opens_at=opens,
                due_at=given.due_at,
                changed_at=made_at,
            )
        get("quizzes", "Target").objects.create(
            user=users[2],
            question=question,
            source=key_of_set,
            label="S",
            opens_at=made_at,
            changed_at=made_at,
        )
        for scope in (shared, apart):
            get("quizzes", "Reckoning").objects.create(
                classroom=classroom, subject="standings", scope=scope, basis="b", reckoned_at=made_at
            )
            for place in places[1:]:
                for ago in (2, 4):
                    get("quizzes", "Forecast").objects.create(
                        classroom=classroom,
                        membership=place,
                        scope=scope,
                        made_on=day + timedelta(days=ago),
                        for_day=day + timedelta(days=20),
                        questions=26 if scope == shared else 2,
                        stop=0.5,
                        low=0.4,
                        high=0.6,
                        plan=0.7,
                    )

    try:
        stored_before("0013_scopes_apart", make)
        classroom = Classroom.objects.get(public_id=shared)
        first = Assignment.objects.get(former_id=shared)
        of_set = Assignment.objects.get(former_id=key_of_set)
        ids = {classroom.public_id, key_of_set, apart, first.public_id, of_set.public_id}
        assert len(ids) == 5
        assert set(Target.objects.exclude(due_at=None).values_list("source", flat=True)) == {
            first.public_id,
            of_set.public_id,
            apart,
        }
        assert Target.objects.get(due_at=None).source == key_of_set
        assert [*Reckoning.objects.values_list("about", "scope")] == [("assignment", apart)]
        kept = Forecast.objects.filter(about=About.CLASS)
        # Who had it from the start keeps both days, who got it on the third day only what was written after.
        assert {row.scope for row in kept} == {shared}
        assert sorted((row.membership.user.email[0], (row.made_on - day).days) for row in kept) == [
            ("b", 2),
            ("b", 4),
            ("c", 4),
        ]
        assert set(Forecast.objects.filter(about=About.ASSIGNMENT).values_list("scope", flat=True)) == {apart}
        _old_links_lead_on(classroom, first, shared)
    finally:
        call_command("migrate", verbosity=0)


def _old_links_lead_on(classroom: Classroom, first: Assignment, shared: UUID) -> None:
    User.objects.update(welcomed_at=timezone.now())
    learner, owner = (browser(User.objects.get(email=f"{name}@example.org")) for name in "ba")
    for one in (learner, owner):
        answer = one.get(at("assignment", shared))
        assert (answer.status_code, answer["Location"]) == (301, at("assignment", first.public_id))
    assert browser(account("stranger")).get(at("assignment", shared)).status_code == 404
    assert owner.get(at("class", classroom.public_id)).status_code == 200
    assert QuestionSet.objects.count() == 1
