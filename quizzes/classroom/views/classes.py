"""Classes: the list, a class with its members, its join link and settings; archiving and leaving it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api import SeeOther, SignedInRequest
from quizzes.classroom import actions, queries, rights
from quizzes.classroom.forms import ClassForm, LinkForm
from quizzes.classroom.models import Classroom, Membership
from quizzes.classroom.rights import Action, Role
from quizzes.classroom.views.confirmation import ConfirmationPage, ask_to_confirm
from quizzes.classroom.views.shortcuts import place_or_404
from quizzes.classroom.wording import counted
from quizzes.classroom.work import own_work, work_with_progress


@require_safe
def classes(request: SignedInRequest) -> HttpResponse:
    """Shows the classes one is in, teaching or learning."""
    places = queries.classes_of(request.user)
    learners = queries.learners_by_class(place.classroom for place in places)
    teaching = [
        (place, learners.get(place.classroom_id, 0)) for place in places if place.role in rights.TEACHING
    ]
    context = {
        "teaching": teaching,
        "makes": bool(teaching) or request.user.is_staff or queries.makes_questions(request.user),
        "learning": [place for place in places if place.role == Role.LEARNER],
        "invitations": queries.open_invitations_to(request.user, timezone.now()),
    }
    return render(request, "quizzes/classroom/classes.html", context)


@require_safe
def class_page(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows a class as its member may see it: those who teach see what is to do, learners their own work."""
    now = timezone.now()
    place = place_or_404(request.user, public_id, Action.SEE_CLASS)
    context = {"place": place, "classroom": place.classroom, "now": now, "may": rights.allowed(place)}
    if place.role in rights.TEACHING:
        return render(request, "quizzes/classroom/class.html", context | _teaching(place.classroom, now))
    work = own_work(request.user, now).filter(membership=place)
    context |= {
        "work": work_with_progress(work, request.user),
        "teachers": queries.teachers_of(place.classroom),
        "groups": place.groups.order_by("title"),
        "seen": rights.WHAT_INSTRUCTORS_SEE,
        "unseen": rights.WHAT_INSTRUCTORS_DO_NOT_SEE,
    }
    return render(request, "quizzes/classroom/my_class.html", context)


def _teaching(classroom: Classroom, now: datetime) -> dict[str, object]:
    teachers = queries.teachers_of(classroom)
    link = queries.join_link_of(classroom, now)
    return {
        "learners": queries.learners_by_class([classroom]).get(classroom.pk, 0),
        "teachers": teachers,
        "has_owner": any(member.role == Role.OWNER for member in teachers),
        "invitations": queries.invitations_of(classroom).count(),
        "groups": queries.groups_of(classroom),
        "assignments": queries.assignments_in(classroom),
        "withdrawn": queries.withdrawn_in(classroom),
        "link": link,
        "closed_link": None if link else queries.closed_link_of(classroom, now),
        "link_form": LinkForm(),
    }


@require_POST
def link(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Opens a new join link, which ends the one before, or closes it."""
    classroom = place_or_404(request.user, public_id, Action.ADMIT).classroom
    now = timezone.now()
    if request.POST.get("do") == "close":
        actions.close_links(classroom=classroom, actor=request.user, now=now)
        messages.success(request, "The join link is closed. Nobody can join by it until you open it again.")
    elif request.POST.get("do") == "reopen":
        if actions.reopen_link(classroom=classroom, actor=request.user, now=now):
            messages.success(request, "The join link is open again, with the same code.")
        else:
            messages.warning(request, "This link cannot be opened again. Open a new one.")
    else:
        form = LinkForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Write for how many learners the link is, from 1 to 1000.")
            return SeeOther(reverse("quizzes:class", args=[public_id]))
        actions.open_link(classroom=classroom, author=request.user, now=now, **form.cleaned_data)
        messages.success(request, "A new join link is open. The one before it, if any, is closed for good.")
    return SeeOther(reverse("quizzes:class", args=[public_id]) + "#join")


@require_http_methods(["GET", "HEAD", "POST"])
def class_settings(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Changes what the class is called, its zone and day; shows what was done in it."""
    place = place_or_404(request.user, public_id, Action.EDIT)
    posted = request.method == "POST"
    now = timezone.now()
    form = ClassForm(request.POST if posted else None, instance=place.classroom, now=now)
    if posted and form.is_valid():
        actions.edit_class(classroom=form.instance, actor=request.user, now=now)
        messages.success(request, "Saved.")
        return SeeOther(reverse("quizzes:class", args=[public_id]))
    classroom = place_or_404(request.user, public_id, Action.EDIT).classroom if posted else place.classroom
    context = {
        "classroom": classroom,
        "form": form,
        "audit": queries.audit_of(classroom),
        "may": rights.allowed(place),
    }
    return render(request, "quizzes/classroom/class_settings.html", context, status=422 if posted else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def archive(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks, then archives a class; or restores it."""
    classroom = place_or_404(request.user, public_id, Action.ARCHIVE).classroom
    now = timezone.now()
    here = reverse("quizzes:class", args=[public_id])
    if request.method != "POST":
        return (
            SeeOther(here) if classroom.archived_at else ask_to_confirm(request, _archiving(classroom, now))
        )
    if request.POST.get("do") == "restore":
        actions.restore(classroom=classroom, actor=request.user, now=now)
        way_in = (
            "Its join link is open again."
            if queries.join_link_of(classroom, now)
            else "No join link is open."
        )
        messages.success(request, f"The class runs again, with its assignments and invitations. {way_in}")
    else:
        actions.archive(classroom=classroom, actor=request.user, now=now)
        messages.success(request, "The class is archived: nothing is asked of its learners any more.")
    return SeeOther(here)


def _archiving(classroom: Classroom, now: datetime) -> ConfirmationPage:
    learners = queries.learners_by_class([classroom]).get(classroom.pk, 0)
    due = queries.assignments_in(classroom).filter(due_at__gt=now).count()
    invited = queries.invitations_of(classroom).filter(expires_at__gt=now).count()
    link = queries.join_link_of(classroom, now)
    waiting = (
        f"{counted(invited, 'open invitation')}: none can be accepted while the class is archived, "
        "and those not yet sent are not sent."
    )
    says = [
        (
            f"{counted(learners, 'learner')}, {counted(due, 'assignment')} not yet due. "
            "All assignments leave the learners’ days at once. Answers stay with the learners, and results stay in "
            "the gradebook."
        ),
        *([waiting] if invited else []),
        "Its join link is closed." if link else "No join link is open, and none can be opened.",
        (
            "No e-mail about the class is sent, and no forecasts are written. Forecasts for days that pass until it is "
            "restored are dropped, for nobody records what came of them."
        ),
        (
            "Nothing in it can be changed. You can restore it at any time: then assignments, invitations that have not "
            "expired and the join link hold again as they were."
        ),
    ]
    return ConfirmationPage(
        title=f"Archive “{classroom.title}”?",
        says=says,
        button="Archive the class",
        action=reverse("quizzes:archive_class", args=[classroom.public_id]),
        back=reverse("quizzes:class_settings", args=[classroom.public_id]),
        classroom=classroom,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks, then leaves a class."""
    place = place_or_404(request.user, public_id, Action.LEAVE)
    if request.method != "POST":
        return ask_to_confirm(request, _leaving(place))
    try:
        actions.leave(place=place, now=timezone.now())
        messages.success(request, f"You left “{place.classroom.title}”. What you have learnt stays yours.")
    except actions.ClassRefusedError as refusal:
        messages.error(request, str(refusal))
    return SeeOther(reverse("quizzes:classes"))


def _leaving(place: Membership) -> ConfirmationPage:
    mine = (
        "Its assignments leave your days, and those who teach see nothing of you any more. What you have learnt stays "
        "yours."
        if place.role == Role.LEARNER
        else "You see nothing of the class and its learners any more. Your sets and packs stay yours."
    )
    return ConfirmationPage(
        title=f"Leave “{place.classroom.title}”?",
        says=[
            mine,
            "You come back only by its join link or a new invitation. Groups you were in do not come back.",
        ],
        button="Leave the class",
        action=reverse("quizzes:leave_class", args=[place.classroom.public_id]),
        back=reverse("quizzes:class", args=[place.classroom.public_id]),
        classroom=place.classroom,
    )


@require_POST
def take_over(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Makes the user the owner of a class whose owner's account is gone."""
    place = place_or_404(request.user, public_id, Action.TAKE_OVER)
    try:
        actions.take_over(place=place, now=timezone.now())
        messages.success(request, "You own this class now.")
    except actions.ClassRefusedError as refusal:
        messages.error(request, str(refusal))
    return SeeOther(reverse("quizzes:class", args=[public_id]))
