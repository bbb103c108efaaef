"""The pages of the trial: a question, its feedback, what was known. Whoever is signed in is sent to their day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url
from django_htmx.middleware import HtmxDetails

from accounts.api import SeeOther, anonymous_session, limited
from quizzes.bank.models import Question, Version
from quizzes.browsing import presenters, trial
from quizzes.browsing.models import Attempt
from quizzes.review.api import Filled, VisitorAnswer
from quizzes.review.api import presenters as review_showing

PAGE = "quizzes/browsing/trial.html"

Context = dict[str, object]


class VisitorRequest(HttpRequest):
    """A request without an account."""

    htmx: HtmxDetails


P = ParamSpec("P")
View: TypeAlias = Callable[Concatenate[VisitorRequest, P], HttpResponse]


def for_visitors(view: View[P]) -> View[P]:
    """Decorates a view that needs no login and sends whoever is signed in to their day; no cache keeps its pages."""

    @login_not_required
    @wraps(view)
    def answer(request: VisitorRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.user.is_authenticated:
            today = reverse("quizzes:today")
            return HttpResponseClientRedirect(today) if request.htmx else HttpResponseRedirect(today)
        response = view(request, *args, **kwargs)
        patch_cache_control(response, no_store=True, private=True)
        return response

    return answer


def sample(request: HttpRequest) -> Context:
    """Returns the context of the trial's first question, or of what the visitor answered to it; empty where the bank
    is.
    """
    tried = _tried(request)
    questions = trial.chosen()
    if not questions:
        return {}
    answered = trial.attempt_at(tried, questions[0].public_id)
    said = _said(answered) if answered else _asked(questions[0])
    return said | _around(questions, tried) | {"in_place": True}


@require_safe
@for_visitors
def question(request: VisitorRequest) -> HttpResponse:
    """Asks the next question, or goes to the end when none is left."""
    return _next(request)


@require_POST
@for_visitors
@limited("try")
def answer(request: VisitorRequest) -> HttpResponse:
    """Takes one answer and show how it went."""
    fields = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    tried = _tried(request)
    token = request.POST.get("token", "")
    try:
        outcome = trial.take(tried=tried, token=token, fields=fields, now=timezone.now())
    except ObjectDoesNotExist as unknown:
        raise Http404 from unknown
    match outcome:
        case trial.TrialRecorded():
            if outcome.tried is not tried:
                anonymous_session.keep(request, trial.rows_of(outcome.tried))
            if request.htmx:
                return _feedback(request, outcome.one, outcome.tried)
            return SeeOther(_address(outcome.one.question))
        case trial.TrialConflict():
            ago = review_showing.ago_in_words(outcome.ago)
            return _feedback(request, outcome.one, tried, status=409, ago=ago)
        case trial.TrialStale():
            return _next(request, status=409, notice=outcome.why)
        case trial.TrialUnfinished():
            return _again(request, outcome)


@require_safe
@for_visitors
def feedback(request: VisitorRequest, public_id: UUID) -> HttpResponse:
    """Shows the feedback to the visitor's answer to that question."""
    tried = _tried(request)
    for one in tried:
        if one.question == public_id:
            return _feedback(request, one, tried)
    raise Http404


@require_safe
@for_visitors
def summary(request: VisitorRequest) -> HttpResponse:
    """Says how many the visitor knew, and that they count once there is an account."""
    tried = _tried(request)
    practised = presenters.practised(trial.attempts_at(tried))
    tally = presenters.tally(practised)
    context = tally | {
        "practised": practised,
        "known": tally["right"] + tally["partly"],
        "left": len(trial.left(trial.chosen(), tried)),
    }
    return render(request, "quizzes/browsing/tried.html", context)


def _next(request: VisitorRequest, *, status: int = 200, notice: str = "") -> HttpResponse:
    tried = _tried(request)
    questions = trial.chosen()
    remaining = trial.left(questions, tried)
    if not remaining:
        end = reverse("quizzes:trial_summary")
        return HttpResponseClientRedirect(end) if request.htmx else redirect(end)
    context = _asked(remaining[0]) | _around(questions, tried) | {"notice": notice}
    return _stage(request, context, status=status)


def _again(request: VisitorRequest, outcome: trial.TrialUnfinished) -> HttpResponse:
    """The question as it was shown, with what was entered: to fix it, or with its hint."""
    version = outcome.version
    context = _in_question(
        version.question,
        version,
        outcome.shown,
        Filled(outcome.draft, outcome.errors, outcome.hinted),
    )
    context |= _around(trial.chosen(), _tried(request))
    return _stage(request, context, status=422 if outcome.errors else 200)


def _feedback(
    request: VisitorRequest,
    one: VisitorAnswer,
    tried: Sequence[VisitorAnswer],
    *,
    status: int = 200,
    ago: str = "",
) -> HttpResponse:
    attempt = trial.attempt_at(tried, one.question)
    if attempt is None:
        raise Http404
    # The landing page stays where it is: its question is answered in place.
    path = request.htmx.current_url_abs_path or "" if request.htmx else reverse("quizzes:trial")
    in_place = not path.startswith(reverse("quizzes:trial"))
    context = _said(attempt) | _around(trial.chosen(), tried) | {"ago": ago, "in_place": in_place}
    response = _stage(request, context, status=status)
    return push_url(response, _address(one.question)) if request.htmx and not in_place else response


def _asked(question: Question) -> Context:
    version, shown = trial.show(question, now=timezone.now())
    return _in_question(question, version, shown, None)


def _in_question(
    question: Question, version: Version, shown: trial.TrialQuestion, filled: Filled | None
) -> Context:
    return presenters.asked(version, shown, filled) | {"part": "question", "topic": question.topic}


def _said(attempt: Attempt) -> Context:
    return review_showing.said(attempt) | {
        "part": "feedback",
        "attempt": attempt,
        "topic": attempt.exercise.question.topic,
        "all_reasons": True,
    }


def _around(questions: Sequence[Question], tried: Sequence[VisitorAnswer]) -> Context:
    """Returns what surrounds a question and its feedback."""
    remaining = len(trial.left(questions, tried))
    progress = {"done": len(tried), "planned": len(tried) + remaining, "left": remaining}
    return {"progress": progress, "answer_url": reverse("quizzes:trial_answer")}


def _stage(request: VisitorRequest, context: Context, *, status: int) -> HttpResponse:
    """The page, or for htmx only what stands on its stage."""
    template = f"{PAGE}#{context['part']}" if request.htmx else PAGE
    return render(request, template, context, status=status)


def _tried(request: HttpRequest) -> list[VisitorAnswer]:
    return trial.tried_in(anonymous_session.kept(request))


def _address(question: UUID) -> str:
    return reverse("quizzes:trial_feedback", args=[question])
