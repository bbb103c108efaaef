"""What the pages of accounts say: once, plainly, and nothing that the next page shows anyway."""

from __future__ import annotations

import re
from html import unescape

import pytest
from allauth.account.adapter import get_adapter
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from accounts import forms
from accounts.models import User
from accounts.passwords import hint
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

HINT = "At least 10 characters; no password that many people use, and nothing like your e-mail address."
SIGN_UP = "/accounts/signup/"


def words(page: HttpResponseBase) -> str:
    """What a reader sees: text, and the names and placeholders of fields."""
    content: bytes = getattr(page, "content")  # noqa: B009 -- every page here is whole
    source = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", content.decode())
    spoken = re.findall(r'(?:aria-label|placeholder|title)="([^"]*)"', source)
    return " ".join(unescape(" ".join([re.sub(r"<[^>]*>", " ", source), *spoken])).split())


@pytest.fixture
def ready(signed_in: Client) -> Client:
    """Signed in, with the password just given."""
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return signed_in


OUTSIDE = ["account_login", "account_signup", "account_reset_password", "account_reset_password_done"]
INSIDE = ["account_email", "account_change_password", "account_logout"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_pages_for_everyone_write_e_mail(client: Client, name: str) -> None:
    wrong = {"email": "nobody", "login": "nobody", "password": "x", "password1": "x"}
    for page in (client.get(reverse(name)), client.post(reverse(name), wrong)):
        assert re.search(r"\bemail", words(page), re.IGNORECASE) is None, words(page)


@pytest.mark.parametrize("name", INSIDE)
def test_pages_of_the_account_write_e_mail(ready: Client, name: str) -> None:
    for page in (ready.get(reverse(name)), ready.post(reverse(name), {"email": "x", "action_add": ""})):
        assert re.search(r"\bemail\b", words(page).replace("ann@example.org", ""), re.IGNORECASE) is None


def test_every_error_of_allauth_writes_e_mail() -> None:
    assert not [text for text in get_adapter().error_messages.values() if "email" in text]


def test_the_hint_is_one_sentence_that_the_settings_bear_out(client: Client) -> None:
    assert hint() == HINT
    assert words(client.get(SIGN_UP)).count(HINT) == 1


@pytest.mark.parametrize("password", ["short", "password12", ""])
def test_an_error_stands_in_place_of_the_hint(client: Client, password: str) -> None:
    page = words(client.post(SIGN_UP, {"email": "bob@example.org", "password1": password}))
    assert "At least" not in page
    assert len(re.findall("10 characters", page)) == (password == "short")


def test_the_hint_stays_where_something_else_is_wrong(client: Client) -> None:
    assert HINT in words(client.post(SIGN_UP, {"email": "bob", "password1": PASSWORD}))


def test_every_form_for_a_new_password_has_the_hint(ready: Client) -> None:
    assert HINT in words(ready.get(reverse("account_change_password")))
    for form in (forms.SetPasswordForm, forms.ResetPasswordKeyForm):
        assert form(user=User()).fields["password1"].help_text == HINT


def test_signing_up_asks_for_two_things(client: Client) -> None:
    page = client.get(SIGN_UP)
    form = page.context["form"]
    assert [field.name for field in form.visible_fields()] == ["email", "password1"]
    assert [field.name for field in form.hidden_fields()] == ["time_zone"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [("Europe/Berlin", "Europe/Berlin"), ("", "UTC"), ("Mars/Base", "UTC"), ("x" * 5_000, "UTC")],
)
def test_the_browsers_zone_is_kept_where_it_is_one(client: Client, said: str, kept: str) -> None:
    sent = {"email": "bob@example.org", "password1": PASSWORD, "time_zone": said}
    assert client.post(SIGN_UP, sent).status_code == 302
    assert User.objects.get().time_zone == kept


def test_nothing_is_said_of_signing_in(client: Client, ann: User) -> None:
    client.post("/accounts/login/", {"login": ann.email, "password": PASSWORD})
    assert "signed in" not in words(client.get("/today/")).lower()


def test_the_page_says_how_many_answers_go_along(client: Client) -> None:
    session = client.session
    session["visit"] = [{}, {}]
    session.save()
    assert "The 2 questions you answered count in the new account." in words(client.get(SIGN_UP))
