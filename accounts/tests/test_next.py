"""What the visitor came for: only pages of this site."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.http import is_own_address
from accounts.models import User
from accounts.tests.conftest import PASSWORD

pytestmark = pytest.mark.django_db

ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,x",
    "ftp://evil.example/",
    "mailto:x@evil.example",
    "evil.example",
    "today/",
    "?next=//evil.example",
    "http://testserver.evil.example/",
    "http://testserver@evil.example/",
    "http://testserver/today/",
    "//testserver/today/",
    "/today/\x00",
    "/\x7f/evil.example",
    "/" + "a" * 1000,
]
OURS = ["/", "/today/", "/join/abc-DEF_1/", "/bank/?q=a%20b&level=1", "/bank/?after=//x", "/today/#left"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_elsewhere_is_followed_from_no_page(client: Client, ann: User, address: str) -> None:
    assert not is_own_address(address)
    credentials = {"login": ann.email, "password": PASSWORD, "next": address}
    assert client.post("/accounts/login/", credentials).headers["Location"] == "/today/"
    assert client.get("/accounts/login/", {"next": address}).headers["Location"] == "/today/"
    welcomed = {"time_zone": "UTC", "minutes_a_day": "20", "next": address}
    assert client.post("/welcome/", welcomed).headers["Location"] == "/review/"
    assert client.post("/accounts/logout/", {"next": address}).headers["Location"] == "/"
    new = {"email": "new@example.org", "password1": PASSWORD, "next": address}
    assert client.post("/accounts/signup/", new).headers["Location"] == "/welcome/"


@pytest.mark.parametrize("address", ELSEWHERE)
def test_an_address_elsewhere_is_in_no_link(client: Client, address: str) -> None:
    for page in ("login", "signup", "password/reset", "password/reset/done"):
        shown = client.get(f"/accounts/{page}/", {"next": address}).content.decode()
        assert not re.search(r'href="[^"]*next=', shown), page


@pytest.mark.parametrize("address", OURS)
def test_an_address_of_ours_is_followed(client: Client, ann: User, address: str) -> None:
    credentials = {"login": ann.email, "password": PASSWORD, "next": address}
    assert client.post("/accounts/login/", credentials).headers["Location"] == address
