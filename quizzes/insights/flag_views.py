"""The queue of reports about questions."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts import drafts
from accounts.http import SignedInRequest
from quizzes.classroom.views.lookup import SeeOther
from quizzes.insights import flag_queue
from quizzes.insights.forms import ReplyForm
from quizzes.review import actions, showing
from quizzes.review.models import Flag


@require_safe
def flags(request: SignedInRequest) -> HttpResponse:
    """The reports one may answer, open ones first."""
    listed = flag_queue.listed(request.user)
    context = {
        "open": [one for one in listed if one.flag.replied_at is None],
        "done": [one for one in listed if one.flag.replied_at is not None],
    }
    return render(request, "quizzes/insights/flags.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def flag(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """One report: the question as it was asked, what was answered, the statistics; and the reply."""
    try:
        reported = flag_queue.one_of(request.user, public_id)
    except Flag.DoesNotExist as unknown:
        raise Http404 from unknown
    now = timezone.now()
    draft_key = drafts.key(request.user.pk, "reply", public_id)
    typed = drafts.first_values(drafts.typed(request, draft_key, now))
    form = ReplyForm(request.POST if request.method == "POST" else None, initial=typed)
    if request.method == "POST" and form.is_valid():
        sent = actions.reply(
            flag=reported.flag, author=request.user, text=form.cleaned_data["reply"], now=now
        )
        if sent:
            drafts.forget(request, draft_key)
            messages.success(
                request, "Replied. The learner is told on Today and by e-mail.", extra_tags=draft_key
            )
        else:
            messages.warning(request, "Somebody else has replied meanwhile; your text was not sent.")
        return SeeOther(reverse("quizzes:flag", args=[public_id]))
    actions.note_keys_shown(user=request.user, questions=[reported.flag.review.version.question_id], now=now)
    context = showing.said(reported.flag.review) | {
        "reported": reported,
        "form": form,
        "draft_key": draft_key,
        "restored": bool(typed) and request.method != "POST",
        "row": flag_queue.statistics_of(request.user, reported.flag, now),
    }
    return render(request, "quizzes/insights/flag.html", context, status=422 if form.errors else 200)
