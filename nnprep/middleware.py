"""What every answer of the site has in common."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import urlencode

from accounts.api import drafts

View = Callable[[HttpRequest], HttpResponse]

KEPT = (
    "You were signed out before what you typed arrived. It is kept: sign in, and it is there again. "
    "Nothing was counted or saved yet."
)
# Seconds to wait that the page of a refusal for too many requests names.
WAIT = 300


def private_pages(get_response: View) -> View:
    """Keeps pages behind the login out of every cache, the browser's back button included; say how long to wait."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        patch_vary_headers(response, ["HX-Request"])
        if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            response.headers.setdefault("Retry-After", str(WAIT))
        return response

    return middleware


def pages_for_refused_methods(get_response: View) -> View:
    """Shows a page, not the browser's own error, to who opens the address of a form."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (
            response.status_code == HTTPStatus.METHOD_NOT_ALLOWED
            and request.method == "GET"
            and not response.content
        ):
            response.content = render_to_string("405.html", request=request)
        return response

    return middleware


class LoginRequired(LoginRequiredMiddleware):
    """Every page is behind the login unless its view says otherwise.

    An htmx request that has lost its login sends the whole page to the login, and from there back to the page, never
    to the fragment; a form comes back to the page it stood on, never to the address it was posted to.
    """

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[object, ...],
        view_kwargs: dict[str, object],
    ) -> HttpResponseBase | None:
        """Returns a redirect where a login is needed; who asks for a view without one need not be looked up."""
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Redirect to the login, by the header htmx understands where htmx asks; keep what was typed."""
        if request.method == "POST" and drafts.keep(request, timezone.now()):
            messages.warning(request, KEPT)
        if request.headers.get("HX-Request") == "true":
            login = login_then(request.headers.get("HX-Current-URL", ""))
            return HttpResponseRedirect(login, status=401, headers={"HX-Redirect": login})
        if request.method not in ("GET", "HEAD"):
            return HttpResponseRedirect(login_then(request.headers.get("Referer", "")))
        return super().handle_no_permission(request, view_func)


def login_then(page: str) -> str:
    """Returns the login's address, which leads on to the page's path: whatever site the header named, it is one of
    ours.
    """
    try:
        path = urlsplit(page).path or settings.LOGIN_REDIRECT_URL
    except ValueError:  # such as http://[
        path = settings.LOGIN_REDIRECT_URL
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path})}"
