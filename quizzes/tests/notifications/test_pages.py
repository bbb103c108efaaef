from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mail.models import OutboundEmail
from quizzes.jobs.actions import record_run
from quizzes.jobs.models import JobRun
from quizzes.notifications.models import NotificationPreferences
from quizzes.tests.jobs.ticking import JOBS
from quizzes.tests.notifications.writing import remind

CHOSEN = {"hour": "20", "evening": "on", "weekly": "on"}


def email(user: User, **fields: object) -> OutboundEmail:
    now = timezone.now()
    return OutboundEmail.objects.create(
        **{"user": user, "kind": "evening", "due_at": now, "not_before": now, "expires_at": now, **fields}
    )


def test_no_emails_come_until_someone_asks_for_them(web: Client) -> None:
    page = web.get("/settings/emails/").content.decode()
    assert "No daily e-mails come so far" in page
    assert not NotificationPreferences.objects.exists()


def test_saving_stores_the_preferences_and_the_next_due_moment(web: Client, ann: User) -> None:
    answer = web.post("/settings/emails/", CHOSEN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/emails/")
    preferences = NotificationPreferences.objects.get(user=ann)
    assert (preferences.hour, preferences.evening, preferences.countdown, preferences.weekly) == (
        20,
        True,
        False,
        True,
    )
    assert preferences.next_due_at is not None
    assert preferences.next_due_at.hour == 20
    assert timedelta(0) < preferences.next_due_at - timezone.now() <= timedelta(days=1)


@pytest.mark.parametrize("hour", ["24", "-1", "19:30", "evening", ""])
def test_an_hour_out_of_range_is_refused_with_the_mend(web: Client, hour: str) -> None:
    answer = web.post("/settings/emails/", CHOSEN | {"hour": hour})
    assert answer.status_code == 422
    assert "full hour from 00:00 to 23:00" in answer.content.decode()
    assert not NotificationPreferences.objects.exists()


def test_only_ones_own_reminder_is_changed(web: Client, ann: User) -> None:
    bob = User.objects.create_user("bob@example.org")
    remind(bob, hour=7)
    web.post("/settings/emails/", CHOSEN | {"user": str(bob.pk)})
    assert NotificationPreferences.objects.get(user=bob).hour == 7


def test_a_new_zone_moves_the_next_email(web: Client, ann: User) -> None:
    remind(ann, now=timezone.now(), hour=20)
    fields = {
        "minutes_a_day": "20",
        "new_per_day": "10",
        "retention": "90",
        "rollover_hour": "4",
        "theme": "auto",
    }
    assert web.post("/settings/", fields | {"time_zone": "Asia/Tokyo"}).status_code == 303
    due = NotificationPreferences.objects.get().next_due_at
    assert due is not None
    assert due.hour == 11


def test_the_interviews_date_is_kept_shown_and_refused_when_it_is_none(web: Client, ann: User) -> None:
    fields = {
        "minutes_a_day": "20",
        "new_per_day": "10",
        "retention": "90",
        "rollover_hour": "4",
        "theme": "auto",
    }
    fields |= {"time_zone": "UTC"}
    assert web.post("/settings/", fields | {"interview_on": "2026-11-30"}).status_code == 303
    assert 'value="2026-11-30"' in web.get("/settings/").content.decode()
    answer = web.post("/settings/", fields | {"interview_on": "30 November"})
    assert answer.status_code == 422
    assert "Write a date as year, month and day: 2026-11-30." in answer.content.decode()


def test_a_refused_address_is_told_on_the_next_visit_with_a_way_to_mend_it(web: Client, ann: User) -> None:
    assert "do not reach you" not in web.get("/today/").content.decode()
    remind(ann)
    NotificationPreferences.objects.update(
        bounced_address=ann.email, bounce_reason="550 5.1.1 no such mailbox"
    )
    page = web.get("/today/").content.decode()
    assert "do not reach you" in page
    assert "550 5.1.1 no such mailbox" in page
    assert "/accounts/email/" in page
    assert web.post("/settings/emails/again/").status_code == 303
    assert "do not reach you" not in web.get("/today/").content.decode()


def test_a_refusal_of_an_address_one_no_longer_has_is_not_told(web: Client, ann: User) -> None:
    remind(ann)
    NotificationPreferences.objects.update(bounced_address="old@example.org", bounce_reason="550")
    assert "do not reach you" not in web.get("/today/").content.decode()


def test_the_page_takes_a_constant_number_of_queries(web: Client, ann: User) -> None:
    counts = []
    for kind in ("evening", "weekly"):
        with CaptureQueriesContext(connection) as asked:
            web.get("/settings/emails/")
        counts.append(len(asked))
        remind(ann)
        for day in range(20):
            email(ann, kind=kind, key=str(timezone.now().date() - timedelta(days=day)))
    assert max(counts) <= 5


def test_the_clocks_page_is_for_staff_and_for_nobody_else_there_is_none(web: Client, ann: User) -> None:
    stranger = web.get("/staff/clock/")
    assert stranger.status_code == 404
    assert stranger.content == web.get("/staff/cloak/").content
    ann.is_staff = True
    ann.save()
    assert web.get("/staff/clock/").status_code == 200


def test_the_clocks_page_shows_last_runs_what_is_owed_and_why_emails_failed(web: Client, ann: User) -> None:
    User.objects.update(is_staff=True)
    now = timezone.now()
    for name in JOBS:
        record_run(name=name, began=now, ended=now + timedelta(milliseconds=250), done=7)
    email(ann, due_at=now - timedelta(minutes=42), not_before=now + timedelta(minutes=1))
    email(ann, state="failed", error="550 5.1.1 no such mailbox", kind="weekly")
    email(ann, state="sent", sent_at=now, kind="pause")
    page = web.get("/staff/clock/").content.decode()
    assert "It is well" in page
    for shown in (*JOBS, "15 min", "250", "7", "42\xa0minutes", "550 5.1.1 no such mailbox"):
        assert shown in page, shown
    JobRun.objects.filter(name="send e-mails").update(last_run_at=now - timedelta(minutes=4))
    page = web.get("/staff/clock/").content.decode()
    assert "It is not well" in page
    assert "“send e-mails” ran last 4 min" in page
    JobRun.objects.all().delete()
    assert "The clock has never run" in web.get("/staff/clock/").content.decode()


def test_the_page_of_emails_is_there_before_anything_was_chosen(web: Client) -> None:
    assert web.get("/settings/emails/").status_code == 200
    assert not NotificationPreferences.objects.exists()
