"""The clock's commands, its health and its clean-up."""

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from mail.models import OutboundEmail
from nnprep.tests.servers import free_port
from nnprep.tests.sink import Sink
from quizzes.jobs.actions import purge_expired
from quizzes.jobs.models import JobRun
from quizzes.tests.jobs.ticking import run_all
from quizzes.tests.notifications.test_pages import email
from quizzes.tests.notifications.writing import remind

pytestmark = pytest.mark.django_db


def test_the_doors_owe_and_send_what_is_due(ann: User, bank: None, mail_server: Sink) -> None:
    now = timezone.now()
    remind(ann, now=now - timedelta(hours=1), hour=now.hour)
    run_all()
    run_all()
    assert len(mail_server.taken) == 1
    assert JobRun.objects.get(name="enqueue e-mails").done == 0


def test_house_keeping_deletes_expired_sessions_and_old_emails_only(ann: User) -> None:
    now = timezone.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(days=1))
    old = now - timedelta(days=91)
    for state in ("sent", "failed", "cancelled", "pending"):
        email(ann, state=state, due_at=old)
    email(ann, state="sent")
    assert purge_expired(now=now, limit=100) == 4
    assert [session.session_key for session in Session.objects.all()] == ["new"]
    assert sorted(OutboundEmail.objects.values_list("state", flat=True)) == ["pending", "sent"]


def test_house_keeping_goes_in_batches(ann: User) -> None:
    old = timezone.now() - timedelta(days=91)
    for _ in range(5):
        email(ann, state="sent", due_at=old)
    assert [purge_expired(now=timezone.now(), limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_a_test_email_arrives(mail_server: Sink) -> None:
    out = StringIO()
    call_command("send_test_email", "ann@example.org", stdout=out)
    (arrived,) = mail_server.emails
    assert arrived["Subject"] == "E-mails from nnprep arrive here"
    assert arrived["Message-ID"] in out.getvalue()


@pytest.mark.parametrize("address", ["ann", "ann@example.org\nBcc: bob@example.org", ""])
def test_a_test_email_needs_an_address(address: str) -> None:
    with pytest.raises(CommandError, match=r"is not an e-mail address. Example: ann@example.org"):
        call_command("send_test_email", address)


def test_a_test_email_that_does_not_leave_says_why(mail_server: Sink, settings: Settings) -> None:
    mail_server.rcpt = lambda _: "550 5.1.1 no such mailbox"
    with pytest.raises(CommandError, match=r"550 5\.1\.1 no such mailbox"):
        call_command("send_test_email", "ann@example.org")
    settings.EMAIL_PORT = free_port()
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("send_test_email", "ann@example.org")
