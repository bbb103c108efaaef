"""A class and each of its assignments have numbers of their own, however they were made."""

from __future__ import annotations

import csv
import re
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.analytics import actions, backtest
from quizzes.analytics.models import Forecast, Scope
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignment, Classroom
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
            row.questions
            for row in actions.readiness(classroom=classroom, scope=Scope.of(scope), now=now).content
        ]
        for scope in (classroom, first, other)
    }
    assert asked == {classroom: [15], first: [12], other: [3]}


def test_forecasts_of_each_are_its_own(made: tuple[Classroom, Assignment, Assignment]) -> None:
    classroom, first, other = made
    actions.record_forecasts(classroom=classroom, now=timezone.now())
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
    actions.refresh_snapshots(classroom=classroom, now=now)
    actions.record_forecasts(classroom=classroom, now=now)
    both = [Scope.of(classroom), Scope.of(first)]
    kept = actions.readiness_by_scope(classroom=classroom, scopes=both, now=now)
    assert [kept.rows[scope][0].questions for scope in both] == [15, 12]
    found = Forecast.objects.filter(scope=classroom.public_id).order_by("questions")
    assert list(found.values_list("about", "questions")) == [("assignment", 12), ("class", 15)]


def test_the_record_of_a_withdrawn_assignment_is_not_taken_for_the_classs(teaching: Teaching) -> None:
    for name in ("a", "b", "c", "d", "e"):
        teaching.take_in(account(name))
    given = teaching.assign(teaching.set_of(2), days=4)
    teaching.assign(teaching.set_of(2, topic="topic-2"), days=9)
    actions.record_forecasts(classroom=teaching.classroom, now=teaching.now)
    Forecast.objects.filter(**Scope.of(given).columns).update(answered=9, known=5, for_day=date(2026, 3, 2))
    assert [row.scope for row in backtest.forecast_records(teaching.classroom, None)] == [Scope.of(given)]
    given.title = "Once assigned"
    given.save()
    classes.withdraw_assignment(assignment=given, actor=teaching.owner, now=teaching.now)
    with time_machine.travel(teaching.now, tick=False):
        page = html(browser(teaching.owner).get(at("ready", teaching.classroom.public_id)))
    assert "Once assigned, 2 March" in page
    assert "Class, 2 March" not in page


# --- addresses given out before ---------------------------------------------------------------------------------------


def test_links_to_an_assignment_that_shared_the_id_of_its_class_lead_on(
    made: tuple[Classroom, Assignment, Assignment], desk: Client
) -> None:
    classroom, first, _ = made
    Assignment.objects.filter(pk=first.pk).update(former_id=classroom.public_id)
    for one in (desk, browser(User.objects.get(email="ann@example.org"))):
        answer = one.get(at("assignment", classroom.public_id))
        assert (answer.status_code, answer["Location"]) == (301, at("assignment", first.public_id))
    assert browser(account("stranger")).get(at("assignment", classroom.public_id)).status_code == 404
    assert desk.get(at("class", classroom.public_id)).status_code == 200
