"""What the outbox says of itself: what waits, since when, what failed, and when an e-mail left last."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from accounts.models import User
from mail.actions import leases
from mail.composer import composer
from mail.models import STORED, Outage, OutboundEmail
from mail.queries import MAIL_SERVER, backlog, oldest_sendable
from mail.tests.test_sending import learners
from nnprep.tests.servers import free_port
from quizzes.tests.notifications.writing import EVENING, Post, states

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def email(user: User, state: str, due_at: datetime, **more: object) -> OutboundEmail:
    times = {"due_at": due_at, "not_before": due_at, "expires_at": due_at + DAY}
    return OutboundEmail.objects.create(**{"user": user, "kind": STORED, "state": state, **times, **more})


def test_what_waits_what_is_in_hand_and_what_failed_are_counted_apart(ann: User) -> None:
    for state, many in (("pending", 3), ("leased", 2), ("failed", 4), ("sent", 5), ("cancelled", 6)):
        for hours in range(many):
            email(ann, state, EVENING - hours * HOUR)
    found = backlog(EVENING)
    assert (found.pending, found.leased, found.failed) == (3, 2, 4)


def test_the_oldest_that_waits_is_told_whether_or_not_someone_has_it_in_hand(ann: User) -> None:
    assert backlog(EVENING).oldest_pending is None
    email(ann, "sent", EVENING - 3 * HOUR)
    email(ann, "pending", EVENING - HOUR)
    assert backlog(EVENING).oldest_pending == EVENING - HOUR
    email(ann, "leased", EVENING - 2 * HOUR)
    assert backlog(EVENING).oldest_pending == EVENING - 2 * HOUR


def test_when_the_last_one_left_is_told_for_as_long_as_one_may_wait(ann: User) -> None:
    email(ann, "sent", EVENING, sent_at=EVENING + HOUR)
    email(ann, "sent", EVENING - HOUR, sent_at=EVENING)
    assert backlog(EVENING + 6 * DAY - HOUR).last_sent == EVENING + HOUR
    assert backlog(EVENING + 6 * DAY).last_sent is None


def test_the_latest_twenty_failures_are_shown(ann: User) -> None:
    failed = [email(ann, "failed", EVENING - hours * HOUR) for hours in range(21)]
    email(ann, "expired", EVENING)
    assert backlog(EVENING).failures == failed[:20]


def test_the_longest_waiting_is_one_that_could_leave_now(ann: User) -> None:
    email(ann, "sent", EVENING - 5 * HOUR)
    email(ann, "leased", EVENING - 4 * HOUR)
    email(ann, "pending", EVENING + HOUR)
    assert oldest_sendable(EVENING) is None
    email(ann, "pending", EVENING - 3 * HOUR, not_before=EVENING - 2 * HOUR)
    assert oldest_sendable(EVENING) == EVENING - 2 * HOUR


def test_an_outage_in_which_nothing_waits_lasts_until_the_server_answers(
    post: Post, settings: Settings
) -> None:
    Outage.objects.create(name=MAIL_SERVER, since=EVENING, unreachable=True)
    settings.EMAIL_PORT = free_port()
    post.send(EVENING + HOUR)
    assert Outage.objects.get().unreachable
    settings.EMAIL_PORT = post.server.port
    post.send(EVENING + 2 * HOUR)
    assert not Outage.objects.get().unreachable


def test_an_outage_tells_since_when_why_and_how_many_emails_were_turned_down(post: Post) -> None:
    learners(3)
    post.server.rcpt = lambda _: "451 4.7.1 come back later"
    for tick in range(3):
        # The same e-mails, tried again, count no more.
        assert post.tick(EVENING + tick * HOUR / 12) == 0
        found = Outage.objects.get()
        assert (found.since, found.unreachable, found.emails) == (EVENING, False, 3)
        assert "come back later" in found.reason
    post.server.rcpt = lambda _: "250 OK"
    assert post.tick(EVENING + HOUR) == 3
    assert not Outage.objects.exists()


def test_a_server_that_answers_again_is_reachable_though_it_takes_nothing(
    post: Post, settings: Settings
) -> None:
    _, second = learners(2)
    post.owe(EVENING)
    # While one waits, nobody looks whether the server answers.
    OutboundEmail.objects.filter(user=second).update(not_before=EVENING + HOUR / 6)
    settings.EMAIL_PORT = free_port()
    post.send(EVENING)
    found = Outage.objects.get()
    assert (found.unreachable, found.emails) == (True, 0)
    settings.EMAIL_PORT = post.server.port
    post.server.rcpt = lambda _: "550 5.1.1 no such mailbox"
    post.send(EVENING + HOUR / 12)
    found = Outage.objects.get()
    assert (found.unreachable, found.since) == (False, EVENING)
    assert states() == ["failed", "pending"]


def test_what_it_is_too_late_for_has_failed_where_sending_was_tried_and_else_expired(ann: User) -> None:
    tried = [email(ann, "pending", EVENING - 2 * DAY, error="451 later") for _ in range(2)]
    untried = email(ann, "pending", EVENING - 2 * DAY)
    in_time = email(ann, "pending", EVENING)
    assert leases.expire(composer=composer(), now=EVENING) == 3
    for one, end in ((tried[0], "failed"), (tried[1], "failed"), (untried, "expired"), (in_time, "pending")):
        one.refresh_from_db()
        assert one.state == end
