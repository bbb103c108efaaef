"""How a learner answers: how long they take, and how often they are right at the first try."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Self, TypeAlias

from django.db.models import BooleanField, Case, Count, OuterRef, Q, QuerySet, Subquery, When

from accounts.models import User
from quizzes.review.first_sights import at_first_sight
from quizzes.review.kept import KeptFit, KeptHabits
from quizzes.review.models import Review, Session
from quizzes.scheduling.api import FirstTries, Rating

# What a question takes whose author does not say, in seconds.
SECONDS_A_QUESTION = 40
# How long reading the feedback takes a learner whose own pace is not known yet, in seconds.
READING = 15
# A longer pause between two answers is no studying.
LONGEST_TURN = timedelta(minutes=5)
_TURNS_TO_KNOW_ONES_PACE = 9
_MOST_APART = 4.0
_PACE_FROM_LAST = 100
_TRIES = Count("pk")
_RIGHT = Count("pk", filter=Q(rating__gte=Rating.HARD))


def seconds_of(authored: float | None, pace: float) -> float:
    """Returns what asking a question once takes, feedback read, in seconds: as authored, by the learner's own pace."""
    return ((authored or SECONDS_A_QUESTION) + READING) * pace


def pace_of(user: User) -> float:
    """Returns how many times as long as authored the learner's last turns took; 1 until there are a few.

    A turn runs from one answer to the next within a session: reading the feedback and answering. After a longer pause
    than LONGEST_TURN, or twice what is authored, nobody had been studying all the time: it is no turn. “I don’t know”
    is said at once, and the question is still to be answered, so it is none, either. Nobody is believed to be more than
    four times as quick or as slow.
    """
    return _pace(_turns(Review.objects.filter(user=user)).order_by("-answered_at")[: _PACE_FROM_LAST + 1])


# Session, moment of the answer, seconds its author allows (None where unsaid), whether it was “I don’t know”.
_Turn: TypeAlias = tuple[int, datetime, float | None, bool]


def _turns(reviews: QuerySet[Review]) -> QuerySet[Review, _Turn]:
    gave_up = Case(When(response={}, then=True), default=False, output_field=BooleanField())
    standing = reviews.filter(undone_at=None).annotate(gave_up=gave_up)
    return standing.values_list("session", "answered_at", "version__spec__seconds", "gave_up")


def _pace(rows: Iterable[_Turn]) -> float:
    """Returns the pace that the turns tell, the last one first."""
    taken = authored = 0.0
    turns = 0
    for (session, at, seconds, gave_up), (before, earlier, _, _) in pairwise(rows):
        usual = (seconds or SECONDS_A_QUESTION) + READING
        turn = (at - earlier).total_seconds()
        if session == before and not gave_up and turn <= max(LONGEST_TURN.total_seconds(), 2 * usual):
            taken += turn
            authored += usual
            turns += 1
    if turns < _TURNS_TO_KNOW_ONES_PACE:
        return 1.0
    return min(max(taken / authored, 1 / _MOST_APART), _MOST_APART)


def first_tries_of(users: Collection[User]) -> dict[int, FirstTries]:
    """Returns how each learner's answers at first sight went, by primary key; a guess is none that was right.

    One query.
    """
    firsts = _firsts(Review.objects.filter(user__in=users))
    counted = firsts.values("user", "card__question__topic").annotate(
        tries=_TRIES, right=_RIGHT, easy=Count("pk", filter=Q(rating=Rating.EASY))
    )
    easily: Counter[int] = Counter()
    found: dict[int, dict[int, tuple[int, int]]] = {user.pk: {} for user in users}
    rows = counted.values_list("user", "card__question__topic", "right", "tries", "easy")
    for user, topic, right, tries, easy in rows:
        found[user][topic] = right, tries
        easily[user] += easy
    return {user: FirstTries(by_topic, easily[user]) for user, by_topic in found.items()}


def first_tries_in(sessions: Collection[int]) -> dict[int, tuple[int, int]]:
    """Returns how answers at first sight went in each of the sessions, by primary key: (right, tries); one query.

    Sessions without such an answer are left out.
    """
    firsts = _firsts(Review.objects.filter(session__in=sessions))
    counted = firsts.values("session").annotate(tries=_TRIES, right=_RIGHT)
    rows = counted.values_list("session", "right", "tries")
    return {session: (right, tries) for session, right, tries in rows}


def _firsts(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return reviews.filter(at_first_sight(), undone_at=None).order_by()


@dataclass(frozen=True, slots=True)
class Habits:
    """How a learner answers, as whoever plans a day knows it; kept with the session, to be read for many learners.

    `pace` is what `pace_of` returns, `right` of the `tries` first answers before that day were right.
    """

    pace: float = 1.0
    right: int = 0
    tries: int = 0

    def as_kept(self) -> KeptHabits:
        """Returns the same for a JSON column."""
        return {"pace": self.pace, "right": self.right, "tries": self.tries}

    @classmethod
    def from_kept(cls, fit: KeptFit | None) -> Self:
        """Returns what `as_kept` wrote into a session's fit; where it is missing, nothing is known."""
        kept = fit.get("habits") if fit else None
        return cls(**kept) if kept else cls()


def habits_of(users: Collection[int]) -> dict[int, Habits]:
    """Returns the habits of each learner, by primary key: those of their last planned day, and its first answers.

    Two queries, whose cost does not grow with the answers of the days before. Of a learner for whom no day was planned
    nothing is known.
    """
    planned = Session.objects.filter(user=OuterRef("pk"), fit__isnull=False).order_by("-study_day")
    last = User.objects.filter(pk__in=users).annotate(last=Subquery(planned.values("pk")[:1]))
    sessions = list(Session.objects.filter(pk__in=last.values("last")))
    since = first_tries_in([session.pk for session in sessions])
    found = dict.fromkeys(users, Habits())
    for session in sessions:
        habits = Habits.from_kept(session.fit)
        right, tries = since.get(session.pk, (0, 0))
        found[session.user_id] = replace(habits, right=habits.right + right, tries=habits.tries + tries)
    return found
