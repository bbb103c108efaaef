"""The pages about a class: who will be ready, item analysis, gradebook. Each reckons for itself where it has to."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import SignedInRequest
from accounts.limits import limited
from quizzes.bank import asking
from quizzes.bank.models import Version
from quizzes.classroom import rights
from quizzes.classroom.models import Assignment, AssignmentItem, Classroom
from quizzes.classroom.queries import groups_of, withdrawn_in
from quizzes.classroom.rights import Action
from quizzes.classroom.views.shortcuts import SeeOther, place_or_404
from quizzes.insights import actions, gradebook, pictures, readiness, track_record
from quizzes.insights.items import FEW_ATTEMPTS, FEWEST_IN_A_GROUP, WORTH_A_LOOK
from quizzes.insights.models import Scope
from quizzes.insights.readiness import BAND_WORDS
from quizzes.statistics.calibration import calibration_error

LEARNERS_A_PAGE = 40
QUESTIONS_A_PAGE = 25
GRADES_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@limited("analyse")
def ready(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Who will be ready on the day, for the class or one of its assignments, those who need help first."""
    place = place_or_404(request.user, public_id, Action.SEE_RESULTS)
    classroom = place.classroom
    now = timezone.now()
    if request.method == "POST":
        actions.refresh(classroom=classroom, now=now)
        return SeeOther(request.get_full_path())
    assignments = readiness.assignments_to_choose(classroom)
    chosen = _chosen(request, assignments)
    scope = Scope.of(chosen or classroom)
    kept = actions.standings(classroom=classroom, scope=scope, now=now)
    titles = {Scope.of(given): given.title for given in classroom.assignments.all()}
    group = _group(request)
    standings = readiness.standings_of(classroom, kept.rows, group=group)
    page = Paginator(standings, LEARNERS_A_PAGE).get_page(request.GET.get("page"))
    bins = track_record.bins_of(actions.answers_foretold(classroom=classroom, now=now).rows)
    return render(
        request,
        "quizzes/insights/ready.html",
        {
            "classroom": classroom,
            "may": rights.allowed(place),
            "assignments": assignments,
            "chosen": chosen,
            "groups": groups_of(classroom),
            "group": group,
            "kept": kept,
            "page": page,
            "whole": readiness.whole(standings),
            "fewest": FEWEST_IN_A_GROUP,
            "heat_map": readiness.heat_map(list(page.object_list), standings),
            "share_steps": pictures.SHARE_STEPS,
            "curve": pictures.curve(bins, came="known", level=0.95),
            "calibration_error": calibration_error(bins),
            "foretold": [
                (titles.get(one.scope, classroom.title), one)
                for one in track_record.learners_foretold(classroom, Scope.of(chosen) if chosen else None)
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limited("analyse")
def items(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """How the class's questions do, version by version, the suspicious ones first."""
    place = place_or_404(request.user, public_id, Action.SEE_RESULTS)
    classroom = place.classroom
    now = timezone.now()
    if request.method == "POST":
        actions.item_analysis(classroom=classroom, now=now, again=True)
        return SeeOther(request.get_full_path())
    assignments = readiness.assignments_to_choose(classroom)
    chosen = _chosen(request, assignments)
    kept = actions.item_analysis(classroom=classroom, now=now)
    rows = [row for row in kept.rows if "version" in row]
    sets = {row["set"]: row for row in kept.rows if "set" in row}
    if chosen is not None:
        asked = set(AssignmentItem.objects.filter(assignment=chosen).values_list("question_id", flat=True))
        rows = [row for row in rows if row["question"] in asked]
    page = Paginator(rows, QUESTIONS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "quizzes/insights/items.html",
        {
            "classroom": classroom,
            "may": rights.allowed(place),
            "assignments": assignments,
            "chosen": chosen,
            "kept": kept,
            "page": page,
            "shown": _with_questions(list(page.object_list)),
            "suspicious": sum(any(weight > WORTH_A_LOOK for weight, _ in row["why"]) for row in rows),
            "sets": [
                (given, sets[str(given.public_id)]) for given in assignments if str(given.public_id) in sets
            ],
            "few": FEW_ATTEMPTS,
            "fewest": FEWEST_IN_A_GROUP,
        },
    )


@require_safe
def grades(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The gradebook; what is filtered stands in the address."""
    place = place_or_404(request.user, public_id, Action.SEE_RESULTS)
    asked = _graded(request, place.classroom, timezone.now())
    page = Paginator(asked["learners"], GRADES_A_PAGE).get_page(request.GET.get("page"))
    context = asked | {"classroom": place.classroom, "may": rights.allowed(place), "page": page}
    return render(request, "quizzes/insights/gradebook.html", context)


@require_safe
def grades_csv(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The same rows as a file."""
    classroom = place_or_404(request.user, public_id, Action.SEE_RESULTS).classroom
    asked = _graded(request, classroom, timezone.now())
    # The mark tells spreadsheets that the file is UTF-8.
    text = "\ufeff" + gradebook.as_csv(asked["shown"], asked["learners"])
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = slugify(classroom.title) or "class"
    response["Content-Disposition"] = f'attachment; filename="gradebook-{name}.csv"'
    return response


def _graded(request: SignedInRequest, classroom: Classroom, now: datetime) -> dict[str, Any]:
    assignments, withdrawn = readiness.assignments_to_choose(classroom), list(withdrawn_in(classroom))
    chosen, group = _chosen(request, [*assignments, *withdrawn]), _group(request)
    shown = [chosen] if chosen else assignments
    if chosen is not None and chosen.withdrawn_at is not None:
        chosen.classroom = classroom
        kept = actions.standings_of_withdrawn(given=chosen, now=now)
    else:
        kept = actions.all_standings(
            classroom=classroom, scopes=[Scope.of(given) for given in shown], now=now
        )
    name, band = request.GET.get("name", "")[:100].strip(), request.GET.get("status", "")
    learners = gradebook.graded(classroom, shown, kept.rows, group=group, name=name, band=band)
    return {
        "assignments": assignments,
        "withdrawn": withdrawn,
        "chosen": chosen,
        "shown": shown,
        "groups": groups_of(classroom),
        "group": group,
        "name": name,
        "band": band if band in BAND_WORDS else "",
        "bands": BAND_WORDS.items(),
        "kept": kept,
        "learners": learners,
        "csv": f"{reverse('quizzes:gradebook_csv', args=[classroom.public_id])}?{_filters(request)}",
    }


def _with_questions(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with what their question says; one query."""
    versions = Version.objects.select_related("question__topic").in_bulk([row["version"] for row in rows])
    shown = []
    for row in rows:
        version = versions.get(row["version"])
        if version is not None:
            shown.append(
                row
                | {
                    "prompt": asking.prompt(version.spec),
                    "kind": asking.label(version.spec["kind"]),
                    "number": version.number,
                    "is_current": version.question.current_id == version.pk,
                    "topic": version.question.topic.title,
                    "is_few": row["n"] < FEW_ATTEMPTS,
                    "is_hidden": row["n"] < FEWEST_IN_A_GROUP,
                    "reach": round(2 * row.get("residual_error", 0.0), 4),
                }
            )
    return shown


def _chosen(request: SignedInRequest, assignments: list[Assignment]) -> Assignment | None:
    """The assignment the address asks for; 404 for one that is not the class's."""
    asked = request.GET.get("assignment", "")
    if not asked:
        return None
    found = next((given for given in assignments if str(given.public_id) == asked), None)
    if found is None:
        raise Http404
    return found


def _group(request: SignedInRequest) -> UUID | None:
    try:
        return UUID(request.GET["group"])
    except (KeyError, ValueError):
        return None


def _filters(request: SignedInRequest) -> str:
    given = request.GET.copy()
    given.pop("page", None)
    return given.urlencode()
