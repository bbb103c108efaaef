"""The clock's doors: each lists what is owed and calls one action. May run 0, 1 or 5 times."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from quizzes.insights import actions as insights
from quizzes.review import actions as review

BATCH = 500
CLASSES = 20


@shared_task(name="quizzes.open_sessions")
def open_sessions(**_: object) -> None:
    """Open the study day of learners whose day has begun; whoever is left over comes with the next tick."""
    review.open_due_sessions(now=timezone.now(), limit=BATCH)


@shared_task(name="quizzes.reckon_classes")
def reckon_classes(**_: object) -> None:
    """Reckon up the classes in which something happened; the pages would, but slower."""
    insights.refresh_due(now=timezone.now(), limit=CLASSES)


@shared_task(name="quizzes.foretell")
def foretell(**_: object) -> None:
    """Write down today's forecasts of the classes that have none yet, and what came of earlier ones."""
    insights.foretell_due(now=timezone.now(), limit=CLASSES)
