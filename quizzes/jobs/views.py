"""How the clock is doing, for staff."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.api import SignedInRequest
from quizzes.jobs.health import health


@require_safe
def clock(request: SignedInRequest) -> HttpResponse:
    """Shows staff how the clock is doing; to anyone else there is no such page."""
    if not request.user.is_staff:
        raise Http404
    return render(request, "quizzes/jobs/clock.html", {"health": health(timezone.now())})
