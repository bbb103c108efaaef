"""Pages about e-mails: which ones come, and stopping one kind of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.api import SeeOther, SignedInRequest
from quizzes.notifications import actions, queries, tokens
from quizzes.notifications.email_types import wants_any_by_the_clock
from quizzes.notifications.forms import PreferencesForm
from quizzes.notifications.models import NotificationPreferences

Page = Callable[[SignedInRequest], HttpResponse]


def moving(page: Page) -> Page:
    """Returns a page that may change where the learner's days are: afterwards their next e-mail is due by the new
    clock.
    """

    @wraps(page)
    def moved(request: SignedInRequest) -> HttpResponse:
        response = page(request)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            actions.move(user=request.user, now=timezone.now())
        return response

    return moved


@require_http_methods(["GET", "HEAD", "POST"])
def emails(request: SignedInRequest) -> HttpResponse:
    """Lets the learner choose which e-mails come, and at which hour."""
    saved = queries.preferences_of(request.user)
    form = PreferencesForm(request.POST or None, instance=saved or NotificationPreferences(user=request.user))
    posted = request.method == "POST"
    if posted and form.is_valid():
        actions.save_preferences(preferences=form.instance, now=timezone.now())
        messages.success(request, "Saved.")
        return SeeOther(reverse("quizzes:emails"))
    context = {
        "form": form,
        "is_unwanted": queries.is_unwanted(request.user),
        "is_new": saved is None or not wants_any_by_the_clock(saved),
    }
    return render(request, "quizzes/notifications/preferences.html", context, status=422 if posted else 200)


@require_POST
def write_again(request: SignedInRequest) -> HttpResponse:
    """Writes again to an address the mail server refused."""
    actions.write_again(user=request.user)
    messages.success(request, f"We write to {request.user.email} again.")
    return SeeOther(reverse("quizzes:emails"))


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Switches one kind of e-mail off: by POST at once, as RFC 8058 asks; by GET only after a button was pressed."""
    try:
        public_id, switch = tokens.read(token)
    except SignatureExpired:
        return render(request, "quizzes/notifications/stop.html", status=410)
    except BadSignature as forged:
        raise Http404 from forged
    context = {"kind": switch.label.lower() if switch else "", "declines": switch is None}
    if request.method != "POST":
        return render(request, "quizzes/notifications/stop.html", context | {"part": "ask"})
    if not actions.stop(public_id=public_id, switch=switch, now=timezone.now()):
        raise Http404
    return render(request, "quizzes/notifications/stop.html", context | {"part": "done"})


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def never(request: HttpRequest, token: str) -> HttpResponse:
    """Never writes to an invited address again: by POST at once (RFC 8058), by GET after a button was pressed."""
    try:
        public_id = tokens.read_never(token)
    except SignatureExpired:
        return render(request, "quizzes/notifications/never.html", status=410)
    except BadSignature as forged:
        raise Http404 from forged
    if request.method != "POST":
        return render(request, "quizzes/notifications/never.html", {"part": "ask"})
    if not actions.never_write(public_id=public_id):
        raise Http404
    return render(request, "quizzes/notifications/never.html", {"part": "done"})


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop_before(request: HttpRequest, token: str) -> HttpResponse:
    """Answers at the address e-mails were sent with before: one click stops at once, a reader is shown the page."""
    return _at_the_new_address(stop, request, token)


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def never_before(request: HttpRequest, token: str) -> HttpResponse:
    """Answers at the address e-mails were sent with before, as `stop_before` does."""
    return _at_the_new_address(never, request, token)


def _at_the_new_address(
    page: Callable[[HttpRequest, str], HttpResponse], request: HttpRequest, token: str
) -> HttpResponse:
    # Mail programs that post for their reader (RFC 8058) do not follow redirects.
    if request.method == "POST":
        return page(request, token)
    return redirect(f"quizzes:{page.__name__}", token, permanent=True)
