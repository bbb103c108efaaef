"""Codes from e-mails: how often a wrong one may be written."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

PAGE = "/accounts/confirm-email/"
WRONG = "WRONG123"
TRIES = 3


@pytest.fixture(autouse=True)
def by_code(settings: Settings) -> None:
    cache.clear()
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


def code_sent() -> str:
    found = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def write_wrong_codes(client: Client) -> str:
    """Until the limit; where the last one leads."""
    for _ in range(TRIES - 1):
        answer = client.post(PAGE, {"code": WRONG})
        assert answer.status_code == 200
        assert "Incorrect code" in answer.content.decode()
    answer = client.post(PAGE, {"code": WRONG})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_at_sign_up_the_last_wrong_code_leads_back_with_a_reason(client: Client) -> None:
    client.post("/accounts/signup/", {"email": "bob@example.org", "password1": PASSWORD})
    right = code_sent()
    there = write_wrong_codes(client)
    assert there == "/accounts/signup/"
    assert "Too many tries: that code no longer works." in client.get(there).content.decode()
    client.post(PAGE, {"code": right})
    assert "_auth_user_id" not in client.session
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_and_the_advice_given_there_is_good(client: Client) -> None:
    credentials = {"login": "bob@example.org", "password": PASSWORD}
    client.post("/accounts/signup/", {"email": "bob@example.org", "password1": PASSWORD})
    old = code_sent()
    write_wrong_codes(client)
    cache.clear()  # ten seconds later
    assert client.post("/accounts/login/", credentials).headers["Location"] == PAGE
    assert code_sent() != old
    client.post(PAGE, {"code": code_sent()})
    assert "_auth_user_id" in client.session


def test_when_the_address_changes_the_old_one_stays(client: Client, ann: User) -> None:
    client.force_login(ann)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.post("/accounts/email/", {"email": "ann@new.example", "action_add": ""})
    right = code_sent()
    there = write_wrong_codes(client)
    assert there == "/accounts/email/"
    page = client.get(there).content.decode()
    assert "that code no longer works, and your address stays as it was" in page
    client.post(PAGE, {"code": right})
    ann.refresh_from_db()
    assert ann.email == "ann@example.org"
    assert "_auth_user_id" in client.session


def test_the_way_is_the_same_whether_or_not_the_address_had_an_account(ann: User) -> None:
    """Whoever writes wrong codes learns nothing about the address."""
    pages = set()
    for email in ("ann@example.org", "new@example.org"):
        client = Client()
        client.post("/accounts/signup/", {"email": email, "password1": PASSWORD})
        page = client.get(PAGE).content.decode().replace(email, "")
        pages.add(re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page))
        assert write_wrong_codes(client) == "/accounts/signup/"
    assert len(pages) == 1
    assert len(mail.outbox) == 2
