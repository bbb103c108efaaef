from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO, TextIOWrapper

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import User
from mail.actions import take_bounce
from quizzes.notifications.models import NotificationPreferences
from quizzes.tests.notifications.writing import DAY, EVENING, Post, remind


def notification(
    email: EmailMessage,
    *,
    address: str = "ann@example.org",
    status: str = "5.1.1",
    action: str = "failed",
    headers_only: bool = False,
) -> bytes:
    """A delivery status notification as mail servers write it."""
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["To"] = "MAILER-DAEMON@example.org", "nnprep@localhost"
    report.attach(MIMEText("Your mail could not be delivered."))
    status_part = MIMEBase("message", "delivery-status")
    reporting, receiver = Message(), Message()
    reporting["Reporting-MTA"] = "dns; mx.example.org"
    receiver["Final-Recipient"] = f"rfc822; {address}"
    receiver["Action"], receiver["Status"] = action, status
    receiver["Diagnostic-Code"] = "smtp; 550 5.1.1 User unknown\n in virtual mailbox table"
    status_part.set_payload([reporting, receiver])
    report.attach(status_part)
    returned = message_from_bytes(email.as_bytes())
    if headers_only:
        report.attach(
            MIMEText("".join(f"{name}: {value}\n" for name, value in email.items()), "rfc822-headers")
        )
    else:
        report.attach(MIMEMessage(returned))
    return report.as_bytes()


@pytest.fixture
def email(ann: User, post: Post) -> EmailMessage:
    """An evening e-mail that was taken."""
    remind(ann, hour=19)
    post.tick(EVENING)
    return post.last


@pytest.mark.parametrize("headers_only", [False, True])
def test_an_email_that_comes_back_stops_the_writing(
    ann: User, email: EmailMessage, post: Post, headers_only: bool
) -> None:
    source = notification(email, headers_only=headers_only)
    assert take_bounce(source, now=EVENING + timedelta(hours=5)) == ["ann@example.org"]
    preferences = NotificationPreferences.objects.get()
    assert preferences.bounced_address == ann.email
    assert preferences.bounce_reason == "550 5.1.1 User unknown in virtual mailbox table"
    assert post.tick(EVENING + DAY) == 0


@pytest.mark.parametrize(
    ("status", "action"), [("4.4.1", "delayed"), ("2.0.0", "delivered"), ("5.1.1", "relayed")]
)
def test_a_delay_or_a_delivery_stops_nothing(email: EmailMessage, status: str, action: str) -> None:
    assert take_bounce(notification(email, status=status, action=action), now=EVENING) == []


def test_nobody_can_stop_anothers_emails_with_a_forgery(ann: User, email: EmailMessage, post: Post) -> None:
    bob = User.objects.create_user("bob@example.org")
    remind(bob, now=EVENING, hour=20)
    post.tick(EVENING + timedelta(hours=1))
    forged = EmailMessage()
    forged["Message-ID"] = "<0123456789abcdef0123456789abcdef@localhost>"
    for source in (notification(email, address="bob@example.org"), notification(forged)):
        assert take_bounce(source, now=EVENING + timedelta(hours=2)) == []
    assert set(NotificationPreferences.objects.values_list("bounced_address", flat=True)) == {""}


def test_an_email_of_long_ago_that_comes_back_changes_nothing(email: EmailMessage) -> None:
    assert take_bounce(notification(email), now=EVENING + 15 * DAY) == []


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\xff\x00 nonsense",
        b"Subject: Out of office\n\nI am away.\n",
        b"Content-Type: multipart/report\n\n",
    ],
)
def test_any_other_mail_changes_nothing(db: None, source: bytes) -> None:
    assert take_bounce(source, now=EVENING) == []


def test_the_command_reads_its_standard_input_and_says_what_followed(
    email: EmailMessage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = EVENING + timedelta(hours=1)
    for source, said in (
        (b"Subject: hello\n\n", "Nothing follows"),
        (notification(email), "ann@example.org is not"),
    ):
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(source)))
        with time_machine.travel(now, tick=False):
            call_command("take_bounce")
        assert said in capsys.readouterr().out
