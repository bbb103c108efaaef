"""Classes: the list, a new one with roster and first assignment, the class's page, its members and settings."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SeeOther, SignedInRequest
from accounts.limits import say_when, seconds_to_wait, within_limit
from accounts.models import User
from quizzes.bank.models import QuestionSet, Topic
from quizzes.bank.sets import SetRefusedError
from quizzes.classroom import actions, queries, rights
from quizzes.classroom.assignable import choices_for, set_of
from quizzes.classroom.assignment_forms import WorkForm
from quizzes.classroom.forms import ClassForm, LinkForm, RosterForm
from quizzes.classroom.models import Assignment, Classroom, Membership
from quizzes.classroom.rights import Action, Role
from quizzes.classroom.roster import Fate, KnownAddresses, RosterRow, as_csv, settle
from quizzes.classroom.views.confirmation import Confirmation, ask_to_confirm
from quizzes.classroom.views.shortcuts import place_or_404
from quizzes.classroom.wording import counted
from quizzes.classroom.work import own_work, work_with_progress
from quizzes.scheduling.days import wall_time, zone_names

# Of rows that were left out, so many are told of after the others went in.
_TOLD_OF = 5
_FORM_ONLY = frozenset({"csrfmiddlewaretoken", "roster", "mended", "again", "confirm"})


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


@require_http_methods(["GET", "HEAD", "POST"])
def new_class(request: SignedInRequest) -> HttpResponse:
    """Makes a class, invites its learners and assigns them something, after a look at every row."""
    now = timezone.now()
    may = request.method != "POST" or within_limit(request, "roster")
    posted = request.POST if request.method == "POST" and may else None
    kept = request.POST.dict()
    about = ClassForm(posted, initial={"time_zone": request.user.time_zone, **kept}, now=now)
    zone = _zone_said(posted, request.user.time_zone)
    roster = RosterForm(posted, request.FILES or None if may else None, initial=kept, must=False)
    work = WorkForm(
        posted, sources=choices_for(request.user), zone=zone, now=now, optional=True, initial=kept
    )
    context = {
        "about": about,
        "roster": roster,
        "work": work,
        "zone": zone,
        "emails": actions.left_today(request.user, now),
    }
    if not may:
        messages.error(request, _too_often(request))
        return say_when(request, render(request, "quizzes/classroom/new_class.html", context))
    if posted is None or not all([about.is_valid(), roster.is_valid(), work.is_valid()]):
        return render(
            request, "quizzes/classroom/new_class.html", context, status=200 if posted is None else 422
        )
    rows = settle(roster.rows, KnownAddresses(members=frozenset({request.user.email})))
    if rows and "confirm" not in posted:
        return _check(request, rows, posted, title=f"{about.cleaned_data['title']}: who comes in", work=work)
    said = about.cleaned_data
    try:
        with transaction.atomic():
            classroom = actions.create_class(
                owner=request.user,
                title=said["title"],
                about=said["about"],
                time_zone=said["time_zone"],
                exam_on=said["exam_on"],
                now=now,
                key=work.cleaned_data["key"],
            )
            _take_up(request, classroom, rows, work, now)
    except actions.ClassRefusedError as refusal:
        roster.add_error("roster", str(refusal))
        return render(request, "quizzes/classroom/new_class.html", context, status=422)
    return SeeOther(reverse("quizzes:class", args=[classroom.public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Invites learners from a roster and, if wanted, assigns the class something in the same go."""
    now = timezone.now()
    classroom = place_or_404(request.user, public_id, Action.ADMIT).classroom
    may = request.method != "POST" or within_limit(request, "roster")
    posted = request.POST if request.method == "POST" and may else None
    kept = request.POST.dict()
    form = RosterForm(posted, request.FILES or None if may else None, initial=kept)
    work = WorkForm(
        posted,
        sources=choices_for(request.user),
        zone=classroom.time_zone,
        now=now,
        optional=True,
        initial=kept,
    )
    context = {
        "classroom": classroom,
        "roster": form,
        "work": work,
        "zone": classroom.time_zone,
        "emails": actions.left_today(request.user, now),
    }
    if not may:
        messages.error(request, _too_often(request))
        return say_when(request, render(request, "quizzes/classroom/roster.html", context))
    if posted is None or not all([form.is_valid(), work.is_valid()]):
        return render(
            request, "quizzes/classroom/roster.html", context, status=200 if posted is None else 422
        )
    rows = settle(form.rows, queries.addresses_in(classroom, now), again=form.cleaned_data["again"])
    if "confirm" not in posted:
        return _check(request, rows, posted, title=f"{classroom.title}: who comes in", work=work)
    try:
        with transaction.atomic():
            _take_up(request, classroom, rows, work, now)
    except actions.ClassRefusedError as refusal:
        form.add_error("roster", str(refusal))
        return render(request, "quizzes/classroom/roster.html", context, status=422)
    return SeeOther(reverse("quizzes:class", args=[classroom.public_id]))


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


def _archiving(classroom: Classroom, now: datetime) -> Confirmation:
    learners = queries.learners_by_class([classroom]).get(classroom.pk, 0)
    due = queries.assignments_in(classroom).filter(due_at__gt=now).count()
    invited = queries.invitations_of(classroom).filter(expires_at__gt=now).count()
    link = queries.join_link_of(classroom, now)
    says = [
        (
            f"{counted(learners, 'learner')}, {counted(due, 'assignment')} not yet due. "
            "All assignments leave the learners’ days at once. Answers stay with the learners, and results stay in "
            "the gradebook."
        ),
        (
            f"{counted(invited, 'open invitation')}: none can be accepted while the class is archived, "
            "and those not yet sent are not sent."
        ),
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
    return Confirmation(
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


def _leaving(place: Membership) -> Confirmation:
    mine = (
        "Its assignments leave your days, and those who teach see nothing of you any more. What you have learnt stays "
        "yours."
        if place.role == Role.LEARNER
        else "You see nothing of the class and its learners any more. Your sets and packs stay yours."
    )
    return Confirmation(
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


# --- from a roster to an assignment ---------------------------------------------------------------------------------


def _check(
    request: SignedInRequest, rows: list[RosterRow], posted: QueryDict, *, title: str, work: WorkForm
) -> HttpResponse:
    """Shows what becomes of each row. Nothing is written; the form comes back with all that was said."""
    good = [row for row in rows if row.fate is Fate.NEW]
    bad = [row for row in rows if row.fate is Fate.BAD]
    context = {
        "title": title,
        "good": good,
        "waiting": max(len(good) - actions.left_today(request.user, timezone.now()), 0),
        "bad": bad,
        "declined": [row for row in rows if row.fate is Fate.DECLINED],
        "others": [row for row in rows if row.fate not in (Fate.NEW, Fate.BAD, Fate.DECLINED)],
        "roster": as_csv(row for row in rows if row.fate is not Fate.BAD),
        # With headings: mended rows are to keep name and group apart, whatever is missing.
        "mended": as_csv(bad),
        "said": [
            (name, value) for name in posted if name not in _FORM_ONLY for value in posted.getlist(name)
        ],
        "assigns": work.source_in_words(),
        "new_class": "title" in posted,
    }
    return render(request, "quizzes/classroom/roster_check.html", context)


def _take_up(
    request: SignedInRequest, classroom: Classroom, rows: list[RosterRow], work: WorkForm, now: datetime
) -> None:
    """Writes what was looked at, and says what became of it. Raises ClassRefusedError when nobody can be invited."""
    invited = actions.invite(classroom=classroom, rows=rows, author=request.user, now=now)
    if invited.many:
        messages.success(request, _said_of(invited, classroom, now))
    left_out = [row for row in rows if row.fate is Fate.BAD]
    for row in left_out[:_TOLD_OF]:
        messages.warning(request, f"Left out: “{row.text}”: {row.reason}; {row.mend}.")
    if len(left_out) > _TOLD_OF:
        messages.warning(request, f"Left out: {len(left_out) - _TOLD_OF} more.")
    if work.cleaned_data["source"]:
        try:
            title = _assign(request.user, classroom, work, now).title
        except (actions.NothingToAssignError, QuestionSet.DoesNotExist, Topic.DoesNotExist):
            messages.error(request, "Nothing was assigned: the set holds no question that can be asked.")
        except SetRefusedError as refusal:
            messages.error(request, f"Nothing was assigned. {refusal}")
        except actions.AssignedBeforeError:
            pass  # The form was sent twice: the first time said so.
        else:
            messages.success(request, f"“{title}” is assigned to the class, to all who join it too.")


def _said_of(invited: actions.Invited, classroom: Classroom, moment: datetime) -> str:
    """Returns what became of a roster, as the teacher is told."""
    now = invited.many - invited.waiting - invited.unwanted
    said = [f"{invited.many} invited: each sees the invitation when signed in."]
    if now:
        said.append(f"{counted(now, 'e-mail')} on the way.")
    if invited.until is not None:
        day = wall_time(invited.until, zone=classroom.time_zone)
        way_in = (
            "The join link and its code work at once."
            if queries.join_link_of(classroom, moment)
            else "Open a join link here, and its code lets them in at once."
        )
        said.append(
            f"{counted(invited.waiting, 'e-mail')} more on the next days, the last on {day.day} {day:%B}: your account "
            f"can send no more today. {way_in}"
        )
    if invited.unwanted:
        said.append(
            f"{counted(invited.unwanted, 'address', 'addresses')} not written to: no invitations wanted."
        )
    return " ".join(said)


@transaction.atomic
def _assign(user: User, classroom: Classroom, work: WorkForm, now: datetime) -> Assignment:
    question_set = set_of(work.cleaned_data["source"], user=user, now=now)
    return actions.assign(
        classroom=classroom,
        question_set=question_set,
        title=question_set.title,
        terms=work.terms(),
        author=user,
        now=now,
        key=work.cleaned_data["key"],
    )


def _zone_said(posted: QueryDict | None, otherwise: str) -> str:
    said = posted.get("time_zone", "") if posted is not None else ""
    return said if said in zone_names() else otherwise


def _too_often(request: SignedInRequest) -> str:
    wait = counted(seconds_to_wait(request), "second")
    return f"This was sent very often in a short time. Wait {wait}, then send it again: it is all still here."
