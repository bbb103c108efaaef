"""The clock's doors: each lists what is owed and calls one action. May run 0, 1 or 5 times."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from quizzes.review import actions

BATCH = 500


@shared_task(name="quizzes.open_sessions")
def open_sessions(**_: object) -> None:
    """Open the study day of learners whose day has begun; whoever is left over comes with the next tick."""
    actions.open_due_sessions(now=timezone.now(), limit=BATCH)
