"""From a roster to members: a new class with its learners, and more of them later, with something to do at once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.api import SeeOther, SignedInRequest, say_when, seconds_to_wait, within_limit
from accounts.models import User
from quizzes.bank.api import SetRefusedError
from quizzes.bank.models import QuestionSet, Topic
from quizzes.classroom import actions, queries
from quizzes.classroom.assignable import choices_for, set_of
from quizzes.classroom.assignment_forms import WorkForm
from quizzes.classroom.forms import ClassForm, RosterForm
from quizzes.classroom.models import Assignment, Classroom
from quizzes.classroom.rights import Action
from quizzes.classroom.roster import Fate, KnownAddresses, RosterRow, as_csv, settle
from quizzes.classroom.views.shortcuts import place_or_404
from quizzes.classroom.wording import counted
from quizzes.scheduling.api import wall_time, zone_names

# Of rows that were left out, so many are told of after the others went in.
_TOLD_OF = 5
_FORM_ONLY = frozenset({"csrfmiddlewaretoken", "roster", "mended", "again", "confirm"})


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
