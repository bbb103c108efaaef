"""The whole schedule, and what `manage.py clock status` says."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

from django.conf import settings
from django.core.management import call_command

from nnprep.celery import app

JOBS = tuple(settings.CELERY_BEAT_SCHEDULE)


def run_all() -> None:
    """Run every job of the schedule once, in its order."""
    app.loader.import_default_modules()
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        app.tasks[entry["task"]]()


def status(*words: str) -> tuple[int, str]:
    """The exit status of `manage.py clock status`, and what it printed."""
    out = StringIO()
    try:
        call_command("clock", "status", *words, stdout=out)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue()
    return 0, out.getvalue()


def told() -> dict[str, Any]:
    """What `manage.py clock status --json` says."""
    found: dict[str, Any] = json.loads(status("--json")[1])
    return found
