"""The welcome page comes first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from accounts.http import with_next

View = Callable[..., HttpResponseBase]
# Pages of the product that need no time zone.
WITHOUT_ZONE = {"quizzes:welcome", "quizzes:data"}


class WelcomeFirst:
    """Leads whoever has not chosen a time zone to the welcome page, and from there to the page they wanted.

    How the account was made or signed in does not matter: `User.welcomed_at` says whether its owner was asked. What is
    posted is not held up, so that nothing typed is lost.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Changes nothing: the redirect needs the view's name."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, _args: Any, _named: Any) -> HttpResponse | None:
        """Returns a redirect where the welcome page comes first, None where the view answers."""
        match = request.resolver_match
        if (
            request.method not in ("GET", "HEAD")
            or request.headers.get("HX-Request") == "true"
            or match is None
            or match.app_name != "quizzes"
            or match.view_name in WITHOUT_ZONE
            or not getattr(view, "login_required", True)
            or not request.user.is_authenticated
            or request.user.welcomed_at is not None
        ):
            return None
        return HttpResponseRedirect(with_next(reverse("quizzes:welcome"), request.get_full_path()))
