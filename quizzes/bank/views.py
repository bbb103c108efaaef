"""Pages of the bank: its topics, and what each asks."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from quizzes.bank.models import Topic
from quizzes.bank.queries import listed_questions, topics_with_counts


@require_safe
def bank(request: HttpRequest) -> HttpResponse:
    """Every topic with the number of its questions."""
    topics = topics_with_counts()
    return render(
        request, "quizzes/bank/bank.html", {"topics": topics, "questions": sum(count for _, count in topics)}
    )


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """What a topic asks, without the answers; a topic without questions is not there."""
    found = get_object_or_404(Topic, slug=slug)
    questions = listed_questions(found)
    if not questions:
        raise Http404
    return render(request, "quizzes/bank/topic.html", {"topic": found, "questions": questions})
