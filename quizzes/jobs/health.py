"""Whether the clock does its work: its jobs run, the database takes writes, e-mails leave.

One truth for `manage.py clock status`, the page for staff and /readyz. Each job is judged by its own interval in
CELERY_BEAT_SCHEDULE. What is wrong is said with its cause and how to fix it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError

from mail.api import Backlog, queries
from quizzes.jobs.actions.runs import STARTED, set_mark
from quizzes.jobs.models import JobRun, Mark
from quizzes.scheduling.api import SKEW

# A job may run so much later than its interval says: jobs take up to 40 s, and several may stand before it.
GRACE = timedelta(seconds=90)
# A mail server that is started again is away for less.
SHORT_OUTAGE = timedelta(seconds=45)
# So many e-mails turned down one after the other, and none taken, are not the fault of their addresses.
MANY_TURNED_DOWN = 5
# An e-mail that could leave does so within this time, unless very many leave before it.
LEAVES_WITHIN = timedelta(minutes=5)
# One that the receiving server puts off may take longer: servers ask strangers to come again.
PUT_OFF_FOR = timedelta(minutes=30)
LEAST_FREE_BYTES = 10_000_000
WRITTEN = "a write was tried"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong: what it is called for machines, the cause, how to fix it, what the database said."""

    name: str
    cause: str
    mend: str
    fault: DatabaseError | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job of the clock, how often it should run, its last run (None: never), and what is wrong with it."""

    name: str
    every: timedelta
    last: JobRun | None
    problem: Problem | None

    @property
    def every_in_words(self) -> str:
        """Its interval as people say it."""
        return in_words(self.every)


@dataclass(frozen=True, slots=True)
class Health:
    """How the clock is doing; `problems` says everything that is wrong."""

    jobs: list[Job]
    mail: Backlog
    problems: list[Problem]
    now: datetime

    @property
    def is_well(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def health(now: datetime) -> Health:
    """Returns how the clock is doing. Writes one row to see whether that works. Takes a constant number of queries.

    Raises DatabaseError when the database cannot be read.
    """
    jobs = _jobs(now)
    mail = queries.backlog(now)
    problems = [
        *disk_problems(now=now),
        *_jobs_in_short(jobs),
        *_mail_problems(mail, now),
    ]
    return Health(jobs, mail, problems, now)


def disk_problems(*, now: datetime) -> list[Problem]:
    """Returns what keeps the database or the data folder from being written."""
    problems = []
    try:
        set_mark(name=WRITTEN, now=now)
    except DatabaseError as fault:
        cause = f"The database cannot be written: {in_a_line(fault)}."
        mend = (
            "Answers are being refused. Free space on its disk, or make it writable; nothing stored is lost."
        )
        problems.append(Problem("database", cause, mend, fault))
    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < LEAST_FREE_BYTES:
        cause = f"The disk of {settings.DATA_DIR} is full: {free / 1e6:.1f} MB are free."
        problems.append(Problem("disk", cause, "Free space on it. Until then answers may be refused."))
    return problems


def _jobs(now: datetime) -> list[Job]:
    runs = {run.name: run for run in JobRun.objects.all()}
    mark = Mark.objects.filter(name=STARTED).first()
    # A start in the future was written down by a clock that was ahead: it excuses nothing.
    began = [mark.at] if mark and mark.at <= now + SKEW else [run.last_run_at for run in runs.values()]
    started = min(began, default=None)
    return [
        _job(name, timedelta(seconds=entry["schedule"]), runs.get(name), started, now)
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
    ]


def _job(name: str, every: timedelta, last: JobRun | None, started: datetime | None, now: datetime) -> Job:
    if started is None:
        return Job(name, every, last, Problem("clock", "The clock has never run.", HOW_TO_START))
    # Right after a start, what the job did before it does not count: it is about to run.
    if started - SKEW <= now < started + GRACE and (last is None or last.last_run_at < started):
        return Job(name, every, last, None)
    return Job(name, every, last, _wrong_with(name, every, last, started, now))


HOW_TO_START = (
    "Start it with `manage.py up`, or a Celery worker and beat: "
    "`celery -A nnprep worker` and `celery -A nnprep beat`."
)
HOW_TO_MEND = (
    "See that both a worker and beat run, and their logs (`manage.py up` runs both). "
    "Where they run on several machines, the machines' clocks must agree."
)


def _wrong_with(
    name: str, every: timedelta, last: JobRun | None, started: datetime, now: datetime
) -> Problem | None:
    interval = f"it should run every {in_words(every)}"
    if last is None:
        if now <= started + every + GRACE:
            return None
        since = in_words(now - started)
        cause = f"“{name}” has not run since the clock was started {since} ago; {interval}."
        return Problem("late", cause, HOW_TO_MEND)
    if last.last_run_at > now + SKEW:
        ahead = in_words(last.last_run_at - now)
        cause = (
            f"The last run of “{name}” lies {ahead} in the future: the machine's clock was set back, "
            "and it has not run since."
        )
        return Problem("clock set back", cause, f"Check the machine's clock. {HOW_TO_MEND}")
    if now - last.last_run_at > every + GRACE:
        since = in_words(now - last.last_run_at)
        return Problem("late", f"“{name}” ran last {since} ago; {interval}.", HOW_TO_MEND)
    if last.error:
        cause = f"“{name}” failed {in_words(now - last.last_run_at)} ago: {last.error}"
        return Problem(
            "failed", cause, "The clock's log has the traceback; the job is tried again at its next turn."
        )
    return None


def _jobs_in_short(jobs: list[Job]) -> list[Problem]:
    """Returns what is wrong with the jobs, said once for all of them that have the same to say."""
    found = [job.problem for job in jobs if job.problem]
    late = [problem for problem in found if problem.name == "late"]
    if len(late) < 2:
        return list(dict.fromkeys(found))
    why = "Redis does not answer. Start it." if not getattr(cache, "answers", lambda: True)() else HOW_TO_MEND
    causes = " ".join(problem.cause for problem in late)
    stand = Problem("late", f"{len(late)} of the clock's {len(jobs)} jobs do not run. {causes}", why)
    return [stand, *dict.fromkeys(problem for problem in found if problem.name != "late")]


def _mail_problems(mail: Backlog, now: datetime) -> list[Problem]:
    server = (
        f"The mail server {settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        if settings.EMAIL_FOLDER is None
        else f"The folder {settings.EMAIL_FOLDER}"
    )
    outage = queries.outage()
    lasts = not timedelta(0) <= now - outage.since < SHORT_OUTAGE if outage else False
    if outage and lasts and (outage.unreachable or outage.emails >= MANY_TURNED_DOWN):
        since = in_words(max(timedelta(0), now - outage.since))
        waiting = f"{mail.pending + mail.leased} wait, {mail.failed} failed"
        cause = f"{server} has not taken an e-mail for {since}: {waiting}. It says: {outage.reason}"
        mend = "Check EMAIL_URL and the mail server, then see with `manage.py send_test_email ADDRESS`."
        return [Problem("mail", cause, mend)]
    return _waiting_problems(mail, now)


def _waiting_problems(mail: Backlog, now: datetime) -> list[Problem]:
    """Returns E-mails that wait too long while none leaves, whatever the reason."""
    if mail.oldest_pending is None:
        return []
    could_leave = queries.oldest_sendable(now)
    lately = mail.last_sent if mail.last_sent and mail.last_sent <= now + SKEW else None
    for moment, bound in ((could_leave, LEAVES_WITHIN), (mail.oldest_pending, PUT_OFF_FOR)):
        if moment and now - max(moment, lately or moment) > bound:
            waiting, oldest = mail.pending + mail.leased, in_words(now - mail.oldest_pending)
            they = f"{waiting} e-mails wait, the oldest" if waiting != 1 else "1 e-mail waits,"
            cause = f"{they} for {oldest}, and none left meanwhile."
            mend = "See why in the clock's log; `manage.py send_test_email ADDRESS` tries the mail server."
            return [Problem("mail", cause, mend)]
    return []


def in_words(span: timedelta) -> str:
    """Returns a span of time as people say it: 5 s, 12 min, 3 h 5 min, 2 d 3 h."""
    seconds = int(span.total_seconds())
    if seconds < 0:
        return f"-{in_words(-span)}"
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes >= 5 else f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def in_a_line(fault: Exception) -> str:
    """Returns what a database said, in one line; never empty."""
    return " ".join(f"{fault}".split())[:200] or type(fault).__name__
