"""Joining a class: by code, by link, by invitation. What those who teach will see is said before."""

from __future__ import annotations

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.api import SeeOther, SignedInRequest, say_when
from quizzes.classroom import actions, queries, rights
from quizzes.classroom.forms import CodeForm
from quizzes.classroom.models import Invitation, JoinLink, Membership

Door = JoinLink | Invitation


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: SignedInRequest) -> HttpResponse:
    """Asks for a join code. Tries are counted by account and by address, so that nobody can go through codes."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="join", user=request.user):
            form.add_error("code", "Too many tries. Wait ten minutes, then compare the code sign by sign.")
            return say_when(request, render(request, "quizzes/classroom/join.html", {"form": form}))
        code = actions.code_as_stored(form.cleaned_data["code"])
        found = queries.link_by_code(code, timezone.now())
        if found is not None:
            return SeeOther(reverse("quizzes:join_by", args=[found.token]))
        form.add_error(
            "code",
            "No class has this code now. Compare it sign by sign; codes change, so ask for the new one.",
        )
    return render(request, "quizzes/classroom/join.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def join_by(request: SignedInRequest, token: str) -> HttpResponse:
    """Shows the class behind a link or an invitation and what its instructors will see; by POST, joins it."""
    now = timezone.now()
    link, invitation = queries.doors_by_token(token)
    door = link or invitation
    if door is None:
        raise Http404
    place = Membership.objects.filter(classroom=door.classroom, user=request.user, left_at=None).first()
    if place is not None:
        return SeeOther(reverse("quizzes:class", args=[door.classroom.public_id]))
    if request.method == "POST":
        try:
            if link is not None:
                actions.join_by_link(link=link, user=request.user, now=now)
            elif invitation is not None:
                actions.accept(invitation=invitation, user=request.user, now=now)
        except actions.ClassRefusedError as refusal:
            return render(request, "quizzes/classroom/door_closed.html", {"why": refusal}, status=410)
        messages.success(request, f"You are in “{door.classroom.title}”.")
        return SeeOther(reverse("quizzes:class", args=[door.classroom.public_id]))
    if not queries.is_open(door, now):
        declined = invitation if invitation is not None and invitation.declined_at else None
        return render(request, "quizzes/classroom/door_closed.html", {"declined": declined}, status=410)
    context = {
        "classroom": door.classroom,
        "token": token,
        "invitation": invitation,
        "teachers": queries.teachers_of(door.classroom),
        "seen": rights.WHAT_INSTRUCTORS_SEE,
        "unseen": rights.WHAT_INSTRUCTORS_DO_NOT_SEE,
    }
    return render(request, "quizzes/classroom/joining.html", context)


@require_POST
def decline(request: SignedInRequest, token: str) -> HttpResponse:
    """Declines an invitation, or takes that back."""
    _, invitation = queries.doors_by_token(token)
    if invitation is None:
        raise Http404
    now = timezone.now()
    if request.POST.get("do") == "undo":
        if not actions.take_back_no(invitation=invitation, now=now):
            messages.warning(request, "This invitation cannot be brought back. Ask for a new one.")
    elif not actions.decline(invitation=invitation, now=now):
        messages.warning(request, "This invitation had ended before.")
    return SeeOther(reverse("quizzes:join_by", args=[token]))
