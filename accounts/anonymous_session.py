"""What a visitor did before they had an account, kept in the anonymous session for the account they make.

Signing up and proving the address keep the session, so it is still there on the first page of the new account. Signing
in to an account that was used before drops it: that account has a history of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.http import HttpRequest

from accounts.models import User

KEPT_FOR = timedelta(hours=24)

_IN_SESSION = "visit"
_SHOWN_ONLY = "visit_shown_only"


def kept(request: HttpRequest) -> list[Mapping[str, object]]:
    """Returns the rows that were kept, the first one first. Reading makes no session."""
    rows: list[Mapping[str, object]] = request.session.get(_IN_SESSION, [])
    return rows


def keep(request: HttpRequest, rows: Sequence[Mapping[str, object]]) -> None:
    """Keeps these rows of JSON, and no others, for KEPT_FOR from now; the caller bounds how many and how long."""
    request.session[_IN_SESSION] = rows
    if not request.user.is_authenticated:
        request.session.set_expiry(KEPT_FOR)


def forget(request: HttpRequest) -> None:
    """Drops what was kept."""
    request.session.pop(_IN_SESSION, None)
    request.session.pop(_SHOWN_ONLY, None)


def shown_only(request: HttpRequest) -> bool:
    """Returns whether what was kept is not to become the account's: it was used before."""
    return bool(request.session.get(_SHOWN_ONLY))


def hand_over(request: HttpRequest, user: User) -> None:
    """At the sign-in: leaves what was kept to the account; where its owner was welcomed before, as `shown_only`."""
    if not kept(request):
        return
    if user.welcomed_at is not None:
        request.session[_SHOWN_ONLY] = True
    request.session.set_expiry(None)
