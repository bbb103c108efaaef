"""The gradebook and its file."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
import time_machine

from quizzes.tests.analytics.working import work
from quizzes.tests.classroom.classes import Teaching, account, at, browser


def rows(teaching: Teaching, address: str = "") -> list[dict[str, str]]:
    with time_machine.travel(teaching.now, tick=False):
        answer = browser(teaching.owner).get(at("gradebook_csv", teaching.classroom.public_id) + address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="gradebook-class.csv"'
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_the_file_holds_a_row_a_learner(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.take_in(account("bob"))
    teaching.assign(teaching.set_of(4), days=9)
    study = teaching.studies(ann)
    work(study, right=False)
    work(study)
    first, second = rows(teaching)
    assert (first["Address"], first["Work: seen"], first["Work: questions"]) == ("ann@example.org", "2", "4")
    assert first["Work: first attempts right"] == "0.500"
    assert (second["Address"], second["Work: seen"]) == ("bob@example.org", "0")
    assert second["Work: first attempts right"] == ""


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠1",
        " =1",
        "\u3000=1",
        "\u00a0@x",
    ],
)
def test_no_cell_begins_like_a_formula(teaching: Teaching, name: str) -> None:
    place = teaching.take_in(account("ann"))
    place.name = name
    place.save()
    given = teaching.assign(teaching.set_of(1))
    given.title = name
    given.save()
    with time_machine.travel(teaching.now, tick=False):
        answer = browser(teaching.owner).get(at("gradebook_csv", teaching.classroom.public_id))
    for line in csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline="")):
        for cell in line:
            assert not cell.lstrip(" \u00a0\u3000").startswith(tuple("=+-@\t\r\n＝＋－＠")), cell
    assert f"'{name}" in answer.content.decode().replace('""', '"')


def test_an_ordinary_name_is_left_as_it_is(teaching: Teaching) -> None:
    place = teaching.take_in(account("ann"))
    place.name = "Ann-Marie O'Neil, “A”"
    place.save()
    teaching.assign(teaching.set_of(1))
    assert rows(teaching)[0]["Learner"] == "Ann-Marie O'Neil, “A”"


def test_filters_stand_in_the_address_and_hold_for_the_file(teaching: Teaching) -> None:
    ann, bob = account("ann"), account("bob")
    place = teaching.take_in(ann)
    teaching.take_in(bob)
    group = teaching.group("Red", place)
    first = teaching.assign(teaching.set_of(2), days=9)
    second = teaching.assign(teaching.set_of(3, topic="topic-2"), days=9)
    second.title = "Other"
    second.save()
    teaching.studies(ann).answer_all()
    assert [one["Address"] for one in rows(teaching, f"?group={group.public_id}")] == ["ann@example.org"]
    assert [one["Address"] for one in rows(teaching, "?name=BOB")] == ["bob@example.org"]
    assert [one["Address"] for one in rows(teaching, "?status=help")] == ["bob@example.org"]
    assert "Other: seen" not in rows(teaching, f"?assignment={first.public_id}")[0]
    with time_machine.travel(teaching.now, tick=False):
        html = (
            browser(teaching.owner)
            .get(at("gradebook", teaching.classroom.public_id) + "?name=bob")
            .content.decode()
        )
    assert "gradebook.csv?name=bob" in html
    assert "ann@example.org" not in html
    assert 'value="bob"' in html


def test_nobody_matching_is_said(teaching: Teaching) -> None:
    teaching.take_in(account("ann"))
    teaching.assign(teaching.set_of(2))
    with time_machine.travel(teaching.now, tick=False):
        html = (
            browser(teaching.owner)
            .get(at("gradebook", teaching.classroom.public_id) + "?name=zoe")
            .content.decode()
        )
    assert "No learner matches" in html
