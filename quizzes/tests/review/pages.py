"""What a page of this room holds, read as a browser would read it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from quizzes.bank.models import Version
from quizzes.review import tokens
from quizzes.tests.review.packs import fields_for

HTMX = {"HX-Request": "true"}
ANSWER = "/review/answer/"

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_CORRECT = re.compile(r'id="feedback"[^>]*data-correct="(\w+)"')
_PROMPT = re.compile(r'<h1 class="prompt"[^>]*>(.*?)</h1>', re.DOTALL)


def html(response: HttpResponseBase) -> str:
    content: bytes = getattr(response, "content")  # noqa: B009 -- every page here is whole, none is streamed
    return content.decode()


def hidden(response: HttpResponseBase) -> dict[str, str]:
    """The hidden inputs of the page's forms."""
    return dict(_HIDDEN.findall(html(response)))


def correct(response: HttpResponseBase) -> str | None:
    """What the feedback says for machines; None where there is no feedback."""
    found = _CORRECT.search(html(response))
    return found[1] if found else None


def prompt(response: HttpResponseBase) -> str | None:
    """The question's prompt."""
    found = _PROMPT.search(html(response))
    return found[1].strip() if found else None


def form(page: HttpResponseBase, *, right: bool = True, **more: Any) -> dict[str, Any]:
    """The page's form, answered; `more` fields are added to it."""
    shown = shown_on(page)
    version = Version.objects.get(question__public_id=shown.question, number=shown.version)
    return {
        "token": shown.token,
        "confidence": "sure",
        **fields_for(version, shown.seed, right=right),
        **more,
    }


def shown_on(page: HttpResponseBase) -> tokens.ShownCard:
    """What the server knows of the page's question, the seed among it."""
    request: HttpRequest = getattr(page, "wsgi_request")  # noqa: B009 -- the test client sets it
    assert request.user.pk is not None
    shown = tokens.read(hidden(page)["token"], user=request.user.pk)
    assert shown is not None
    return shown
