"""`manage.py clock status`: what the clock did last, what is owed, what is wrong and how to fix it."""

from __future__ import annotations

import json
import sys
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from quizzes.jobs.health import Health, Job, Problem, health, in_words


class Command(BaseCommand):
    """Tells how the clock is doing."""

    help = (
        "Tell how the clock is doing: the last run of each job, e-mails owed and failed, and whatever is wrong, "
        "with its cause and how to fix it. The exit status is 1 when a job is late or failed, the database cannot be "
        "written, the disk is full, or e-mails do not leave."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["status"], help="status: tell how it is doing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *_args: object, **options: object) -> None:
        try:
            found = health(timezone.now())
        except DatabaseError as fault:
            said = " ".join(f"{fault}".split())
            unread = Problem(
                "database",
                f"The database cannot be read: {said}.",
                "Start it, or see DATABASE_URL; after an upgrade run `manage.py migrate`.",
            )
            self.stdout.write(
                json.dumps({"well": False, "problems": [_problem(unread)]})
                if options["json"]
                else "\n".join(_words([unread]))
            )
            sys.exit(1)
        self.stdout.write(json.dumps(as_dict(found)) if options["json"] else "\n".join(_lines(found)))
        if not found.is_well:
            sys.exit(1)


def as_dict(found: Health) -> dict[str, object]:
    """Returns the same as plain values; moments as ISO 8601, spans in seconds."""
    mail = found.mail
    return {
        "well": found.is_well,
        "problems": [_problem(problem) for problem in found.problems],
        "jobs": [_job(job) for job in found.jobs],
        "owed": mail.pending,
        "being_sent": mail.leased,
        "oldest_owed": mail.oldest_pending.isoformat() if mail.oldest_pending else None,
        "last_sent": mail.last_sent.isoformat() if mail.last_sent else None,
        "failed": mail.failed,
        "latest_failures": [
            {
                "email": email.pk,
                "kind": email.kind,
                "due_at": email.due_at.isoformat(),
                "why": email.error,
            }
            for email in mail.failures
        ],
    }


def _job(job: Job) -> dict[str, object]:
    last = job.last
    return {
        "name": job.name,
        "every_seconds": job.every.total_seconds(),
        "last_run_at": last.last_run_at.isoformat() if last else None,
        "milliseconds": last.milliseconds if last else None,
        "done": last.done if last else None,
        "error": last.error if last else "",
        "well": job.problem is None,
    }


def _problem(problem: Problem) -> dict[str, str]:
    return {"name": problem.name, "cause": problem.cause, "mend": problem.mend}


def _lines(found: Health) -> list[str]:
    mail = found.mail
    lines = [_line(job, found) for job in found.jobs]
    oldest = f", the oldest for {in_words(found.now - mail.oldest_pending)}" if mail.oldest_pending else ""
    lines.append(
        f"{'e-mails':22} {mail.pending} owed{oldest}; {mail.leased} being sent; {mail.failed} failed"
    )
    lines += [
        f"  e-mail {email.pk} ({email.kind}, due {email.due_at:%Y-%m-%d %H:%M} UTC): {email.error}"
        for email in mail.failures
    ]
    return lines + (_words(found.problems) if found.problems else ["The clock is well."])


def _line(job: Job, found: Health) -> str:
    if job.last is None:
        return f"{job.name:22} has not run yet; every {in_words(job.every)}"
    ago = found.now - job.last.last_run_at
    when = (
        f"in {in_words(-ago)}" if ago < timedelta(seconds=-1) else f"{in_words(max(ago, timedelta(0)))} ago"
    )
    failed = f", FAILED: {job.last.error}" if job.last.error else ""
    late = "" if job.problem is None or failed else ", LATE"
    return (
        f"{job.name:22} {when:>14}, {job.last.done} done in {job.last.milliseconds} ms; "
        f"every {in_words(job.every)}{failed}{late}"
    )


def _words(problems: list[Problem]) -> list[str]:
    return ["The clock is NOT well:", *(f"- {problem.cause}\n  {problem.mend}" for problem in problems)]
