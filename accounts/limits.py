"""What is answered to those who try too often, and when they may try again.

The limits stand in `settings.ACCOUNT_RATE_LIMITS`, beside those of allauth, which counts.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from allauth.account import app_settings
from allauth.core.internal.ratelimit import Rate, consume, get_cache_key, parse_rates
from django.contrib.sites.shortcuts import get_current_site
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import User

APP = "allauth.account"
Response = TypeVar("Response", bound=HttpResponseBase)
P = ParamSpec("P")
Request = TypeVar("Request", bound=HttpRequest)
View: TypeAlias = Callable[Concatenate[Request, P], HttpResponse]

# Seconds, where it cannot be told which limit was reached; no limit that counts by an e-mail address is longer.
LONGEST_BY_ADDRESS = 300

# What computes long takes turns: one request of a process computes, few wait for it, the others are told to come again.
# The threads that are left answer everyone else. An account has one place at most: nobody keeps the others out.
MOST_WAITING = 2
LONGEST_WAIT = 3.0
BUSY_FOR = 5
PLACES = 1 + MOST_WAITING
_TAKEN: set[int | None] = set()  # all visitors without an account take one place together
_DOOR = threading.Lock()
_TURN = threading.Lock()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request is not served now: after `seconds` it may be sent again. `busy`: others are served just now."""

    seconds: int
    busy: bool = False


def seconds_to_wait(request: HttpRequest) -> int:
    """Returns after how many seconds to try again, by the limits that were reached."""
    now = time.time()
    waits = [
        tries[rate.amount - 1] + rate.duration - now  # the latest try comes first
        for action, rates in app_settings.RATE_LIMITS.items()
        for rate in parse_rates(rates)
        for key in _counted(request, rate)
        if len(tries := cache.get(get_cache_key(request, app=APP, action=action, rate=rate, key=key)) or ())
        >= rate.amount
    ]
    return math.ceil(max((wait for wait in waits if wait > 0), default=LONGEST_BY_ADDRESS))


def _counted(request: HttpRequest, rate: Rate) -> Iterable[str | None]:
    """Returns by what the rate may have counted the request: the addresses it names, or once where it names none."""
    if rate.per != "key":
        return (None,) if rate.per == "ip" or request.user.is_authenticated else ()
    named = {str(request.POST.get(field, "")).strip().lower() for field in ("email", "login")}
    if isinstance(request.user, User):
        named.add(request.user.email)
    # Failed logins are counted by the site and the address.
    return named | {f"{get_current_site(request).domain}:{address}" for address in named}


def say_when(request: HttpRequest, response: Response, refusal: Refusal | None = None) -> Response:
    """Makes the response a 429 that says when to try again, and returns it."""
    response.status_code = 429
    response["Retry-After"] = str(refusal.seconds if refusal else seconds_to_wait(request))
    return response


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answers 429; the page and its Retry-After name the same time."""
    return refused(request, Refusal(seconds_to_wait(request)))


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Answers 429 with a page that says why and when to try again."""
    context = {"seconds": refusal.seconds, "minutes": math.ceil(refusal.seconds / 60), "busy": refusal.busy}
    return say_when(request, render(request, "429.html", context), refusal)


def within_limit(request: HttpRequest, action: str) -> bool:
    """Returns whether the account may do this once more now, and counts it."""
    # allauth's public door leaves requests by GET uncounted, and a search is one.
    return consume(request, app=APP, action=action, user=request.user, limit_get=True) is not None


@contextmanager
def turn(request: HttpRequest, action: str) -> Iterator[Refusal | None]:
    """Yields None when the account may do this once more now and its turn to compute has come, else the refusal."""
    if not within_limit(request, action):
        yield Refusal(seconds_to_wait(request))
    elif not _take_place(request.user.pk):
        yield Refusal(BUSY_FOR, busy=True)
    else:
        try:
            if not _TURN.acquire(timeout=LONGEST_WAIT):
                yield Refusal(BUSY_FOR, busy=True)
                return
            try:
                yield None
            finally:
                _TURN.release()
        finally:
            _give_back(request.user.pk)


def _take_place(account: int | None) -> bool:
    with _DOOR:
        if account in _TAKEN or len(_TAKEN) >= PLACES:
            return False
        _TAKEN.add(account)
        return True


def _give_back(account: int | None) -> None:
    with _DOOR:
        _TAKEN.remove(account)


def limited(action: str, *, in_turn: bool = False) -> Callable[[View[Request, P]], View[Request, P]]:
    """Decorates a view whose forms hold nothing that could be lost: beyond the limit it answers 429 with a page.

    A page that is only opened, without anything asked for, is not counted. With `in_turn` every request is counted
    and waits for its turn to compute.
    """

    def decorate(view: View[Request, P]) -> View[Request, P]:
        @wraps(view)
        def answer(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if in_turn:
                with turn(request, action) as refusal:
                    return refused(request, refusal) if refusal else view(request, *args, **kwargs)
            asks = request.method == "POST" or bool(request.GET)
            if asks and not within_limit(request, action):
                return too_many_requests(request)
            return view(request, *args, **kwargs)

        return answer

    return decorate
