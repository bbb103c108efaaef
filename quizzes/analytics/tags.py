"""The readiness of a class, where another room's page tells of it."""

from __future__ import annotations

from django import template
from django.template import Context

from quizzes.analytics import snapshots
from quizzes.analytics.models import Scope
from quizzes.analytics.readiness_page import learner_rows, summary_of
from quizzes.classroom.models import Classroom

register = template.Library()


@register.inclusion_tag("quizzes/analytics/class_readiness.html", takes_context=True)
def class_readiness(context: Context, classroom: Classroom) -> dict[str, object]:
    """Tells how many learners of the class need help, as of the last snapshot; computes nothing. Two queries."""
    taken = snapshots.last(snapshots.READINESS, classroom, Scope.of(classroom))
    return {
        "request": context["request"],
        "classroom": classroom,
        "taken": taken,
        "summary": summary_of(learner_rows(classroom, taken.content)) if taken else None,
    }
