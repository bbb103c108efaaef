"""The pages of practice: begin, a question, its feedback, the summary. None of them touches the schedule."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url

from accounts.http import SeeOther, SignedInRequest, limited
from quizzes.bank.models import Question, Version
from quizzes.bank.queries import topics_of
from quizzes.browsing import actions, finding, queries, showing
from quizzes.browsing.forms import FilterForm
from quizzes.browsing.models import Attempt, Exercise, Practice
from quizzes.review import showing as review_showing

PAGE = "quizzes/browsing/practice.html"


@require_POST
@limited("practise")
def begin(request: SignedInRequest) -> HttpResponse:
    """Open a practice of what a filter finds, or of what another practice missed."""
    again = request.POST.get("again")
    try:
        opened = _of_missed(request, UUID(again)) if again else _of_filter(request)
    except (ValueError, ObjectDoesNotExist) as unknown:
        raise Http404 from unknown
    if opened is None:
        messages.info(request, "There is nothing to practise: no question of the bank is what you asked for.")
        return SeeOther(reverse("quizzes:bank"))
    return SeeOther(reverse("quizzes:practice", args=[opened.public_id]))


@require_safe
def practice(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Ask the next question of a practice, or go to its summary."""
    try:
        found = queries.practice_of(request.user, public_id)
    except Practice.DoesNotExist as unknown:
        raise Http404 from unknown
    exercise = queries.next_exercise(found)
    if exercise is not None and exercise.question.current is not None:
        return _question(request, exercise, exercise.question.current)
    target = reverse("quizzes:practice_summary", args=[found.public_id])
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)


@require_POST
def answer(request: SignedInRequest) -> HttpResponse:
    """Take one answer and show how it went."""
    fields = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    token = request.POST.get("token", "")
    try:
        if public_id := request.POST.get("question"):
            _open_one(request, token, public_id)
        outcome = actions.record_attempt(user=request.user, token=token, fields=fields, now=timezone.now())
    except Exercise.DoesNotExist as unknown:
        raise Http404 from unknown
    match outcome:
        case actions.Recorded() if not request.htmx:
            return SeeOther(reverse("quizzes:attempt_feedback", args=[outcome.attempt.public_id]))
        case actions.Recorded():
            return _feedback(request, outcome.attempt)
        case actions.Conflict():
            ago = review_showing.ago_in_words(outcome.ago)
            return _feedback(request, outcome.attempt, status=409, ago=ago)
        case actions.Corrected():
            notice = "What counts as right was corrected after this question was shown. Here it is again."
            current = outcome.exercise.question.current
            if current is None:
                raise Http404
            return _question(request, outcome.exercise, current, status=409, notice=notice)
        case actions.Unfinished():
            return _question(
                request,
                outcome.exercise,
                outcome.version,
                status=422 if outcome.errors else 200,
                draft=outcome.draft,
                errors=outcome.errors,
                hinted=outcome.hinted,
            )


@require_safe
def feedback(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the feedback to an attempt, as it was given then."""
    try:
        return _feedback(request, queries.attempt_of(request.user, public_id))
    except Attempt.DoesNotExist as unknown:
        raise Http404 from unknown


@require_safe
def summary(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say what was practised and how it went."""
    try:
        found = queries.practice_of(request.user, public_id)
    except Practice.DoesNotExist as unknown:
        raise Http404 from unknown
    attempts = queries.attempts_in(found)
    done, planned = queries.done_and_planned(found)
    context = {
        "practice": found,
        "practised": showing.practised(attempts),
        "right": sum(attempt.passed for attempt in attempts),
        "missed": sum(not attempt.passed for attempt in attempts),
        "left": planned - done,
    }
    return render(request, "quizzes/browsing/summary.html", context)


def _open_one(request: SignedInRequest, token: str, public_id: str) -> None:
    """Open the practice of a form on a question's own page."""
    now = timezone.now()
    try:
        question = queries.question_for(request.user, UUID(public_id), now)
    except (ValueError, Question.DoesNotExist) as unknown:
        raise Exercise.DoesNotExist from unknown
    actions.practise_one(
        user=request.user,
        question=question,
        exercise=actions.exercise_in(token),
        came_from=reverse("quizzes:question", args=[question.topic.slug, question.public_id]),
        now=now,
    )


def _of_missed(request: SignedInRequest, public_id: UUID) -> Practice | None:
    now = timezone.now()
    before = queries.practice_of(request.user, public_id)
    missed = queries.missed_in(before, queries.questions_for(request.user, now))
    if not missed:
        return None
    return actions.practise(
        user=request.user, questions=missed, title=before.title, came_from=before.came_from, now=now
    )


def _of_filter(request: SignedInRequest) -> Practice | None:
    now = timezone.now()
    topics = topics_of(queries.questions_for(request.user, now))
    form = FilterForm(request.POST, topics=topics)
    if not form.is_valid():
        raise Http404
    wanted = form.wanted
    seed = f"{request.user.pk}:{now.isoformat()}"
    drawn = finding.draw(request.user, wanted, now, many=actions.MOST_EXERCISES, seed=seed)
    if not drawn:
        return None
    title = next((topic.title for topic in topics if topic.slug == wanted.topic), "")
    return actions.practise(
        user=request.user,
        questions=drawn,
        title=wanted.in_words(title),
        came_from=reverse("quizzes:bank") + wanted.address,
        now=now,
    )


def _question(
    request: SignedInRequest,
    exercise: Exercise,
    version: Version,
    *,
    status: int = 200,
    notice: str = "",
    **entered: Any,
) -> HttpResponse:
    presented = actions.presented_in(exercise.public_id, version)
    context = review_showing.asked(version, presented, **entered) | {
        "token": actions.token_for(exercise.public_id, version),
        "topic": exercise.question.topic,
        "practice": exercise.practice,
        "notice": notice,
    }
    return _stage(request, "question", context, status=status)


def _feedback(
    request: SignedInRequest, attempt: Attempt, *, status: int = 200, ago: str = ""
) -> HttpResponse:
    context = review_showing.said(attempt) | {
        "attempt": attempt,
        "topic": attempt.exercise.question.topic,
        "question": attempt.exercise.question,
        "practice": attempt.exercise.practice,
        "ago": ago,
    }
    response = _stage(request, "feedback", context, status=status)
    return push_url(response, reverse("quizzes:attempt_feedback", args=[attempt.public_id]))


def _stage(request: SignedInRequest, part: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    """The page, or for htmx only what stands on its stage."""
    done, planned = queries.done_and_planned(context["practice"])
    context |= {
        "part": part,
        "progress": {"done": done, "planned": planned, "left": planned - done},
        "answer_url": reverse("quizzes:attempt"),
    }
    return render(request, f"{PAGE}#{part}" if request.htmx else PAGE, context, status=status)
