"""What is answered to those who try too often, and when they may try again.

The limits stand in `settings.ACCOUNT_RATE_LIMITS`, beside those of allauth, which counts.
"""

from __future__ import annotations

import math
import time
from typing import TypeVar

from allauth.account import app_settings
from allauth.core.internal.ratelimit import get_cache_key, parse_rates
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

Response = TypeVar("Response", bound=HttpResponseBase)

# Seconds. No limit that counts by an e-mail address is longer; whose address was counted is not looked up.
BY_ADDRESS = 300


def seconds_to_wait(request: HttpRequest) -> int:
    """Returns after how many seconds to try again, by the limits that the client or the account has reached."""
    now = time.time()
    waits = [
        tried[rate.amount - 1] + rate.duration - now
        for action, rates in app_settings.RATE_LIMITS.items()
        for rate in parse_rates(rates)
        if rate.per == "ip" or (rate.per == "user" and request.user.is_authenticated)
        # The latest try comes first.
        if len(
            tried := cache.get(get_cache_key(request, app="allauth.account", action=action, rate=rate)) or ()
        )
        >= rate.amount
    ]
    return math.ceil(max((wait for wait in waits if wait > 0), default=BY_ADDRESS))


def say_when(request: HttpRequest, response: Response) -> Response:
    """Makes the response a 429 that says when to try again, and returns it."""
    response.status_code = 429
    response["Retry-After"] = str(seconds_to_wait(request))
    return response


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Answers 429; the page and its Retry-After name the same time."""
    seconds = seconds_to_wait(request)
    response = render(request, "429.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    response["Retry-After"] = str(seconds)
    return response
