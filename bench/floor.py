"""The floor: bare views that read and write the rows of one answered question, and nothing else.

No marking, no scheduling, no templates, no protection against a second click: what Django and the database cost by
themselves under the same server and middleware.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone

from quizzes.review.models import Card, Item, Review


def answer(request: HttpRequest) -> HttpResponse:
    """Read the card with its version, append a review, move the card and its item on."""
    now = timezone.now()
    user: Any = request.user
    with transaction.atomic():
        card = Card.objects.select_related("question__current").get(pk=int(request.POST["card"]), user=user)
        version = card.question.current
        if version is None:
            raise ValueError("a card without a version to ask")
        item = Item.objects.filter(card=card).latest("pk")
        Review.objects.create(
            user=user,
            card=card,
            seq=card.seq,
            session_id=item.session_id,
            version=version,
            presented={},
            response={},
            summary="",
            parts=[],
            score=0,
            passed=False,
            rating=1,
            study_day=now.date(),
            answered_at=now,
            first_of_day=False,
            retention_target=0.9,
            due_after=now.date(),
            stability_after=1,
            difficulty_after=5,
        )
        Card.objects.filter(pk=card.pk).update(seq=F("seq") + 1, stability=1, difficulty=5, due=now.date())
        Item.objects.filter(pk=item.pk).update(position=F("position") + 1000)
    return HttpResponse("<p>Not this time.</p>")


def following(request: HttpRequest) -> HttpResponse:
    """Read the next item with its question and show the prompt."""
    user: Any = request.user
    item = (
        Item.objects.filter(session__user=user, done_at=None)
        .select_related("session", "card__question__current")
        .order_by("position")[0]
    )
    version = item.card.question.current
    prompt = version.spec["prompt"] if version else ""
    return HttpResponse(f'<form><input name="card" value="{item.card_id}"></form><p>{prompt}</p>')


urlpatterns = [
    path("floor/answer/", answer),
    path("floor/", following),
    path("", include("nnprep.urls")),
]
