import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from mail import file_backend
from mail.actions import send_pending
from mail.delivery import Lost, MailConnection, Sent
from mail.models import OutboundEmail
from quizzes.notifications.actions import enqueue_due
from quizzes.tests.notifications.writing import EVENING, remind

pytestmark = pytest.mark.django_db


@pytest.fixture
def client() -> Client:
    """A browser on this machine."""
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """E-mails stay here, as in the embedded default."""
    cache.clear()
    settings.EMAIL_BACKEND = "mail.backend.OutboxBackend"
    settings.EMAIL_TRANSPORT = "mail.file_backend.FileBackend"
    settings.EMAIL_FOLDER = tmp_path / "emails"
    settings.ALLOWED_HOSTS = ["*"]
    return tmp_path / "emails"


def test_emails_are_files_that_only_their_owner_may_read(folder: Path, client: Client, ann: User) -> None:
    client.post("/accounts/password/reset/", {"email": ann.email})
    (file,) = folder.iterdir()
    assert "To: ann@example.org" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_an_email_with_a_new_password_can_be_read_without_a_login(
    folder: Path, client: Client, ann: User
) -> None:
    page = client.post("/accounts/password/reset/", {"email": ann.email}, follow=True).content.decode()
    assert 'href="/outbox/"' in page
    page = client.get("/outbox/").content.decode()
    assert "Choose a new password" in page
    assert "asks for no login" in page
    (filed,) = file_backend.filed_emails()
    assert "/accounts/password/reset/key/" in client.get(f"/outbox/{filed.name}/").content.decode()


def test_the_email_as_html_is_styled_by_itself_and_can_do_nothing(
    folder: Path, client: Client, ann: User
) -> None:
    client.post("/accounts/password/reset/", {"email": ann.email})
    (filed,) = file_backend.filed_emails()
    answer = client.get(f"/outbox/{filed.name}/html")
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert policy[:2] == ["default-src 'none'", "style-src 'unsafe-inline'"]
    assert [rule for rule in policy[2:] if not rule.startswith("sandbox")] == []
    assert "<style>" in answer.content.decode()


@pytest.mark.parametrize(
    ("host", "asked_from"),
    [
        ("nnprep.example", "127.0.0.1"),
        ("localhost", "192.0.2.7"),
        ("localhost.evil.example", "127.0.0.1"),
    ],
)
def test_nobody_elsewhere_sees_the_outbox(
    folder: Path, client: Client, ann: User, host: str, asked_from: str
) -> None:
    client.post("/accounts/password/reset/", {"email": ann.email})
    (filed,) = file_backend.filed_emails()
    for page in ("/outbox/", f"/outbox/{filed.name}/", f"/outbox/{filed.name}/html"):
        assert Client(SERVER_NAME=host, REMOTE_ADDR=asked_from).get(page).status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Real-IP",
        "X-Client-IP",
        "X-Original-URL",
        "True-Client-IP",
        "Via",
        "CF-Connecting-IP",
    ],
)
def test_nothing_is_shown_through_a_proxy_on_the_same_machine(
    folder: Path, client: Client, ann: User, header: str
) -> None:
    client.post("/accounts/password/reset/", {"email": ann.email})
    (filed,) = file_backend.filed_emails()
    for page in ("/outbox/", f"/outbox/{filed.name}/", f"/outbox/{filed.name}/html"):
        assert client.get(page).status_code == 200
        assert client.get(page, headers={header: "127.0.0.1"}).status_code == 404


def test_nothing_is_shown_through_a_proxy_that_says_nothing_of_itself(
    folder: Path, client: Client, ann: User
) -> None:
    """nginx with a single `proxy_pass` names the machine it asks as the host, and asks by HTTP/1.0."""
    client.post("/accounts/password/reset/", {"email": ann.email})
    (filed,) = file_backend.filed_emails()
    for page in ("/outbox/", f"/outbox/{filed.name}/", f"/outbox/{filed.name}/html"):
        assert client.get(page, SERVER_PROTOCOL="HTTP/1.0").status_code == 404


def test_where_the_outbox_is_closed_nothing_is_shown(
    folder: Path, client: Client, settings: Settings
) -> None:
    settings.OUTBOX = False
    assert client.get("/outbox/").status_code == 404


def test_where_emails_are_sent_there_is_no_outbox(client: Client, settings: Settings) -> None:
    settings.EMAIL_FOLDER = None
    settings.ALLOWED_HOSTS = ["localhost"]
    assert client.get("/outbox/").status_code == 404


@pytest.mark.parametrize("name", ["20260302T190000-000000000000", "..%2f..%2fsecret_key", "nonsense"])
def test_a_name_that_is_no_emails_is_not_found(folder: Path, client: Client, name: str) -> None:
    folder.mkdir()
    (folder.parent / "secret_key").write_text("secret")
    assert client.get(f"/outbox/{name}/").status_code == 404


def test_an_empty_outbox_says_what_fills_it(folder: Path, client: Client) -> None:
    assert "No e-mails yet" in client.get("/outbox/").content.decode()


def test_the_clock_files_its_emails_too_and_the_same_email_twice_is_one_file(
    folder: Path, bank: None, ann: User
) -> None:
    remind(ann, hour=19)
    enqueue_due(now=EVENING, limit=500)
    for _ in range(2):
        assert send_pending(clock=lambda: EVENING, seconds=30) == 1
        OutboundEmail.objects.update(state="pending")
    assert len(list(folder.iterdir())) == 1


def test_a_folder_that_cannot_be_written_keeps_the_email_owed(folder: Path) -> None:
    folder.write_text("a file in its place")
    assert mail.send_mail("Subject", "Text", None, ["ann@example.org"]) == 0
    email = OutboundEmail.objects.get()
    assert email.state == "pending"
    assert "cannot be stored" in email.error


def test_an_email_that_is_no_longer_ours_is_not_filed(folder: Path) -> None:
    message = mail.EmailMessage("Subject", "Text", None, ["ann@example.org"])
    with MailConnection(timeout=2) as line:
        assert line.deliver(message, before_data=lambda: False) == Lost()
        assert not folder.exists()
        assert line.deliver(message) == Sent()
    assert len(list(folder.iterdir())) == 1


def test_old_files_are_thrown_away(folder: Path) -> None:
    for subject in ("old", "new"):
        mail.send_mail(subject, "Text", None, ["ann@example.org"])
    old = next(path for path in folder.iterdir() if "Subject: old" in path.read_text())
    long_ago = (timezone.now() - timedelta(days=31)).timestamp()
    os.utime(old, (long_ago, long_ago))
    assert file_backend.delete_filed(before=timezone.now() - timedelta(days=30)) == 1
    assert [filed.subject for filed in file_backend.filed_emails()] == ["new"]


def test_where_emails_are_sent_there_are_no_files_to_throw_away(settings: Settings) -> None:
    settings.EMAIL_FOLDER = None
    assert file_backend.delete_filed(before=timezone.now()) == 0
