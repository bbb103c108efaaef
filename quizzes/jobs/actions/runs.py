"""Writing down what the clock did."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from quizzes.jobs.models import JobRun, Mark

STARTED = "the clock was started"


def record_run(*, name: str, began: datetime, ended: datetime, done: int, error: str = "") -> None:
    """Writes down that a job of the clock ran."""
    run = JobRun(
        name=name,
        last_run_at=began,
        milliseconds=max(0, round((ended - began) / timedelta(milliseconds=1))),
        done=done,
        error=error[:300],
    )
    fields = ["last_run_at", "milliseconds", "done", "error"]
    JobRun.objects.bulk_create([run], update_conflicts=True, unique_fields=["name"], update_fields=fields)


def record_start(*, now: datetime) -> None:
    """Writes down that the clock is being started: its jobs have a while for their first run.

    A clock that is started again and again keeps the moment of the first start after which one of its jobs never
    ran. A job that ends its process each time is therefore late, although the others run at every start.
    """
    mark = Mark.objects.filter(name=STARTED).first()
    if mark is None or mark.at > now or _all_ran_after(mark.at):
        set_mark(name=STARTED, now=now)


def set_mark(*, name: str, now: datetime) -> None:
    """Writes down a moment by name."""
    with transaction.atomic():
        Mark.objects.bulk_create(
            [Mark(name=name, at=now)], update_conflicts=True, unique_fields=["name"], update_fields=["at"]
        )


def _all_ran_after(moment: datetime) -> bool:
    jobs = set(settings.CELERY_BEAT_SCHEDULE)
    return JobRun.objects.filter(name__in=jobs, last_run_at__gt=moment).count() == len(jobs)
