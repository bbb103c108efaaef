"""Reporting a question, reading the reply, and the queue of those who reply."""

from __future__ import annotations

import copy
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api import SeeOther, SignedInRequest, drafts
from quizzes.reports import actions, queries
from quizzes.reports.forms import ReplyForm, ReportForm
from quizzes.reports.models import QuestionReport
from quizzes.review.api import note_keys_shown, presenters, review_of
from quizzes.review.models import Review


@require_http_methods(["GET", "HEAD", "POST"])
def report_question(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Reports the question of an answer; what was reported can be changed until it is replied to."""
    try:
        recorded = review_of(request.user, public_id)
    except Review.DoesNotExist as unknown:
        raise Http404 from unknown
    report = queries.report_on(recorded)
    now = timezone.now()
    draft_key = drafts.key(request.user.pk, "report", public_id)
    typed = drafts.first_values(drafts.typed(request, draft_key, now))
    form = ReportForm(
        request.POST if request.method == "POST" else None, instance=copy.copy(report), initial=typed
    )
    if request.method == "POST" and form.is_valid():
        actions.report_question(review=recorded, now=now, **form.cleaned_data)
        drafts.forget(request, draft_key)
        thanks = "Thank you: it is reported. You will be told here when it is replied to."
        messages.success(request, thanks, extra_tags=draft_key)
        return SeeOther(reverse("quizzes:feedback", args=[public_id]))
    context: dict[str, object] = {
        "form": form,
        "report": report,
        "review": recorded,
        "prompt": presenters.prompt(recorded),
    }
    context |= {"draft_key": draft_key, "restored": bool(typed) and request.method != "POST"}
    return render(
        request, "quizzes/reports/report_question.html", context, status=422 if form.errors else 200
    )


@require_POST
def dismiss_reply(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Lets Today be silent about a reply that was read."""
    try:
        report = queries.own_report(request.user, public_id)
    except QuestionReport.DoesNotExist as unknown:
        raise Http404 from unknown
    actions.dismiss_reply(report=report, now=timezone.now())
    return SeeOther(reverse("quizzes:today"))


@require_safe
def reports(request: SignedInRequest) -> HttpResponse:
    """Lists the reports one may reply to, open ones first."""
    listed = queries.listed(request.user)
    context = {
        "open": [one for one in listed if one.report.replied_at is None],
        "done": [one for one in listed if one.report.replied_at is not None],
    }
    return render(request, "quizzes/reports/reports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows one report: the question as it was asked, what was answered, the statistics; and takes the reply."""
    try:
        reported = queries.one_of(request.user, public_id)
    except QuestionReport.DoesNotExist as unknown:
        raise Http404 from unknown
    now = timezone.now()
    draft_key = drafts.key(request.user.pk, "reply", public_id)
    typed = drafts.first_values(drafts.typed(request, draft_key, now))
    form = ReplyForm(request.POST if request.method == "POST" else None, initial=typed)
    if request.method == "POST" and form.is_valid():
        sent = actions.reply(
            report=reported.report, author=request.user, text=form.cleaned_data["reply"], now=now
        )
        if sent:
            drafts.forget(request, draft_key)
            messages.success(
                request, "Replied. The learner is told on Today and by e-mail.", extra_tags=draft_key
            )
        else:
            messages.warning(request, "Somebody else has replied meanwhile; your text was not sent.")
        return SeeOther(reverse("quizzes:report", args=[public_id]))
    note_keys_shown(user=request.user, questions=[reported.report.review.version.question_id], now=now)
    context = presenters.said(reported.report.review) | {
        "reported": reported,
        "form": form,
        "draft_key": draft_key,
        "restored": bool(typed) and request.method != "POST",
        "statistics": queries.statistics_of(request.user, reported.report, now),
    }
    return render(request, "quizzes/reports/report.html", context, status=422 if form.errors else 200)
