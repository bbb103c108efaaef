"""Forms that came to nothing, without JavaScript: what was typed is there again, for its own account alone."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from accounts import drafts
from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing.models import Attempt, Note
from quizzes.reports.models import QuestionReport
from quizzes.review.models import Review
from quizzes.tests.review.packs import ALL_KINDS, load

pytestmark = pytest.mark.django_db

PASSWORD = "a long walk by the river"
ANSWER = "/review/answer/"
LONG = "The loss falls since “the batch” is large & <b>noisy</b>.\n" * 150
HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/review/"}
_INPUT = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)


def text_of(response: HttpResponseBase) -> str:
    content: bytes = getattr(response, "content")  # noqa: B009 -- every page here is whole, none is streamed
    return content.decode()


def form_in(response: HttpResponseBase, holding: str = 'name="token"') -> dict[str, str]:
    """The hidden fields of the page's form that holds the text."""
    form = next(form for form in _FORM.findall(text_of(response)) if holding in form)
    return {name: html.unescape(value) for name, value in _INPUT.findall(form)}


def account(name: str) -> User:
    return User.objects.create_user(f"{name}@example.org", PASSWORD)


def signed_in(user: User, *, strict: bool = False) -> Client:
    client = Client(enforce_csrf_checks=strict)
    client.force_login(user)
    return client


def sign_in(client: Client, user: User, login: str) -> HttpResponseBase:
    """Through the login's page, as someone does who was led to it."""
    token = form_in(client.get(login), "password")["csrfmiddlewaretoken"]
    fields = {"login": user.email, "password": PASSWORD, "next": "/review/", "csrfmiddlewaretoken": token}
    return client.post("/accounts/login/", fields)


@pytest.fixture
def learner() -> User:
    return account("learner")


@pytest.fixture
def recall() -> Question:
    """The bank's only question: a free recall."""
    head, _, rest = ALL_KINDS.partition("## ")
    load(head + "## " + next(part for part in rest.split("\n## ") if "{#K-recall" in part))
    return Question.objects.get()


def with_text(page: HttpResponseBase, **more: Any) -> dict[str, Any]:
    return {**form_in(page), "text": LONG, **more}


def shows(page: HttpResponseBase, text: str) -> bool:
    return text.replace("\r\n", "\n") in html.unescape(text_of(page)).replace("\r\n", "\n")


# --- signed out meanwhile -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["plain", "htmx"])
def test_an_answer_sent_after_the_session_ended_is_there_again_after_the_login(
    recall: Question, learner: User, headers: dict[str, str]
) -> None:
    client = signed_in(learner)
    form = with_text(client.get("/review/"))
    client.logout()
    sent = client.post(ANSWER, form, headers={"Referer": "http://testserver/review/", **headers})
    assert sent.status_code == (401 if headers else 302)
    login = sent["HX-Redirect" if headers else "Location"]
    assert login == "/accounts/login/?next=%2Freview%2F"
    assert "what you typed" in text_of(client.get(login))
    assert sign_in(client, learner, login)["Location"] == "/review/"
    page = client.get("/review/")
    assert shows(page, LONG.strip())
    assert "Nothing was counted yet" in text_of(page)
    assert Review.objects.count() == 0
    assert client.session.get_expiry_age() > timedelta(days=30).total_seconds()

    client.post(ANSWER, with_text(page, stage="tick"))
    assert Review.objects.count() == 1
    client.get(f"/review/feedback/{Review.objects.get().public_id}/")
    assert "drafts" not in client.session


def test_it_is_handed_to_nobody_else(recall: Question, learner: User) -> None:
    client = signed_in(learner)
    form = with_text(client.get("/review/"))
    client.logout()
    client.post(ANSWER, form)
    assert sign_in(client, account("other"), "/accounts/login/").status_code == 302
    page = client.get("/review/")
    assert form_in(page)["token"]
    assert not shows(page, LONG[:40])
    assert "Nothing was counted yet" not in text_of(page)
    assert "drafts" not in client.session


def test_it_is_kept_for_a_day(recall: Question, learner: User) -> None:
    client = signed_in(learner)
    form = with_text(client.get("/review/"))
    client.logout()
    client.post(ANSWER, form)
    assert client.session.get_expiry_age() <= drafts.KEPT_FOR.total_seconds()
    client.force_login(learner)
    with time_machine.travel(timezone.now() + drafts.KEPT_FOR + timedelta(seconds=1), tick=False):
        client.force_login(learner)
        assert not shows(client.get("/review/"), LONG[:40])


@pytest.mark.parametrize(
    "spoil",
    [
        lambda form: form | {"draft_key": ""},
        lambda form: form | {"draft_key": "a" * 24 + "." + "b" * 24 + ":" + "c" * 43},
        lambda form: form | {"draft_key": form["draft_key"][:-1]},
        lambda form: form | {"text": "x" * (drafts.LONGEST_VALUE + 1)},
        lambda form: form | {f"more{number}": "x" * 15_000 for number in range(5)},
        lambda form: form | {"point": ["1"] * (drafts.MOST_FIELDS + 1)},
    ],
    ids=["no key", "forged key", "cut key", "too long", "too much", "too many"],
)
def test_nothing_is_kept_of_a_form_that_is_not_ours_or_too_large(
    recall: Question, learner: User, spoil: Any
) -> None:
    form = with_text(signed_in(learner).get("/review/"))
    visitor = Client()
    sent = visitor.post(ANSWER, spoil(form))
    assert sent.status_code == 302
    assert Session.objects.count() == 1  # the learner's
    assert "drafts" not in visitor.session


def test_only_the_last_forms_are_kept(recall: Question, learner: User) -> None:
    visitor = Client()
    keys = [drafts.key(learner.pk, "form", number) for number in range(drafts.MOST_KEPT + 2)]
    for key in keys:
        visitor.post(ANSWER, {"draft_key": key, "text": "words"})
    assert [one[0] for one in visitor.session["drafts"]] == keys[-drafts.MOST_KEPT :]


def test_strangers_with_a_key_do_not_fill_the_sessions(learner: User) -> None:
    """Who has an account has keys, and needs no session to send them: each time is a new row."""
    for number in range(30):
        key = drafts.key(learner.pk, "form", number)
        assert Client().post(ANSWER, {"draft_key": key, "text": LONG}).status_code == 302
    assert Session.objects.count() == 12
    other = account("other")
    Client().post(ANSWER, {"draft_key": drafts.key(other.pk, "form", 1), "text": LONG})
    assert Session.objects.count() == 13  # nobody is refused for what another account does


def test_one_network_address_does_not_fill_the_sessions_with_many_accounts(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"keep": "12/10m/key,5/m/ip"}
    for number in range(9):
        key = drafts.key(number, "form", 1)
        Client().post(ANSWER, {"draft_key": key, "text": LONG})
    assert Session.objects.count() == 5


def test_a_choice_a_note_and_a_report_are_there_again(learner: User) -> None:
    load(ALL_KINDS)
    question = Question.objects.get(kind="choice")
    address = f"/bank/{question.topic.slug}/{question.public_id}/"
    client = signed_in(learner)
    page = client.get(address)
    forms = {
        "/practice/answer/": {**form_in(page), "choice": "1"},
        f"{address}note/": {**form_in(page, "/note/"), "text": "Ask why twice."},
    }
    client.logout()
    for where, form in forms.items():
        client.post(where, form, headers={"Referer": f"http://testserver{address}"})
    sign_in(client, learner, "/accounts/login/")
    page = client.get(address)
    assert re.search(r'name="choice"[^>]*value="1"[^>]*\bchecked', text_of(page))
    assert shows(page, "Ask why twice.")
    assert form_in(page)["token"] == forms["/practice/answer/"]["token"]
    client.post(f"{address}note/", {**form_in(page, "/note/"), "text": "Ask why twice."})
    assert Note.objects.get().text == "Ask why twice."
    client.post("/practice/answer/", {**form_in(page), "choice": "1", "confidence": "sure"})
    attempt = Attempt.objects.get()
    assert f'data-recorded="{drafts.key(learner.pk, "note", question.pk)}"' in text_of(client.get(address))
    client.get(f"/practice/feedback/{attempt.public_id}/")
    assert "drafts" not in client.session


def test_a_report_is_there_again(recall: Question, learner: User) -> None:
    client = signed_in(learner)
    client.post(ANSWER, {**form_in(client.get("/review/")), "skip": "1"})
    address = f"/review/feedback/{Review.objects.get().public_id}/report/"
    form = {**form_in(client.get(address), "draft_key"), "kind": "other", "text": "Two keys are right."}
    client.logout()
    client.post(address, form, headers={"Referer": f"http://testserver{address}"})
    sign_in(client, learner, "/accounts/login/")
    page = client.get(address)
    assert shows(page, "Two keys are right.")
    client.post(address, {**form_in(page, "draft_key"), "kind": "other", "text": "Two keys are right."})
    assert QuestionReport.objects.get().text == "Two keys are right."
    assert "drafts" not in client.session


def test_what_can_no_longer_be_answered_is_asked_again_with_what_was_typed(
    recall: Question, learner: User
) -> None:
    client = signed_in(learner)
    form = with_text(client.get("/review/"))
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        client.force_login(learner)
        again = client.post(ANSWER, form)
    assert again.status_code == 409
    assert shows(again, LONG.strip())
    assert Review.objects.count() == 0


# --- a form that was opened before the last sign-in ---------------------------------------------------------------


def test_a_form_that_was_too_old_is_sent_again_by_one_press(recall: Question, learner: User) -> None:
    client = signed_in(learner, strict=True)
    form = with_text(client.get("/review/"), stage="tick", point="0")
    old = form["csrfmiddlewaretoken"]
    client.cookies["csrftoken"] = "x" * 32
    refused = client.post(ANSWER, form)
    assert refused.status_code == 403
    assert "Nothing was counted" in text_of(refused)
    assert "<b>noisy" not in text_of(refused)
    again = form_in(refused)
    assert again["csrfmiddlewaretoken"] != old
    assert {name: value for name, value in again.items() if name != "csrfmiddlewaretoken"} == {
        name: value.replace("\r\n", "\n") for name, value in form.items() if name != "csrfmiddlewaretoken"
    }
    assert Review.objects.count() == 0
    assert client.post(ANSWER, again).status_code == 303
    assert Review.objects.get().response["text"] == LONG.strip()


def test_the_refusal_of_a_form_of_another_account_carries_nothing(recall: Question, learner: User) -> None:
    form = with_text(signed_in(account("other")).get("/review/"))
    refused = signed_in(learner, strict=True).post(ANSWER, form)
    assert refused.status_code == 403
    assert not shows(refused, LONG[:40])
    assert "<form" not in text_of(refused)


def test_whoever_is_signed_out_and_too_old_signs_in_and_finds_it(recall: Question, learner: User) -> None:
    client = signed_in(learner, strict=True)
    form = with_text(client.get("/review/"))
    client.cookies.clear()
    here = {"Referer": "http://testserver/review/", "Origin": "http://testserver"}
    sent = client.post(ANSWER, form, headers=here)
    assert sent["Location"] == "/accounts/login/?next=%2Freview%2F"
    sign_in(client, learner, sent["Location"])
    assert shows(client.get("/review/"), LONG.strip())


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://elsewhere.example"}, {"Origin": "null"}])
def test_a_form_of_another_site_neither_keeps_anything_nor_costs_the_session(
    recall: Question, learner: User, headers: dict[str, str]
) -> None:
    form = with_text(signed_in(learner).get("/review/"))
    # The browser leaves the cookies at home; a new one of ours would sign its owner out.
    visitor = Client(enforce_csrf_checks=True)
    refused = visitor.post(ANSWER, form, headers=headers)
    assert refused.status_code == 403
    assert not shows(refused, LONG[:40])
    assert "sessionid" not in visitor.cookies
    assert "drafts" not in visitor.session


def test_htmx_is_given_the_fresh_token_and_nothing_else(recall: Question, learner: User) -> None:
    client = signed_in(learner, strict=True)
    form = with_text(client.get("/review/"), skip="1")
    client.cookies["csrftoken"] = "x" * 32
    refused = client.post(ANSWER, form, headers=HTMX)
    assert refused.status_code == 403
    assert "HX-Refresh" not in refused.headers
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert Review.objects.count() == 0
    fresh = {**form, "csrfmiddlewaretoken": refused["X-CSRF-Token"]}
    assert client.post(ANSWER, fresh, headers=HTMX).status_code == 200
    assert Review.objects.count() == 1


# --- a site that is broken ----------------------------------------------------------------------------------------


def test_the_page_of_a_broken_site_carries_the_answer_and_promises_nothing(
    recall: Question, learner: User, settings: Any
) -> None:
    client = signed_in(learner)
    client.raise_request_exception = False
    form = with_text(client.get("/review/"), stage="tick")
    whole = settings.TEMPLATES
    settings.TEMPLATES = [{**whole[0], "OPTIONS": {**whole[0]["OPTIONS"], "context_processors": ["no.such"]}}]
    broken = client.post(ANSWER, form, headers=HTMX)
    assert broken.status_code == 500
    assert "We cannot tell here" in text_of(broken)
    assert shows(broken, LONG)
    again = form_in(broken)
    settings.TEMPLATES = whole
    assert client.post(ANSWER, again).status_code == 303
    assert Review.objects.count() == 1


def test_the_page_of_a_broken_site_carries_no_form_of_another_site(
    recall: Question, learner: User, settings: Any
) -> None:
    """What breaks may be the refusal itself; the page would send the form again in our name."""
    whole = settings.TEMPLATES
    form = {"draft_key": drafts.key(learner.pk, "form"), "text": LONG, "do": "remove", "confirm": "1"}
    client = signed_in(account("victim"), strict=True)
    client.raise_request_exception = False
    settings.TEMPLATES = [{**whole[0], "OPTIONS": {**whole[0]["OPTIONS"], "context_processors": ["no.such"]}}]
    broken = client.post(ANSWER, form, headers={"Origin": "http://elsewhere.example"})
    assert broken.status_code == 500
    assert "csrfmiddlewaretoken" not in text_of(broken)
    assert not shows(broken, LONG[:40])


def test_a_refusal_for_too_many_requests_says_how_long_to_wait(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    for _ in range(3):
        answer = client.post("/accounts/login/", {"login": "a@example.org", "password": "not it at all"})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
