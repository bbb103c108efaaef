"""Pages about e-mails: which ones come, stopping one of them, those that stayed here, and how the clock is doing."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import ip_address

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, SignatureExpired
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from mail import file_backend
from quizzes.jobs.health import health
from quizzes.notifications import actions, queries, tokens
from quizzes.notifications.forms import PreferencesForm
from quizzes.notifications.models import BY_THE_CLOCK, Kind, NotificationPreferences

# For an e-mail shown as HTML: styled by itself, and nothing else.
EMAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-top-navigation-by-user-activation"
)
# Headers that proxies add, by their beginnings: RFC 7239, RFC 9110 and what is usual.
OF_PROXIES = (
    "forwarded",
    "x-forwarded",
    "via",
    "x-real-ip",
    "x-client-ip",
    "x-original",
    "true-client-ip",
    "cf-",
)
LOOPBACK_NAMES = ("127.0.0.1", "localhost", "[::1]")
Page = Callable[[SignedInRequest], HttpResponse]


def moving(page: Page) -> Page:
    """A page that may change where the learner's days are: afterwards their next e-mail is due by the new clock."""

    @wraps(page)
    def moved(request: SignedInRequest) -> HttpResponse:
        response = page(request)
        if request.method == "POST" and isinstance(response, HttpResponseRedirect):
            actions.move(user=request.user, now=timezone.now())
        return response

    return moved


@require_http_methods(["GET", "HEAD", "POST"])
def emails(request: SignedInRequest) -> HttpResponse:
    """Let the learner choose which e-mails come, and at which hour."""
    saved = queries.preferences_of(request.user)
    form = PreferencesForm(request.POST or None, instance=saved or NotificationPreferences(user=request.user))
    posted = request.method == "POST"
    if posted and form.is_valid():
        actions.save_preferences(preferences=form.instance, now=timezone.now())
        messages.success(request, "Saved.")
        return redirect("quizzes:emails")
    context = {
        "form": form,
        "is_unwanted": queries.is_unwanted(request.user),
        "is_new": saved is None or not any(map(saved.wants, BY_THE_CLOCK)),
    }
    return render(request, "quizzes/notifications/preferences.html", context, status=422 if posted else 200)


@require_POST
def write_again(request: SignedInRequest) -> HttpResponse:
    """Write again to an address the mail server refused."""
    actions.write_again(user=request.user)
    messages.success(request, f"We write to {request.user.email} again.")
    return redirect("quizzes:emails")


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Switch one kind of e-mail off: by POST at once, as RFC 8058 asks; by GET only after a button was pressed."""
    try:
        public_id, kind = tokens.read(token)
    except SignatureExpired:
        return render(request, "quizzes/notifications/stop.html", {"part": "old"}, status=410)
    except BadSignature as forged:
        raise Http404 from forged
    context = {"kind": kind.label.lower(), "declines": kind == Kind.INVITATION}
    if request.method != "POST":
        return render(request, "quizzes/notifications/stop.html", context | {"part": "ask"})
    if not actions.stop(public_id=public_id, kind=kind, now=timezone.now()):
        raise Http404
    return render(request, "quizzes/notifications/stop.html", context | {"part": "done"})


@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def never(request: HttpRequest, token: str) -> HttpResponse:
    """Never write to an invited address again: by POST at once, as RFC 8058 asks; by GET after a button was pressed."""
    try:
        public_id = tokens.read_never(token)
    except SignatureExpired:
        return render(request, "quizzes/notifications/never.html", {"part": "old"}, status=410)
    except BadSignature as forged:
        raise Http404 from forged
    if request.method != "POST":
        return render(request, "quizzes/notifications/never.html", {"part": "ask"})
    if not actions.never_write(public_id=public_id):
        raise Http404
    return render(request, "quizzes/notifications/never.html", {"part": "done"})


@login_not_required
@never_cache
@require_safe
def outbox_page(request: HttpRequest) -> HttpResponse:
    """Show the e-mails that stayed on this machine."""
    _only_here(request)
    return render(request, "mail/outbox.html", {"emails": file_backend.emails()})


@login_not_required
@never_cache
@require_safe
def outbox_email(request: HttpRequest, name: str) -> HttpResponse:
    """Show one e-mail as text."""
    _only_here(request)
    return render(request, "mail/outbox_email.html", {"email": _filed(name)})


@login_not_required
@never_cache
@require_safe
def outbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """Hand out one e-mail as a mail reader would show it: styled by itself, without scripts."""
    _only_here(request)
    return HttpResponse(_filed(name).html, headers={"Content-Security-Policy": EMAIL_POLICY})


@require_safe
def clock(request: SignedInRequest) -> HttpResponse:
    """Show staff how the clock is doing; to anyone else there is no such page."""
    if not request.user.is_staff:
        raise Http404
    return render(request, "quizzes/jobs/clock.html", {"health": health(timezone.now())})


def _only_here(request: HttpRequest) -> None:
    """Raises Http404 unless a browser on this machine asks, without a proxy, and e-mails stay here."""
    host, _ = split_domain_port(request.get_host())
    if (
        settings.EMAIL_FOLDER is None
        or not settings.OUTBOX
        or host not in LOOPBACK_NAMES
        or any(name.lower().startswith(OF_PROXIES) for name in request.headers)
        # No browser speaks it any more; a proxy that is told nothing else does, and then adds no header either.
        or request.META.get("SERVER_PROTOCOL") == "HTTP/1.0"
        or not ip_address(request.META["REMOTE_ADDR"]).is_loopback
    ):
        raise Http404


def _filed(name: str) -> file_backend.Filed:
    filed = file_backend.email(name)
    if filed is None:
        raise Http404
    return filed
