"""Progress."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from quizzes.insights import pictures, queries
from quizzes.review.mastery import mastery
from quizzes.review.queries import local_day


@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    """Show what the learner remembers, what comes back and when, and what they have done."""
    now = timezone.now()
    today = local_day(request.user, now)
    retention = queries.true_retention(request.user, today)
    due = queries.forecast(request.user, today)
    answers = queries.answers_by_day(request.user, today)
    topics = mastery(request.user, now)
    questions = sum(topic.questions for topic in topics)
    known = sum(topic.known for topic in topics)
    return render(
        request,
        "quizzes/insights/progress.html",
        {
            "today": today,
            "retention": retention,
            "forecast": due,
            "forecast_chart": pictures.bar_chart(
                [
                    (
                        "Today" if at == 0 else f"{day.day:%-d %b}" if at % 7 == 0 else "",
                        f"{day.day:%-d %B}",
                        day.cards,
                    )
                    for at, day in enumerate(due)
                ]
            ),
            "heat_map": pictures.heat_map(answers, today=today, weeks=queries.HEATMAP_WEEKS),
            "day_steps": pictures.DAY_STEPS,
            "days_studied": len(answers),
            "answers": sum(answers.values()),
            "topics": topics,
            "questions": questions,
            "known": known,
            "known_share": known / questions if questions else 0,
            "has_history": any(topic.seen for topic in topics) or bool(answers),
        },
    )
