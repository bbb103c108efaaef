"""What classes ask of a learner, where another room's page tells of it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.urls import Resolver404, resolve
from django.utils import timezone

from accounts.api import next_address
from quizzes.classroom import queries
from quizzes.classroom.work import own_work, withdrawn_from, work_with_progress
from quizzes.review.api import fit_of
from quizzes.review.models import Session

register = template.Library()


@register.inclusion_tag("quizzes/classroom/assigned_work.html", takes_context=True)
def assigned_work(context: Context, session: Session) -> dict[str, object]:
    """Shows a learner's invitations, assignments, whether these fit into their day, and what was withdrawn lately."""
    request = context["request"]
    now = timezone.now()
    work = work_with_progress(own_work(request.user, now), request.user)
    running = [one for one in work if one.assignee.closes_at is None or one.assignee.closes_at > now]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "invitations": queries.open_invitations_to(request.user, now),
        "withdrawn": withdrawn_from(request.user, now),
        "work": [one for one in running if one.left],
        "show_class": True,
        "fit": fit_of(request.user, session, now) if running else None,
    }


@dataclass(frozen=True, slots=True)
class ClassWaiting:
    """A class that a visitor is on the way to. `open` says whether the link or invitation still lets them in."""

    title: str
    teachers: list[str]
    open: bool


@register.simple_tag(takes_context=True)
def class_waiting(context: Context) -> ClassWaiting | None:
    """Returns the class to which the page leads on by `next`, None where it leads elsewhere; three queries at most."""
    try:
        match = resolve(urlsplit(next_address(context["request"])).path)
    except (Resolver404, ValueError):
        return None
    if match.view_name != "quizzes:join_by":
        return None
    link, invitation = queries.doors_by_token(match.kwargs["token"])
    door = link or invitation
    if door is None:
        return None
    teachers = [queries.name_of(place) for place in queries.teachers_of(door.classroom)]
    return ClassWaiting(door.classroom.title, teachers, queries.is_open(door, timezone.now()))
