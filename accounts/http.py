"""The request of someone who is signed in, where to go after a form, and how often one may ask for work."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core.internal import ratelimit
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django_htmx.http import reswap
from django_htmx.middleware import HtmxDetails

from accounts.models import User

WAIT = 10
"""Seconds after which one may go on: the window of the limits in ACCOUNT_RATE_LIMITS that bound work."""


class SignedInRequest(HttpRequest):
    """A request that passed the login: `user` is an account."""

    user: User
    htmx: HtmxDetails


class SeeOther(HttpResponseRedirect):
    """Go on with a GET: what was posted is done."""

    status_code = 303


def within_limit(request: SignedInRequest, action: str) -> bool:
    """Whether the account may do this once more now; it is counted. The limit stands in ACCOUNT_RATE_LIMITS."""
    # allauth's public door leaves requests by GET uncounted, and a search is one.
    used = ratelimit.consume(request, app="allauth.account", action=action, user=request.user, limit_get=True)
    return used is not None


def too_often(response: HttpResponse) -> HttpResponse:
    """The response as a refusal for now: 429, and when to come again."""
    response.status_code = 429
    response["Retry-After"] = str(WAIT)
    return response


def limited(action: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Decorate a view whose forms hold nothing that could be lost: beyond the limit it answers 429 with a page.

    A page that is only opened, without anything asked for, is not counted.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            asks = request.method == "POST" or bool(request.GET)
            if not asks or within_limit(request, action):
                return view(request, *args, **kwargs)
            if not request.htmx:
                return too_often(render(request, "429.html", {"seconds": WAIT}))
            return reswap(too_often(render(request, "429.html#said", {"seconds": WAIT})), "afterbegin")

        return answer

    return decorate
