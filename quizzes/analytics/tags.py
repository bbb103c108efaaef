"""How a class stands, where another room's page tells of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from quizzes.analytics.models import Scope, Snapshot
from quizzes.analytics.readiness_page import learner_rows, whole
from quizzes.classroom.models import Classroom

register = template.Library()


@register.inclusion_tag("quizzes/analytics/class_readiness.html", takes_context=True)
def class_readiness(context: Context, classroom: Classroom) -> dict[str, Any]:
    """How many learners of the class need help, as of the last snapshot; nothing is computed here. Two queries."""
    kept = Snapshot.objects.filter(
        classroom=classroom, subject=Snapshot.Subject.READINESS, **Scope.of(classroom).row
    ).first()
    return {
        "request": context["request"],
        "classroom": classroom,
        "kept": kept,
        "whole": whole(learner_rows(classroom, kept.rows)) if kept else None,
    }
