"""A change of the address: with the password only, told to the address of before, and all other sessions end."""

from __future__ import annotations

import re
import time

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

OLD, NEW = "ann@example.org", "ann@new.example"
PAGE = "/accounts/email/"
CHANGE = {"email": NEW, "action_add": ""}


def by_code(settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


def change(client: Client, settings: Settings, *, emails_leave: bool) -> None:
    """With the password, and the code where there is one."""
    if emails_leave:
        by_code(settings)
    asked = str(client.post(PAGE, CHANGE).headers["Location"])
    assert asked.startswith("/accounts/reauthenticate/?next=")
    assert "Confirm that it is you" in client.get(asked).content.decode()
    client.post(asked, {"password": PASSWORD})
    if emails_leave:
        found = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[-1].body), re.MULTILINE)
        assert found
        client.post("/accounts/confirm-email/", {"code": found[1]})


both = pytest.mark.parametrize("emails_leave", [True, False], ids=["e-mails leave", "e-mails stay"])


@both
def test_an_open_session_is_not_enough(
    signed_in: Client, ann: User, settings: Settings, emails_leave: bool
) -> None:
    if emails_leave:
        by_code(settings)
    asked = str(signed_in.post(PAGE, CHANGE).headers["Location"])
    assert "Incorrect password" in signed_in.post(asked, {"password": "wrong password"}).content.decode()
    ann.refresh_from_db()
    assert ann.email == OLD
    assert not mail.outbox


@both
def test_with_the_password_it_is_changed_and_the_old_address_is_told(
    signed_in: Client, ann: User, settings: Settings, emails_leave: bool
) -> None:
    change(signed_in, settings, emails_leave=emails_leave)
    ann.refresh_from_db()
    assert ann.email == NEW
    (notice,) = [email for email in mail.outbox if email.to == [OLD]]
    assert notice.subject == "Your e-mail address was changed"
    assert f"from {OLD} to {NEW}" in notice.body


@both
def test_all_other_sessions_end_and_this_one_stays(
    signed_in: Client, ann: User, settings: Settings, emails_leave: bool
) -> None:
    elsewhere = Client()
    elsewhere.force_login(ann)
    assert elsewhere.get(PAGE).status_code == 200
    change(signed_in, settings, emails_leave=emails_leave)
    assert elsewhere.get(PAGE).status_code == 302
    assert signed_in.get(PAGE).status_code == 200


@both
def test_one_can_sign_in_with_the_new_address_afterwards(
    signed_in: Client, ann: User, settings: Settings, emails_leave: bool
) -> None:
    change(signed_in, settings, emails_leave=emails_leave)
    client = Client()
    client.post("/accounts/login/", {"login": NEW, "password": PASSWORD})
    assert client.get(PAGE).status_code == 200


def test_the_address_of_another_account_is_refused_and_nothing_is_lost(signed_in: Client, ann: User) -> None:
    User.objects.create_user(NEW, PASSWORD)
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert "Another account has this address" in signed_in.post(PAGE, CHANGE).content.decode()
    ann.refresh_from_db()
    assert ann.email == OLD


def test_the_address_of_another_account_is_refused_with_a_code_too(
    signed_in: Client, ann: User, settings: Settings
) -> None:
    User.objects.create_user(NEW, PASSWORD)
    change(signed_in, settings, emails_leave=True)
    ann.refresh_from_db()
    assert ann.email == OLD
    assert signed_in.get(PAGE).status_code == 200


def way_back(to: str = OLD) -> str:
    notice = [email for email in mail.outbox if email.to == [to]][-1]
    found = re.search(r"https?://[^/]+(/accounts/email/restore/\S+)", str(notice.body))
    assert found
    return found[1]


@both
def test_the_notice_takes_the_account_back_from_whoever_changed_it(
    signed_in: Client, ann: User, settings: Settings, emails_leave: bool
) -> None:
    """Someone else knew the password: they are signed out, and it is no longer good."""
    change(signed_in, settings, emails_leave=emails_leave)
    owner = Client()
    assert OLD in owner.get(way_back()).content.decode()
    ann.refresh_from_db()
    assert ann.email == NEW  # looking changes nothing
    page = owner.post(way_back(), follow=True)
    assert signed_in.get(PAGE).status_code == 302
    for email in (OLD, NEW):
        client = Client()
        client.post("/accounts/login/", {"login": email, "password": PASSWORD})
        assert "_auth_user_id" not in client.session
    new = {"password1": "another long one", "password2": "another long one"}
    owner.post(page.redirect_chain[-1][0], new)
    owner.post("/accounts/login/", {"login": OLD, "password": "another long one"})
    assert owner.get(PAGE).status_code == 200
    ann.refresh_from_db()
    assert ann.email == OLD


def test_who_changed_it_twice_cannot_take_it_back_in_turn(
    signed_in: Client, ann: User, settings: Settings
) -> None:
    change(signed_in, settings, emails_leave=False)
    signed_in.post(PAGE, {"email": "third@new.example", "action_add": ""})
    new = {"password1": "another long one", "password2": "another long one"}
    signed_in.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    assert Client().post(way_back()).status_code == 302
    for link in (way_back(NEW), way_back()):
        assert Client().post(link).status_code == 410
    ann.refresh_from_db()
    assert ann.email == OLD


def test_an_address_that_another_account_has_by_now_is_not_taken_from_it(
    signed_in: Client, ann: User, settings: Settings
) -> None:
    change(signed_in, settings, emails_leave=False)
    User.objects.create_user(OLD, PASSWORD)
    assert Client().post(way_back()).status_code == 410
    ann.refresh_from_db()
    assert ann.email == NEW


def test_a_way_back_is_neither_forged_nor_old(
    signed_in: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(signed_in, settings, emails_leave=False)
    assert Client().post(f"{way_back()[:-2]}x/").status_code == 410
    later = time.time() + 7 * 86_400 + 60
    monkeypatch.setattr(time, "time", lambda: later)
    assert Client().get(way_back()).status_code == 410


def test_who_changed_it_cannot_spend_the_owners_way_back_with_a_later_one(
    signed_in: Client, ann: User, settings: Settings
) -> None:
    """They change it twice and restore the address of their own in between: the owner's notice came before."""
    change(signed_in, settings, emails_leave=False)
    signed_in.post(PAGE, {"email": "third@new.example", "action_add": ""})
    assert Client().post(way_back(NEW)).status_code == 302
    assert Client().post(way_back()).status_code == 302
    ann.refresh_from_db()
    assert ann.email == OLD
    for link in (way_back(NEW), way_back()):
        assert Client().get(link).status_code == Client().post(link).status_code == 410


def test_a_way_back_leads_to_the_account_again_after_it_was_taken_back_once(
    signed_in: Client, ann: User, settings: Settings
) -> None:
    change(signed_in, settings, emails_leave=False)
    first = way_back()
    assert Client().post(first).status_code == 302
    ann.refresh_from_db()
    ann.set_password(PASSWORD)
    ann.save()
    again = Client()
    again.force_login(ann)
    cache.clear()  # the same address may be asked about again
    change(again, settings, emails_leave=False)
    assert Client().post(first).status_code == 410
    assert Client().post(way_back()).status_code == 302
    ann.refresh_from_db()
    assert ann.email == OLD
