"""What classes ask of a learner, where another room's page tells of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from quizzes.classroom import queries
from quizzes.review.models import Session
from quizzes.review.wanted import fit_of

register = template.Library()


@register.inclusion_tag("quizzes/classroom/assigned_work.html", takes_context=True)
def assigned_work(context: Context, session: Session) -> dict[str, Any]:
    """A learner's invitations, assignments, whether these fit into their day, and what was withdrawn lately."""
    request = context["request"]
    now = timezone.now()
    work = queries.work_with_progress(queries.own_work(request.user, now), request.user)
    running = [one for one in work if one.assignee.closes_at is None or one.assignee.closes_at > now]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "invitations": queries.open_invitations_to(request.user, now),
        "withdrawn": queries.withdrawn_from(request.user, now),
        "work": [one for one in running if one.left],
        "show_class": True,
        "fit": fit_of(request.user, session, now) if running else None,
    }
