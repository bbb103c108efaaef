"""What a learner's plan promises for the day of the interview, kept with their session so that a page is quick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from math import ceil, exp

import numpy as np
from django.db.models import Count, Max, OuterRef, Q, Subquery, Sum, Value

from accounts.models import User
from quizzes.bank.models import Topic
from quizzes.review import decks, planning, queries
from quizzes.review.decks import Deck, PlanPreferences
from quizzes.review.kept import KeptAsked, KeptInTopic, KeptKnown, KeptTold
from quizzes.review.knowledge import doubt, first_sight, if_stopped, in_whole
from quizzes.review.models import Card, Session, StudySettings
from quizzes.review.own_memory import strength_by_answers
from quizzes.review.targets import LONGEST_DAY, open_targets
from quizzes.scheduling.api import Outlook, promise

# “The same a week earlier” is told where at least so many days are left after that.
LEAST_DAYS_LEFT = 3
WEEK = 7
# Further ahead a promise is rolled out once, and other choices are not compared: that would take a page too long.
FAR = 90
# So many days are rolled out for one promise and those compared with it; what does not fit is not compared.
MOST_ROLLED = 220
# The form in which a promise is kept: one of an older form is worked out again.
FORM = 3


@dataclass(frozen=True, slots=True)
class KnownRange:
    """Questions known on a morning: the expected number, and from where to where it lies in four of five cases."""

    expected: float
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class InTopic:
    """Of a topic's `questions` those expected to be known on the day with the plan, and if nothing more is asked."""

    topic: int
    questions: int
    planned: float
    stopped: float


@dataclass(frozen=True, slots=True)
class Told:
    """What following the plan leaves known of `questions` on the morning of `on`, `days` study days from now.

    `mornings` and `stopped` have an entry for each morning from today's to that of the day, with the plan and if
    nothing more is asked. `unseen` questions were never asked; each counts with the learner's own first-try rate.
    `minutes` is the longest day of the plan. `earlier` and `more` are the promises for a week less and ten minutes a
    day more, None where there is no such plan.
    """

    on: date
    days: int
    questions: int
    unseen: int
    minutes: int
    mornings: Sequence[KnownRange]
    stopped: Sequence[KnownRange]
    topics: Sequence[InTopic]
    earlier: KnownRange | None
    more: KnownRange | None

    @property
    def known(self) -> KnownRange:
        """What is known on the day."""
        return self.mornings[-1]

    @property
    def if_stopped(self) -> KnownRange:
        """What is known on the day if nothing more is asked."""
        return self.stopped[-1]


def told_for(user: User, session: Session, preferences: PlanPreferences, now: datetime) -> Told | None:
    """Returns what the plan promises with these preferences; None when no interview lies ahead.

    Takes about as long as some hundred plans of a day.
    """
    days = preferences.days_after(session.study_day)
    if days is None or preferences.interview_on is None:
        return None
    deck = decks.deck_of(user, session, preferences, now)
    strength = strength_by_answers(user)
    course = _course(deck, preferences, days, exp(strength.mean))
    open_ = doubt(deck, strength)
    unseen = first_sight(deck, preferences)
    counted = ~np.isnan(unseen)
    once = 1 if days > FAR else None
    # What is missed today and still to be repeated, the plan repeats.
    held = replace(deck.memories, lost=deck.memories.lost & ~deck.repeated)
    told = promise.promise(held, course, unseen=unseen, seed=user.pk, rollouts=once, doubt=open_)
    stopped = if_stopped(deck, preferences, days=days, strength=strength)
    more = earlier = None
    left = MOST_ROLLED - days * promise.rollouts_for(days) if days <= FAR else 0
    rollouts = min(promise.LEAST_ROLLOUTS, left // days)
    if rollouts and preferences.minutes + planning.MORE_MINUTES <= LONGEST_DAY:
        with_more = replace(preferences, minutes=preferences.minutes + planning.MORE_MINUTES)
        longer = _course(deck, with_more, days, exp(strength.mean))
        more = promise.promise(held, longer, unseen=unseen, seed=user.pk, rollouts=rollouts, doubt=open_)
        left -= days * rollouts
    rollouts = min(promise.LEAST_ROLLOUTS, left // max(days - WEEK, 1))
    if rollouts and days - WEEK >= LEAST_DAYS_LEFT:
        sooner = _course(deck, preferences, days - WEEK, exp(strength.mean))
        earlier = promise.promise(held, sooner, unseen=unseen, seed=user.pk, rollouts=rollouts, doubt=open_)
    known = _known(told.on_the_day)
    return Told(
        on=preferences.interview_on,
        days=days,
        questions=int(counted.sum()),
        unseen=int((counted & deck.memories.unseen).sum()),
        minutes=ceil(told.seconds / 60),
        mornings=[_known(outlook) for outlook in told.mornings],
        stopped=[_known(outlook) for outlook in stopped.mornings],
        topics=_by_topic(deck, told, stopped),
        # Who has more time can follow the shorter plan: what differs the other way is chance in the rollouts.
        earlier=min(_known(earlier.on_the_day), known, key=_expected) if earlier else None,
        more=max(_known(more.on_the_day), known, key=_expected) if more else None,
    )


def is_owed(user: User, session: Session, study: StudySettings, now: datetime) -> bool:
    """Returns whether the learner's plan promises something that is still to be worked out."""
    preferences = decks.preferences_of(user, study)
    if preferences.days_after(session.study_day) is None:
        return False
    return session.promise is None or session.promise["asked"] != _as_json(user, preferences, now)


def told_today(user: User, session: Session, study: StudySettings, now: datetime) -> Told | None:
    """Returns what the learner's plan promises, worked out once a day and whenever they want something else."""
    preferences = decks.preferences_of(user, study)
    if preferences.days_after(session.study_day) is None:
        return None
    asked = _as_json(user, preferences, now)
    kept = session.promise
    if kept is not None and kept["asked"] == asked:
        return _from_json(kept["told"])
    told = told_for(user, session, preferences, now)
    if told is not None:
        session.promise = {"asked": asked, "told": _to_json(told)}
        Session.objects.filter(pk=session.pk).update(promise=session.promise)
    return told


@dataclass(frozen=True, slots=True)
class Change:
    """By how many questions a promise is higher (or lower, below 0) than the one made on `since` for the same day.

    `preferences` says whether minutes or topics were changed since.
    """

    questions: int
    since: date
    preferences: bool

    @property
    def fewer(self) -> int:
        """The same, where it is lower."""
        return -self.questions


def change_of(session: Session, told: Told) -> Change | None:
    """Returns what changed since the last earlier day with a promise for the same day. Returns None when there was
    none.
    """
    earlier = Session.objects.filter(
        user=session.user_id,
        study_day__lt=session.study_day,
        promise__told__on=told.on.isoformat(),
    )
    before = earlier.order_by("-study_day").first()
    if before is None or before.promise is None or session.promise is None:
        return None
    was, asked = before.promise, session.promise["asked"]
    return Change(
        questions=round(told.known.expected) - round(was["told"]["mornings"][-1]["expected"]),
        since=before.study_day,
        preferences=_minutes_and_topics(was["asked"]) != _minutes_and_topics(asked),
    )


def minutes_for(
    user: User, session: Session, preferences: PlanPreferences, now: datetime, *, percent: int
) -> int | None:
    """Returns the least minutes a day that promise so many per cent; None where no day is long enough.

    ValueError when no interview lies ahead.
    """
    days = preferences.days_after(session.study_day)
    if days is None:
        raise ValueError("no interview lies ahead")
    deck = decks.deck_of(user, session, preferences, now)
    unseen = first_sight(deck, preferences)
    return promise.minutes_for(
        deck.memories,
        _course(deck, preferences, days, exp(strength_by_answers(user).mean)),
        unseen=unseen,
        known=percent / 100 * float((~np.isnan(unseen)).sum()),
        most=LONGEST_DAY,
        seed=user.pk,
    )


def _course(deck: Deck, preferences: PlanPreferences, days: int, strength: float) -> promise.Course:
    budget = 60.0 * preferences.minutes
    return promise.Course(
        new_order=deck.new_order,
        until=np.minimum(deck.until, np.where(np.isfinite(deck.until), days, np.inf)),
        days=days,
        budget=budget,
        budget_today=max(0.0, budget - deck.seconds_spent),
        most_new=preferences.most_new,
        wanted=deck.wanted,
        missed=deck.missed,
        strength=strength,
        easy=deck.first_tries.easy_share,
    )


def _expected(known: KnownRange) -> float:
    return known.expected


def _known(outlook: Outlook) -> KnownRange:
    return KnownRange(round(outlook.expected, 1), *in_whole(outlook))


def _by_topic(deck: Deck, told: promise.Promise, stopped: promise.Promise) -> list[InTopic]:
    found: dict[int, list[float]] = {}
    for waiting, planned, left in zip(deck.waiting, told.by_question, stopped.by_question, strict=True):
        if not np.isnan(planned):
            row = found.setdefault(waiting.topic, [0, 0.0, 0.0])
            row[0] += 1
            row[1] += float(planned)
            row[2] += float(left)
    numbers = dict(Topic.objects.filter(pk__in=list(found)).values_list("pk", "number"))
    return [
        InTopic(topic, int(questions), round(planned, 1), round(left, 1))
        for topic, (questions, planned, left) in sorted(
            found.items(), key=lambda row: (numbers[row[0]], row[0])
        )
    ]


def _as_json(user: User, preferences: PlanPreferences, now: datetime) -> KeptAsked:
    """Returns what the promise depends on; it is worked out again when any of it changes. Two queries.

    Every answer, and every one taken back, moves its card's `seq` on.
    """
    cards = Card.objects.filter(user=OuterRef("pk")).order_by().values("user")
    # What is late, or wanted by no day, changes the plan, too.
    targets = open_targets(now).filter(user=OuterRef("pk")).order_by().values("user")
    # What others upload for themselves changes nothing here. A version taken back makes an older one current.
    bank = queries.questions_of(user, now).order_by().annotate(all=Value(1)).values("all")
    # PostgreSQL adds large whole numbers up to decimal ones, which JSON does not take.
    found = User.objects.annotate(
        answers=Subquery(cards.annotate(n=Sum("seq")).values("n")),
        suspended=Subquery(cards.annotate(n=Count("suspended_at")).values("n")),
        suspended_last=Subquery(cards.annotate(at=Max("suspended_at")).values("at")),
        targets_open=Subquery(targets.annotate(n=Count("pk")).values("n")),
        targets_ahead=Subquery(targets.annotate(n=Count("pk", filter=Q(due_at__gt=now))).values("n")),
        targets_named=Subquery(targets.annotate(n=Sum("pk")).values("n")),
        targets_changed=Subquery(targets.annotate(at=Max("changed_at")).values("at")),
        questions=Subquery(bank.annotate(n=Count("pk")).values("n")),
        versions=Subquery(bank.annotate(n=Sum("current")).values("n")),
    ).get(pk=user.pk)
    return {
        "minutes": preferences.minutes,
        "interview_on": preferences.interview_on.isoformat() if preferences.interview_on else None,
        "most_new": preferences.most_new,
        "left_out": sorted(preferences.left_out),
        "known": sorted(preferences.known),
        "practise": preferences.practise,
        "cards": [found.answers, found.suspended, _in_json(found.suspended_last)],
        "targets": [
            found.targets_open,
            found.targets_ahead,
            int(found.targets_named or 0),
            _in_json(found.targets_changed),
        ],
        "bank": [found.questions, int(found.versions or 0)],
        "form": FORM,
    }


def _in_json(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _minutes_and_topics(asked: KeptAsked) -> tuple[int, int | None, list[int], list[int]]:
    """Returns the minutes and topics that were asked for."""
    return asked["minutes"], asked["most_new"], asked["left_out"], asked["known"]


def _to_json(told: Told) -> KeptTold:
    return {
        "on": told.on.isoformat(),
        "days": told.days,
        "questions": told.questions,
        "unseen": told.unseen,
        "minutes": told.minutes,
        "mornings": [_known_to_json(known) for known in told.mornings],
        "stopped": [_known_to_json(known) for known in told.stopped],
        "topics": [_topic_to_json(topic) for topic in told.topics],
        "earlier": _known_to_json(told.earlier) if told.earlier else None,
        "more": _known_to_json(told.more) if told.more else None,
    }


def _known_to_json(known: KnownRange) -> KeptKnown:
    return {"expected": known.expected, "low": known.low, "high": known.high}


def _topic_to_json(topic: InTopic) -> KeptInTopic:
    return {
        "topic": topic.topic,
        "questions": topic.questions,
        "planned": topic.planned,
        "stopped": topic.stopped,
    }


def _from_json(kept: KeptTold) -> Told:
    return Told(
        on=date.fromisoformat(kept["on"]),
        days=kept["days"],
        questions=kept["questions"],
        unseen=kept["unseen"],
        minutes=kept["minutes"],
        mornings=[KnownRange(**one) for one in kept["mornings"]],
        stopped=[KnownRange(**one) for one in kept["stopped"]],
        topics=[InTopic(**one) for one in kept["topics"]],
        earlier=KnownRange(**kept["earlier"]) if kept["earlier"] else None,
        more=KnownRange(**kept["more"]) if kept["more"] else None,
    )
