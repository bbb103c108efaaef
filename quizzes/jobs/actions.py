"""Keeping house: what nobody needs any more goes, in batches; and what the clock did is written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from mail.models import OutboundEmail

from accounts.models import FormerAddress
from accounts.restoring import GOOD_FOR
from mail import file_backend
from quizzes.bank.models import Upload
from quizzes.bank.uploads import UPLOADS_KEPT
from quizzes.classroom.actions import archive_unled
from quizzes.jobs.models import JobRun, Mark

# Longer than it takes to see that e-mails go unanswered.
EMAILS_KEPT = timedelta(days=90)
FILES_KEPT = timedelta(days=30)
STARTED = "the clock was started"
CLOSED = (OutboundEmail.State.SENT, OutboundEmail.State.FAILED, OutboundEmail.State.CANCELLED)


def purge_expired(*, now: datetime, limit: int) -> int:
    """Delete what nobody needs any more, up to `limit` of each; how many rows and files went.

    Expired browser sessions, closed e-mails of old, uploads a day old, addresses of before whose way back has ended,
    old e-mail files. Running classes that nobody leads any more are archived, and counted too.
    """
    sessions = Session.objects.filter(expire_date__lt=now).order_by("expire_date")
    emails = OutboundEmail.objects.filter(due_at__lt=now - EMAILS_KEPT, state__in=CLOSED).order_by("due_at")
    files = file_backend.throw_away(before=now - FILES_KEPT)
    uploads = Upload.objects.filter(created_at__lt=now - UPLOADS_KEPT).order_by("created_at")
    former = FormerAddress.objects.filter(replaced_at__lt=now - GOOD_FOR).order_by("replaced_at")
    deleted = files + sum(_delete(rows, limit) for rows in (sessions, emails, uploads, former))
    return deleted + archive_unled(now=now, limit=limit)


def record_run(*, name: str, began: datetime, ended: datetime, done: int, error: str = "") -> None:
    """Write down that a job of the clock ran."""
    sweep = JobRun(
        name=name,
        last_run_at=began,
        milliseconds=max(0, round((ended - began) / timedelta(milliseconds=1))),
        done=done,
        error=error[:300],
    )
    fields = ["last_run_at", "milliseconds", "done", "error"]
    JobRun.objects.bulk_create([sweep], update_conflicts=True, unique_fields=["name"], update_fields=fields)


def record_start(*, now: datetime) -> None:
    """Write down that the clock is being started: its jobs have a while for their first run.

    A clock that is started again and again keeps the moment of the first start after which one of its jobs never
    ran. A job that ends its process each time is therefore late, although the others run at every start.
    """
    mark = Mark.objects.filter(name=STARTED).first()
    if mark is None or mark.at > now or _all_ran_after(mark.at):
        set_mark(name=STARTED, now=now)


def _all_ran_after(moment: datetime) -> bool:
    jobs = set(settings.CELERY_BEAT_SCHEDULE)
    return JobRun.objects.filter(name__in=jobs, last_run_at__gt=moment).count() == len(jobs)


def set_mark(*, name: str, now: datetime) -> None:
    """Write down a moment by name."""
    with transaction.atomic():
        Mark.objects.bulk_create(
            [Mark(name=name, at=now)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
        )


def _delete(rows: QuerySet[Any], limit: int) -> int:
    keys = list(rows.values_list("pk", flat=True)[:limit])
    rows.filter(pk__in=keys).delete()
    return len(keys)
