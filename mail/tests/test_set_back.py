"""A machine's clock that was ahead and is right again: nothing waits until real time catches up."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from accounts.models import User
from mail.actions import leases, set_back
from mail.models import STORED, OutboundEmail
from mail.tests.test_sending import learners
from quizzes.notifications.actions import enqueue_due
from quizzes.notifications.email_types import RECURRING
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.review.actions.sessions import open_due_sessions
from quizzes.review.models import Session, StudySettings
from quizzes.tests.notifications.writing import DAY, EVENING, NOON, Post, remind, states
from quizzes.tests.review.studying import Study

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("ahead", [3 * HOUR, 20 * HOUR, 2 * DAY, 400 * DAY])
def test_after_a_clock_that_was_ahead_every_evening_has_its_email(
    ann: User, post: Post, ahead: timedelta
) -> None:
    remind(ann, hour=19)
    post.tick(NOON)
    post.tick(NOON + ahead)
    early = len(post.server.taken)
    post.tick(NOON + MINUTE)
    for evening in range(4):
        Study(ann, now=EVENING + evening * DAY - HOUR).open()
        post.tick(EVENING + evening * DAY)
    assert len(post.server.taken) - early == 4, states()
    sent = OutboundEmail.objects.filter(
        state="sent", key__lt=(EVENING + 4 * DAY).date().isoformat()
    ).order_by("key")
    days = [(EVENING + evening * DAY).date() for evening in range(4)]
    assert [date.fromisoformat(key) for key in sent.values_list("key", flat=True)] == days


def test_a_jump_of_an_hour_over_the_email_brings_no_second_one(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.tick(EVENING - HOUR / 2)
    assert post.tick(EVENING + HOUR / 2) == 1
    for minutes in range(0, 60, 10):
        assert post.tick(EVENING - HOUR / 2 + minutes * MINUTE) == 0
    assert NotificationPreferences.objects.get().next_due_at == EVENING + DAY


def test_a_reminder_that_is_due_when_it_should_be_stays_as_it_is(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    enqueue_due(now=EVENING - MINUTE, limit=10)
    assert NotificationPreferences.objects.get().next_due_at == EVENING


def test_a_lease_of_a_clock_that_was_ahead_ends_with_the_lease(post: Post) -> None:
    learners(2)
    post.owe(EVENING)
    (email, _) = leases.acquire(now=EVENING + 2 * DAY, limit=2)
    assert leases.begin(email, now=EVENING + 2 * DAY)
    assert post.send(EVENING) == 0
    assert leases.begin(email, now=EVENING), "whoever has it in hand keeps it meanwhile"
    assert post.send(EVENING + leases.duration() + MINUTE) == 2


def test_clocks_that_differ_by_seconds_take_no_lease_and_no_wait_from_each_other(post: Post) -> None:
    learners(2)
    post.owe(EVENING)
    soon = EVENING + MINUTE / 2
    (leased, waiting) = leases.acquire(now=soon, limit=2)
    assert leases.begin(leased, now=soon)
    longest = soon + leases.LONGEST_GAP
    OutboundEmail.objects.filter(pk=waiting.pk).update(state="pending", due_at=longest, not_before=longest)
    set_back.free_leases(recurring=RECURRING, now=EVENING)
    leased.refresh_from_db()
    waiting.refresh_from_db()
    assert leased.lease_until == soon + leases.duration()
    assert (waiting.state, waiting.not_before) == ("pending", longest)


def test_an_email_for_this_evening_that_a_clock_ahead_put_off_leaves_now(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.owe(EVENING)
    OutboundEmail.objects.update(not_before=EVENING + DAY)
    set_back.free_leases(recurring=RECURRING, now=EVENING - MINUTE / 2)
    email = OutboundEmail.objects.get()
    assert (email.state, email.not_before) == ("pending", EVENING - MINUTE / 2)


@pytest.mark.parametrize("due_at", [NOON, NOON + DAY])
def test_an_e_mail_that_was_put_off_by_a_clock_that_was_ahead_leaves_now(
    ann: User, post: Post, due_at: datetime
) -> None:
    email = OutboundEmail.objects.create(
        user=ann, kind=STORED, address="ann@example.org", source="Subject: A code\n\n12345",
        due_at=due_at, not_before=NOON + 2 * DAY, expires_at=due_at + DAY, error="451 later",
    )  # fmt: skip
    assert post.send(NOON) == 1
    email.refresh_from_db()
    assert email.state == "sent"


def test_an_email_for_an_evening_to_come_is_not_sent_now(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.owe(EVENING + 2 * DAY)
    assert post.send(NOON) == 0
    assert states() == ["cancelled"]
    assert post.tick(EVENING) == 1


@pytest.mark.parametrize("state", ["sent", "failed", "expired", "cancelled"])
@pytest.mark.parametrize(("ahead", "is_freed"), [(12 * HOUR, False), (12 * HOUR + MINUTE, True)])
def test_a_date_more_than_half_a_day_ahead_gets_an_email_of_its_own_however_the_early_one_ended(
    ann: User, state: str, ahead: timedelta, is_freed: bool
) -> None:
    email = OutboundEmail.objects.create(
        user=ann, kind=EmailKind.EVENING, key=EVENING.date().isoformat(), state=state,
        due_at=EVENING, not_before=EVENING, expires_at=EVENING + HOUR,
    )  # fmt: skip
    set_back.free_keys(recurring=RECURRING, now=EVENING - ahead)
    email.refresh_from_db()
    assert (email.key == "") is is_freed


def test_a_pause_that_begins_in_the_future_is_over(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    NotificationPreferences.objects.update(paused_at=EVENING + 30 * DAY)
    assert post.tick(EVENING) == 1
    assert NotificationPreferences.objects.get().paused_at is None


def test_study_days_that_a_clock_ahead_opened_are_closed_and_the_right_ones_open(
    ann: User, bank: None
) -> None:
    day = NOON.date()
    Study(ann, now=NOON).open()
    Study(ann, now=NOON + 2 * DAY).open()
    open_due_sessions(now=NOON + 2 * DAY, limit=10)
    open_due_sessions(now=NOON + HOUR, limit=10)
    assert list(Session.objects.values_list("study_day", flat=True)) == [day]
    assert StudySettings.objects.get().next_day_at <= NOON + DAY
    open_due_sessions(now=NOON + DAY, limit=10)
    assert sorted(Session.objects.values_list("study_day", flat=True)) == [day, day + timedelta(days=1)]


def test_a_study_day_in_the_future_on_which_something_was_answered_stays(ann: User, bank: None) -> None:
    ahead = Study(ann, now=NOON + 2 * DAY)
    ahead.open()
    ahead.answer_all()
    open_due_sessions(now=NOON, limit=10)
    assert list(Session.objects.values_list("study_day", flat=True)) == [(NOON + 2 * DAY).date()]
