"""The clock's doors: each lists what is owed and calls one action. May run 0, 1 or 5 times."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from math import inf

from celery import shared_task
from celery.signals import task_prerun, worker_process_init, worker_shutting_down
from django.utils import timezone

from mail import actions as mail
from quizzes.analytics import actions as analytics
from quizzes.jobs import actions as jobs
from quizzes.notifications import actions as notifications
from quizzes.review.actions.sessions import open_due_sessions

BATCH = 500
# Less than the tasks' time limit: what is left over comes with the next tick.
SECONDS = 40.0
# Less than anyone who stops the clock should have to wait for the e-mail under way.
SHIFT = 8.0


@shared_task(name="quizzes.open_sessions")
def open_sessions(**_: object) -> None:
    """Opens the study day of learners whose day has begun."""
    _run("open sessions", lambda: open_due_sessions(now=timezone.now(), limit=BATCH))


@shared_task(name="quizzes.refresh_snapshots")
def refresh_snapshots(**_: object) -> None:
    """Takes snapshots of the classes in which something happened; the pages would, but slower."""
    _run("refresh snapshots", lambda: analytics.refresh_due_snapshots(now=timezone.now(), limit=1), full=1)


@shared_task(name="quizzes.record_forecasts")
def record_forecasts(**_: object) -> None:
    """Writes down today's forecasts of the classes that have none yet, and what came of earlier ones."""
    _run("record forecasts", lambda: analytics.record_due_forecasts(now=timezone.now(), limit=1), full=1)


@shared_task(name="quizzes.enqueue_emails")
def enqueue_emails(**_: object) -> None:
    """Writes down who is owed an e-mail now."""
    _run("enqueue e-mails", lambda: notifications.enqueue_due(now=timezone.now(), limit=BATCH), full=BATCH)


@shared_task(name="quizzes.enqueue_class_emails")
def enqueue_class_emails(**_: object) -> None:
    """Writes down which invitations, assignments and replies are owed an e-mail."""
    _run("enqueue class e-mails", lambda: notifications.enqueue_for_classes(now=timezone.now(), limit=BATCH))


@shared_task(name="quizzes.send_emails")
def send_emails(**_: object) -> None:
    """Sends the e-mails that are owed."""
    begun = _Stops.count
    _run(
        "send e-mails",
        lambda: mail.send_pending(clock=timezone.now, seconds=SHIFT, stop=lambda: _Stops.count > begun),
    )


@shared_task(name="quizzes.purge_expired")
def purge_expired(**_: object) -> None:
    """Deletes expired sessions and old e-mails."""
    _run("purge expired", lambda: jobs.purge_expired(now=timezone.now(), limit=BATCH))


class _Stops:
    """How often this process was asked to stop: what is under way is finished, what has not been begun is left."""

    count = 0

    @classmethod
    def add(cls, *_: object, **__: object) -> None:
        """Takes note of one more request to stop; safe in a signal handler."""
        cls.count += 1


@worker_process_init.connect
def _outlive_the_stop(**_: object) -> None:
    """Lets no signal to the whole group, such as systemd's stop, end a child in the middle of an e-mail.

    The child finishes what it has in hand; its parent, which heard the same signal, then ends it.
    """
    # Until the first task: the pool replaces any handler but this one.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    task_prerun.connect(_hear_the_stop)


def _hear_the_stop(**_: object) -> None:
    """Lets the signal shorten what is under way; a child does its tasks in its main thread."""
    signal.signal(signal.SIGTERM, _Stops.add)


worker_shutting_down.connect(_Stops.add)


def _run(name: str, job: Callable[[], int], *, full: float = inf) -> None:
    """Does the job, once more while it did as much as `full` and there is time, and write down how it went."""
    began, ticks = timezone.now(), time.monotonic()
    begun = _Stops.count
    total = 0
    error = "it was interrupted"
    try:
        while True:
            done = job()
            total += done
            if done < full or time.monotonic() - ticks > SECONDS or _Stops.count > begun:
                break
        error = ""
    except Exception as fault:
        error = f"{type(fault).__name__}: {fault}"
        raise
    finally:
        took = timedelta(seconds=time.monotonic() - ticks)
        jobs.record_run(name=name, began=began, ended=began + took, done=total, error=error)
