"""The trial: answered without an account, marked as everywhere, and nothing written but the visitor's own session."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session as BrowserSession
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from pytest_django.fixtures import DjangoAssertNumQueries

from accounts.models import User
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Question, Version
from quizzes.browsing import trial
from quizzes.browsing.models import Attempt, Exercise
from quizzes.review.models import Card, Review
from quizzes.tests.review.packs import ALL_KINDS, LOADED_AT, choices, fields_for, load, load_choices
from quizzes.tests.review.pages import HTMX, correct, hidden, html, prompt

pytestmark = pytest.mark.django_db

SEED = r"[0-9a-f]{64}"


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def bank() -> None:
    load(ALL_KINDS)


def filled(page: HttpResponseBase, *, right: bool = True, confidence: str = "sure") -> dict[str, Any]:
    """The form on the page, answered."""
    token = hidden(page)["token"]
    shown = trial._read(token)
    assert shown is not None
    version = Version.objects.get(question__public_id=shown.question, number=shown.version)
    return {"token": token, "confidence": confidence, **fields_for(version, shown.seed, right=right)}


def answer_next(client: Client, *, right: bool = True, confidence: str = "sure") -> HttpResponseBase:
    form = filled(client.get("/try/"), right=right, confidence=confidence)
    return client.post("/try/answer/", form, follow=True)


def test_the_questions_are_easy_of_different_kinds_and_topics(bank: None) -> None:
    for number, kind in enumerate(("K-choice", "K-bug"), start=1):
        extra = ALL_KINDS.replace("pack: every-kind", f"pack: other-{number}").replace("K-", f"O{number}-")
        load(extra.replace("number: 9", f"number: {number}").replace("level=1", "level=3"), name=f"{kind}.md")
    load_choices(topics=2, each=3)
    questions = trial.chosen()
    assert [question.kind for question in questions] == list(trial.KINDS)
    assert all(question.level <= trial.HARDEST for question in questions)
    # Single choice has a topic of its own to be from; the others are to be had in one topic alone.
    assert questions[-1].topic.slug == "topic-1"
    assert {question.topic.slug for question in questions[:-1]} == {"every-kind"}


def test_a_retired_or_private_question_is_not_asked(bank: None) -> None:
    owner = User.objects.create_user("teacher@example.org")
    own = choices(topic="own", number=1, many=6)
    load_pack(text=own, path=Path("own.md"), now=LOADED_AT, owner=owner)
    first, *_, last = trial.chosen()
    assert last.topic.slug == "every-kind"
    Question.objects.filter(pk=first.pk).update(retired_at=first.current.created_at)  # type: ignore[union-attr]
    assert first.kind not in {question.kind for question in trial.chosen()}


def test_choosing_takes_two_queries(bank: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        questions = trial.chosen()
        assert all(question.current and question.topic for question in questions)


def test_looking_leaves_no_trace(bank: None, client: Client) -> None:
    for path in ("/", "/try/", "/try/summary/"):
        assert client.get(path).status_code == 200
    assert not BrowserSession.objects.exists()
    assert "sessionid" not in client.cookies


@pytest.mark.parametrize("path", ["/", "/try/"])
def test_the_page_does_not_hold_the_answer(bank: None, client: Client, path: str) -> None:
    page = html(client.get(path))
    assert "The gradients are cleared before the step" in page
    for secret in ("The step sees only zeros", "Nothing says so", "data-correct"):
        assert secret not in page
    assert re.search(SEED, page) is None


def test_the_order_of_the_options_hangs_on_the_servers_key(bank: None, settings: Settings) -> None:
    question = trial.chosen()[0]
    now = question.current.created_at  # type: ignore[union-attr]
    seeds = set()
    for key in ("one key", "another key"):
        settings.SECRET_KEY = key
        seeds.add(trial.show(question, now=now)[1].seed)
    assert len(seeds) == 2


@pytest.mark.parametrize("right", [True, False])
def test_the_landing_question_is_answered_where_it_stands(bank: None, client: Client, right: bool) -> None:
    page = client.get("/")
    form = filled(page, right=right)
    answer = client.post("/try/answer/", form, headers={**HTMX, "HX-Current-URL": "http://testserver/"})
    assert correct(answer) == ("true" if right else "false")
    assert "HX-Push-Url" not in answer.headers
    assert "<html" not in html(answer)
    said = html(answer)
    assert ("Your answer: right" if right else "Your answer: wrong") in said
    # The reason of each option that has one is there, unfolded.
    assert "Nothing says so." in said
    assert "<details" not in said
    # Loaded anew, the landing page shows what was answered.
    assert correct(client.get("/")) == correct(answer)


def test_without_javascript_the_answer_leads_to_its_feedback(bank: None, client: Client) -> None:
    page = client.get("/")
    answer = client.post("/try/answer/", filled(page))
    question = trial.chosen()[0]
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/try/answer/{question.public_id}/"
    feedback = client.get(f"/try/answer/{question.public_id}/")
    assert correct(feedback) == "true"
    assert 'href="/try/"' in html(feedback)


def test_the_whole_trial_and_its_end(bank: None, client: Client) -> None:
    asked = []
    for number in range(trial.MOST):
        page = client.get("/try/")
        asked.append(prompt(page))
        assert f"{number} of {trial.MOST} answered" in html(page)
        answered = client.post("/try/answer/", filled(page, right=number % 2 == 0), follow=True)
        assert correct(answered) == ("true" if number % 2 == 0 else "false")
    assert len(set(asked)) == trial.MOST
    end = client.get("/try/", follow=True)
    assert end.redirect_chain[-1][0] == "/try/summary/"
    assert "<h1>6 answered, 3 known</h1>" in html(end)
    assert "Sign up and they count" in html(end)
    assert not any(table.objects.exists() for table in (Card, Review, Attempt, Exercise))


def test_a_guess_is_not_known_and_is_told_apart(bank: None, client: Client) -> None:
    answer_next(client, confidence="guess")
    answer_next(client)
    end = html(client.get("/try/summary/"))
    assert "<h1>2 answered, 1 known</h1>" in end
    assert "1 right by a guess" in end


def test_i_do_not_know_is_an_answer(bank: None, client: Client) -> None:
    token = hidden(client.get("/try/"))["token"]
    assert correct(client.post("/try/answer/", {"token": token, "skip": "1"}, follow=True)) == "false"
    assert "<h1>1 answered, 0 known</h1>" in html(client.get("/try/summary/"))


def test_the_first_answer_stands(bank: None, client: Client) -> None:
    page = client.get("/try/")
    right, wrong = filled(page), filled(page, right=False)
    assert client.post("/try/answer/", right).status_code == 303
    assert client.post("/try/answer/", right).status_code == 303
    other = client.post("/try/answer/", wrong)
    assert other.status_code == 409
    assert correct(other) == "true"
    assert "that answer stands" in html(other)
    assert "<h1>1 answered, 1 known</h1>" in html(client.get("/try/summary/"))


def test_a_form_without_an_answer_says_what_is_missing_and_records_nothing(
    bank: None, client: Client
) -> None:
    token = hidden(client.get("/try/"))["token"]
    answer = client.post("/try/answer/", {"token": token, "confidence": "sure"})
    assert answer.status_code == 422
    assert "Choose one, or say that you don’t know." in html(answer)
    assert not BrowserSession.objects.exists()


def test_the_hint_is_shown_with_what_was_chosen(client: Client) -> None:
    load_choices()
    page = client.get("/try/")
    form = filled(page)
    hinted = client.post("/try/answer/", {**form, "hint": "1"})
    assert "Not the other one." in html(hinted)
    assert re.search(r'<input type="radio"[^>]* checked', html(hinted))
    client.post("/try/answer/", {**form, "hinted": "1"})
    (row,) = client.session["visit"]
    assert row["hinted"] is True


def test_what_is_kept_is_bounded(bank: None, client: Client) -> None:
    while hidden(page := client.get("/try/")).get("token"):
        form = filled(page)
        if "answer" in form:
            long = client.post("/try/answer/", {**form, "answer": "x" * 2_001})
            assert long.status_code == 422, prompt(page)
            assert str(client.session.get("visit")).count("xxx") == 0
        client.post("/try/answer/", form)
        if client.get("/try/").status_code == 302:
            break
    assert len(client.session["visit"]) == trial.MOST
    assert len(json.dumps(client.session["visit"])) < trial.MOST * (trial.LONGEST_RESPONSE + 2_000)


@pytest.mark.parametrize("token", ["", "forged", "e30:1abc"])
def test_a_forged_form_is_not_there(bank: None, client: Client, token: str) -> None:
    assert client.post("/try/answer/", {"token": token, "skip": "1"}).status_code == 404
    assert client.get(f"/try/answer/{uuid4()}/").status_code == 404


def test_the_answers_of_one_visitor_are_not_anothers(bank: None, client: Client) -> None:
    answer_next(client)
    question = trial.chosen()[0]
    assert client.get(f"/try/answer/{question.public_id}/").status_code == 200
    assert Client().get(f"/try/answer/{question.public_id}/").status_code == 404


def test_no_cache_keeps_the_pages(bank: None, client: Client) -> None:
    answer_next(client)
    question = trial.chosen()[0]
    for path in ("/", "/try/", "/try/summary/", f"/try/answer/{question.public_id}/"):
        assert "no-store" in client.get(path).headers["Cache-Control"], path


def test_whoever_is_signed_in_is_sent_to_their_day(bank: None, client: Client) -> None:
    client.force_login(User.objects.create_user("ann@example.org"))
    for path in ("/try/", "/try/summary/"):
        assert client.get(path).headers["Location"] == reverse("quizzes:today")
    answer = client.post("/try/answer/", {"token": "whatever"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == reverse("quizzes:today")


def test_one_address_answers_only_so_often(bank: None, settings: Settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"try": "3/m/ip"}
    for _ in range(3):
        assert answer_next(Client()).status_code == 200
    client = Client()
    refused = client.post("/try/answer/", filled(client.get("/try/")))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert BrowserSession.objects.count() == 3


def test_an_empty_bank_asks_nothing(client: Client) -> None:
    assert 'id="answer-form"' not in html(client.get("/"))
    assert client.get("/try/").headers["Location"] == "/try/summary/"
    assert client.get("/try/summary/").status_code == 200
