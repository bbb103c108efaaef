import re
from pathlib import Path

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core import mail
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def sign_up(client: Client, email: str = "bob@example.org", password: str = PASSWORD) -> int:
    return client.post("/accounts/signup/", {"email": email, "password1": password}).status_code


def test_signing_up_makes_an_account_that_is_signed_in_and_welcomed(client: Client) -> None:
    answer = client.post("/accounts/signup/", {"email": "Bob@Example.org", "password1": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/welcome/")
    user = User.objects.get()
    assert user.email == "bob@example.org"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_password_is_kept_as_argon2id(client: Client) -> None:
    sign_up(client)
    password = User.objects.get().password
    assert identify_hasher(password).algorithm == "argon2"
    assert "argon2id" in password
    assert "m=19456,t=2,p=1" in password


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("bob", PASSWORD, "Write a whole e-mail address, as in ada@example.org."),
        (f"{'b' * 250}@example.org", PASSWORD, "An e-mail address has at most 254 characters."),
        ("bob@example.org", "short", "at least 10 characters"),
        ("bob@example.org", "1234567890", "too common"),
        ("bobby.brown@example.org", "bobby.brown@example", "too similar to your e-mail address"),
        ("", PASSWORD, "Write your e-mail address."),
        ("bob@example.org", "", "Write the password."),
    ],
)
def test_a_bad_sign_up_says_why_and_makes_nothing(
    client: Client, email: str, password: str, said: str
) -> None:
    answer = client.post("/accounts/signup/", {"email": email, "password1": password})
    assert said in answer.content.decode()
    assert not User.objects.exists()


def test_one_address_is_one_account_whatever_its_case(client: Client, ann: User) -> None:
    sign_up(client, "ANN@example.org")
    assert User.objects.count() == 1


def test_signing_in_leads_to_today(client: Client, ann: User) -> None:
    answer = client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert answer.headers["Location"] == "/today/"


def test_a_wrong_password_does_not_say_whether_the_account_exists(client: Client, ann: User) -> None:
    said = []
    for email in ("ann@example.org", "nobody@example.org"):
        answer = client.post("/accounts/login/", {"login": email, "password": "wrong password"})
        said.append(re.findall(r"The e-mail address.*?correct\.", answer.content.decode()))
    assert said[0]
    assert said[0] == said[1]


def test_guessing_passwords_is_slowed_down(client: Client, ann: User) -> None:
    for _ in range(5):
        client.post("/accounts/login/", {"login": "ann@example.org", "password": "wrong password"})
    answer = client.post("/accounts/login/", {"login": "ann@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert "Too many failed login attempts" in answer.content.decode()


def test_a_class_of_forty_behind_one_address_can_sign_up_at_once(db: None) -> None:
    assert {sign_up(Client(), f"learner{n}@example.org") for n in range(40)} == {302}


def test_an_endless_stream_of_sign_ups_is_refused(db: None) -> None:
    answers = [sign_up(Client(), f"robot{n}@example.org") for n in range(61)]
    assert answers[-1] == 429


def test_a_password_is_reset_by_an_email(client: Client, ann: User) -> None:
    client.post("/accounts/password/reset/", {"email": "ann@example.org"})
    (email,) = mail.outbox
    address = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(email.body))
    assert address
    page = client.get(address[1], follow=True)
    client.post(
        page.redirect_chain[-1][0], {"password1": "another long one", "password2": "another long one"}
    )
    ann.refresh_from_db()
    assert ann.check_password("another long one")


def test_asking_to_reset_an_unknown_address_looks_the_same(client: Client, ann: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": "ann@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )


def test_a_changed_address_is_taken_at_its_word_where_emails_stay_here(signed_in: Client, ann: User) -> None:
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    signed_in.post("/accounts/email/", {"email": "ann@new.example", "action_add": ""})
    ann.refresh_from_db()
    assert ann.email == "ann@new.example"


def test_a_changed_address_needs_proof_where_emails_leave(
    signed_in: Client, ann: User, settings: Settings
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    signed_in.post("/accounts/reauthenticate/", {"password": PASSWORD})
    signed_in.post("/accounts/email/", {"email": "ann@new.example", "action_add": ""})
    ann.refresh_from_db()
    assert ann.email == "ann@example.org"
    assert [email.to for email in mail.outbox] == [["ann@new.example"]]


def test_signing_up_asks_for_a_code_where_emails_leave(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    sign_up(client)
    assert "_auth_user_id" not in client.session
    (email,) = mail.outbox
    code = re.search(r"^([A-Z0-9-]{6,9})$", str(email.body), re.MULTILINE)
    assert code
    client.post("/accounts/confirm-email/", {"code": code[1]})
    assert "_auth_user_id" in client.session


def test_an_htmx_request_without_a_login_sends_the_whole_page_there(client: Client) -> None:
    answer = client.get(
        "/settings/delete/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/review/"}
    )
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Freview%2F"


def test_emails_of_the_embedded_default_are_files(settings: Settings, tmp_path: Path, ann: User) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    Client().post("/accounts/password/reset/", {"email": "ann@example.org"})
    (file,) = tmp_path.iterdir()
    assert "To: ann@example.org" in file.read_text()
