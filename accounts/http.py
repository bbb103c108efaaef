"""The request of someone who is signed in."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request that passed the login: `user` is an account."""

    user: User
    htmx: HtmxDetails
