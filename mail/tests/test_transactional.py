"""E-mails someone waits for: they leave in the request, and what does not leave is kept."""

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from mail.actions import leases, send_pending
from mail.actions.transactional import RefusedError, send_at_once
from mail.composer import composer
from mail.models import OutboundEmail
from nnprep.tests.servers import free_port
from nnprep.tests.sink import HANG_UP, NO_ANSWER, Sink
from quizzes.notifications.models import NotificationPreferences
from quizzes.tests.notifications.writing import EVENING, remind, text_of

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture
def codes(settings: Settings, mail_server: Sink) -> Sink:
    """Addresses are verified, as where e-mails leave."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    return mail_server


def reset(client: Client, email: str = "ann@example.org") -> str:
    return client.post("/accounts/password/reset/", {"email": email}, follow=True).content.decode()


def test_a_reset_email_leaves_in_the_request_and_its_text_is_not_kept(
    client: Client, ann: User, mail_server: Sink
) -> None:
    page = reset(client)
    assert "does not answer" not in page
    email = OutboundEmail.objects.get()
    assert (email.state, email.source, email.user, email.address) == ("sent", "", ann, "")
    (arrived,) = mail_server.emails
    assert arrived["Subject"] == "Choose a new password"
    link = re.search(r"https://nnprep\.example(/accounts/password/reset/key/\S+)", text_of(arrived))
    assert link
    assert link[0] in text_of(arrived, "html")
    assert "password" in client.get(link[1], follow=True).content.decode()


def test_a_code_leaves_in_the_request_and_lets_its_reader_in(client: Client, codes: Sink) -> None:
    client.post("/accounts/signup/", {"email": "bob@example.org", "password1": PASSWORD})
    (arrived,) = codes.emails
    code = re.search(r"^([A-Z0-9-]{6,9})$", text_of(arrived), re.MULTILINE)
    assert code
    assert f'<p class="code">{code[1]}</p>' in text_of(arrived, "html")
    assert code[1] not in arrived["Subject"]
    client.post("/accounts/confirm-email/", {"code": code[1]})
    assert "_auth_user_id" in client.session


def test_a_security_notice_comes_in_the_same_style(web: Client, mail_server: Sink) -> None:
    new = {"password1": "another long one", "password2": "another long one"}
    web.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new})
    (arrived,) = mail_server.emails
    assert arrived["Subject"] == "Your password was changed"
    assert "Auto-Submitted" in arrived
    assert "https://nnprep.example/accounts/password/reset/" in text_of(arrived, "html")


def test_when_the_server_is_down_the_page_says_so_and_the_clock_sends_the_email(
    client: Client, ann: User, mail_server: Sink, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    page = reset(client)
    assert "The mail server does not answer just now. The e-mail to ann@example.org is kept" in page
    email = OutboundEmail.objects.get()
    assert email.state == "pending"
    assert "cannot be reached" in email.error
    settings.EMAIL_PORT = mail_server.port
    later = timezone.now() + timedelta(minutes=1)
    assert send_pending(clock=lambda: later, seconds=30) == 1
    (arrived,) = mail_server.emails
    assert "https://nnprep.example/accounts/password/reset/key/" in text_of(arrived)
    email.refresh_from_db()
    assert (email.state, email.source) == ("sent", "")


@pytest.mark.parametrize("answer", [NO_ANSWER, HANG_UP, "451 4.3.0 later"])
def test_a_server_that_stalls_or_puts_it_off_keeps_nobody_waiting(
    client: Client, ann: User, mail_server: Sink, answer: str
) -> None:
    mail_server.rcpt = lambda _: answer
    assert "The e-mail to ann@example.org is kept" in reset(client)
    assert OutboundEmail.objects.get().state == "pending"


def test_an_email_taken_but_not_confirmed_is_sent_again_under_the_same_name(
    client: Client, ann: User, mail_server: Sink
) -> None:
    mail_server.data = lambda _: HANG_UP
    reset(client)
    mail_server.data = lambda _: "250 OK"
    later = timezone.now() + timedelta(minutes=1)
    send_pending(clock=lambda: later, seconds=30)
    assert list(mail_server.times.values()) == [2]


def test_a_code_that_has_become_useless_is_not_sent_and_not_kept(
    client: Client, codes: Sink, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    client.post("/accounts/signup/", {"email": "bob@example.org", "password1": PASSWORD})
    assert OutboundEmail.objects.get().source
    settings.EMAIL_PORT = codes.port
    later = timezone.now() + timedelta(minutes=16)
    assert send_pending(clock=lambda: later, seconds=30) == 0
    email = OutboundEmail.objects.get()
    assert (email.state, email.source) == ("failed", "")


def test_a_request_that_died_while_sending_leaves_the_email_to_the_clock(
    client: Client, ann: User, mail_server: Sink, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    reset(client)
    settings.EMAIL_PORT = mail_server.port
    now = timezone.now()
    OutboundEmail.objects.update(state="leased", stage="begun", lease_until=now + timedelta(seconds=120))
    assert send_pending(clock=lambda: now + timedelta(seconds=60), seconds=30) == 0
    assert send_pending(clock=lambda: now + timedelta(seconds=121), seconds=30) == 1


def test_an_email_whose_request_was_killed_is_anybodys_when_its_lease_is_over(mail_server: Sink) -> None:
    class KilledError(BaseException):
        pass

    def clock() -> datetime:
        if OutboundEmail.objects.exists():
            raise KilledError
        return EVENING

    message = mail.EmailMessage("Subject", "Text", None, ["ann@example.org"])
    with pytest.raises(KilledError):
        send_at_once([message], clock=clock)
    over = EVENING + leases.duration() + timedelta(seconds=1)
    assert leases.reclaim(composer=composer(), now=over) == 1
    assert send_pending(clock=lambda: over, seconds=30) == 1


def test_what_is_put_off_in_the_request_is_tried_again_half_a_minute_later(mail_server: Sink) -> None:
    mail_server.rcpt = lambda _: "451 4.7.1 later"
    message = mail.EmailMessage("Subject", "Text", None, ["ann@example.org"])
    assert send_at_once([message], clock=lambda: EVENING) == 0
    email = OutboundEmail.objects.get()
    assert (email.attempts, email.not_before) == (1, EVENING + timedelta(seconds=30))


def test_while_a_request_sends_an_email_nobody_else_takes_it(mail_server: Sink) -> None:
    taken: list[int] = []

    def clock() -> datetime:
        almost = EVENING + leases.duration() - timedelta(seconds=1)
        taken.append(leases.reclaim(composer=composer(), now=almost))
        return EVENING

    message = mail.EmailMessage("Subject", "Text", None, ["ann@example.org"])
    assert send_at_once([message], clock=clock) == 1
    assert set(taken) == {0}


def test_an_address_the_server_refuses_is_named_on_the_page_with_the_reason(
    client: Client, codes: Sink
) -> None:
    codes.rcpt = lambda _: "550 5.1.1 no such mailbox"
    page = client.post(
        "/accounts/signup/", {"email": "bbo@example.org", "password1": PASSWORD}, follow=True
    ).content.decode()
    assert "refuses e-mails to bbo@example.org" in page
    assert "no such mailbox" in page
    assert OutboundEmail.objects.get().state == "failed"


def test_an_email_somebody_asked_for_and_got_makes_a_refused_address_good_again(
    client: Client, ann: User, mail_server: Sink
) -> None:
    remind(ann)
    NotificationPreferences.objects.update(bounced_address=ann.email, bounce_reason="550")
    reset(client)
    assert NotificationPreferences.objects.get().bounced_address == ""


def test_each_receiver_of_a_message_has_an_email_of_its_own(mail_server: Sink) -> None:
    mail_server.rcpt = lambda to: "451 4.7.1 later" if to == "bob@example.org" else "250 OK"
    sent = mail.send_mail("Subject", "Text", None, ["ann@example.org", "bob@example.org"])
    assert sent == 1
    assert sorted(OutboundEmail.objects.values_list("address", "state")) == [
        ("", "sent"),
        ("bob@example.org", "pending"),
    ]
    assert [to for _, to in mail_server.taken] == ["ann@example.org"]


def test_a_message_that_cannot_be_written_is_refused_and_the_others_go_out(mail_server: Sink) -> None:
    receivers = ("a@example.org\nBcc: b@example.org", "c@example.org")
    messages = [mail.EmailMessage("Subject", "Text", None, [to]) for to in receivers]
    with pytest.raises(RefusedError, match="newlines"):
        mail.get_connection().send_messages(messages)
    assert [to for _, to in mail_server.taken] == ["c@example.org"]


def test_text_beyond_ascii_arrives_as_it_was_written_by_the_clock_too(
    mail_server: Sink, settings: Settings
) -> None:
    settings.EMAIL_PORT = free_port()
    mail.send_mail("Übung “zwei”", "Größe: 3 µm – naïve\n.\n..dots", None, ["ann@example.org"])
    settings.EMAIL_PORT = mail_server.port
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        assert send_pending(clock=timezone.now, seconds=30) == 1
    (arrived,) = mail_server.emails
    assert arrived["Subject"] == "Übung “zwei”"
    assert text_of(arrived).splitlines() == ["Größe: 3 µm – naïve", ".", "..dots"]
