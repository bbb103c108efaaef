"""The pages about a class: who will be ready, item analysis, gradebook. Each computes what no snapshot holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from accounts.api import SeeOther, SignedInRequest, limited
from quizzes.analytics import actions, backtest, charts, gradebook, items_page, readiness_page
from quizzes.analytics.gradebook import GradedLearner
from quizzes.analytics.item_statistics import FEW_ATTEMPTS, FEWEST_IN_A_GROUP
from quizzes.analytics.models import Scope
from quizzes.classroom.api import Action, groups_of, place_or_404, rights, withdrawn_in
from quizzes.classroom.models import Assignment, Classroom
from quizzes.progress.api import curve
from quizzes.statistics.api import calibration_error

LEARNERS_A_PAGE = 40
QUESTIONS_A_PAGE = 25
GRADES_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@limited("analyse")
def ready(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows who will be ready on the day, for the class or one of its assignments, those who need help first."""
    place = place_or_404(request.user, public_id, Action.SEE_RESULTS)
    classroom = place.classroom
    now = timezone.now()
    if request.method == "POST":
        actions.refresh_snapshots(classroom=classroom, now=now)
        return SeeOther(request.get_full_path())
    assignments = readiness_page.assignments_to_choose(classroom)
    chosen = _chosen(request, assignments)
    scope = Scope.of(chosen or classroom)
    taken = actions.readiness(classroom=classroom, scope=scope, now=now)
    titles = {Scope.of(given): given.title for given in classroom.assignments.all()}
    group = _group(request)
    learners = readiness_page.learner_rows(classroom, taken.content, group=group)
    page = Paginator(learners, LEARNERS_A_PAGE).get_page(request.GET.get("page"))
    bins = backtest.bins_of(actions.answer_calibration(classroom=classroom, now=now).content)
    return render(
        request,
        "quizzes/analytics/ready.html",
        {
            "classroom": classroom,
            "may": rights.allowed(place),
            "assignments": assignments,
            "chosen": chosen,
            "groups": groups_of(classroom),
            "group": group,
            "taken": taken,
            "page": page,
            "summary": readiness_page.summary_of(learners),
            "fewest": FEWEST_IN_A_GROUP,
            "topic_grid": readiness_page.topic_grid(list(page.object_list), learners),
            "share_steps": charts.SHARE_STEPS,
            "curve": curve(bins, came="known", level=0.95),
            "calibration_error": calibration_error(bins),
            "records": [
                (titles.get(one.scope, classroom.title), one)
                for one in backtest.forecast_records(classroom, Scope.of(chosen) if chosen else None)
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@limited("analyse")
def items(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows how the class's questions do, version by version, the suspicious ones first."""
    place = place_or_404(request.user, public_id, Action.SEE_RESULTS)
    classroom = place.classroom
    now = timezone.now()
    if request.method == "POST":
        actions.item_analysis(classroom=classroom, now=now, again=True)
        return SeeOther(request.get_full_path())
    assignments = readiness_page.assignments_to_choose(classroom)
    chosen = _chosen(request, assignments)
    taken = actions.item_analysis(classroom=classroom, now=now)
    versions = items_page.versions_asked_in(taken.content.versions, chosen)
    page = Paginator(versions, QUESTIONS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "quizzes/analytics/items.html",
        {
            "classroom": classroom,
            "may": rights.allowed(place),
            "assignments": assignments,
            "chosen": chosen,
            "taken": taken,
            "page": page,
            "shown": items_page.item_rows(list(page.object_list)),
            "suspicious": items_page.suspicious(versions),
            "sets": items_page.set_rows(assignments, taken.content.sets),
            "few": FEW_ATTEMPTS,
            "fewest": FEWEST_IN_A_GROUP,
        },
    )


@require_safe
def grades(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows the gradebook; what is filtered stands in the address."""
    place = place_or_404(request.user, public_id, Action.SEE_RESULTS)
    book = _book(request, place.classroom, timezone.now())
    return render(
        request,
        "quizzes/analytics/gradebook.html",
        {
            "classroom": place.classroom,
            "may": rights.allowed(place),
            "groups": groups_of(place.classroom),
            "bands": readiness_page.BAND_WORDS.items(),
            "book": book,
            "page": Paginator(book.learners, GRADES_A_PAGE).get_page(request.GET.get("page")),
            "csv": f"{reverse('quizzes:gradebook_csv', args=[public_id])}?{_filters(request)}",
        },
    )


@require_safe
def grades_csv(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Answers with the same rows as a file."""
    classroom = place_or_404(request.user, public_id, Action.SEE_RESULTS).classroom
    book = _book(request, classroom, timezone.now())
    # The mark tells spreadsheets that the file is UTF-8.
    text = "\ufeff" + gradebook.as_csv(book.shown, book.learners)
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = slugify(classroom.title) or "class"
    response["Content-Disposition"] = f'attachment; filename="gradebook-{name}.csv"'
    return response


@dataclass(frozen=True, slots=True)
class Book:
    """The gradebook as an address asks for it: `shown` are the assignments with a column each."""

    assignments: Sequence[Assignment]
    withdrawn: Sequence[Assignment]
    chosen: Assignment | None
    shown: Sequence[Assignment]
    group: UUID | None
    name: str
    band: str
    learners: Sequence[GradedLearner]


def _book(request: SignedInRequest, classroom: Classroom, now: datetime) -> Book:
    assignments, withdrawn = readiness_page.assignments_to_choose(classroom), list(withdrawn_in(classroom))
    chosen, group = _chosen(request, [*assignments, *withdrawn]), _group(request)
    shown = [chosen] if chosen else assignments
    if chosen is not None and chosen.withdrawn_at is not None:
        chosen.classroom = classroom
        taken = actions.readiness_of_withdrawn(given=chosen, now=now)
    else:
        scopes = [Scope.of(given) for given in shown]
        taken = actions.readiness_by_scope(classroom=classroom, scopes=scopes, now=now)
    name, band = request.GET.get("name", "")[:100].strip(), request.GET.get("status", "")
    return Book(
        assignments=assignments,
        withdrawn=withdrawn,
        chosen=chosen,
        shown=shown,
        group=group,
        name=name,
        band=band,
        learners=gradebook.graded(classroom, shown, taken.rows, group=group, name=name, band=band),
    )


def _chosen(request: SignedInRequest, assignments: list[Assignment]) -> Assignment | None:
    """Returns the assignment the address asks for; raises Http404 for one that is not the class's."""
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
