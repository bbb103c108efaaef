"""Progress."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.api import SignedInRequest
from accounts.models import User
from quizzes.bank.models import Topic
from quizzes.browsing.api import probing
from quizzes.progress import charts, queries
from quizzes.progress.calibration_chart import curve
from quizzes.review.api import (
    DayAhead,
    day_of,
    decks,
    knowledge,
    leeches,
    load_of,
    mastery,
    own_memory,
    study_day_now,
)
from quizzes.review.models import StudySettings
from quizzes.scheduling.api import strength_of

LOAD_DAYS = 30


@require_safe
def progress(request: SignedInRequest) -> HttpResponse:
    """Shows what the learner will know, how true that is, what comes back and when, and what they have done."""
    user, now = request.user, timezone.now()
    session = day_of(user, study_day_now(user, now))
    today = session.study_day
    study = StudySettings.objects.filter(user=user).first() or StudySettings(user=user)
    preferences = decks.preferences_of(user, study)
    predictions = queries.Predictions(own_memory.predictions(user))
    strength = strength_of(predictions.rows)
    deck = decks.deck_of(user, session, preferences, now)
    # What is assigned of a topic left out is prepared all the same, and counts.
    wanted = {deck.waiting[place].key for place in deck.wanted}
    topics = mastery(
        user, now, strength=strength, first_tries=deck.first_tries, left_out=preferences.left_out, but=wanted
    )
    rows = {topic.key for topic in topics}
    left_out = [
        (title, topic in rows)
        for topic, title in Topic.objects.filter(pk__in=preferences.left_out).values_list("pk", "title")
    ]
    mornings = [today + timedelta(days=1)]
    interview = study.interview_on if study.interview_on and study.interview_on > today else None
    if interview is not None and interview not in mornings:
        mornings.append(interview)
    known = knowledge(deck, preferences, today=today, mornings=mornings, strength=strength)
    spans = [charts.span(one) for one in known]
    # Of the days before an interview none is planned by what is due. What is left of today, Today says by its session.
    is_planned = interview is not None and interview > mornings[0]
    ahead = [] if is_planned else load_of(user, study, now, days=LOAD_DAYS + 1)[1:]
    answers = queries.answers_by_day(user, today)
    return render(
        request,
        "quizzes/progress/progress.html",
        {
            "has_history": bool(answers) or not deck.memories.unseen.all(),
            "study": study,
            "spans": spans,
            "known": known[0],
            "interview": interview,
            "topics": topics,
            "left_out": left_out,
            "leeches": leeches.leeches_of(user),
            "predictions": predictions,
            "curve": curve(predictions.groups),
            "retention": queries.retention_of(user, today),
            "retention_days": queries.RETENTION_DAYS,
            "confidence": queries.confidence_of(user),
            "fewest": queries.FEWEST,
            **_probes(user, now),
            **_ahead(ahead),
            "heat_map": charts.heat_map(answers, today=today, weeks=queries.HEATMAP_WEEKS),
            "day_steps": charts.DAY_STEPS,
            "days_studied": len(answers),
            "answers": sum(answers.values()),
        },
    )


def _probes(user: User, now: datetime) -> dict[str, object]:
    """What the page says of probes."""
    record = probing.probes_of(user)
    return {
        "record": record,
        "probe_marks": charts.probe_marks(record.probes),
        "probe_offer": probing.offer(user, now),
        "probe_questions": probing.QUESTIONS,
    }


def _ahead(ahead: list[DayAhead]) -> dict[str, object]:
    """What the page says of the days to come."""
    return {
        "ahead": ahead,
        "ahead_chart": charts.bar_chart(_bars(ahead)),
        "ahead_questions": sum(day.questions for day in ahead),
        "ahead_minutes": sum(day.minutes for day in ahead),
    }


def _bars(ahead: list[DayAhead]) -> list[tuple[str, str, int]]:
    """Returns the label under each day's bar, its title, its height in questions."""
    return [
        (
            f"{day.day:%-d %b}" if at % 7 == 0 else "",
            f"{day.day:%-d %B}",
            int(day.questions + 0.5),
        )
        for at, day in enumerate(ahead)
    ]
