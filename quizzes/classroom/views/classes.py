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

from accounts.http import WAIT, SignedInRequest, too_often, within_limit
from accounts.models import User
from quizzes.bank.models import QuestionSet, Topic
from quizzes.bank.sets import SetRefusedError
from quizzes.classroom import actions, queries, rights
from quizzes.classroom.forms import ClassForm, LinkForm, RosterForm, WorkForm
from quizzes.classroom.models import Assignment, Class
from quizzes.classroom.rights import Action, Role
from quizzes.classroom.roster import Fate, Known, Row, as_csv, settle
from quizzes.classroom.sources import choices_for, set_of
from quizzes.classroom.views.lookup import SeeOther, place_or_404
from quizzes.scheduling.days import zone_names

# Of rows that were left out, so many are told of after the others went in.
_TOLD_OF = 5
_TOO_OFTEN = f"This was sent very often in a short time. Wait {WAIT} seconds, then send it again: it is all still here."
_FORM_ONLY = frozenset({"csrfmiddlewaretoken", "roster", "mended", "again", "confirm"})


@require_safe
def classes(request: SignedInRequest) -> HttpResponse:
    """The classes one is in, teaching or learning."""
    places = queries.classes_of(request.user)
    learners = queries.learners_by_class(place.klass for place in places)
    context = {
        "teaching": [
            (place, learners.get(place.klass_id, 0)) for place in places if place.role in rights.TEACHING
        ],
        "learning": [place for place in places if place.role == Role.LEARNER],
        "invitations": queries.open_invitations_to(request.user, timezone.now()),
    }
    return render(request, "quizzes/classroom/classes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_class(request: SignedInRequest) -> HttpResponse:
    """Make a class, invite its learners and assign them something: all at once, after a look at every row."""
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
    context = {"about": about, "roster": roster, "work": work, "zone": zone}
    if not may:
        messages.error(request, _TOO_OFTEN)
        return too_often(render(request, "quizzes/classroom/new_class.html", context))
    if posted is None or not all([about.is_valid(), roster.is_valid(), work.is_valid()]):
        return render(
            request, "quizzes/classroom/new_class.html", context, status=200 if posted is None else 422
        )
    rows = settle(roster.rows, Known(members=frozenset({request.user.email})))
    if rows and "confirm" not in posted:
        return _check(request, rows, posted, title=f"{about.cleaned_data['title']}: who comes in", work=work)
    said = about.cleaned_data
    try:
        with transaction.atomic():
            klass = actions.create_class(
                owner=request.user,
                title=said["title"],
                about=said["about"],
                time_zone=said["time_zone"],
                exam_on=said["exam_on"],
                now=now,
                key=work.cleaned_data["key"],
            )
            _take_up(request, klass, rows, work, now)
    except actions.ClassRefusedError as refusal:
        roster.add_error("roster", str(refusal))
        return render(request, "quizzes/classroom/new_class.html", context, status=422)
    return SeeOther(reverse("quizzes:class", args=[klass.public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Invite learners from a roster and, if wanted, assign the class something in the same go."""
    now = timezone.now()
    klass = place_or_404(request.user, public_id, Action.ADMIT).klass
    may = request.method != "POST" or within_limit(request, "roster")
    posted = request.POST if request.method == "POST" and may else None
    kept = request.POST.dict()
    form = RosterForm(posted, request.FILES or None if may else None, initial=kept)
    work = WorkForm(
        posted,
        sources=choices_for(request.user),
        zone=klass.time_zone,
        now=now,
        optional=True,
        initial=kept,
    )
    context = {"klass": klass, "roster": form, "work": work, "zone": klass.time_zone}
    if not may:
        messages.error(request, _TOO_OFTEN)
        return too_often(render(request, "quizzes/classroom/roster.html", context))
    if posted is None or not all([form.is_valid(), work.is_valid()]):
        return render(
            request, "quizzes/classroom/roster.html", context, status=200 if posted is None else 422
        )
    rows = settle(form.rows, queries.addresses_in(klass, now), again=form.cleaned_data["again"])
    if "confirm" not in posted:
        return _check(request, rows, posted, title=f"{klass.title}: who comes in", work=work)
    try:
        with transaction.atomic():
            _take_up(request, klass, rows, work, now)
    except actions.ClassRefusedError as refusal:
        form.add_error("roster", str(refusal))
        return render(request, "quizzes/classroom/roster.html", context, status=422)
    return SeeOther(reverse("quizzes:class", args=[klass.public_id]))


@require_safe
def class_page(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A class, as its member may see it: those who teach see what is to do, learners their own work."""
    now = timezone.now()
    place = place_or_404(request.user, public_id, Action.SEE_CLASS)
    context = {"place": place, "klass": place.klass, "now": now, "may": rights.allowed(place)}
    if place.role in rights.TEACHING:
        return render(request, "quizzes/classroom/class.html", context | _teaching(place.klass, now))
    work = queries.own_work(request.user, now).filter(membership=place)
    context |= {
        "work": queries.work_with_progress(work, request.user),
        "teachers": queries.teachers_of(place.klass),
        "groups": place.groups.order_by("title"),
        "seen": rights.WHAT_INSTRUCTORS_SEE,
        "unseen": rights.WHAT_INSTRUCTORS_DO_NOT_SEE,
    }
    return render(request, "quizzes/classroom/my_class.html", context)


def _teaching(klass: Class, now: datetime) -> dict[str, object]:
    teachers = queries.teachers_of(klass)
    link = queries.join_link_of(klass, now)
    return {
        "learners": queries.learners_by_class([klass]).get(klass.pk, 0),
        "teachers": teachers,
        "has_owner": any(member.role == Role.OWNER for member in teachers),
        "invitations": queries.invitations_of(klass).count(),
        "groups": queries.groups_of(klass),
        "assignments": queries.assignments_in(klass),
        "link": link,
        "link_form": LinkForm(),
    }


@require_POST
def link(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Open a new join link, which ends the one before, or close it."""
    klass = place_or_404(request.user, public_id, Action.ADMIT).klass
    now = timezone.now()
    if request.POST.get("do") == "close":
        actions.close_links(klass=klass, actor=request.user, now=now)
        messages.success(request, "The join link is closed. Nobody can join by it any more.")
    else:
        form = LinkForm(request.POST)
        if not form.is_valid():
            messages.error(request, "Write for how many learners the link is, from 1 to 1000.")
            return SeeOther(reverse("quizzes:class", args=[public_id]))
        actions.open_link(klass=klass, author=request.user, now=now, **form.cleaned_data)
        messages.success(request, "A new join link is open. The one before it, if any, is closed.")
    return SeeOther(reverse("quizzes:class", args=[public_id]) + "#join")


@require_http_methods(["GET", "HEAD", "POST"])
def class_settings(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Change what the class is called, its zone and day; see what was done in it."""
    place = place_or_404(request.user, public_id, Action.EDIT)
    posted = request.method == "POST"
    now = timezone.now()
    form = ClassForm(request.POST if posted else None, instance=place.klass, now=now)
    if posted and form.is_valid():
        actions.edit_class(klass=form.instance, actor=request.user, now=now)
        messages.success(request, "Saved.")
        return SeeOther(reverse("quizzes:class", args=[public_id]))
    klass = place_or_404(request.user, public_id, Action.EDIT).klass if posted else place.klass
    context = {
        "klass": klass,
        "form": form,
        "audit": queries.audit_of(klass),
        "may": rights.allowed(place),
    }
    return render(request, "quizzes/classroom/class_settings.html", context, status=422 if posted else 200)


@require_POST
def archive(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Stop a class, or take it up again."""
    klass = place_or_404(request.user, public_id, Action.ARCHIVE).klass
    now = timezone.now()
    if request.POST.get("do") == "restore":
        actions.restore(klass=klass, actor=request.user, now=now)
        messages.success(request, "The class runs again. Its join links stay closed: open a new one.")
    else:
        actions.archive(klass=klass, actor=request.user, now=now)
        messages.success(request, "The class is archived: nothing is asked of its learners any more.")
    return SeeOther(reverse("quizzes:class", args=[public_id]))


@require_POST
def leave(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Leave a class."""
    place = place_or_404(request.user, public_id, Action.LEAVE)
    try:
        actions.leave(place=place, now=timezone.now())
        messages.success(request, f"You left “{place.klass.title}”. What you have learnt stays yours.")
    except actions.ClassRefusedError as refusal:
        messages.error(request, str(refusal))
    return SeeOther(reverse("quizzes:classes"))


@require_POST
def take_over(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Become the owner of a class whose owner's account is gone."""
    place = place_or_404(request.user, public_id, Action.EDIT)
    try:
        actions.take_over(place=place, now=timezone.now())
        messages.success(request, "You own this class now.")
    except actions.ClassRefusedError as refusal:
        messages.error(request, str(refusal))
    return SeeOther(reverse("quizzes:class", args=[public_id]))


# --- from a roster to an assignment ---------------------------------------------------------------------------------


def _check(
    request: SignedInRequest, rows: list[Row], posted: QueryDict, *, title: str, work: WorkForm
) -> HttpResponse:
    """The dry run: what becomes of each row. Nothing is written; the form comes back with all that was said."""
    good = [row for row in rows if row.fate is Fate.NEW]
    bad = [row for row in rows if row.fate is Fate.BAD]
    context = {
        "title": title,
        "good": good,
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


def _take_up(request: SignedInRequest, klass: Class, rows: list[Row], work: WorkForm, now: datetime) -> None:
    """Write what was looked at, and say what became of it. ClassRefusedError when the learners cannot be invited."""
    many = actions.invite(klass=klass, rows=rows, author=request.user, now=now)
    if many:
        messages.success(
            request, f"{many} invited. Each gets a letter, and sees the invitation when signed in."
        )
    left_out = [row for row in rows if row.fate is Fate.BAD]
    for row in left_out[:_TOLD_OF]:
        messages.warning(request, f"Left out: “{row.text}”: {row.reason}; {row.mend}.")
    if len(left_out) > _TOLD_OF:
        messages.warning(request, f"Left out: {len(left_out) - _TOLD_OF} more.")
    if work.cleaned_data["source"]:
        try:
            title = _assign(request.user, klass, work, now).title
        except (actions.NothingToAssignError, QuestionSet.DoesNotExist, Topic.DoesNotExist):
            messages.error(request, "Nothing was assigned: the set holds no question that can be asked.")
        except SetRefusedError as refusal:
            messages.error(request, f"Nothing was assigned. {refusal}")
        except actions.AssignedBeforeError:
            pass  # The form was sent twice: the first time said so.
        else:
            messages.success(request, f"“{title}” is assigned to the class, to all who join it too.")


@transaction.atomic
def _assign(user: User, klass: Class, work: WorkForm, now: datetime) -> Assignment:
    question_set = set_of(work.cleaned_data["source"], user=user, now=now)
    return actions.assign(
        klass=klass,
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
