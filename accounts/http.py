"""The request of someone who is signed in, where to go after a form, and how often one may ask for work."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from accounts.models import User

NEXT = "next"
# Longer than any address of ours; addresses end in letters and hidden fields.
LONGEST_ADDRESS = 1000


class SignedInRequest(HttpRequest):
    """A request that passed the login: `user` is an account."""

    user: User
    htmx: HtmxDetails


class SeeOther(HttpResponseRedirect):
    """Go on with a GET: what was posted is done."""

    status_code = 303


class MovedPermanently(HttpResponseRedirect):
    """Go to the new address with the same method and the same body."""

    status_code = 308


def moved_to(name: str) -> Callable[..., HttpResponse]:
    """Returns a view that sends whoever asks for an old address to the one of that name, the query included."""

    def moved(request: HttpRequest, **places: UUID | str) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        return MovedPermanently(reverse(name, kwargs=places) + (f"?{query}" if query else ""))

    return moved


def is_own_address(address: str) -> bool:
    """Returns whether the address is a path of this site, without scheme or host: only that may follow a form."""
    return (
        len(address) <= LONGEST_ADDRESS
        and address.startswith("/")
        and address.isprintable()
        and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    )


def next_address(request: HttpRequest) -> str:
    """Returns the address the request wants to go on to, or "" when it names none or one that is not ours."""
    wanted = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    return wanted if is_own_address(wanted) else ""


def with_next(address: str, wanted: str) -> str:
    """Returns the address, which goes on to `wanted` afterwards; "" for `wanted` leaves it as it is."""
    if not wanted:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode({NEXT: wanted})}"
