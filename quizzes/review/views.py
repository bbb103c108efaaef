"""The pages of a study day: Today, the question, its feedback, the summary; and the settings."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, push_url

from accounts import drafts
from accounts.forms import DayForm, ZoneForm
from accounts.http import SeeOther, SignedInRequest, next_address
from quizzes.review import actions, overviews, queries, reports, showing, unsent
from quizzes.review.forms import MinutesForm, ReportForm, StudyForm
from quizzes.review.models import Flag, Review
from quizzes.scheduling.queue import NEW_PER_DAY

PAGE = "quizzes/review/review.html"


@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    """Say what there is to do today, how long it takes and what comes next."""
    now = timezone.now()
    session = actions.open_session(user=request.user, now=now)
    context = {
        "session": session,
        "left": overviews.left_of(request.user, session, now),
        "ahead": overviews.ahead_of(request.user, session),
        "replies": [(flag, showing.prompt(flag.review)) for flag in reports.unread_replies(request.user)],
    }
    return render(request, "quizzes/review/today.html", context)


@require_POST
def more(request: SignedInRequest) -> HttpResponse:
    """Add a few new questions to today's session."""
    planned = request.POST.get("planned", "")
    added = actions.study_more(
        user=request.user,
        now=timezone.now(),
        many=NEW_PER_DAY,
        planned=int(planned) if planned.isdecimal() and len(planned) < 7 else -1,
    )
    if added:
        return SeeOther(reverse("quizzes:review"))
    messages.info(request, "Nothing was added: today already holds what you asked for.")
    return SeeOther(reverse("quizzes:today"))


@require_safe
def review(request: SignedInRequest) -> HttpResponse:
    """Ask the next question, or go to the summary when none is left."""
    return _next_question(request)


@require_POST
def answer(request: SignedInRequest) -> HttpResponse:
    """Take one answer and show how it went."""
    fields = {name: [str(value) for value in values] for name, values in request.POST.lists()}
    try:
        outcome = actions.record_answer(
            user=request.user, token=request.POST.get("token", ""), fields=fields, now=timezone.now()
        )
    except ObjectDoesNotExist as unknown:
        raise Http404 from unknown
    match outcome:
        case actions.Recorded() | actions.Repeated() if not request.htmx:
            return SeeOther(reverse("quizzes:feedback", args=[outcome.review.public_id]))
        case actions.Recorded():
            return _feedback(request, outcome.review, is_last=True)
        case actions.Repeated():
            return _feedback(request, outcome.review)
        case actions.Conflict():
            return _feedback(request, outcome.review, status=409, ago=showing.ago_in_words(outcome.ago))
        case actions.Stale():
            return _next_question(request, status=409, notice=outcome.why)
        case actions.Unfinished():
            return _question_again(request, outcome)


@require_safe
def feedback(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the feedback to an answer, as it was given then."""
    try:
        recorded = queries.review_of(request.user, public_id)
    except Review.DoesNotExist as unknown:
        raise Http404 from unknown
    return _feedback(request, recorded)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Report the question of an answer; what was reported can be changed until it is replied to."""
    try:
        recorded = queries.review_of(request.user, public_id)
    except Review.DoesNotExist as unknown:
        raise Http404 from unknown
    flag = reports.flag_on(recorded)
    now = timezone.now()
    draft_key = drafts.key(request.user.pk, "report", public_id)
    typed = drafts.first_values(drafts.typed(request, draft_key, now))
    form = ReportForm(
        request.POST if request.method == "POST" else None, instance=copy.copy(flag), initial=typed
    )
    if request.method == "POST" and form.is_valid():
        actions.report(review=recorded, now=now, **form.cleaned_data)
        drafts.forget(request, draft_key)
        thanks = "Thank you: it is reported. You will be told here when it is replied to."
        messages.success(request, thanks, extra_tags=draft_key)
        return SeeOther(reverse("quizzes:feedback", args=[public_id]))
    context: dict[str, Any] = {
        "form": form,
        "flag": flag,
        "review": recorded,
        "prompt": showing.prompt(recorded),
    }
    context |= {"draft_key": draft_key, "restored": bool(typed) and request.method != "POST"}
    return render(request, "quizzes/review/report.html", context, status=422 if form.errors else 200)


@require_POST
def put_away(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Let Today be silent about a reply that was read."""
    try:
        flag = reports.own_flag(request.user, public_id)
    except Flag.DoesNotExist as unknown:
        raise Http404 from unknown
    actions.put_away(flag=flag, now=timezone.now())
    return SeeOther(reverse("quizzes:today"))


@require_POST
def undo(request: SignedInRequest) -> HttpResponse:
    """Take the last answer back and ask the question again."""
    try:
        public_id = UUID(request.POST.get("review", ""))
        undone = actions.undo(user=request.user, review_public_id=public_id, now=timezone.now())
    except (ValueError, ObjectDoesNotExist) as unknown:
        raise Http404 from unknown
    if not undone:
        notice = "Only the last answer can be taken back, and you have answered another question since."
        return _next_question(request, status=409, notice=notice)
    if not request.htmx:
        return SeeOther(reverse("quizzes:review"))
    return push_url(_next_question(request), reverse("quizzes:review"))


@require_safe
def summary(request: SignedInRequest) -> HttpResponse:
    """Say what was done today, and when it comes back."""
    now = timezone.now()
    session = actions.open_session(user=request.user, now=now)
    done = overviews.done_in(session)
    context = {
        "session": session,
        "done": done,
        "left": overviews.left_of(request.user, session, now),
        "coming_back": [
            (showing.day_in_words(day, today=session.study_day), count) for day, count in done.coming_back
        ],
        "last": queries.last_review(request.user),
    }
    return render(request, "quizzes/review/summary.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: SignedInRequest) -> HttpResponse:
    """Asks a new learner where they live and how much time they have, then goes on to what they came for."""
    wanted = next_address(request)
    return _settings(
        request,
        ZoneForm,
        MinutesForm,
        "quizzes/review/welcome.html",
        done=wanted or reverse("quizzes:today"),
        more={"next": wanted},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: SignedInRequest) -> HttpResponse:
    """Let the learner change how and when they study."""
    return _settings(
        request, DayForm, StudyForm, "quizzes/review/settings.html", done=reverse("quizzes:settings"), more={}
    )


def _settings(
    request: SignedInRequest,
    day_form: type[ZoneForm],
    study_form: type[MinutesForm],
    template: str,
    *,
    done: str,
    more: dict[str, str],
) -> HttpResponse:
    now = timezone.now()
    study = actions.settings_of(user=request.user, now=now)
    # A form writes into its row before it knows whether it is valid; the page's own row has to stay as it is.
    user = copy.copy(request.user)
    day = day_form(request.POST or None, instance=user)
    how = study_form(request.POST or None, instance=study)
    posted = request.method == "POST"
    if posted and day.is_valid() and how.is_valid():
        actions.save_settings(user=day.instance, study=how.instance, now=now)
        messages.success(request, "Saved.")
        return SeeOther(done)
    return render(request, template, {"day": day, "how": how} | more, status=422 if posted else 200)


def _next_question(request: SignedInRequest, *, status: int = 200, notice: str = "") -> HttpResponse:
    """The next question, opening the day where nobody has; without one, the summary."""
    now = timezone.now()
    item = queries.next_item(request.user)
    if item is None or item.session.study_day < queries.local_day(request.user, now):
        actions.open_session(user=request.user, now=now)
        item = queries.next_item(request.user)
    if item is None and notice:
        return _stage(request, "nothing", {"notice": notice}, status=status)
    if item is None:
        target = reverse("quizzes:summary")
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    version, shown = showing.first_showing(item, now=now)
    typed = drafts.typed(
        request, unsent.key_of(user=request.user.pk, question=shown.question, seq=shown.seq), now
    )
    context = showing.question(item.card, version, shown, typed=typed)
    notice = notice or (unsent.HERE_AGAIN if typed else "")
    return _stage(request, "question", context | {"notice": notice}, status=status)


def _question_again(request: SignedInRequest, outcome: actions.Unfinished) -> HttpResponse:
    """The question as it was shown, with what was entered: to mend it, to go on with it, or with its hint."""
    context = showing.question(
        outcome.card,
        outcome.version,
        outcome.shown,
        draft=outcome.draft,
        errors=outcome.errors,
        hinted=outcome.hinted,
    )
    return _stage(request, "question", context, status=422 if outcome.errors else 200)


def _feedback(
    request: SignedInRequest, recorded: Review, *, status: int = 200, ago: str = "", is_last: bool = False
) -> HttpResponse:
    """The feedback to an answer; `is_last` where it is known to be the learner's last one, else it is looked up."""
    is_last = is_last or queries.last_review(request.user) == recorded
    today = queries.local_day(request.user, timezone.now())
    context: dict[str, Any] = showing.feedback(recorded, today=today) | {"ago": ago, "is_last": is_last}
    drafts.forget(request, context["recorded"])
    response = _stage(request, "feedback", context, status=status)
    return push_url(response, reverse("quizzes:feedback", args=[recorded.public_id]))


def _stage(request: SignedInRequest, part: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    """The page, or for htmx only what stands on its stage."""
    context |= {
        "part": part,
        "progress": queries.progress(request.user),
        "answer_url": reverse("quizzes:answer"),
    }
    template = f"{PAGE}#{part}" if request.htmx else PAGE
    return render(request, template, context, status=status)
