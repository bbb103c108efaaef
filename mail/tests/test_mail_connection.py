"""One connection for many e-mails: what the server says of one leaves it good for the next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.mail import EmailMessage
from django.core.management import call_command
from pytest_django import Settings

from accounts.models import User
from mail.actions import send_pending
from mail.actions.leases import TOO_LATE
from mail.delivery import Down, Lost, MailConnection, Sent
from mail.models import OutboundEmail
from nnprep.tests.sink import Sink
from quizzes.tests.notifications.writing import EVENING, Post, remind, states, text_of

HOUR = timedelta(hours=1)


def message(to: str) -> EmailMessage:
    return EmailMessage("Subject", "Text", to=[to])


def test_an_email_that_is_no_longer_ours_stays_here_and_the_next_one_leaves(mail_server: Sink) -> None:
    with MailConnection(timeout=2) as line:
        assert line.deliver(message("ann@example.org"), before_data=lambda: False) == Lost()
        assert line.deliver(message("bob@example.org")) == Sent()
    assert [to for _, to in mail_server.taken] == ["bob@example.org"]
    assert mail_server.connections == 1


@pytest.mark.parametrize(
    ("answer", "tried"),
    [
        ("400 not now", 3),
        ("451 4.3.2 not now", 3),
        ("421 4.3.2 closing", 3),
        ("500 not from you", 1),
        ("550 5.7.1 not from you", 1),
    ],
)
def test_a_server_that_takes_nothing_from_us_now_is_asked_for_each_email_else_once(
    post: Post, answer: str, tried: int
) -> None:
    for number in range(3):
        remind(User.objects.create_user(f"learner{number}@example.org"), hour=19)
    post.server.mail = lambda _: answer
    assert post.tick(EVENING) == 0
    assert states() == ["pending"] * 3
    assert OutboundEmail.objects.filter(attempts=1).count() == tried
    assert "does not take e-mails from us" in OutboundEmail.objects.filter(attempts=1)[0].error
    post.server.mail = lambda _: "250 OK"
    assert post.tick(EVENING + timedelta(minutes=1)) == 3


@pytest.mark.parametrize(
    ("answer", "state"), [("451 later", "pending"), ("500 what?", "failed"), ("554 no", "failed")]
)
def test_what_the_server_says_of_the_text_puts_it_off_or_ends_it(
    ann: User, post: Post, answer: str, state: str
) -> None:
    remind(ann, hour=19)
    post.server.data = lambda _: answer
    assert post.tick(EVENING) == 0
    assert states() == [state]


def test_where_tls_is_asked_for_and_the_server_has_none_no_email_leaves_in_the_clear(
    mail_server: Sink, settings: Settings
) -> None:
    settings.EMAIL_USE_TLS = True
    with MailConnection(timeout=2) as line:
        for _ in range(2):
            assert isinstance(line.deliver(message("ann@example.org")), Down)
    assert mail_server.taken == []


def test_an_email_that_comes_too_late_while_it_is_in_hand_does_not_leave(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.owe(EVENING)

    def clock() -> datetime:
        in_hand = OutboundEmail.objects.filter(state="leased").exists()
        return EVENING + 2 * HOUR if in_hand else EVENING + HOUR

    assert send_pending(clock=clock, seconds=2 * 3600) == 0
    assert post.server.taken == []
    email = OutboundEmail.objects.get()
    assert (email.state, email.error) == ("expired", TOO_LATE)


def test_the_test_email_says_where_it_comes_from_and_when(mail_server: Sink, db: None) -> None:
    for _ in range(2):
        call_command("send_test_email", "ann@example.org")
    first, second = mail_server.emails
    assert "https://nnprep.example" in text_of(first)
    assert first["Date"]
    assert first["Message-ID"] != second["Message-ID"]
