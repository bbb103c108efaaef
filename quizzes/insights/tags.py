"""How a class stands, where another room's page tells of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context

from quizzes.classroom.models import Class
from quizzes.insights.models import Reckoning, Scope
from quizzes.insights.readiness import standings_of, whole

register = template.Library()


@register.inclusion_tag("quizzes/insights/class_standing.html", takes_context=True)
def class_standing(context: Context, klass: Class) -> dict[str, Any]:
    """How many learners of the class need help, as last reckoned up; nothing is reckoned here. Two queries."""
    kept = Reckoning.objects.filter(
        klass=klass, subject=Reckoning.Subject.STANDINGS, **Scope.of(klass).row
    ).first()
    return {
        "request": context["request"],
        "klass": klass,
        "kept": kept,
        "whole": whole(standings_of(klass, kept.rows)) if kept else None,
    }
