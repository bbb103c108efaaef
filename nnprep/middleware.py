"""What every answer of the site has in common."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.http import urlencode

View = Callable[[HttpRequest], HttpResponse]


def private_pages(get_response: View) -> View:
    """Keep pages behind the login out of every cache, the browser's back button included."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        patch_vary_headers(response, ["HX-Request"])
        return response

    return middleware


class LoginRequired(LoginRequiredMiddleware):
    """Every page is behind the login unless its view says otherwise.

    An htmx request that has lost its login sends the whole page to the login, and from there back to the page, never
    to the fragment.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        """Redirect to the login, by the header htmx understands where htmx asks."""
        if request.headers.get("HX-Request") != "true":
            return super().handle_no_permission(request, view_func)
        page = urlsplit(request.headers.get("HX-Current-URL", "")).path or settings.LOGIN_REDIRECT_URL
        login = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': page})}"
        return HttpResponseRedirect(login, status=401, headers={"HX-Redirect": login})
