"""Whether the alarm rings when something is wrong, says what, and is silent otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from mail.actions import send_pending
from mail.models import Outage, OutboundEmail
from nnprep.tests.servers import free_port
from nnprep.tests.sink import Sink
from quizzes import tasks
from quizzes.jobs import health as judging
from quizzes.jobs.actions import record_start
from quizzes.jobs.health import GRACE, health
from quizzes.jobs.models import JobRun
from quizzes.tests.jobs.ticking import JOBS, run_all, status, told
from quizzes.tests.notifications.test_pages import email

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def every(job: str) -> timedelta:
    return timedelta(seconds=configured.CELERY_BEAT_SCHEDULE[job]["schedule"])


def ran(at: datetime, *, job: str = "", error: str = "") -> None:
    """All jobs, or one of them, ran at a moment."""
    for name in [job] if job else JOBS:
        JobRun.objects.update_or_create(
            name=name, defaults={"last_run_at": at, "milliseconds": 1, "done": 0, "error": error}
        )


def problems(at: datetime) -> list[str]:
    return [problem.name for problem in health(at).problems]


def causes(at: datetime) -> str:
    return "\n".join(f"{problem.cause} {problem.mend}" for problem in health(at).problems)


def wait(user: User | None, at: datetime, *, count: int) -> list[OutboundEmail]:
    """E-mails that may leave since a moment."""
    return [
        OutboundEmail.objects.create(
            user=user, kind="account", address=f"learner{number}@example.org", source="Subject: A code\n\n12345",
            due_at=at, not_before=at, expires_at=at + timedelta(days=1),
        )
        for number in range(count)
    ]  # fmt: skip


def test_a_clock_that_has_never_run_is_not_well() -> None:
    code, said = status()
    assert code == 1
    assert "The clock has never run" in said
    assert said.count("The clock has never run") == 1


def test_every_job_of_the_schedule_is_told_and_a_clock_that_ran_them_is_well(mail_server: Sink) -> None:
    run_all()
    code, said = status()
    assert code == 0, said
    for name in JOBS:
        assert name in said
    assert [job["name"] for job in told()["jobs"]] == list(JOBS)


@pytest.mark.parametrize("job", JOBS)
def test_a_job_is_late_by_its_own_interval(job: str, now: datetime) -> None:
    ran(now)
    ran(now - every(job) - GRACE + SECOND, job=job)
    assert problems(now) == []
    ran(now - every(job) - GRACE - SECOND, job=job)
    assert problems(now) == ["late"]
    assert f"“{job}” ran last" in causes(now)
    assert [each.name for each in health(now).jobs if each.problem] == [job]


@pytest.mark.parametrize("job", JOBS)
def test_a_job_that_never_ran_is_late_after_its_interval_since_the_start(job: str, now: datetime) -> None:
    start = now - every(job) - GRACE
    record_start(now=start)
    ran(now)
    JobRun.objects.filter(name=job).delete()
    assert problems(now) == []
    assert problems(now + 2 * SECOND) == ["late"]
    assert f"“{job}” has not run since the clock was started" in causes(now + 2 * SECOND)


def test_the_frequent_jobs_show_within_two_minutes_that_the_clock_stands(now: datetime) -> None:
    ran(now)
    assert problems(now + 2 * MINUTE) == ["late"]
    assert f"4 of the clock's {len(JOBS)} jobs do not run" in causes(now + 3 * MINUTE)


def test_after_an_idle_night_the_start_gives_the_jobs_a_moment(now: datetime) -> None:
    ran(now - timedelta(hours=9))
    assert problems(now) == ["late"]
    record_start(now=now)
    assert problems(now + GRACE - SECOND) == []
    assert problems(now + GRACE + SECOND) == ["late"]


def test_a_clock_that_is_started_again_and_again_and_runs_nothing_is_not_well(now: datetime) -> None:
    ran(now - timedelta(hours=9))
    for seconds in range(0, 120, 20):
        record_start(now=now + timedelta(seconds=seconds))
    assert problems(now + timedelta(seconds=120)) == ["late"]


def test_a_start_in_the_future_is_put_right_by_the_next(now: datetime) -> None:
    record_start(now=now + timedelta(days=2))
    record_start(now=now)
    assert problems(now + timedelta(minutes=20)) == ["late"]


def test_a_job_that_ends_its_process_is_told_though_the_others_run_at_every_start(now: datetime) -> None:
    ran(now - timedelta(hours=1))
    for seconds in range(0, 240, 30):
        start = now + timedelta(seconds=seconds)
        record_start(now=start)
        for job in set(JOBS) - {"refresh snapshots"}:
            ran(start + SECOND, job=job)
    assert problems(now + timedelta(seconds=240)) == ["late"]
    assert "“refresh snapshots” ran last" in causes(now + timedelta(seconds=240))


def test_a_start_by_a_clock_that_was_ahead_silences_no_job(now: datetime) -> None:
    record_start(now=now + timedelta(hours=2))
    ran(now)
    assert problems(now) == []
    assert problems(now + timedelta(minutes=30)) == ["late"]
    JobRun.objects.filter(name="send e-mails").delete()
    assert "“send e-mails” has not run" in causes(now + timedelta(minutes=30))
    JobRun.objects.all().delete()
    assert "The clock has never run" in causes(now + timedelta(minutes=30))


def test_a_clock_whose_every_moment_lies_in_the_future_was_set_back(now: datetime) -> None:
    record_start(now=now + timedelta(hours=2))
    ran(now + timedelta(hours=2, minutes=5))
    assert set(problems(now)) == {"clock set back"}


def test_a_job_that_takes_forty_seconds_while_others_wait_for_it_is_healthy(now: datetime) -> None:
    ran(now - 80 * SECOND)
    assert problems(now) == []


def test_a_last_run_in_the_future_is_told_not_hidden(now: datetime) -> None:
    ran(now)
    ran(now + timedelta(hours=2, seconds=5), job="send e-mails")
    assert problems(now) == ["clock set back"]
    assert "lies 2 h 0 min in the future" in causes(now)
    code, said = status()
    assert code == 1
    assert "in 2 h 0 min" in said


@pytest.mark.parametrize("error", ["it was interrupted", "OperationalError: disk I/O error"])
def test_a_job_that_failed_or_was_interrupted_is_told_with_its_fault(error: str, now: datetime) -> None:
    ran(now)
    ran(now, job="record forecasts", error=error)
    assert problems(now) == ["failed"]
    assert f"“record forecasts” failed 0 s ago: {error}" in causes(now)


def test_a_fault_before_the_start_is_forgiven_until_the_job_had_its_turn(now: datetime) -> None:
    ran(now - 5 * SECOND, error="it was interrupted")
    record_start(now=now)
    assert problems(now + SECOND) == []
    ran(now + 2 * SECOND, job="purge expired", error="it was interrupted")
    assert problems(now + 3 * SECOND) == ["failed"]


def test_a_job_that_fails_says_why_and_the_clock_is_not_well(settings: Settings) -> None:
    run_all()
    settings.EMAIL_TRANSPORT = "no.such.Backend"
    with pytest.raises(ModuleNotFoundError):
        tasks.send_emails()
    code, said = status()
    assert code == 1
    assert "FAILED: ModuleNotFoundError" in said


def test_a_mail_server_that_is_down_is_named_with_what_waits_until_it_is_back(
    mail_server: Sink, settings: Settings, now: datetime
) -> None:
    port = settings.EMAIL_PORT
    settings.EMAIL_PORT = dead = free_port()
    wait(None, now, count=50)
    send_pending(clock=lambda: now, seconds=8)
    ran(now)
    assert problems(now) == []
    later = now + MINUTE
    send_pending(clock=lambda: later, seconds=8)
    ran(later)
    assert problems(later) == ["mail"]
    assert f"The mail server 127.0.0.1:{dead} has not taken an e-mail for 1 min 0 s: 50 wait" in causes(later)
    assert "Connection refused" in causes(later)
    settings.EMAIL_PORT = port
    back = later + MINUTE
    assert send_pending(clock=lambda: back, seconds=30) == 50
    ran(back)
    assert problems(back) == []


def test_a_mail_server_that_came_back_when_nothing_waits_any_more_is_noticed(
    mail_server: Sink, settings: Settings, now: datetime
) -> None:
    port = settings.EMAIL_PORT
    settings.EMAIL_PORT = free_port()
    wait(None, now, count=3)
    send_pending(clock=lambda: now, seconds=8)
    tomorrow = now + timedelta(days=2)
    send_pending(clock=lambda: tomorrow, seconds=8)
    ran(tomorrow)
    assert OutboundEmail.objects.filter(state="failed").count() == 3
    assert problems(tomorrow) == ["mail"]
    settings.EMAIL_PORT = port
    send_pending(clock=lambda: tomorrow, seconds=8)
    assert problems(tomorrow) == []


def test_a_test_email_that_arrives_ends_the_alarm(
    mail_server: Sink, settings: Settings, now: datetime
) -> None:
    ran(now)
    Outage.objects.create(name="mail server", since=now - MINUTE, emails=9, reason="554 5.7.1 go away")
    assert problems(now) == ["mail"]
    settings.EMAIL_PORT = free_port()
    with pytest.raises(CommandError, match="did not leave"):
        call_command("send_test_email", "ann@example.org")
    assert problems(now) == ["mail"]
    settings.EMAIL_PORT = mail_server.port
    call_command("send_test_email", "ann@example.org")
    assert problems(now) == []


@pytest.mark.parametrize("answer", ["451 4.3.1 no space here", "554 5.7.1 not from you"])
def test_a_mail_server_that_takes_nothing_from_anyone_is_told(
    answer: str, mail_server: Sink, now: datetime
) -> None:
    mail_server.rcpt = lambda _: answer
    wait(None, now, count=6)
    send_pending(clock=lambda: now, seconds=30)
    later = now + MINUTE
    ran(later)
    assert problems(later) == ["mail"]
    assert answer in causes(later)


@pytest.mark.parametrize("answer", ["451 4.7.1 come back later", "550 5.1.1 no such mailbox"])
def test_a_few_addresses_that_take_nothing_are_no_alarm(
    answer: str, mail_server: Sink, now: datetime
) -> None:
    mail_server.rcpt = lambda to: answer if to.startswith(("learner0", "learner1")) else "250 OK"
    wait(None, now, count=3)
    for minutes in range(0, 25, 5):
        later = now + minutes * MINUTE
        send_pending(clock=lambda later=later: later, seconds=30)  # type: ignore[misc]
        ran(later)
        assert problems(later) == []


def test_e_mails_that_could_leave_and_do_not_are_told_whatever_the_reason(now: datetime) -> None:
    ran(now)
    wait(None, now - 6 * MINUTE, count=1)
    assert problems(now) == ["mail"]
    assert "1 e-mails wait" not in causes(now)
    assert "1 e-mail waits, for 6 min" in causes(now)
    OutboundEmail.objects.update(state="sent", sent_at=now)
    wait(None, now - 6 * MINUTE, count=2)
    assert problems(now) == []


def test_status_tells_what_is_owed_how_long_and_why_emails_failed(ann: User, mail_server: Sink) -> None:
    run_all()
    now = timezone.now()
    email(ann, due_at=now - timedelta(minutes=42), kind="weekly", not_before=now + MINUTE)
    email(ann, state="leased")
    email(ann, state="failed", error="550 5.1.1 no such mailbox", kind="countdown")
    email(ann, state="sent", sent_at=now, kind="pause")
    code, said = status()
    assert code == 0, said
    assert "1 owed, the oldest for 42 min" in said
    assert "1 being sent; 1 failed" in said
    assert "(countdown, due " in said
    assert "550 5.1.1 no such mailbox" in said
    found = told()
    assert (found["owed"], found["being_sent"], found["failed"]) == (1, 1, 1)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="each database has its own way to refuse writes")
def test_a_database_that_takes_no_writes_is_told(now: datetime) -> None:
    ran(now)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
        try:
            code, said = status()
        finally:
            cursor.execute("PRAGMA query_only = 0")
    assert code == 1
    assert "The database cannot be written: attempt to write a readonly database" in said


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="each database has its own way to refuse writes"
)
def test_a_postgresql_that_is_read_only_is_told(now: datetime) -> None:
    ran(now)
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    code, said = status()
    assert code == 1
    assert "cannot execute INSERT in a read-only transaction" in said


def test_a_disk_without_room_is_told(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(now)
    monkeypatch.setattr(judging, "LEAST_FREE_BYTES", 1 << 60)
    assert problems(now) == ["disk"]
    assert "MB are free" in causes(now)


def test_the_queries_of_health_are_constant(
    now: datetime, django_assert_max_num_queries: object, mail_server: Sink
) -> None:
    wait(None, now - timedelta(hours=1), count=30)
    ran(now)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        health(now)
