"""What a learner wants to have seen by a day, and whether their minutes allow it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from math import ceil

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review import queries
from quizzes.review.models import MINUTES_A_DAY, Card, Item, Session, StudySettings, Target
from quizzes.scheduling.days import study_day, zone_or_utc
from quizzes.scheduling.pace import Pace, pace, study_days_until
from quizzes.scheduling.queue import Waiting, without_siblings


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question not yet begun that is wanted within so many study days, today included."""

    candidate: queries.Candidate
    days: int


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether what is wanted by a day fits into the learner's minutes.

    `questions` are still to be begun. Beginning `a_day` a day meets every date; `short` of them do not fit, and would
    with `minutes` a day instead of `minutes_a_day`.
    """

    questions: int
    a_day: int
    short: int
    minutes: int
    minutes_a_day: int


def open_targets(now: datetime) -> QuerySet[Target]:
    """Targets that count at `now`."""
    return Target.objects.filter(Q(closes_at=None) | Q(closes_at__gt=now), opens_at__lte=now)


def news(now: datetime) -> Exists:
    """Of a session: whether a target appeared, changed or opened since the session last looked at them."""
    looked = Coalesce(OuterRef("aimed_at"), OuterRef("opened_at"))
    since = Q(changed_at__gt=looked) | Q(opens_at__gt=looked)
    return Exists(open_targets(now).filter(since, user=OuterRef("user")))


def wanted_by_a_day(user: User, session: Session, now: datetime) -> list[Wanted]:
    """Questions wanted by a day that the learner never answered, earliest due first; one query.

    Those planned into the session count as begun. A question wanted twice is wanted by the earlier day.
    """
    begun = queries.settled_cards(user).filter(question=OuterRef("question"))
    planned = Item.objects.filter(session=session, card__question=OuterRef("question"))
    rows = (
        open_targets(now)
        .filter(
            ~Exists(begun),
            ~Exists(planned),
            user=user,
            due_at__isnull=False,
            question__retired_at=None,
            question__current__isnull=False,
        )
        .order_by(
            "due_at", "question__topic__number", "question__topic__slug", "question__level", "question_id"
        )
        .values_list(
            "due_at",
            "question_id",
            "question__topic_id",
            "question__level",
            "question__current__spec__covers",
            "question__current__spec__seconds",
        )
    )
    zone, _ = zone_or_utc(user.time_zone)
    days: dict[datetime, int] = {}
    found: dict[int, Wanted] = {}
    for due, question, topic, level, covers, seconds in rows:
        if due is None:
            continue
        if due not in days:
            days[due] = study_days_until(
                due, today=session.study_day, zone=zone, rollover_hour=user.rollover_hour
            )
        waiting = Waiting(
            key=question,
            topic=topic,
            concepts=frozenset(covers or ()),
            recall=None,
            overdue_days=0,
            new=True,
            level=level,
        )
        found.setdefault(question, Wanted(queries.Candidate(waiting, seconds), days[due]))
    return list(found.values())


def questions_a_day(wanted: list[Wanted], own_pace: float | None, *, minutes: float) -> int:
    """How many of the wanted questions fit into so many minutes, 0 when these are none."""
    if not wanted or minutes <= 0:
        return 0
    each = queries.minutes_for([w.candidate for w in wanted], own_pace) / len(wanted)
    return int(minutes / each)


def paced(wanted: list[Wanted], *, a_day: int) -> Pace:
    """The pace that meets the dates of what is wanted."""
    return pace(Counter(w.days for w in wanted).items(), a_day=a_day)


def begin_today(wanted: list[Wanted], *, many: int, seen: set[str]) -> list[Waiting]:
    """The first `many`, earliest due first; without two that share a claim, or one with `seen`, where that will do."""
    waiting = [w.candidate.waiting for w in wanted]
    apart = {w.key for w in without_siblings(waiting, seen=seen)}
    # Sorting is stable: within both halves the earliest due stays first.
    in_turn = sorted(waiting, key=lambda w: w.key not in apart)
    return in_turn[:many]


def fit_of(user: User, session: Session, now: datetime) -> Fit | None:
    """Whether what is wanted by a day fits, as it looks after today's session; None when nothing is wanted."""
    wanted = wanted_by_a_day(user, session, now)
    if not wanted:
        return None
    own = queries.pace(user)
    minutes = _minutes_a_day(user)
    load = _due_load(user, session.study_day, own)
    a_day = questions_a_day(wanted, own, minutes=minutes - load)
    # Today's share is in the session: what is left has the days after it.
    later = [Wanted(w.candidate, max(1, w.days - 1)) for w in wanted]
    needed = paced(later, a_day=a_day)
    each = queries.minutes_for([w.candidate for w in wanted], own) / len(wanted)
    return Fit(
        questions=len(wanted),
        a_day=needed.needed,
        short=needed.short,
        minutes=ceil(load + needed.needed * each),
        minutes_a_day=minutes,
    )


def _due_load(user: User, day: date, own_pace: float | None) -> float:
    """Minutes that what is due by `day` takes."""
    due = queries.due_cards(user).filter(due__lte=day).count()
    return due * (own_pace or queries.SECONDS_A_QUESTION) / 60


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which a learner is to have seen what is asked of them, and what tells their days and minutes.

    `minutes_a_day` is None for those who never chose.
    """

    user: int
    due_at: datetime
    time_zone: str
    rollover_hour: int
    minutes_a_day: int | None


def short_of(deadlines: Collection[Deadline], now: datetime) -> dict[int, int]:
    """How many of the questions asked of each learner by their deadline do not fit, by user; those of 0 too.

    A question wanted twice is wanted by the earlier day. Questions take what questions take on average, whoever
    answers them. Two queries, however many learners.
    """
    learners = [one.user for one in deadlines]
    begun = Card.objects.filter(
        Q(reps__gt=0) | Q(suspended_at__isnull=False), user=OuterRef("user"), question=OuterRef("question")
    )
    # A join would do, too, but for many learners PostgreSQL then walks through all questions for each target.
    retired = Question.objects.filter(retired_at__isnull=False)
    last = max((one.due_at for one in deadlines), default=now)
    unseen = open_targets(now).filter(~Exists(begun), user__in=learners, due_at__lte=last)
    earlier = open_targets(now).filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk")),
        user=OuterRef("user"),
        question=OuterRef("question"),
    )
    once = unseen.exclude(question__in=retired).filter(~Exists(earlier))
    by_due: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    grouped = once.order_by().values("user", "due_at").annotate(many=Count("pk"))
    for user, due, many in grouped.values_list("user", "due_at", "many"):
        if due is not None:
            by_due[user].append((due, many))
    due_cards = Card.objects.filter(user__in=learners, due__lte=now.date()).exclude(question__in=retired)
    load: dict[int, int] = dict(
        due_cards.order_by().values("user").annotate(many=Count("pk")).values_list("user", "many")
    )
    days_until = cache(partial(_days_until, now=now))
    short = {}
    for one in deadlines:
        minutes = MINUTES_A_DAY if one.minutes_a_day is None else one.minutes_a_day
        a_day = max(0, int(60 * minutes / queries.SECONDS_A_QUESTION) - load.get(one.user, 0))
        days = [
            (days_until(due, one.time_zone, one.rollover_hour), many)
            for due, many in by_due[one.user]
            if due <= one.due_at
        ]
        short[one.user] = pace(days, a_day=a_day).short
    return short


def _days_until(due: datetime, time_zone: str, rollover_hour: int, *, now: datetime) -> int:
    zone, _ = zone_or_utc(time_zone)
    today = study_day(now, zone=zone, rollover_hour=rollover_hour)
    return study_days_until(due, today=today, zone=zone, rollover_hour=rollover_hour)


def _minutes_a_day(user: User) -> int:
    try:
        return user.study.minutes_a_day
    except StudySettings.DoesNotExist:
        return MINUTES_A_DAY
