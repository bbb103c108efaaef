"""The page that asks before something is taken away: what happens to whom, and how it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from quizzes.classroom.models import Classroom


@dataclass(frozen=True, slots=True)
class Ask:
    """One such question: `says` are its sentences, `listed` what it is about, `fields` what the button sends."""

    title: str
    says: Sequence[str]
    button: str
    action: str
    back: str
    fields: Sequence[tuple[str, object]] = ()
    listed: Sequence[str] = ()
    classroom: Classroom | None = None


def ask(request: HttpRequest, question: Ask) -> HttpResponse:
    """Shows the question. Nothing is written before its button is pressed."""
    return render(request, "quizzes/classroom/ask.html", {"ask": question, "classroom": question.classroom})
