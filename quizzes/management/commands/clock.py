"""`manage.py clock status`: what the clock did last, what is owed, what failed and why."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from quizzes.reminders.queries import Health, health


class Command(BaseCommand):
    """Tells how the clock is doing."""

    help = (
        "Tell how the clock is doing: the last run of each sweep, letters owed and failed. The exit status is 1 when "
        "the clock has not run for three minutes or a sweep failed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["status"], help="status: tell how it is doing")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, *_args: Any, **options: Any) -> None:
        found = health(timezone.now())
        self.stdout.write(json.dumps(as_dict(found)) if options["json"] else "\n".join(_lines(found)))
        if not found.is_well:
            sys.exit(1)


def as_dict(found: Health) -> dict[str, Any]:
    """The same as plain values; moments as ISO 8601."""
    return {
        "well": found.is_well,
        "sweeps": [
            {
                "name": sweep.name,
                "last_run_at": sweep.last_run_at.isoformat(),
                "milliseconds": sweep.milliseconds,
                "done": sweep.done,
                "error": sweep.error,
            }
            for sweep in found.sweeps
        ],
        "owed": found.owed,
        "being_sent": found.claimed,
        "oldest_owed": found.oldest_owed.isoformat() if found.oldest_owed else None,
        "failed": found.failed,
        "latest_failures": [
            {
                "letter": letter.pk,
                "kind": letter.kind,
                "due_at": letter.due_at.isoformat(),
                "why": letter.error,
            }
            for letter in found.failures
        ],
    }


def _lines(found: Health) -> list[str]:
    lines = [
        f"{sweep.name:14} {_ago(sweep.last_run_at, found.now):>9} ago, {sweep.done} done in {sweep.milliseconds} ms"
        + (f", FAILED: {sweep.error}" if sweep.error else "")
        for sweep in found.sweeps
    ] or ["The clock has never run."]
    oldest = f", the oldest for {_ago(found.oldest_owed, found.now)}" if found.oldest_owed else ""
    lines.append(
        f"letters        {found.owed} owed{oldest}; {found.claimed} being sent; {found.failed} failed"
    )
    lines += [
        f"  letter {letter.pk} ({letter.kind}, due {letter.due_at:%Y-%m-%d %H:%M} UTC): {letter.error}"
        for letter in found.failures
    ]
    lines.append(
        "The clock is well." if found.is_well else "The clock is NOT well: is `celery beat` running?"
    )
    return lines


def _ago(moment: datetime, now: datetime) -> str:
    seconds = max(0, int((now - moment).total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} m" if hours else f"{minutes} m {seconds} s"
