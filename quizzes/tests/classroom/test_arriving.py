"""From a link to a class to a place in it, for people who have no account yet, by every way there is."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils.http import urlencode
from pytest_django import Settings

from accounts.models import User
from quizzes.classroom import actions
from quizzes.classroom.models import Invitation, JoinLink, Membership
from quizzes.classroom.roster import read_roster
from quizzes.tests.classroom.classes import Teaching, at
from quizzes.tests.review.pages import hidden, html

PASSWORD = "a long walk by the river"
EMAIL = "new@example.org"
CHOSEN = {"time_zone": "Europe/Berlin", "minutes_a_day": "15"}
LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>\s*([^<]*?)\s*</a>')
CODE = re.compile(r"^([A-Z0-9-]{6,9})$", re.MULTILINE)


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def mailing(settings: Settings) -> None:
    """Addresses are proven by a code from an e-mail."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


def follow(client: Client, address: str, words: str) -> str:
    """The address of the link of these words on that page."""
    links = {said: unescape(href) for href, said in LINK.findall(html(client.get(address)))}
    return links[words]


def send(client: Client, address: str, **fields: str) -> str:
    """Send the form of the page at that address with its hidden fields; where it leads."""
    page = client.get(address)
    kept = {name: unescape(value) for name, value in hidden(page).items() if name != "action"}
    answer = client.post(urlsplit(address).path, kept | fields)
    assert answer.status_code in {302, 303}, html(answer)
    return str(answer.headers["Location"])


def code_in_the_mail() -> str:
    found = CODE.search(str(mail.outbox[-1].body))
    assert found
    return found[1]


def door(teaching: Teaching, kind: str) -> str:
    if kind == "link":
        return at("join_by", teaching.link.token)
    actions.invite(
        classroom=teaching.classroom, rows=read_roster(EMAIL), author=teaching.owner, now=teaching.now
    )
    return at("join_by", Invitation.objects.get().token)


def welcome_and_join(client: Client, address: str, wanted: str) -> None:
    """From wherever a new account is led: through the welcome page to the page of the class, and in."""
    answer = client.get(address, follow=True)
    where = answer.redirect_chain[-1][0] if answer.redirect_chain else address
    assert urlsplit(where).path == "/welcome/"
    assert parse_qs(urlsplit(where).query)["next"] == [wanted]
    assert "You are joining" in html(answer)
    assert send(client, where, **CHOSEN) == wanted
    user = User.objects.get(email=EMAIL)
    assert user.time_zone == "Europe/Berlin"
    assert user.welcomed_at is not None
    page = html(client.get(wanted))
    assert "What those who teach see of you" in page
    assert client.post(wanted).status_code == 303
    assert Membership.objects.filter(user=user, left_at=None).exists()


@pytest.mark.parametrize("kind", ["link", "invitation"])
def test_a_visitor_is_told_of_the_class_and_offered_an_account_first(
    now_teaching: Teaching, client: Client, kind: str
) -> None:
    page = html(client.get(door(now_teaching, kind), follow=True))
    assert "You are joining Class" in page
    assert f"Taught\n    by {now_teaching.owner.email}" in page
    assert page.index("Create an account") < page.index('name="password"')


@pytest.mark.parametrize("kind", ["link", "invitation"])
def test_signing_up_leads_through_the_welcome_page_into_the_class(
    now_teaching: Teaching, client: Client, kind: str
) -> None:
    wanted = door(now_teaching, kind)
    login = str(client.get(wanted).headers["Location"])
    sign_up = follow(client, login, "Create an account")
    assert "You are joining <strong>Class</strong>" in html(client.get(sign_up))
    welcome_and_join(client, send(client, sign_up, email=EMAIL, password1=PASSWORD), wanted)


def test_with_a_code_too(now_teaching: Teaching, client: Client, mailing: None) -> None:
    wanted = door(now_teaching, "link")
    login = str(client.get(wanted).headers["Location"])
    sign_up = follow(client, login, "Create an account")
    code_page = send(client, sign_up, email=EMAIL, password1=PASSWORD)
    assert "You are joining <strong>Class</strong>" in html(client.get(code_page))
    welcome_and_join(client, send(client, code_page, code=code_in_the_mail()), wanted)


def test_back_and_forth_between_all_the_pages_of_the_entrance(now_teaching: Teaching, client: Client) -> None:
    wanted = door(now_teaching, "link")
    here = str(client.get(wanted).headers["Location"])
    for words in (
        "Start",
        "Sign in",
        "Forgot your password?",
        "Back to sign-in",
        "Create an account",
        "Sign in",
    ):
        here = follow(client, here, words)
        assert parse_qs(urlsplit(here).query)["next"] == [wanted], words
    reset = follow(client, here, "Forgot your password?")
    done = send(client, reset, email="nobody@example.org")
    for words in ("Try again", "Sign in", "Start"):
        found = follow(client, done, words)
        assert parse_qs(urlsplit(found).query)["next"] == [wanted], words


def test_a_new_password_by_email_in_another_browser(
    now_teaching: Teaching, client: Client, mailing: None
) -> None:
    """The e-mail is opened on the telephone; the account was made there, long ago, and never welcomed."""
    wanted = door(now_teaching, "link")
    user = User.objects.create_user(EMAIL, PASSWORD, welcomed_at=None)
    EmailAddress.objects.create(user=user, email=EMAIL, verified=True, primary=True)
    login = str(client.get(wanted).headers["Location"])
    send(client, follow(client, login, "Forgot your password?"), email=EMAIL)
    found = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[-1].body))
    assert found
    phone = Client()
    key = str(phone.get(found[1]).headers["Location"])
    done = send(phone, key, password1="another long one", password2="another long one")
    login = follow(phone, done, "Sign in")
    welcome_and_join(phone, send(phone, login, login=EMAIL, password="another long one"), wanted)


def test_confirming_the_address_after_signing_in_from_another_browser(
    now_teaching: Teaching, client: Client, mailing: None
) -> None:
    send(client, "/accounts/signup/", email=EMAIL, password1=PASSWORD)
    wanted = door(now_teaching, "link")
    phone = Client()
    cache.clear()  # a code may be sent again after ten seconds
    login = str(phone.get(wanted).headers["Location"])
    code_page = send(phone, login, login=EMAIL, password=PASSWORD)
    welcome_and_join(phone, send(phone, code_page, code=code_in_the_mail()), wanted)


def test_a_link_followed_while_a_code_is_awaited(
    now_teaching: Teaching, client: Client, mailing: None
) -> None:
    send(client, "/accounts/signup/", email=EMAIL, password1=PASSWORD)
    wanted = door(now_teaching, "link")
    code_page = client.get(wanted, follow=True).redirect_chain[-1][0]
    assert urlsplit(code_page).path == "/accounts/confirm-email/"
    welcome_and_join(client, send(client, code_page, code=code_in_the_mail()), wanted)


def test_too_many_wrong_codes_do_not_lose_the_class(
    now_teaching: Teaching, client: Client, mailing: None
) -> None:
    wanted = door(now_teaching, "link")
    login = str(client.get(wanted).headers["Location"])
    code_page = send(client, follow(client, login, "Create an account"), email=EMAIL, password1=PASSWORD)
    fields = hidden(client.get(code_page)) | {"code": "WRONG123", "action": "verify"}
    for _ in range(2):
        assert client.post("/accounts/confirm-email/", fields).status_code == 200
    sign_up = str(client.post("/accounts/confirm-email/", fields).headers["Location"])
    cache.clear()  # a code may be sent again after ten seconds
    login = follow(client, sign_up, "Sign in")
    code_page = send(client, login, login=EMAIL, password=PASSWORD)
    welcome_and_join(client, send(client, code_page, code=code_in_the_mail()), wanted)


def test_the_email_to_an_address_that_has_an_account_leads_on_too(
    now_teaching: Teaching, client: Client, mailing: None
) -> None:
    User.objects.create_user(EMAIL, PASSWORD)
    wanted = door(now_teaching, "link")
    login = str(client.get(wanted).headers["Location"])
    send(client, follow(client, login, "Create an account"), email=EMAIL, password1=PASSWORD)
    assert urlencode({"next": wanted}) in str(mail.outbox[-1].body)


def test_by_a_code_typed_in(now_teaching: Teaching, client: Client) -> None:
    login = str(client.get(at("join")).headers["Location"])
    sign_up = follow(client, login, "Create an account")
    send(client, sign_up, email=EMAIL, password1=PASSWORD)
    welcome = client.get(at("join"), follow=True).redirect_chain[-1][0]
    assert send(client, welcome, **CHOSEN) == at("join")
    door_by_code = send(client, at("join"), code=now_teaching.link.code)
    assert door_by_code == at("join_by", now_teaching.link.token)
    assert "What those who teach see of you" in html(client.get(door_by_code))


def test_a_link_that_has_ended_says_so_before_an_account_is_made(
    now_teaching: Teaching, client: Client
) -> None:
    JoinLink.objects.update(expires_at=now_teaching.now - timedelta(days=1))
    page = html(client.get(at("join_by", now_teaching.link.token), follow=True))
    assert "lets nobody into its class any more" in page
    assert "You are joining" not in page


def test_a_link_of_nobody_says_nothing(now_teaching: Teaching, client: Client) -> None:
    page = html(client.get(at("join_by", "nothing"), follow=True))
    assert "class" not in re.sub(r'class="[^"]*"', "", page.partition("<main")[2]).lower()


@pytest.mark.parametrize("wanted", ["/today/", "/classes/", "/settings/", "/bank/?q=loss&level=1", "/join/"])
def test_an_account_without_a_zone_is_welcomed_before_any_page(
    now_teaching: Teaching, client: Client, wanted: str
) -> None:
    """`manage.py createsuperuser` makes such an account; one that the sign-up made is signed in elsewhere."""
    call_command("createsuperuser", interactive=False, email="root@example.org", verbosity=0)
    root = User.objects.get(email="root@example.org")
    client.force_login(root)
    welcome = str(client.get(wanted).headers["Location"])
    assert urlsplit(welcome).path == "/welcome/"
    assert send(client, welcome, **CHOSEN) == wanted
    assert client.get(wanted).status_code == 200


def test_an_account_that_chose_utc_is_left_alone(now_teaching: Teaching, client: Client) -> None:
    send(client, "/accounts/signup/", email=EMAIL, password1=PASSWORD)
    assert send(client, "/welcome/", time_zone="UTC", minutes_a_day="15") == "/review/"
    assert client.get("/today/").status_code == 200
    assert User.objects.get(email=EMAIL).time_zone == "UTC"


def test_what_an_account_without_a_zone_has_typed_is_not_held_up(
    now_teaching: Teaching, client: Client
) -> None:
    user = User.objects.create_user(EMAIL, PASSWORD, welcomed_at=None)
    client.force_login(user)
    assert client.post(at("join"), {"code": now_teaching.link.code}).status_code == 303
    assert client.get("/accounts/password/change/").status_code == 200
    assert client.get("/settings/data.json").status_code == 200
