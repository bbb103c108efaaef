from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from mail.actions import leases, send_pending
from mail.composer import composer
from mail.models import OutboundEmail
from nnprep.tests.servers import free_port
from nnprep.tests.sink import HANG_UP, NO_ANSWER, nonsense
from quizzes.bank.models import Question
from quizzes.notifications.actions import stop
from quizzes.notifications.models import NotificationPreferences, Switch
from quizzes.review.models import Card, Item
from quizzes.tests.notifications.writing import EVENING, Post, remind, states
from quizzes.tests.review.packs import choices, load
from quizzes.tests.review.studying import Study

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def learners(many: int) -> list[User]:
    users = [User.objects.create_user(f"learner{number}@example.org") for number in range(many)]
    for user in users:
        remind(user, hour=19)
    return users


def first_time(answer: str, otherwise: str = "250 OK") -> Callable[[str], str]:
    """Answers so to the first e-mail of each address, and otherwise ever after."""
    seen: set[str] = set()

    def say(address: str) -> str:
        if address in seen:
            return otherwise
        seen.add(address)
        return answer

    return say


def only(address: str, answer: str) -> Callable[[str], str]:
    return lambda to: answer if to == address else "250 OK"


def test_what_is_owed_is_sent_once_over_one_connection(post: Post) -> None:
    learners(12)
    before = post.server.connections
    assert post.tick(EVENING) == 12
    assert post.tick(EVENING + MINUTE) == 0
    assert set(states()) == {"sent"}
    assert sorted(post.server.times.values()) == [1] * 12
    assert post.server.connections == before + 1


def test_an_email_says_when_it_was_due_and_when_it_was_sent(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.tick(EVENING + 10 * MINUTE)
    email = OutboundEmail.objects.get()
    assert (email.due_at, email.sent_at, email.attempts) == (EVENING, EVENING + 10 * MINUTE, 1)


def test_two_senders_share_the_work_and_no_email_is_claimed_twice(post: Post) -> None:
    learners(6)
    post.owe(EVENING)
    mine = leases.acquire(now=EVENING, limit=4)
    theirs = leases.acquire(now=EVENING, limit=4)
    assert (len(mine), len(theirs)) == (4, 2)
    assert not {email.pk for email in mine} & {email.pk for email in theirs}


def test_an_email_whose_lease_is_over_is_not_sent_by_its_first_holder(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.server.data = lambda _: "451 4.3.0 later"
    post.tick(EVENING)
    (email,) = leases.acquire(now=EVENING + HOUR, limit=1)
    leases.reclaim(composer=composer(), now=EVENING + HOUR + leases.duration() + SECOND)
    assert not leases.hand_over(email, now=EVENING + 2 * HOUR)


def test_of_a_worker_that_died_only_the_email_in_hand_waits_for_its_lease(post: Post) -> None:
    learners(4)
    post.owe(EVENING)
    emails = leases.acquire(now=EVENING, limit=50)
    leases.set_aside(emails, now=EVENING)
    assert leases.begin(emails[0], now=EVENING)
    assert post.send(EVENING + 15 * SECOND) == 0
    assert post.send(EVENING + 16 * SECOND) == 3
    assert set(OutboundEmail.objects.filter(state="sent").values_list("crashes", "attempts")) == {(0, 1)}
    assert post.send(EVENING + leases.duration() - SECOND) == 0
    assert post.send(EVENING + leases.duration() + SECOND) == 1
    assert OutboundEmail.objects.filter(crashes=1, attempts=2).count() == 1


def test_a_worker_that_dies_over_what_emails_tell_is_a_crash_of_each(post: Post) -> None:
    learners(3)
    post.owe(EVENING)
    leases.acquire(now=EVENING, limit=50)
    assert post.send(EVENING + 30 * SECOND) == 0
    assert post.send(EVENING + 31 * SECOND) == 3
    assert set(OutboundEmail.objects.values_list("crashes", flat=True)) == {1}


def test_an_email_whose_worker_died_is_leased_alone_and_the_others_without_it(post: Post) -> None:
    learners(4)
    post.owe(EVENING)
    first, second, *others = OutboundEmail.objects.order_by("pk").values_list("pk", flat=True)
    OutboundEmail.objects.filter(pk=second).update(crashes=1)
    leased = [[email.pk for email in leases.acquire(now=EVENING, limit=50)] for _ in range(3)]
    assert leased == [[first, *others], [second], []]


def test_an_email_that_another_worker_took_away_is_not_begun(post: Post) -> None:
    learners(2)
    post.owe(EVENING)
    mine = leases.acquire(now=EVENING, limit=50)
    leases.set_aside(mine, now=EVENING)
    leases.reclaim(composer=composer(), now=EVENING + leases.TURN_LEASE + SECOND)
    theirs = leases.acquire(now=EVENING + MINUTE, limit=1)
    assert not any(leases.begin(email, now=EVENING + MINUTE) for email in mine)
    assert leases.begin(theirs[0], now=EVENING + MINUTE)


def test_who_is_asked_to_stop_finishes_the_email_in_hand_and_gives_the_others_back(post: Post) -> None:
    learners(9)
    post.owe(EVENING)
    sent = send_until(post, after=4)
    assert sent == 4
    assert sorted(states()) == ["pending"] * 5 + ["sent"] * 4
    left = OutboundEmail.objects.filter(state="pending")
    assert set(left.values_list("attempts", "crashes", "stage", "holder", "lease_until")) == {
        (0, 0, "", None, None)
    }
    assert post.send() == 5


def send_until(post: Post, *, after: int) -> int:
    """Send until so many have arrived and somebody asks to stop."""
    return send_pending(clock=post, seconds=30, stop=lambda: len(post.server.taken) >= after)


@pytest.mark.parametrize("answer", ["451 4.7.1 come back later", "421 4.3.2 closing"])
def test_what_is_put_off_is_tried_again_with_growing_gaps_of_ten_minutes_at_most(
    ann: User, post: Post, answer: str
) -> None:
    remind(ann, hour=19)
    post.server.rcpt = lambda _: answer
    gaps = []
    now = EVENING
    for _ in range(8):
        post.tick(now)
        following = OutboundEmail.objects.get().not_before
        gaps.append(following - now)
        now = following
    assert gaps == sorted(gaps)
    assert gaps[0] == timedelta(seconds=30)
    assert gaps[-1] == 10 * MINUTE
    email = OutboundEmail.objects.get()
    assert answer.split()[1] in email.error
    assert (email.stage, email.holder, email.lease_until) == ("", None, None)
    post.server.rcpt = lambda _: "250 OK"
    assert post.tick(now) == 1


def test_what_is_put_off_for_two_hours_is_given_up(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.server.rcpt = lambda _: "451 4.7.1 come back later"
    for minutes in range(0, 125, 5):
        post.tick(EVENING + minutes * MINUTE)
    email = OutboundEmail.objects.get()
    assert email.state == "failed"
    assert "come back later" in email.error
    post.server.rcpt = lambda _: "250 OK"
    assert post.tick(EVENING + 3 * HOUR) == 0


@pytest.mark.parametrize("answer", ["550 5.1.1 no such mailbox", "553 5.1.3 not a mailbox"])
def test_an_address_that_is_refused_is_not_written_to_again(ann: User, post: Post, answer: str) -> None:
    learners(3)
    remind(ann, hour=19)
    post.server.rcpt = only(ann.email, answer)
    assert post.tick(EVENING) == 3
    email = OutboundEmail.objects.get(user=ann)
    assert (email.state, email.attempts) == ("failed", 1)
    assert "5.1." in email.error
    preferences = NotificationPreferences.objects.get(user=ann)
    assert preferences.bounced_address == ann.email
    post.server.rcpt = lambda _: "250 OK"
    assert post.tick(EVENING + timedelta(days=1)) == 3


@pytest.mark.parametrize("answer", ["550 5.7.1 we do not like you", "552 5.2.2 mailbox full", "554 5.6.0 no"])
def test_a_refusal_that_does_not_speak_of_the_address_leaves_it_alone(
    ann: User, post: Post, answer: str
) -> None:
    remind(ann, hour=19)
    post.server.data = lambda _: answer
    post.tick(EVENING)
    assert states() == ["failed"]
    assert NotificationPreferences.objects.get().bounced_address == ""


def test_an_email_taken_by_a_server_that_dies_before_saying_so_is_sent_again_under_the_same_name(
    ann: User, post: Post
) -> None:
    remind(ann, hour=19)
    post.server.data = first_time(HANG_UP)
    assert post.tick(EVENING) == 0
    assert OutboundEmail.objects.get().possibly_delivered
    assert post.tick(EVENING + MINUTE) == 1
    assert list(post.server.times.values()) == [2]
    first, second = post.server.emails
    assert first["Date"] == second["Date"]


def test_a_server_that_stalls_over_one_email_does_not_keep_the_others(
    ann: User, post: Post, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    remind(ann, hour=19)
    learners(3)
    post.server.rcpt = only(ann.email, NO_ANSWER)
    assert post.tick(EVENING) == 3
    assert OutboundEmail.objects.get(user=ann).state == "pending"


def test_a_server_that_speaks_nonsense_gets_nothing_and_all_stays_owed(
    post: Post, settings: Settings
) -> None:
    learners(3)
    with nonsense(b"Welcome to the machine\r\n") as port:
        settings.EMAIL_PORT = port
        assert post.tick(EVENING) == 0
    assert states() == ["pending"] * 3
    settings.EMAIL_PORT = post.server.port
    assert post.tick(EVENING + MINUTE) == 3


def test_a_server_that_is_down_is_asked_once_a_tick_not_once_an_email(post: Post, settings: Settings) -> None:
    learners(60)
    settings.EMAIL_PORT = free_port()
    assert post.tick(EVENING) == 0
    assert OutboundEmail.objects.filter(attempts=1).count() == 1
    assert "cannot be reached" in OutboundEmail.objects.filter(attempts=1).get().error
    settings.EMAIL_PORT = post.server.port
    assert post.tick(EVENING + MINUTE) == 60


def test_an_address_with_a_line_break_is_a_logged_reason_and_the_rest_goes_out(
    ann: User, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    learners(3)
    remind(ann, hour=19)
    User.objects.filter(pk=ann.pk).update(email="ann@example.org\nBcc: all@example.org")
    assert post.tick(EVENING) == 3
    email = OutboundEmail.objects.get(user=ann)
    assert email.state == "failed"
    assert "newlines" in email.error
    assert str(email.pk) in caplog.text


def test_an_email_that_cannot_be_written_is_given_up_after_five_tries_and_the_rest_goes_out(
    ann: User, post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    learners(3)
    remind(ann, hour=19)
    Study(ann, now=EVENING - HOUR).open()
    load(choices(topic="broken", number=9, many=1))
    # No code of ours writes such a row; it stands for any defect that strikes one learner.
    question = Question.objects.get(slug="broken-1")
    card = Card.objects.create(
        user=ann, question=question, stability=0.0, difficulty=5.0, last_day=EVENING.date()
    )
    Item.objects.create(session=ann.sessions.get(), card=card, position=0)
    sent = sum(post.tick(EVENING + minutes * MINUTE) for minutes in range(0, 100, 5))
    assert sent == 3
    email = OutboundEmail.objects.get(user=ann)
    assert (email.state, email.attempts, email.crashes) == ("failed", 5, leases.MOST_CRASHES)
    assert "ZeroDivisionError" in email.error
    # Where it happened stands in the log alone.
    assert caplog.text.count(f"e-mail {email.pk} could not be composed\nTraceback") == 5


def test_who_stops_the_email_between_owing_and_sending_gets_none(ann: User, post: Post) -> None:
    preferences = remind(ann, hour=19)
    post.server.rcpt = first_time("451 4.7.1 later")
    post.tick(EVENING)
    stop(public_id=preferences.public_id, switch=Switch.EVENING, now=EVENING)
    assert post.tick(EVENING + 10 * MINUTE) == 0
    assert OutboundEmail.objects.get().error == "it is no longer wanted"


def test_who_finishes_the_session_between_owing_and_sending_gets_none(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.server.rcpt = first_time("451 4.7.1 later")
    post.tick(EVENING)
    Study(ann, now=EVENING + MINUTE).answer_all()
    assert post.tick(EVENING + 20 * MINUTE) == 0
    assert states() == ["cancelled"]


def test_an_interview_that_was_moved_has_no_countdown(ann: User, post: Post) -> None:
    Study(ann, now=EVENING - HOUR).open()
    study = User.objects.get(pk=ann.pk).study
    study.interview_on = EVENING.date() + timedelta(days=3)
    study.save()
    remind(ann, hour=19)
    post.server.rcpt = first_time("451 4.7.1 later")
    post.tick(EVENING)
    study.interview_on = None
    study.save()
    assert post.tick(EVENING + 10 * MINUTE) == 0
    assert OutboundEmail.objects.get().error == "the interview is on another day"


def test_the_queries_of_a_batch_do_not_grow_with_it_but_for_each_emails_own(
    post: Post,
) -> None:
    counts = []
    for many in (2, 10):
        User.objects.all().delete()
        for user in learners(many):
            Study(user, now=EVENING - HOUR).open()
        with CaptureQueriesContext(connection) as asked:
            assert post.tick(EVENING) == many
        counts.append(len(asked))
    per_email = (counts[1] - counts[0]) / 8
    assert per_email <= 7, counts


def test_a_time_limit_leaves_the_rest_of_the_batch_owed(post: Post) -> None:
    learners(4)
    moments = iter([EVENING] * 9 + [EVENING + HOUR] * 50)

    def clock() -> datetime:
        return next(moments)

    post.owe(EVENING)
    sent = send_pending(clock=clock, seconds=30)
    assert 0 < sent < 4
    assert states().count("pending") == 4 - sent
