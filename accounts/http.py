"""The request of someone who is signed in, and where to go after a form."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseRedirect
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """A request that passed the login: `user` is an account."""

    user: User
    htmx: HtmxDetails


class SeeOther(HttpResponseRedirect):
    """Go on with a GET: what was posted is done."""

    status_code = 303
