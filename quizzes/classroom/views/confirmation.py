"""The page that asks before something is taken away: what happens to whom, and how it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quizzes.classroom.models import Classroom


@dataclass(frozen=True, slots=True)
class ConfirmationPage:
    """One such page: `says` are its sentences, `listed` what it is about, `fields` what the button sends."""

    title: str
    says: Sequence[str]
    button: str
    action: str
    back: str
    fields: Sequence[tuple[str, object]] = ()
    listed: Sequence[str] = ()
    classroom: Classroom | None = None


def ask_to_confirm(request: HttpRequest, shown: ConfirmationPage) -> HttpResponse:
    """Shows the confirmation page. Nothing is written before its button is pressed."""
    return render(
        request, "quizzes/classroom/confirm.html", {"confirmation": shown, "classroom": shown.classroom}
    )
