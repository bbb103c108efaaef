"""How much of what a learner wants to have seen by a day their plan does not begin in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial
from typing import Self
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, Max, OuterRef, Q, QuerySet

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review.habits import SECONDS_A_QUESTION, habits_of, seconds_of
from quizzes.review.kept import KeptDue
from quizzes.review.models import MINUTES_A_DAY, Card, Item, Session, StudySettings, Target
from quizzes.review.targets import news, open_targets
from quizzes.scheduling.api import (
    DeadlineQuestion,
    Load,
    first_try,
    pace,
    study_day,
    study_days_until,
    zone_or_utc,
)


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether what is wanted by a day fits into the learner's minutes.

    `questions` are still to be begun after today's plan. `short` are not begun by their day, for `late` of them it has
    passed; the others would be with `minutes` a day instead of `minutes_a_day`, None where no day is long enough or
    this was not worked out. Beginning `a_day` new questions a day meets every date to come.
    """

    questions: int
    short: int
    late: int
    a_day: int
    minutes: int | None
    minutes_a_day: int

    @property
    def ahead(self) -> int:
        """Of what will not be begun in time, the questions whose date is still to come."""
        return self.short - self.late


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment by which a learner is to have seen what is asked of them, and what tells their days and minutes.

    `due_at` is None for all that is asked of them, `minutes_a_day` for those who never chose. With a `source` only what
    this one asks for is meant.
    """

    user: int
    due_at: datetime | None
    time_zone: str
    rollover_hour: int
    minutes_a_day: int | None
    source: UUID | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What one source wants by one moment and was never answered: so many `questions`.

    `own` of them no other source wants earlier, and today's plan leaves `left` of these. `late` of the questions, and
    `late_own` of the own ones, are not begun by that moment: means over rollouts or an estimate, so not whole.
    """

    at: datetime
    source: UUID
    questions: int
    own: int
    left: int
    late: float
    late_own: float

    def as_kept(self) -> KeptDue:
        """Returns the same for a JSON column."""
        return {
            "at": self.at.isoformat(),
            "source": str(self.source),
            "questions": self.questions,
            "own": self.own,
            "left": self.left,
            "late": self.late,
            "late_own": self.late_own,
        }

    @classmethod
    def from_kept(cls, kept: KeptDue) -> Self:
        """Returns what `as_kept` wrote."""
        return cls(
            at=datetime.fromisoformat(kept["at"]),
            source=UUID(kept["source"]),
            questions=kept["questions"],
            own=kept["own"],
            left=kept["left"],
            late=kept["late"],
            late_own=kept["late_own"],
        )


def fit_of(user: User, session: Session, now: datetime) -> Fit | None:
    """Returns whether what is wanted by a day fits, after today's session. Returns None when nothing more is wanted."""
    minutes = _minutes_a_day(user)
    one = Deadline(user.pk, None, user.time_zone, user.rollover_hour, minutes)
    dues = _dues_of([one], now, today={user.pk: session.study_day})[user.pk]
    ahead = [due for due in dues if due.at > now]
    late = sum(due.own for due in dues if due.at <= now)
    short = round(sum(due.late_own for due in ahead))
    left = sum(due.left for due in ahead)
    if not (left or late):
        return None
    days_until = partial(_days_until, one, today=session.study_day)
    return Fit(
        questions=left + late,
        short=late + short,
        late=late,
        a_day=pace.needed((days_until(due.at) - 1, due.left) for due in ahead),
        minutes=session.fit.get("minutes") if short and session.fit else None,
        minutes_a_day=minutes,
    )


def short_of(deadlines: Collection[Deadline], now: datetime) -> dict[int, int]:
    """Returns how many of the questions meant each learner does not begin in time, by user; those of 0 too.

    With a source, those of its questions that are not begun by its own day. Without one, a question wanted twice is
    wanted by the earlier day. Where that has passed, all that were never answered. It is what the learner's plan tells
    (kept with the day's session), an estimate where nobody opened the day yet or what is wanted changed since. A
    constant number of queries, however many learners.
    """
    short = _told_by_source([one for one in deadlines if one.source is not None], now)
    others = [one for one in deadlines if one.user not in short]
    dues = _dues_of(others, now, today=_today(others, now))
    for one in others:
        if one.source is not None:
            numbers = [due.late for due in dues[one.user] if due.source == one.source]
        else:
            numbers = [
                due.late_own if due.at > now else due.own
                for due in dues[one.user]
                if one.due_at is None or due.at <= one.due_at
            ]
        short[one.user] = round(sum(numbers))
    return short


def _told_by_source(deadlines: Collection[Deadline], now: datetime) -> dict[int, int]:
    """Returns what is short of one source, by user, where the source tells it or today's plan; the others are left
    out.
    """
    short: dict[int, int] = {}
    left = _never_answered(deadlines, now)
    for one in deadlines:
        if not left[one.user] or (one.due_at is not None and one.due_at <= now):
            short[one.user] = left[one.user]
    kept = _kept([one for one in deadlines if one.user not in short], now)
    for one in deadlines:
        for due in kept.get(one.user, ()):
            if (due.at, due.source) == (one.due_at, one.source) and left[one.user] <= due.questions:
                short[one.user] = round(due.late)
    return short


def _never_answered(deadlines: Collection[Deadline], now: datetime) -> dict[int, int]:
    """Returns the questions that the source of each wants by a day and its learner never answered, by user; one
    query.
    """
    sources = {one.source for one in deadlines if one.source is not None}
    unseen = _unseen([one.user for one in deadlines], now).filter(source__in=sources).order_by()
    rows = unseen.values("user", "source").annotate(many=Count("pk")).values_list("user", "source", "many")
    found: dict[tuple[int, UUID | None], int] = {(user, source): many for user, source, many in rows}
    return {one.user: found.get((one.user, one.source), 0) for one in deadlines}


def _dues_of(
    deadlines: Collection[Deadline], now: datetime, *, today: Mapping[int, date]
) -> dict[int, list[Due]]:
    """Returns what each learner wants by a day and never answered, by user: as the plan told, else estimated.

    `today` has the study day of each.
    """
    live = _to_begin([one.user for one in deadlines], now)
    kept = _kept(deadlines, now)
    found: dict[int, list[Due]] = {}
    others = []
    for one in deadlines:
        told = {(due.at, due.source): due for due in kept.get(one.user, ())}
        if all(due.at <= now for due in live[one.user]):
            found[one.user] = live[one.user]
        elif one.user in kept and _holds(told, live[one.user], now):
            found[one.user] = [
                due
                if due.at <= now
                else replace(told[due.at, due.source], questions=due.questions, own=due.own)
                for due in live[one.user]
            ]
        else:
            others.append(one)
    return found | _estimated(others, live, now, today=today)


def _holds(told: Mapping[tuple[datetime, UUID], Due], live: Collection[Due], now: datetime) -> bool:
    """Returns whether a plan that told this knew of all that is still to begin, and of nothing withdrawn since."""
    ahead = {(due.at, due.source): due.questions for due in live if due.at > now}
    return all(key in told and many <= told[key].questions for key, many in ahead.items()) and all(
        due.at <= now or due.left <= ahead.get(key, 0) for key, due in told.items()
    )


def _to_begin(users: Collection[int], now: datetime) -> dict[int, list[Due]]:
    """Returns what is wanted by a day and was never answered, by learner, nothing of it planned."""
    earlier = open_targets(now).filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk")),
        user=OuterRef("user"),
        question=OuterRef("question"),
    )
    grouped = (
        _unseen(users, now)
        .order_by()
        .values("user", "due_at", "source")
        .annotate(many=Count("pk"), own=Count("pk", filter=~Exists(earlier)))
    )
    found: dict[int, list[Due]] = {user: [] for user in users}
    for user, at, source, many, own in grouped.values_list("user", "due_at", "source", "many", "own"):
        if at is not None:
            found[user].append(Due(at, source, many, own, own, float(many), float(own)))
    return found


def _unseen(users: Collection[int], now: datetime) -> QuerySet[Target]:
    """Returns what is wanted by a day of these learners, can be asked and was never answered."""
    begun = Card.objects.filter(
        Q(reps__gt=0) | Q(suspended_at__isnull=False), user=OuterRef("user"), question=OuterRef("question")
    )
    wanted = open_targets(now).filter(~Exists(begun), user__in=users, due_at__isnull=False)
    return wanted.exclude(question__in=_retired())


def _kept(deadlines: Collection[Deadline], now: datetime) -> dict[int, list[Due]]:
    """Returns what the plan of today told, by learner, where it has seen all that is wanted; one query."""
    today = {one.user: _day_of(one, now) for one in deadlines}
    rows = (
        Session.objects.filter(user__in=list(today), study_day__gte=min(today.values(), default=now.date()))
        .annotate(has_news=ExpressionWrapper(news(now), BooleanField()))
        .order_by("study_day")
        .values_list("user", "study_day", "has_news", "fit")
    )
    # The last one is that of today, also of who travelled west in a day that is over there.
    latest = {user: (has_news, fit) for user, day, has_news, fit in rows if today[user] <= day}
    return {
        user: [Due.from_kept(due) for due in fit["dues"]]
        for user, (has_news, fit) in latest.items()
        if fit is not None and not has_news
    }


def _estimated(
    deadlines: Sequence[Deadline], live: Mapping[int, list[Due]], now: datetime, *, today: Mapping[int, date]
) -> dict[int, list[Due]]:
    """Returns what the plan would tell of learners whose day is not planned yet."""
    if not deadlines:
        return {}
    seconds = _seconds_by_source({due.source: one.user for one in deadlines for due in live[one.user]})
    habits = habits_of([one.user for one in deadlines])
    days_now = {one.user: today[one.user] for one in deadlines}
    met, spent = _met_by(days_now, now), _answered_on(days_now)
    left_after = cache(pace.left_after)
    found: dict[int, list[Due]] = {}
    for one in deadlines:
        dues, own = live[one.user], habits[one.user]
        wanted = tuple(
            DeadlineQuestion(
                _days_until(one, due.at, today=today[one.user]) if due.at > now else 0,
                due.own,
                seconds_of(seconds[due.source], own.pace),
            )
            for due in dues
        )
        budget = 60.0 * (MINUTES_A_DAY if one.minutes_a_day is None else one.minutes_a_day)
        left_today = max(0.0, budget - spent.get(one.user, 0) * seconds_of(None, own.pace))
        load = Load(
            budget=budget,
            budget_today=left_today,
            first_try=first_try(own.right, own.tries),
            met=met.get(one.user, 0),
        )
        left = left_after(wanted, load)
        found[one.user] = []
        for place, due in enumerate(dues):
            after = left[wanted[place].days]
            others = sum(after[at] for at, other in enumerate(dues) if other.at <= due.at and at != place)
            late = after[place] + min(due.questions - due.own, others)
            found[one.user].append(replace(due, late=late, late_own=after[place]))
    return found


def _seconds_by_source(learners: Mapping[UUID, int]) -> dict[UUID, float]:
    """Returns the mean of the seconds that authors give the questions of each source, as one learner has it; two
    queries.
    """
    wanted = Target.objects.filter(user__in=set(learners.values()), source__in=learners)
    pairs = [
        (source, question)
        for source, user, question in wanted.values_list("source", "user", "question")
        if learners[source] == user
    ]
    said = dict(
        Question.objects.filter(pk__in={question for _, question in pairs}).values_list(
            "pk", "current__spec__seconds"
        )
    )
    found: dict[UUID, list[int]] = defaultdict(list)
    for source, question in pairs:
        found[source].append(said[question] or SECONDS_A_QUESTION)
    return {source: sum(every) / len(every) for source, every in found.items()}


def _met_by(today: Mapping[int, date], now: datetime) -> dict[int, int]:
    """Returns the questions met before that a plan could ask today, by learner."""
    dated = open_targets(now).filter(user=OuterRef("user"), question=OuterRef("question"), due_at__gt=now)
    reached = Q(pk__in=[])
    for day, users in _by_day(today).items():
        reached |= Q(Q(due__lte=day) | Q(user__study__interview_on__gt=day), user__in=users)
    cards = Card.objects.filter(
        reached | Q(Exists(dated)),
        user__in=list(today),
        reps__gt=0,
        suspended_at=None,
    ).exclude(question__in=_retired())
    counted = cards.order_by().values("user").annotate(many=Count("pk"))
    return dict(counted.values_list("user", "many"))


def _answered_on(today: Mapping[int, date]) -> dict[int, int]:
    """Returns the questions answered in the session of today, by learner."""
    of_today = Q(pk__in=[])
    for day, users in _by_day(today).items():
        of_today |= Q(session__user__in=users, session__study_day=day)
    begun = Item.objects.filter(of_today, Q(done_at__isnull=False) | Q(misses__gt=0))
    counted = begun.order_by().values("session__user").annotate(many=Count("pk"))
    return dict(counted.values_list("session__user", "many"))


def _retired() -> QuerySet[Question]:
    # A join would do, too, but for many learners PostgreSQL then walks through all questions for each target.
    return Question.objects.filter(retired_at__isnull=False)


def _today(deadlines: Collection[Deadline], now: datetime) -> dict[int, date]:
    """Returns each learner's study day now, never before that of their last session; one query."""
    latest = dict(
        Session.objects.filter(user__in=[one.user for one in deadlines])
        .order_by()
        .values_list("user")
        .annotate(Max("study_day"))
    )
    today = {}
    for one in deadlines:
        day = _day_of(one, now)
        today[one.user] = max(day, latest.get(one.user, day))
    return today


def _day_of(one: Deadline, now: datetime) -> date:
    """Returns the learner's study day by their clock."""
    zone, _ = zone_or_utc(one.time_zone)
    return study_day(now, zone=zone, rollover_hour=one.rollover_hour)


def _by_day(today: Mapping[int, date]) -> dict[date, list[int]]:
    """Returns the learners whose study day it is, by day."""
    found: dict[date, list[int]] = defaultdict(list)
    for user, day in today.items():
        found[day].append(user)
    return found


def _days_until(one: Deadline, due: datetime, *, today: date) -> int:
    zone, _ = zone_or_utc(one.time_zone)
    return study_days_until(due, today=today, zone=zone, rollover_hour=one.rollover_hour)


def _minutes_a_day(user: User) -> int:
    try:
        return user.study.minutes_a_day
    except StudySettings.DoesNotExist:
        return MINUTES_A_DAY
