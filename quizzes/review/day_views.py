"""The pages around a study day: Today, the plan, the welcome page, the settings."""

from __future__ import annotations

import copy
from contextlib import nullcontext
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api import (
    DayForm,
    SeeOther,
    SignedInRequest,
    ZoneForm,
    next_address,
    refused,
    too_many_requests,
    turn,
    within_limit,
)
from accounts.models import User
from quizzes.bank.models import Topic
from quizzes.review import (
    away,
    decks,
    pictures,
    plan_promise,
    planning,
    presenters,
    queries,
    summaries,
)
from quizzes.review.actions.plan_preferences import change_settings, take_plan
from quizzes.review.actions.sessions import open_session, place, skip_placement, study_more
from quizzes.review.actions.settings import settings_of
from quizzes.review.decks import PlanPreferences
from quizzes.review.forms import GoalForm, PlanForm, StudyForm
from quizzes.review.load import load_of
from quizzes.review.models import Session
from quizzes.review.placement import placement_progress

# Today and the seven days after it.
WEEK_AHEAD = 8


@require_safe
def today(request: SignedInRequest) -> HttpResponse:
    """Says what there is to do today, what the plan promises, and what comes next."""
    now = timezone.now()
    session = open_session(user=request.user, now=now)
    study = settings_of(user=request.user, now=now)
    owed = plan_promise.is_owed(request.user, session, study, now)
    told = None
    with turn(request, "promise") if owed else nullcontext() as refusal:
        if refusal is None:
            told, owed = plan_promise.told_today(request.user, session, study, now), False
    load = load_of(request.user, study, now, days=WEEK_AHEAD)
    left = summaries.left_of(request.user, session)
    break_ = away.away_of(request.user, session, study, now)
    change = plan_promise.change_of(session, told) if told else None
    week_chart = pictures.week_of(load[1:])
    is_first = not (told or owed or week_chart or break_)
    context = presenters.resting(request.user, now) | {
        "session": session,
        "study": study,
        "left": left,
        "topics": summaries.topics_of_today(request.user, session, now) if is_first else None,
        "progress": queries.progress(request.user, now),
        "more": break_.more
        if break_
        else not left.questions and planning.could_add(request.user, session, study, now),
        "ahead": summaries.ahead_of(request.user, session, now),
        "load": load,
        "week": sum(day.questions for day in load[1:]),
        "week_chart": week_chart,
        "told": told,
        "owed": owed,
        "curve": pictures.curve_of(told, session.study_day) if told else None,
        "change": change,
        "since": presenters.on_past_day(change.since, today=session.study_day) if change else "",
        "is_over": study.interview_on is not None and study.interview_on < session.study_day,
        "is_today": study.interview_on == session.study_day,
        "away": break_,
        "placement": placement_progress(request.user),
    }
    return render(request, "quizzes/review/today.html", context)


@require_POST
def more(request: SignedInRequest) -> HttpResponse:
    """Adds ten minutes of questions to today's session."""
    planned = request.POST.get("planned", "")
    added = study_more(
        user=request.user,
        now=timezone.now(),
        planned=int(planned) if planned.isdecimal() and len(planned) < 7 else -1,
    )
    if added:
        return SeeOther(reverse("quizzes:review"))
    messages.info(request, "Nothing was added: today already holds what you asked for.")
    return SeeOther(reverse("quizzes:today"))


@require_POST
def placement(request: SignedInRequest) -> HttpResponse:
    """Asks a question of each topic whose place is not known, or skips what is left of that."""
    if "skip_placement" in request.POST:
        if skip_placement(user=request.user, now=timezone.now()):
            messages.info(request, "The rest of the placement round is skipped.")
        return SeeOther(reverse("quizzes:review"))
    if place(user=request.user, now=timezone.now()):
        return SeeOther(reverse("quizzes:review"))
    messages.info(request, "Nothing was added: today’s minutes are used, or every topic has been placed.")
    return SeeOther(reverse("quizzes:today"))


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: SignedInRequest) -> HttpResponse:
    """Shows what the plan promises and what another one would; takes the other one when it is posted.

    Only what is still to be worked out takes a turn. What is posted takes none: it computes nothing, and is not lost.
    """
    now = timezone.now()
    session = open_session(user=request.user, now=now)
    study = settings_of(user=request.user, now=now)
    preferences = decks.preferences_of(request.user, study)
    asked = request.POST or request.GET or None
    form = PlanForm(asked, instance=copy.copy(study), today=session.study_day, preferences=preferences)
    goal = GoalForm(asked)
    valid = asked is not None and form.is_valid() and goal.is_valid()
    posted = request.method == "POST"
    if posted and not within_limit(request, "plan"):
        return too_many_requests(request)
    if posted and valid:
        take_plan(
            user=request.user, study=form.instance, left_out=form.left_out, known=form.known_topics, now=now
        )
        messages.success(request, "This is your plan now.")
        return SeeOther(reverse("quizzes:plan"))
    context: dict[str, object] = {
        "form": form,
        "study": study,
        "goal": goal,
        "too_long": planning.too_long_of(
            request.user, session, form.asked_for if valid else preferences, now
        ),
        "is_over": study.interview_on is not None and study.interview_on < session.study_day,
        "is_today": study.interview_on == session.study_day,
    }
    owed = plan_promise.is_owed(request.user, session, study, now)
    told = None
    if not (posted and owed):
        percent = goal.cleaned_data["goal"] if valid else None
        computes = turn(request, "goal" if percent else "plan" if asked else "promise")
        with computes if valid or owed else nullcontext() as refusal:
            if refusal:
                return refused(request, refusal)
            told = plan_promise.told_today(request.user, session, study, now)
            if valid:
                context |= _tried(request.user, session, form.asked_for, now, percent=percent)
    if told:
        context |= {
            "told": told,
            "curve": pictures.curve_of(told, session.study_day),
            "choices": pictures.choices_of(told, minutes=study.minutes_a_day),
            "topics": _by_topic(told),
        }
    status = 422 if asked is not None and not valid else 200
    return render(request, "quizzes/review/plan.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: SignedInRequest) -> HttpResponse:
    """Asks a new learner for when, how long and what they study, then goes on to what they came for."""
    now = timezone.now()
    wanted = next_address(request)
    study = settings_of(user=request.user, now=now)
    preferences = decks.preferences_of(request.user, study)
    # A form writes into its row before it knows whether it is valid; the page's own row has to stay as it is.
    user = copy.copy(request.user)
    day = ZoneForm(request.POST or None, instance=user)
    how = PlanForm(
        request.POST or None,
        instance=study,
        today=queries.study_day_now(request.user, now),
        preferences=preferences,
    )
    posted = request.method == "POST"
    if posted and day.is_valid() and how.is_valid():
        take_plan(
            user=day.instance, study=how.instance, left_out=how.left_out, known=how.known_topics, now=now
        )
        if "placement" in request.POST:
            place(user=day.instance, now=now)
        return SeeOther(wanted or reverse("quizzes:review"))
    context = {"day": day, "how": how, "next": wanted}
    return render(request, "quizzes/review/welcome.html", context, status=422 if posted else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: SignedInRequest) -> HttpResponse:
    """Lets the learner change how and when they study."""
    now = timezone.now()
    study = settings_of(user=request.user, now=now)
    user = copy.copy(request.user)
    day = DayForm(request.POST or None, instance=user)
    how = StudyForm(request.POST or None, instance=study, today=queries.study_day_now(request.user, now))
    posted = request.method == "POST"
    if posted and day.is_valid() and how.is_valid():
        change_settings(user=day.instance, study=how.instance, now=now)
        messages.success(request, "Saved.")
        return SeeOther(reverse("quizzes:settings"))
    return render(
        request, "quizzes/review/settings.html", {"day": day, "how": how}, status=422 if posted else 200
    )


def _tried(
    user: User, session: Session, preferences: PlanPreferences, now: datetime, *, percent: int | None
) -> dict[str, object]:
    """Returns what another plan promises, and the minutes a day that a goal of `percent` takes."""
    tried = plan_promise.told_for(user, session, preferences, now)
    context: dict[str, object] = {"tries": True, "tried": tried}
    if tried is None:
        return context
    context |= {
        "tried_range": pictures.range_of(tried.known, tried.questions),
        "percent": percent,
        "is_far": tried.days > plan_promise.FAR,
        "goal_is_met": percent is not None and 100 * tried.if_stopped.expected >= percent * tried.questions,
    }
    if percent and not context["goal_is_met"] and tried.days <= plan_promise.FAR:
        minutes = plan_promise.minutes_for(user, session, preferences, now, percent=percent)
        context |= {"minutes_needed": minutes}
    return context


def _by_topic(told: plan_promise.Told) -> list[pictures.TopicBar]:
    titles = dict(Topic.objects.values_list("pk", "title"))
    return [pictures.topic_bar(one, titles[one.topic]) for one in told.topics]
