"""Pages that show the e-mails that stayed on this machine."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mail import file_backend

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


@login_not_required
@never_cache
@require_safe
def outbox(request: HttpRequest) -> HttpResponse:
    """Shows the e-mails that stayed on this machine."""
    _only_here(request)
    return render(request, "mail/outbox.html", {"emails": file_backend.filed_emails()})


@login_not_required
@never_cache
@require_safe
def outbox_email(request: HttpRequest, name: str) -> HttpResponse:
    """Shows one e-mail as text."""
    _only_here(request)
    return render(request, "mail/outbox_email.html", {"email": _filed(name)})


@login_not_required
@never_cache
@require_safe
def outbox_html(request: HttpRequest, name: str) -> HttpResponse:
    """Hands out one e-mail as a mail reader would show it: styled by itself, without scripts."""
    _only_here(request)
    return HttpResponse(_filed(name).html, headers={"Content-Security-Policy": EMAIL_POLICY})


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
    """Returns the e-mail of that name. Raises Http404 when there is none."""
    filed = file_backend.filed_email(name)
    if filed is None:
        raise Http404
    return filed
