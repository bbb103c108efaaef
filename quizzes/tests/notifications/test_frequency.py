from datetime import date, timedelta

from accounts.models import User
from mail.models import OutboundEmail
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.tests.notifications.writing import DAY, EVENING, Post, remind, text_of
from quizzes.tests.review.studying import Study


def sent_days(kind: EmailKind) -> list[int]:
    emails = OutboundEmail.objects.filter(kind=kind, state="sent").order_by("key")
    return [(date.fromisoformat(email.key) - EVENING.date()).days for email in emails]


def live(post: Post, days: range) -> None:
    for day in days:
        post.tick(EVENING + day * DAY)


def test_seven_emails_come_daily_four_weekly_then_one_says_that_there_is_a_pause(
    ann: User, post: Post
) -> None:
    remind(ann, hour=19)
    live(post, range(80))
    assert sent_days(EmailKind.EVENING) == [0, 1, 2, 3, 4, 5, 6, 13, 20, 27, 34]
    assert sent_days(EmailKind.PAUSE) == [41]
    assert post.subjects[-1] == "We stop writing until you are back"


def test_the_first_weekly_email_says_that_it_is_weekly_now(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    live(post, range(7))
    assert "once a week" not in text_of(post.last)
    live(post, range(7, 14))
    assert "once a week" in text_of(post.last)


def test_an_answer_brings_the_daily_email_back(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    live(post, range(10))
    Study(ann, now=EVENING + 9 * DAY + timedelta(hours=1)).answer()
    live(post, range(10, 12))
    assert sent_days(EmailKind.EVENING)[-2:] == [10, 11]


def test_an_answer_ends_the_pause(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    live(post, range(60))
    assert NotificationPreferences.objects.get().paused_at is not None
    Study(ann, now=EVENING + 60 * DAY - timedelta(hours=1)).answer()
    live(post, range(60, 62))
    assert NotificationPreferences.objects.get().paused_at is None
    assert sent_days(EmailKind.EVENING)[-2:] == [60, 61]
    assert sent_days(EmailKind.PAUSE) == [41]


def test_choosing_anew_ends_the_pause(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    live(post, range(60))
    remind(ann, now=EVENING + 60 * DAY - timedelta(hours=1), hour=19)
    live(post, range(60, 62))
    assert sent_days(EmailKind.EVENING)[-2:] == [60, 61]
    assert sent_days(EmailKind.PAUSE) == [41]


def test_a_day_on_which_all_was_answered_needs_no_email(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    Study(ann, now=EVENING - timedelta(hours=3)).answer_all()
    post.tick(EVENING)
    assert post.subjects == []
    email = OutboundEmail.objects.get()
    assert (email.state, email.error) == ("cancelled", "nothing is left to answer today")
