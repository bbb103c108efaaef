"""Pages of the site as a whole: the landing page, health, and Django's own CSRF refusal in our words."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from nnprep.readiness import Kept
from quizzes.bank.queries import topics_with_counts


@require_safe
@login_not_required
def landing(request: HttpRequest) -> HttpResponse:
    """Say what this is; someone signed in goes straight to their day."""
    if request.user.is_authenticated:
        return redirect("quizzes:today")
    topics = [(topic.title, count) for topic, count in topics_with_counts()]
    return render(request, "landing.html", {"topics": topics, "questions": sum(count for _, count in topics)})


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django hands it over
    """Answer that the process is alive; touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django hands it over
    """Answer 200 when this process can serve, also while something else is wrong, and 503 when it cannot.

    The answer says what is wrong; it is looked for once in a few seconds, however often it is asked.
    """
    found = Kept.readiness()
    wrong = {**found.degraded, **found.faults}
    return JsonResponse({"status": found.status, **wrong}, status=503 if found.faults else 200)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django hands it over
    """Refuse a form whose token is missing or old; an htmx request reloads its page to get a fresh one."""
    response = render(request, "403_csrf.html", status=403)
    if request.headers.get("HX-Request") == "true":
        response["HX-Refresh"] = "true"
    return response
