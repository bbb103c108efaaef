"""The pages of a session: the question, its feedback, the summary."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url

from accounts.api import SeeOther, SignedInRequest, drafts
from quizzes.review import decks, leeches, planning, presenters, queries, summaries, unsubmitted
from quizzes.review.actions import undoing
from quizzes.review.actions.answers import Conflict, Recorded, Repeated, Stale, Unfinished, record_answer
from quizzes.review.actions.sessions import open_session
from quizzes.review.actions.settings import settings_of
from quizzes.review.actions.too_easy import can_be_easier, mark_too_easy
from quizzes.review.digest import streak_before
from quizzes.review.load import load_of
from quizzes.review.models import Review
from quizzes.review.submission import Filled
from quizzes.scheduling.api import Rating

PAGE = "quizzes/review/review.html"
TAKEN_BACK = "Your answer was taken back: it no longer counts."
NOT_THE_LAST = "Only the last answer can be taken back, and you have answered another question since."
NOT_EASIER = (
    "Nothing was changed: only a last answer that was right, sure and the first of its day can be too easy."
)


@require_safe
def review(request: SignedInRequest) -> HttpResponse:
    """Asks the next question, or goes to the summary when none is left."""
    return _next_question(request)


@require_POST
def answer(request: SignedInRequest) -> HttpResponse:
    """Takes one answer and show how it went."""
    fields = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    try:
        outcome = record_answer(
            user=request.user, token=request.POST.get("token", ""), fields=fields, now=timezone.now()
        )
    except ObjectDoesNotExist as unknown:
        raise Http404 from unknown
    match outcome:
        case Recorded() | Repeated() if not request.htmx:
            return SeeOther(reverse("quizzes:feedback", args=[outcome.review.public_id]))
        case Recorded():
            return _feedback(request, outcome.review, is_last=True)
        case Repeated():
            return _feedback(request, outcome.review)
        case Conflict():
            return _feedback(request, outcome.review, status=409, ago=presenters.ago_in_words(outcome.ago))
        case Stale():
            return _next_question(request, status=409, notice=outcome.why)
        case Unfinished():
            return _question_again(request, outcome)


@require_safe
def feedback(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows the feedback to an answer, as it was given then."""
    try:
        recorded = queries.review_of(request.user, public_id)
    except Review.DoesNotExist as unknown:
        raise Http404 from unknown
    return _feedback(request, recorded)


@require_POST
def undo(request: SignedInRequest) -> HttpResponse:
    """Takes the last answer back and asks the question again."""
    try:
        public_id = UUID(request.POST.get("review", ""))
        undone = undoing.undo(user=request.user, review_public_id=public_id, now=timezone.now())
    except (ValueError, ObjectDoesNotExist) as unknown:
        raise Http404 from unknown
    if not undone:
        return _next_question(request, status=409, notice=NOT_THE_LAST)
    if not request.htmx:
        messages.success(request, TAKEN_BACK)
        return SeeOther(reverse("quizzes:review"))
    return push_url(_next_question(request, notice=TAKEN_BACK), reverse("quizzes:review"))


@require_POST
def too_easy(request: SignedInRequest) -> HttpResponse:
    """Lets the last answer count as one that came easily, so that its question comes back later."""
    try:
        public_id = UUID(request.POST.get("review", ""))
        easier = mark_too_easy(user=request.user, review_public_id=public_id, now=timezone.now())
    except (ValueError, ObjectDoesNotExist) as unknown:
        raise Http404 from unknown
    if easier is None:
        return _next_question(request, status=409, notice=NOT_EASIER)
    return SeeOther(reverse("quizzes:feedback", args=[easier.public_id]))


@require_safe
def summary(request: SignedInRequest) -> HttpResponse:
    """Says what was done today, what waits, and when it comes back."""
    now = timezone.now()
    session = open_session(user=request.user, now=now)
    study = settings_of(user=request.user, now=now)
    tomorrow = session.study_day + timedelta(days=1)
    # The morning of the interview has no plan for it any more: what comes back then comes by the schedule.
    interview = decks.interview_ahead(study, tomorrow)
    done = summaries.done_in(request.user, session, interview=interview, now=now)
    progress = queries.progress(request.user, now)
    context = presenters.resting(request.user, now) | {
        "session": session,
        "done": done,
        "left": summaries.left_of(request.user, session),
        "more": not progress.ready and planning.could_add(request.user, session, study, now),
        "progress": progress,
        "coming_back": [
            (presenters.day_in_words(day, today=session.study_day), count) for day, count in done.coming_back
        ],
        "chosen": [
            (presenters.back_by_plan(day, first=first, today=session.study_day, many=count), count)
            for day, first, count in done.chosen
        ],
        "interview": interview,
        "is_eve": study.interview_on == tomorrow,
        "study": study,
        "tomorrow": load_of(request.user, study, now, days=2)[1],
        "streak": streak_before(session) + (bool(done.asked) and not progress.left),
        "last": queries.last_review(request.user),
    }
    return render(request, "quizzes/review/summary.html", context)


def _next_question(request: SignedInRequest, *, status: int = 200, notice: str = "") -> HttpResponse:
    """The next question, opening the day where nobody has; without one that can be asked now, the summary."""
    now = timezone.now()
    item = queries.next_item(request.user, now)
    if item is None or queries.is_over(item.session, request.user, now):
        open_session(user=request.user, now=now)
        item = queries.next_item(request.user, now)
    if item is None and notice:
        return _stage(request, "nothing", {"notice": notice}, status=status, now=now)
    if item is None:
        target = reverse("quizzes:summary")
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    version, shown = presenters.first_showing(item, now=now)
    typed = drafts.typed(
        request, unsubmitted.key_of(user=request.user.pk, question=shown.question, seq=shown.seq), now
    )
    context = presenters.question(item.card, version, shown, typed=typed) | {
        "last_answer": item.last_answer,
        "is_placing": item.is_placing and not item.turn,
    }
    notice = notice or (unsubmitted.HERE_AGAIN if typed else "")
    return _stage(request, "question", context | {"notice": notice}, status=status, now=now)


def _question_again(request: SignedInRequest, outcome: Unfinished) -> HttpResponse:
    """The question as it was shown, with what was entered: to fix it, to go on with it, or with its hint."""
    context = presenters.question(
        outcome.card,
        outcome.version,
        outcome.shown,
        filled=Filled(outcome.draft, outcome.errors, outcome.hinted),
    ) | {"is_placing": queries.is_placing(outcome.card)}
    status = 422 if outcome.errors else 200
    return _stage(request, "question", context, status=status, now=timezone.now())


def _feedback(
    request: SignedInRequest, recorded: Review, *, status: int = 200, ago: str = "", is_last: bool = False
) -> HttpResponse:
    """The feedback to an answer; `is_last` where it is known to be the learner's last one, else it is looked up."""
    now = timezone.now()
    # What was recorded just now stands in the last session.
    latest = recorded.session if is_last else queries.latest_session(request.user)
    today = queries.current_day(request.user, now, latest)
    is_last = is_last or queries.last_review(request.user) == recorded
    typed_under = unsubmitted.key_of(
        user=recorded.user_id, question=recorded.card.question.public_id, seq=recorded.seq
    )
    here = reverse("quizzes:feedback", args=[recorded.public_id])
    context: dict[str, object] = presenters.feedback(recorded, today=today, now=now)
    context |= {
        "recorded": typed_under,
        "ago": ago,
        "is_last": is_last,
        "leech": leeches.leech(request.user, recorded.card, now) if recorded.rating == Rating.AGAIN else None,
        "easier": is_last and can_be_easier(recorded),
        "here": here,
        "back_to": reverse("quizzes:summary") if request.GET.get("from") == "summary" else "",
    }
    drafts.forget(request, typed_under)
    response = _stage(request, "feedback", context, status=status, now=now)
    return push_url(response, here)


def _stage(
    request: SignedInRequest, part: str, context: dict[str, object], *, status: int, now: datetime
) -> HttpResponse:
    """The page, or for htmx only what stands on its stage."""
    context |= {
        "part": part,
        "progress": queries.progress(request.user, now),
        "answer_url": reverse("quizzes:answer"),
    }
    template = f"{PAGE}#{part}" if request.htmx else PAGE
    return render(request, template, context, status=status)
