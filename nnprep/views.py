"""Pages of the site as a whole: the landing page, health, and Django's own refusals in our words."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.api import drafts, emails_stay_here
from nnprep.middleware import KEPT, login_then
from nnprep.readiness import Kept
from quizzes.bank.api import asking, topics_with_counts
from quizzes.browsing.api import sample


@require_safe
@login_not_required
def landing(request: HttpRequest) -> HttpResponse:
    """Says what this is, and asks a question; someone signed in goes straight to their day."""
    if request.user.is_authenticated:
        return redirect("quizzes:today")
    topics = [(topic.title, count) for topic, count in topics_with_counts()]
    context = {
        "topics": topics,
        "questions": sum(count for _, count in topics),
        "kinds": len(asking.kinds()),
        "code": not emails_stay_here(),
    } | sample(request)
    response = render(request, "landing.html", context)
    # What the visitor answered stands on it.
    patch_cache_control(response, no_store=True, private=True)
    return response


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django hands it over
    """Answers that the process is alive; touches nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 -- Django hands it over
    """Answers 200 when this process can serve, also while something else is wrong, and 503 when it cannot.

    The answer says what is wrong; it is looked for once in a few seconds, however often it is asked.
    """
    found = Kept.readiness()
    wrong = {**found.degraded, **found.faults}
    return JsonResponse({"status": found.status, **wrong}, status=503 if found.faults else 200)


@login_not_required
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django hands it over
    """Refuses a form whose token is missing or old, and lose nothing of what was typed into it.

    An htmx request gets the fresh token in the header X-CSRF-Token, which no page of another site can read, and sends
    itself again (`static/js/sending.js`). A whole page is a form with what was typed, to be sent by one press; whoever
    is signed out signs in first, and finds it where it was typed.
    """
    if request.headers.get("HX-Request") == "true":
        response = render(request, "403_csrf.html", status=403)
        response["X-CSRF-Token"] = get_token(request)
        return response
    brought = drafts.carried(request)
    if brought and request.user.pk and drafts.belongs_to(brought[0], request.user.pk):
        return render(request, "403_csrf.html", _again(request, brought), status=403)
    # A form of another site must not cost anybody their session's cookie.
    here = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    if here and not request.user.is_authenticated and drafts.keep(request, timezone.now()):
        messages.warning(request, KEPT)
        return redirect(login_then(request.headers.get("Referer", "")))
    return render(request, "403_csrf.html", status=403)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Says that the site is broken, in a page that needs neither database nor session and carries what was typed."""
    # A form of another site is not offered to be sent again in our name, whatever broke before it was refused.
    ours = request.method == "POST" and getattr(request, "csrf_processing_done", False)
    brought = drafts.carried(request) if ours else None
    context: dict[str, object] = {"sent": request.method == "POST"}
    if brought:
        context |= _again(request, brought) | {"csrf_token": get_token(request)}
    return HttpResponse(get_template("500.html").render(context), status=500)


def _again(request: HttpRequest, brought: tuple[str, drafts.Fields]) -> dict[str, object]:
    """Returns the context of a page that sends once more what a form brought."""
    draft_key, fields = brought
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return {"again": [*pairs, (drafts.FIELD, draft_key)], "address": request.path}
