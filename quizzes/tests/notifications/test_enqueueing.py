from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mail.models import OutboundEmail
from quizzes.classroom.models import UnwantedAddress
from quizzes.notifications.actions import enqueue_due, move
from quizzes.notifications.actions.composing import Notifications
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.review.models import StudySettings
from quizzes.tests.notifications.writing import DAY, EVENING, NOON, Post, remind, states
from quizzes.tests.review.studying import Study


def kinds(day: date | None = None) -> list[str]:
    emails = OutboundEmail.objects.order_by("key", "kind")
    return [email.kind for email in (emails.filter(key=day.isoformat()) if day else emails)]


def test_an_email_is_owed_when_the_hour_strikes_and_not_a_second_before(ann: User) -> None:
    remind(ann, hour=19)
    enqueue_due(now=EVENING - timedelta(seconds=1), limit=500)
    assert states() == []
    enqueue_due(now=EVENING, limit=500)
    assert states() == ["pending"]


def test_the_hour_is_that_of_the_learners_own_clock(ann: User) -> None:
    ann.time_zone = "Asia/Tokyo"
    ann.save()
    remind(ann, hour=20)
    assert NotificationPreferences.objects.get().next_due_at == datetime(2026, 3, 3, 11, tzinfo=UTC)


def test_however_often_the_clock_ticks_one_email_a_day_is_owed(ann: User) -> None:
    remind(ann, hour=19)
    for minute in range(0, 180, 5):
        enqueue_due(now=EVENING + timedelta(minutes=minute), limit=500)
    NotificationPreferences.objects.update(next_due_at=EVENING)
    enqueue_due(now=EVENING + timedelta(minutes=5), limit=500)
    assert kinds() == [EmailKind.EVENING]


def test_a_clock_that_was_away_for_an_hour_owes_the_email_when_it_is_back(ann: User) -> None:
    remind(ann, hour=19)
    enqueue_due(now=EVENING + timedelta(hours=1), limit=500)
    assert states() == ["pending"]


def test_a_clock_that_was_away_for_days_owes_todays_email_only(ann: User) -> None:
    remind(ann, hour=19)
    enqueue_due(now=EVENING + 3 * DAY + timedelta(minutes=1), limit=500)
    assert [email.key for email in OutboundEmail.objects.all()] == ["2026-03-05"]


def test_preferences_that_a_clock_half_an_hour_ahead_moved_on_are_due_this_evening_again(ann: User) -> None:
    remind(ann, hour=19)
    NotificationPreferences.objects.update(next_due_at=EVENING + DAY)
    enqueue_due(now=EVENING - timedelta(minutes=30), limit=500)
    assert NotificationPreferences.objects.get().next_due_at == EVENING


def test_what_is_two_hours_late_is_let_go(ann: User) -> None:
    remind(ann, hour=19)
    enqueue_due(now=EVENING + timedelta(hours=2), limit=500)
    assert states() == []
    assert NotificationPreferences.objects.get().next_due_at == EVENING + DAY


def test_a_batch_is_no_larger_than_its_limit_and_the_next_one_goes_on(db: None) -> None:
    for number in range(5):
        remind(User.objects.create_user(f"learner{number}@example.org"), hour=19)
    assert [enqueue_due(now=EVENING, limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert states() == ["pending"] * 5


def test_the_queries_of_a_batch_do_not_grow_with_it(db: None) -> None:
    counts = []
    for many in (2, 12):
        for _ in range(many):
            remind(User.objects.create_user(f"learner{User.objects.count()}@example.org"), hour=19)
        with CaptureQueriesContext(connection) as asked:
            enqueue_due(now=EVENING, limit=500)
        counts.append(len(asked))
        NotificationPreferences.objects.update(next_due_at=None)
    assert counts[0] == counts[1]


def test_an_address_the_server_refuses_is_owed_nothing_more(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.server.rcpt = lambda _: "550 5.1.1 no such mailbox"
    post.tick(EVENING)
    post.server.rcpt = lambda _: "250 OK"
    assert post.tick(EVENING + DAY) == 0
    assert states() == ["failed"]
    assert NotificationPreferences.objects.get().bounced_address == ann.email


def test_who_comes_back_ends_their_own_pause_and_nobody_elses(ann: User) -> None:
    bob = User.objects.create_user("bob@example.org")
    for user in (ann, bob):
        remind(user, now=NOON - 90 * DAY, hour=19)
    NotificationPreferences.objects.update(paused_at=NOON - DAY, next_due_at=EVENING)
    NotificationPreferences.objects.filter(user=ann).update(chosen_at=NOON)
    enqueue_due(now=EVENING, limit=500)
    assert list(NotificationPreferences.objects.order_by("user").values_list("paused_at", flat=True)) == [
        None,
        NOON - DAY,
    ]


def test_a_pause_lasts_until_a_sign_of_life_that_is_later(ann: User) -> None:
    remind(ann, now=NOON - DAY, hour=19)
    for chosen, is_paused in [(-1, True), (0, True), (1, False)]:
        NotificationPreferences.objects.update(
            chosen_at=NOON + timedelta(seconds=chosen), paused_at=NOON, next_due_at=EVENING
        )
        enqueue_due(now=EVENING, limit=500)
        assert (NotificationPreferences.objects.get().paused_at is not None) == is_paused


@pytest.mark.parametrize("many", [1, 4])
def test_each_email_of_a_batch_asks_only_whether_its_address_is_unwanted(bank: None, many: int) -> None:
    for number in range(many):
        user = User.objects.create_user(f"learner{number}@example.org")
        remind(user, hour=19)
        Study(user, now=NOON).open()
    enqueue_due(now=EVENING, limit=500)
    emails = list(OutboundEmail.objects.select_related("user"))
    compose = Notifications().prepare(emails, now=EVENING)
    for email in emails:
        with CaptureQueriesContext(connection) as asked:
            assert isinstance(compose(email, EVENING), EmailMessage)
        (query,) = asked.captured_queries
        assert UnwantedAddress._meta.db_table in query["sql"]


def test_changing_the_hour_after_todays_email_does_not_send_another(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.tick(EVENING)
    remind(ann, now=EVENING + timedelta(minutes=5), hour=21)
    post.tick(EVENING + timedelta(hours=2))
    assert len(post.subjects) == 1


def test_an_email_that_was_not_needed_may_come_at_a_later_hour_of_the_day(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    Study(ann, now=NOON).answer_all()
    post.tick(EVENING)
    assert states() == ["cancelled"]
    remind(ann, now=EVENING + timedelta(minutes=5), hour=21)
    enqueue_due(now=EVENING + timedelta(hours=2), limit=500)
    assert states() == ["pending"]


def test_of_earlier_days_what_was_not_needed_stays_as_it_is(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    Study(ann, now=NOON).answer_all()
    post.tick(EVENING)
    remind(ann, now=NOON + DAY, hour=21)
    assert states() == ["cancelled"]


def test_who_flies_from_tokyo_to_lisbon_gets_one_email_a_day(ann: User, post: Post) -> None:
    ann.time_zone = "Asia/Tokyo"
    ann.save()
    remind(ann, now=datetime(2026, 3, 2, 1, tzinfo=UTC), hour=20)
    post.tick(datetime(2026, 3, 2, 11, tzinfo=UTC))
    ann.time_zone = "Europe/Lisbon"
    ann.save()
    move(user=ann, now=datetime(2026, 3, 2, 18, tzinfo=UTC))
    post.tick(datetime(2026, 3, 2, 20, tzinfo=UTC))
    assert len(post.subjects) == 1
    post.tick(datetime(2026, 3, 3, 20, tzinfo=UTC))
    assert len(post.subjects) == 2


def test_who_flies_the_other_way_misses_no_evening(ann: User) -> None:
    ann.time_zone = "Europe/Lisbon"
    ann.save()
    remind(ann, hour=20)
    ann.time_zone = "Asia/Tokyo"
    ann.save()
    move(user=ann, now=datetime(2026, 3, 3, 1, tzinfo=UTC))
    assert NotificationPreferences.objects.get().next_due_at == datetime(2026, 3, 3, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "kind"), [(7, "countdown"), (3, "countdown"), (1, "countdown"), (2, "evening")]
)
def test_the_countdown_takes_the_evening_emails_place_on_its_days(ann: User, days: int, kind: str) -> None:
    StudySettings.objects.create(
        user=ann, next_day_at=NOON, interview_on=EVENING.date() + timedelta(days=days)
    )
    remind(ann, hour=19)
    enqueue_due(now=EVENING, limit=500)
    assert kinds() == [kind]


def test_without_the_countdown_the_evening_email_comes_on_its_days(ann: User) -> None:
    StudySettings.objects.create(user=ann, next_day_at=NOON, interview_on=EVENING.date() + timedelta(days=7))
    remind(ann, hour=19, countdown=False)
    enqueue_due(now=EVENING, limit=500)
    assert kinds() == ["evening"]


def test_the_summary_comes_on_sunday_if_it_is_wanted(ann: User) -> None:
    remind(ann, hour=19, weekly=True, evening=False)
    for day in range(7):
        enqueue_due(now=EVENING + day * DAY, limit=500)
    assert [(email.kind, f"{date.fromisoformat(email.key):%A}") for email in OutboundEmail.objects.all()] == [
        ("weekly", "Sunday")
    ]


def test_who_wants_nothing_is_not_looked_for(ann: User) -> None:
    remind(ann, evening=False, countdown=False, weekly=False)
    assert NotificationPreferences.objects.get().next_due_at is None


def test_nothing_is_owed_to_a_closed_account_or_a_refused_address(ann: User) -> None:
    remind(ann, hour=19)
    User.objects.update(is_active=False)
    enqueue_due(now=EVENING, limit=500)
    User.objects.update(is_active=True)
    NotificationPreferences.objects.update(bounced_address=ann.email)
    enqueue_due(now=EVENING + DAY, limit=500)
    assert states() == []
    NotificationPreferences.objects.update(bounced_address="old@example.org")
    enqueue_due(now=EVENING + 2 * DAY, limit=500)
    assert states() == ["pending"]


def test_a_zone_nobody_knows_counts_as_utc(ann: User) -> None:
    User.objects.update(time_zone="Mars/Olympus")
    remind(User.objects.get(), hour=19)
    enqueue_due(now=EVENING, limit=500)
    assert states() == ["pending"]
