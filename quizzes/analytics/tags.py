"""How a class stands, where another room's page tells of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from quizzes.analytics.models import Reckoning, Scope
from quizzes.analytics.readiness_page import standings_of, whole
from quizzes.classroom.models import Classroom

register = template.Library()


@register.inclusion_tag("quizzes/analytics/class_standing.html", takes_context=True)
def class_standing(context: Context, classroom: Classroom) -> dict[str, Any]:
    """How many learners of the class need help, as last reckoned up; nothing is reckoned here. Two queries."""
    kept = Reckoning.objects.filter(
        classroom=classroom, subject=Reckoning.Subject.STANDINGS, **Scope.of(classroom).row
    ).first()
    return {
        "request": context["request"],
        "classroom": classroom,
        "kept": kept,
        "whole": whole(standings_of(classroom, kept.rows)) if kept else None,
    }
