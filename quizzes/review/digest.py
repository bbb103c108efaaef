"""Where learners stand today, many at a time: what is left, the days kept in a row, what comes back.

Apart from each learner's own pace, the number of queries does not grow with the learners asked about.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from django.db.models import Avg, Count, Exists, Max, OuterRef, Q, Sum

from accounts.models import User
from quizzes.review import planning, queries, targets
from quizzes.review.models import Card, Item, Review, Session
from quizzes.review.verdicts import PARTLY, RIGHT

WEEK = 7


@dataclass(frozen=True, slots=True)
class DailyDigest:
    """One learner's day.

    `questions` are still to be answered today, which should take `minutes`; `topics` counts them by title, the most
    first. `streak` is the number of planned study days before today kept in a row: nothing that was planned was left,
    as queries.Progress counts it (a day with nothing planned is kept). `tomorrow` and `this_week` count the cards that
    are due tomorrow and within seven days by the schedule; what today's session left over is due tomorrow.
    """

    day: date
    questions: int
    minutes: int
    topics: list[tuple[str, int]]
    streak: int
    tomorrow: int
    this_week: int


@dataclass(frozen=True, slots=True)
class WeeklyDigest:
    """What a learner did in the seven study days up to today.

    Of the `asked` questions `right_first` were right at the first try and `partly_first` partly right; guesses are
    neither.
    """

    days: int
    answers: int
    asked: int
    right_first: int
    partly_first: int
    minutes: int
    expected: float | None

    @property
    def percent(self) -> int:
        """The share right at the first try in %, rounded down so that 100 means all."""
        return 100 * self.right_first // self.asked if self.asked else 0


def current_days(users: Iterable[User], now: datetime) -> dict[int, date]:
    """Returns each learner's study day at `now`, as queries.current_day says it of the sessions opened by then."""
    users = list(users)
    latest = dict(
        Session.objects.filter(user__in=users, opened_at__lte=now)
        .values_list("user")
        .annotate(latest=Max("study_day"))
        .order_by()
    )
    local = {user.pk: queries.local_day(user, now) for user in users}
    return {pk: max(day, latest.get(pk, day)) for pk, day in local.items()}


def daily_digests(users: Collection[User], days: Mapping[int, date], now: datetime) -> dict[int, DailyDigest]:
    """Returns where each learner with an open session on their day stands, by primary key; the others are left out.

    `days` are those of current_days.
    """
    sessions = {
        session.user_id: session
        for session in Session.objects.filter(user__in=users, study_day__in=set(days.values()))
        if session.study_day == days[session.user_id]
    }
    left = _left(sessions.values())
    kept = _streaks(sessions)
    coming = _coming_back(sessions, now)
    seconds = planning.seconds_left({user: sessions[user.pk] for user in users if user.pk in sessions})
    return {
        user.pk: _standing(sessions[user.pk], left[user.pk], seconds[user.pk], kept[user.pk], coming[user.pk])
        for user in users
        if user.pk in sessions
    }


def streak_before(session: Session) -> int:
    """Returns how many study days before the session's were kept in a row, as `DailyDigest.streak`; two queries."""
    return _streaks({session.user_id: session})[session.user_id]


def weekly_digest(user: User, today: date) -> WeeklyDigest:
    """Returns what the learner did in the seven study days up to `today`."""
    first = Q(first_of_day=True)
    counted = Review.objects.filter(
        user=user, undone_at=None, study_day__gt=today - timedelta(days=WEEK), study_day__lte=today
    ).aggregate(
        days=Count("study_day", distinct=True),
        answers=Count("pk"),
        asked=Count("pk", filter=first),
        right_first=Count("pk", filter=first & RIGHT),
        partly_first=Count("pk", filter=first & PARTLY),
        milliseconds=Sum("milliseconds"),
        expected=Avg("predicted", filter=first),
    )
    return WeeklyDigest(
        days=counted["days"],
        answers=counted["answers"],
        asked=counted["asked"],
        right_first=counted["right_first"],
        partly_first=counted["partly_first"],
        minutes=ceil((counted["milliseconds"] or 0) / 60_000),
        expected=counted["expected"],
    )


def _standing(
    session: Session, topics: Mapping[str, int], seconds: float, streak: int, due: Mapping[date, int]
) -> DailyDigest:
    day = session.study_day
    return DailyDigest(
        day=day,
        questions=sum(topics.values()),
        minutes=ceil(seconds / 60),
        topics=sorted(topics.items(), key=lambda row: (-row[1], row[0])),
        streak=streak,
        tomorrow=due.get(day + timedelta(days=1), 0),
        this_week=sum(count for on, count in due.items() if day < on <= day + timedelta(days=WEEK)),
    )


def _left(sessions: Iterable[Session]) -> defaultdict[int, Counter[str]]:
    """Per learner and topic: open questions."""
    rows = Item.objects.filter(queries.OPEN, session__in=list(sessions)).values_list(
        "session__user", "card__question__topic__title"
    )
    left: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for user, title in rows:
        left[user][title] += 1
    return left


def _streaks(sessions: Mapping[int, Session]) -> dict[int, int]:
    """Per learner: how many study days before the session's were kept in a row."""
    today = {session.study_day for session in sessions.values()}
    if not today:
        return {}
    mine = Session.objects.filter(user__in=list(sessions), study_day__lt=max(today))
    unfinished = Exists(Item.objects.filter(queries.OPEN, session=OuterRef("pk")))
    broken = dict(
        mine.filter(unfinished)
        .exclude(pk__in=[session.pk for session in sessions.values()])
        .values_list("user")
        .annotate(last=Max("study_day"))
        .order_by()
    )
    first = min(broken.values()) if len(broken) == len(sessions) else date.min
    planned: defaultdict[int, set[date]] = defaultdict(set)
    for user, day in mine.filter(study_day__gt=first).values_list("user", "study_day"):
        planned[user].add(day)
    return {
        user: _in_a_row(planned[user], before=session.study_day, after=broken.get(user, date.min))
        for user, session in sessions.items()
    }


def _in_a_row(planned: set[date], *, before: date, after: date) -> int:
    """Returns the number of of the `planned` days follow one another up to the day `before`, none of them on or before
    `after`.
    """
    count = 0
    while (day := before - timedelta(days=count + 1)) in planned and day > after:
        count += 1
    return count


def _coming_back(sessions: Mapping[int, Session], now: datetime) -> defaultdict[int, Counter[date]]:
    """Per learner: the cards due on each day of the week after today, but for what is assigned for a day to come."""
    coming: defaultdict[int, Counter[date]] = defaultdict(Counter)
    days = [session.study_day for session in sessions.values()]
    if not days:
        return coming
    askable = Card.objects.filter(user__in=list(sessions), question__retired_at=None, suspended_at=None)
    soon = (min(days) + timedelta(days=1), max(days) + timedelta(days=WEEK))
    cards_due = askable.filter(due__range=soon)
    counted = targets.by_schedule(cards_due, now).order_by().values("user", "due").annotate(cards=Count("pk"))
    rows = counted.values_list("user", "due", "cards")
    for user, due, cards in rows:
        if due is not None:
            coming[user][due] = cards
    left = queries.left_over(targets.by_schedule(askable, now), sessions.values())
    for user, cards in (
        left.order_by().values("user").annotate(cards=Count("pk")).values_list("user", "cards")
    ):
        coming[user][sessions[user].study_day + timedelta(days=1)] += cards
    return coming
