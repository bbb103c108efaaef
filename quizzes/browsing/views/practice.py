"""The pages of practice: begin, a question, its feedback, the summary. None of them touches the schedule."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url

from accounts.api import SeeOther, SignedInRequest, drafts, limited
from quizzes.bank.api import asking, topics_of
from quizzes.bank.models import Question
from quizzes.browsing import actions, presenters, probing, queries, search, tokens
from quizzes.browsing.forms import BankSearchForm
from quizzes.browsing.models import Attempt, Exercise, Practice
from quizzes.review.api import Filled, unsubmitted
from quizzes.review.api import presenters as review_showing

PAGE = "quizzes/browsing/practice.html"


@require_POST
@limited("practise")
def begin(request: SignedInRequest) -> HttpResponse:
    """Opens a practice of what a filter finds, or of what another practice missed."""
    again = request.POST.get("again")
    try:
        opened = _of_missed(request, UUID(again)) if again else _of_filter(request)
    except (ValueError, ObjectDoesNotExist) as unknown:
        raise Http404 from unknown
    if opened is None:
        messages.info(request, "There is nothing to practise: no question of the bank is what you asked for.")
        return SeeOther(reverse("quizzes:bank"))
    return SeeOther(reverse("quizzes:practice", args=[opened.public_id]))


@require_POST
@limited("practise")
def probe(request: SignedInRequest) -> HttpResponse:
    """Opens today's probe, or goes on with it."""
    opened = actions.open_probe(user=request.user, now=timezone.now())
    if opened is None:
        messages.info(request, f"A probe needs {probing.QUESTIONS} questions you have met that are not due.")
        return SeeOther(reverse("quizzes:progress"))
    return SeeOther(reverse("quizzes:practice", args=[opened.public_id]))


@require_safe
def practice(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks the next question of a practice, or goes to its summary."""
    try:
        found = queries.practice_of(request.user, public_id)
    except Practice.DoesNotExist as unknown:
        raise Http404 from unknown
    return _next(request, found)


@require_POST
def answer(request: SignedInRequest) -> HttpResponse:
    """Takes one answer and show how it went."""
    fields = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    token = request.POST.get("token", "")
    try:
        if public_id := request.POST.get("question"):
            _open_one(request, token, public_id)
        outcome = actions.record_attempt(user=request.user, token=token, fields=fields, now=timezone.now())
    except Exercise.DoesNotExist as unknown:
        raise Http404 from unknown
    match outcome:
        case actions.AttemptRecorded() if outcome.attempt.exercise.practice.is_probe:
            return _next(request, outcome.attempt.exercise.practice, after=outcome.attempt)
        case actions.AttemptRecorded() if not request.htmx:
            return SeeOther(reverse("quizzes:attempt_feedback", args=[outcome.attempt.public_id]))
        case actions.AttemptRecorded():
            return _feedback(request, outcome.attempt)
        case actions.AttemptConflict():
            ago = review_showing.ago_in_words(outcome.ago)
            return _feedback(request, outcome.attempt, status=409, ago=ago)
        case actions.AttemptStale():
            return _question(request, outcome.exercise, status=409, notice=outcome.why)
        case actions.AttemptUnfinished():
            return _question_again(request, outcome)


@require_safe
def feedback(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows the feedback to an attempt, as it was given then."""
    try:
        return _feedback(request, queries.attempt_of(request.user, public_id))
    except Attempt.DoesNotExist as unknown:
        raise Http404 from unknown


@require_safe
def summary(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Says what was practised and how it went."""
    try:
        found = queries.practice_of(request.user, public_id)
    except Practice.DoesNotExist as unknown:
        raise Http404 from unknown
    attempts = queries.attempts_in(found)
    done, planned = queries.done_and_planned(found)
    practised = presenters.practised(attempts)
    context = presenters.tally(practised) | {
        "practice": found,
        "practised": practised,
        "left": planned - done,
    }
    if found.is_probe:
        context |= {"probe": probing.probe_in(found), "late": probing.is_late(found, timezone.now())}
        return render(request, "quizzes/browsing/probe.html", context)
    return render(request, "quizzes/browsing/summary.html", context)


def _open_one(request: SignedInRequest, token: str, public_id: str) -> None:
    """Opens the practice of a form on a question's own page."""
    now = timezone.now()
    try:
        question = queries.question_for(request.user, UUID(public_id), now)
    except (ValueError, Question.DoesNotExist) as unknown:
        raise Exercise.DoesNotExist from unknown
    actions.practise_one(
        user=request.user,
        question=question,
        exercise=actions.exercise_in(token, user=request.user, question=question),
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
    form = BankSearchForm(request.POST, topics=topics)
    if not form.is_valid():
        raise Http404
    wanted = form.wanted
    seed = f"{request.user.pk}:{now.isoformat()}"
    drawn = search.draw(request.user, wanted, now, many=actions.MOST_EXERCISES, seed=seed)
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


def _next(request: SignedInRequest, practice: Practice, *, after: Attempt | None = None) -> HttpResponse:
    """The practice's next question, or its summary. In a probe it comes directly `after` an answer.

    What feedback tells of one question would help with the next: a probe shows all of it at its end.
    """
    recorded = presenters.key_of(request.user.pk, after.exercise.public_id) if after else ""
    if after:
        drafts.forget(request, recorded)
    exercise = queries.next_exercise(practice)
    if exercise is None or exercise.question.current is None:
        target = reverse("quizzes:practice_summary", args=[practice.public_id])
        if request.htmx:
            return HttpResponseClientRedirect(target)
        return SeeOther(target) if after else redirect(target)
    if after and not request.htmx:
        return SeeOther(reverse("quizzes:practice", args=[practice.public_id]))
    return _question(request, exercise, recorded=recorded)


def _question(
    request: SignedInRequest,
    exercise: Exercise,
    *,
    status: int = 200,
    notice: str = "",
    recorded: str = "",
) -> HttpResponse:
    version = exercise.question.current
    if version is None:
        raise Http404
    shown = tokens.show(
        user=request.user.pk,
        exercise=exercise.public_id,
        question=exercise.question.public_id,
        version=version.number,
    )
    draft_key = presenters.key_of(request.user.pk, exercise.public_id)
    presented = asking.present(version.spec, seed=shown.seed)
    filled = unsubmitted.restored(version, presented, drafts.typed(request, draft_key, timezone.now()))
    context = presenters.asked(version, shown, filled)
    context |= {"notice": notice or (unsubmitted.HERE_AGAIN if filled else ""), "recorded": recorded}
    return _exercise(request, exercise, context, status=status)


def _question_again(request: SignedInRequest, outcome: actions.AttemptUnfinished) -> HttpResponse:
    """The question as it was shown, with what was entered: to fix it, to go on with it, or with its hint."""
    context = presenters.asked(
        outcome.version, outcome.shown, Filled(outcome.draft, outcome.errors, outcome.hinted)
    )
    return _exercise(request, outcome.exercise, context, status=422 if outcome.errors else 200)


def _exercise(
    request: SignedInRequest, exercise: Exercise, context: dict[str, object], *, status: int
) -> HttpResponse:
    context |= {
        "draft_key": presenters.key_of(request.user.pk, exercise.public_id),
        "topic": exercise.question.topic,
    }
    return _stage(request, "question", exercise.practice, context, status=status)


def _feedback(
    request: SignedInRequest, attempt: Attempt, *, status: int = 200, ago: str = ""
) -> HttpResponse:
    recorded = presenters.key_of(request.user.pk, attempt.exercise.public_id)
    context = review_showing.said(attempt) | {
        "attempt": attempt,
        "recorded": recorded,
        "topic": attempt.exercise.question.topic,
        "question": attempt.exercise.question,
        "ago": ago,
    }
    drafts.forget(request, recorded)
    response = _stage(request, "feedback", attempt.exercise.practice, context, status=status)
    return push_url(response, reverse("quizzes:attempt_feedback", args=[attempt.public_id]))


def _stage(
    request: SignedInRequest, part: str, practice: Practice, context: dict[str, object], *, status: int
) -> HttpResponse:
    """The page, or for htmx only what stands on its stage."""
    done, planned = queries.done_and_planned(practice)
    context |= {
        "practice": practice,
        "part": part,
        "progress": {"done": done, "planned": planned, "left": planned - done},
        "answer_url": reverse("quizzes:attempt"),
    }
    return render(request, f"{PAGE}#{part}" if request.htmx else PAGE, context, status=status)
