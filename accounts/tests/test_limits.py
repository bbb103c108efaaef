"""Every door that checks a password or a code is limited, and says when it opens again."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from django.contrib.auth import hashers
from django.core import mail
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from accounts.hashers import Argon2
from accounts.models import User
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

Try = Callable[[Client], HttpResponseBase]


def page(answer: HttpResponseBase) -> str:
    content: bytes = getattr(answer, "content")  # noqa: B009 -- every page here is whole, none is streamed
    return content.decode()


def log_in(client: Client) -> HttpResponseBase:
    return client.post("/accounts/login/", {"login": "ann@example.org", "password": "wrong password"})


def reset(client: Client) -> HttpResponseBase:
    return client.post("/accounts/password/reset/", {"email": "ann@example.org"})


def delete(client: Client) -> HttpResponseBase:
    return client.post("/settings/delete/", {"password": "wrong password"})


def change(client: Client) -> HttpResponseBase:
    new = {"password1": "another long one", "password2": "another long one"}
    return client.post("/accounts/password/change/", {"oldpassword": "wrong password", **new})


def reauthenticate(client: Client) -> HttpResponseBase:
    return client.post("/accounts/reauthenticate/", {"password": "wrong password"})


def join(client: Client) -> HttpResponseBase:
    return client.post("/join/", {"code": "ZZZZZZZZ"})


def open_key(client: Client) -> HttpResponseBase:
    return client.post("/accounts/password/reset/key/1-abc-def/", {})


def sign_up(client: Client) -> HttpResponseBase:
    return client.post("/accounts/signup/", {"email": "nobody", "password1": "short"})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Stops the clock that limits go by; it moves on by the seconds the test says."""
    now = time.time()

    def later(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(time, "time", lambda: now)
    return later


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize(
    ("attempt", "allowed", "seconds"),
    [
        (log_in, 5, 300),
        (reset, 5, 60),
        (delete, 5, 60),
        (change, 5, 60),
        (reauthenticate, 5, 300),
        (join, 10, 600),
        (open_key, 20, 60),
        (sign_up, 60, 60),
    ],
)
def test_the_try_too_many_is_a_429_that_says_when_to_come_back(
    signed_in: Client, attempt: Try, allowed: int, seconds: int
) -> None:
    client = Client() if attempt in {log_in, reset, open_key, sign_up} else signed_in
    assert 429 not in {attempt(client).status_code for _ in range(allowed)}
    answer = attempt(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(seconds)


@pytest.mark.usefixtures("clock")
def test_the_page_names_the_same_time_as_the_header(signed_in: Client) -> None:
    for _ in range(5):
        delete(signed_in)
    answer = delete(signed_in)
    assert answer.headers["Retry-After"] == "60"
    assert "Wait 60 seconds, then try again." in page(answer)


@pytest.mark.usefixtures("by_code", "clock")
def test_a_code_can_be_sent_again_after_ten_seconds_and_the_answer_says_so() -> None:
    new = {"email": "new@example.org", "password1": PASSWORD}
    assert Client().post("/accounts/signup/", new).status_code == 302
    answer = Client().post("/accounts/signup/", new)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "10"


def test_the_right_password_does_not_delete_either_once_guessing_is_over(
    signed_in: Client, ann: User
) -> None:
    for _ in range(5):
        assert delete(signed_in).status_code == 422
    assert signed_in.post("/settings/delete/", {"password": PASSWORD}).status_code == 429
    assert User.objects.filter(pk=ann.pk).exists()


def test_guesses_at_either_page_count_together(signed_in: Client) -> None:
    for _ in range(3):
        delete(signed_in)
    assert [change(signed_in).status_code for _ in range(3)] == [200, 200, 429]
    assert delete(signed_in).status_code == 429


def test_a_school_behind_one_address_signs_up_and_no_more_in_an_hour_or_a_day(
    clock: Callable[[float], None],
) -> None:
    client = Client()
    for _ in range(4):  # four minutes of an hour
        assert [sign_up(client).status_code for _ in range(60)] == [200] * 60
        clock(61)
    answer = sign_up(client)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(3_600 - 4 * 61)
    clock(3_600 - 4 * 61 + 1)
    assert sign_up(client).status_code == 200


@pytest.fixture
def by_code(settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the passwords' hasher was made to do: the one costly step, which takes as long in each."""
    done: list[str] = []
    encode, verify = Argon2.encode, Argon2.verify

    def counted_encode(self: Argon2, password: str, salt: str) -> str:
        done.append("encode")
        return encode(self, password, salt)

    def counted_verify(self: Argon2, password: str, encoded: str) -> bool:
        done.append("verify")
        return verify(self, password, encoded)

    monkeypatch.setattr(Argon2, "encode", counted_encode)
    monkeypatch.setattr(Argon2, "verify", counted_verify)
    assert isinstance(hashers.get_hasher(), Argon2)
    return done


@pytest.mark.parametrize(
    ("path", "named", "often"),
    [
        ("/accounts/signup/", "email", 1),
        ("/accounts/login/", "login", 1),
        ("/accounts/password/reset/", "email", 0),
    ],
)
@pytest.mark.usefixtures("ann", "by_code")
def test_an_address_with_an_account_costs_what_one_without_costs(
    hashed: list[str], path: str, named: str, often: int
) -> None:
    costs = set()
    for email in ("ann@example.org", "nobody@example.org"):
        hashed.clear()
        mail.outbox.clear()
        answer = Client().post(
            path, {named: email, "password": "a wrong password", "password1": "a wrong password"}
        )
        costs.add((answer.status_code, len(hashed), len(mail.outbox)))
    ((_, hashes, _),) = costs
    assert hashes == often
