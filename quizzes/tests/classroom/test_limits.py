"""Doors that compute open only so often; what was typed is kept."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import limits
from accounts.models import User
from quizzes.bank.models import Pack, Topic
from quizzes.bank.sets import create_set
from quizzes.bank.uploads import keep_upload
from quizzes.classroom.models import Classroom
from quizzes.classroom.rights import Role
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.review.pages import html

PACK = (
    "---\npack: own\ntitle: Own\n---\n\n## What is “mine”? {#q}\n\n- [x] A\n- [ ] B\n  > No.\n\n"
    "### Explanation\n\nSo.\n"
)


@pytest.fixture
def person(now_teaching: Teaching, settings: LazySettings) -> User:
    """Someone who may do each thing twice; tries are counted in a cache that tests share, by an account's number."""
    settings.ACCOUNT_RATE_LIMITS = dict.fromkeys(
        ("check", "upload", "roster", "print", "practise", "analyse", "search"), "2/h/user"
    )
    return account("quick", pk=uuid4().int % 10**9)


def thrice(client: Client, method: str, address: str, *args: Any, **kwargs: Any) -> Any:
    """The third answer, after two that were given."""
    ask = getattr(client, method)
    assert {ask(address, *args, **kwargs).status_code for _ in range(2)} <= {200, 303, 422}
    refused = ask(address, *args, **kwargs)
    assert refused.status_code == 429
    wait = int(refused.headers["Retry-After"])
    assert 3_000 < wait <= 3_600
    said = re.search(r"Wait ([\d,]+) (second|minute)", html(refused))
    assert said is not None
    assert abs(int(said[1].replace(",", "")) * (60 if said[2] == "minute" else 1) - wait) < 60
    return refused


def test_a_pack_is_checked_only_so_often_and_its_text_is_kept(person: User) -> None:
    client = browser(person)
    page = html(thrice(client, "post", at("new_pack"), {"text": PACK, "check": "1"}))
    assert "## What is “mine”? {#q}" in page
    report = html(client.post(at("lint_pack"), {"text": PACK}))
    assert report.lstrip().startswith('<div id="report"'), (
        "it counts with the other door, and takes the report's place"
    )
    assert client.post(at("new_pack"), {"text": PACK}).status_code == 429
    assert not Pack.objects.filter(owner=person).exists()


def test_what_an_upload_would_do_is_worked_out_only_so_often(person: User) -> None:
    kept = keep_upload(owner=person, name="own.md", text=PACK, now=timezone.now())
    client = browser(person)
    page = at("upload", kept.public_id)
    thrice(client, "get", page)
    assert client.post(page, {"as": "new"}).status_code == 429
    assert not Pack.objects.filter(owner=person).exists()


def test_a_roster_is_read_only_so_often_and_its_text_is_kept(person: User) -> None:
    client = browser(person)
    form = {"title": "My class", "time_zone": "Europe/Rome", "roster": "ann@example.org\nbad row"}
    page = html(thrice(client, "post", at("new_class"), form))
    for typed in ("My class", "ann@example.org\nbad row"):
        assert typed in page
    assert "Europe/Rome" in page
    assert not Classroom.objects.filter(title="My class").exists()


def test_rosters_of_a_class_are_read_only_so_often(now_teaching: Teaching, person: User) -> None:
    now_teaching.take_in(person, role=Role.INSTRUCTOR)
    where = at("roster", now_teaching.classroom.public_id)
    page = html(thrice(browser(person), "post", where, {"roster": "a@example.org\nbad"}))
    assert "a@example.org\nbad" in page


@pytest.mark.parametrize("address", ["bank", "topic"])
def test_the_bank_is_searched_only_so_often_and_its_page_still_opens(person: User, address: str) -> None:
    client = browser(person)
    where = at(address, Topic.objects.earliest("number").slug) if address == "topic" else at(address)
    thrice(client, "get", where, {"q": "what"})
    fragment = client.get(where, {"q": "what"}, headers={"HX-Request": "true"})
    assert fragment.status_code == 429
    assert int(fragment.headers["Retry-After"]) > 3_000
    assert client.get(where).status_code == 200


def test_sets_are_searched_and_printed_and_practice_drawn_only_so_often(person: User) -> None:
    client = browser(person)
    made = create_set(owner=person, title="Mine", about="", visibility="private", now=timezone.now())
    thrice(client, "get", at("set", made.public_id), {"q": "what"})
    thrice(client, "get", at("print_set", made.public_id), {"answers": ""})
    thrice(client, "post", at("practise"), {"q": "nothing has this word"})


def test_analyses_are_made_again_only_so_often(now_teaching: Teaching, person: User) -> None:
    now_teaching.take_in(person, role=Role.INSTRUCTOR)
    thrice(browser(person), "post", at("items", now_teaching.classroom.public_id))
    assert browser(person).post(at("ready", now_teaching.classroom.public_id)).status_code == 429


def test_others_are_not_held_up(person: User) -> None:
    thrice(browser(person), "get", reverse("quizzes:bank"), {"q": "what"})
    other = account("calm", pk=uuid4().int % 10**9)
    assert browser(other).get(reverse("quizzes:bank"), {"q": "what"}).status_code == 200


# --- one at a time ------------------------------------------------------------------------------------------


def busy(answer: Any) -> str:
    """The page of a refusal because others are served."""
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(limits.BUSY_FOR)
    page = html(answer)
    assert "at a time" in page
    assert f"{limits.BUSY_FOR} seconds" in page
    return page


def test_one_text_is_checked_at_a_time_and_the_others_are_kept(
    person: User, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    monkeypatch.setattr(limits, "LONGEST_WAIT", 0.01)
    client = browser(person)
    kept = keep_upload(owner=person, name="own.md", text=PACK, now=timezone.now())
    made = create_set(owner=person, title="Mine", about="", visibility="private", now=timezone.now())
    with limits._TURN:
        assert "## What is “mine”? {#q}" in busy(client.post(at("new_pack"), {"text": PACK}))
        assert busy(client.post(at("lint_pack"), {"text": PACK})).lstrip().startswith('<div id="report"')
        busy(client.get(at("upload", kept.public_id)))
        busy(client.post(at("upload", kept.public_id), {"as": "new"}))
        busy(client.get(at("print_set", made.public_id)))
        assert client.get(at("bank")).status_code == 200, "pages that compute little do not wait"
    assert not Pack.objects.filter(owner=person).exists()
    for _ in range(2 + limits.MOST_WAITING):  # every turn and place was given back
        assert "nothing to fix" in html(client.post(at("lint_pack"), {"text": PACK}))


def test_no_more_than_a_few_wait_for_their_turn(
    person: User, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    monkeypatch.setattr(limits, "LONGEST_WAIT", 600)
    with ExitStack() as others:
        for account_of_another in range(-limits.PLACES, 0):
            assert limits._take_place(account_of_another)
            others.callback(limits._give_back, account_of_another)
        busy(browser(person).post(at("lint_pack"), {"text": PACK}))


def test_a_check_that_fails_gives_its_turn_back(person: User, settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}
    client = browser(person)
    for _ in range(2 + limits.MOST_WAITING):
        assert client.get(at("print_set", uuid4())).status_code == 404
    assert client.post(at("lint_pack"), {"text": PACK}).status_code == 200
