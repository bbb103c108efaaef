"""A study day seen from outside: what is left of it, what was done in it, what comes after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from uuid import UUID

from django.db.models import Count, IntegerField, Min, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf

from accounts.models import User
from quizzes.bank.params import fill
from quizzes.review import queries
from quizzes.review.models import Item, Review, Session
from quizzes.scheduling.queue import NEW_PER_DAY

DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a session, in questions: due again, new, missed today; and how many `minutes` it should take.

    `done` and `planned` are those of queries.Progress. `more` is how many new questions could be added at one go.
    """

    done: int
    planned: int
    due: int
    new: int
    missed: int
    minutes: int
    more: int

    @property
    def questions(self) -> int:
        """All that is left."""
        return self.due + self.new + self.missed


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is due after today: `days` pairs the next DAYS_AHEAD days with their cards; `first` is the next such day."""

    days: list[tuple[date, int]]
    first: date | None

    @property
    def tomorrow(self) -> int:
        """Cards due tomorrow."""
        return self.days[0][1]

    @property
    def cards(self) -> int:
        """Cards due in the days told of."""
        return sum(cards for _, cards in self.days)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a session with what became of it: the last answer's id, its summary, the next day it is due."""

    public_id: UUID
    prompt: str
    topic: str
    summary: str
    passed: bool
    right_first: bool
    answers: int
    due: date


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in a session; `minutes` were spent on it."""

    asked: list[Asked]
    answers: int
    minutes: int

    @property
    def right_first(self) -> int:
        """Questions answered right at the first try."""
        return sum(asked.right_first for asked in self.asked)

    @property
    def percent(self) -> int:
        """Their share in %, rounded down so that 100 means all."""
        return 100 * self.right_first // len(self.asked) if self.asked else 0

    @property
    def coming_back(self) -> list[tuple[date, int]]:
        """How many of the questions come back on which day, the next day first."""
        return sorted(Counter(asked.due for asked in self.asked).items())


def left_of(user: User, session: Session) -> Left:
    """What is left of the learner's session."""
    # SQLite reads JSON's null as the text "null", which it casts to 0.
    author = Coalesce(
        NullIf(Cast(KeyTextTransform("seconds", "card__question__current__spec"), IntegerField()), 0),
        queries.SECONDS_A_QUESTION,
    )
    untried = Q(queries.OPEN, misses=0)
    counts = Item.objects.filter(session=session).aggregate(
        done=Count("pk", filter=Q(done_at__isnull=False)),
        due=Count("pk", filter=Q(untried, is_new=False)),
        new=Count("pk", filter=Q(untried, is_new=True)),
        missed=Count("pk", filter=Q(queries.OPEN, misses__gt=0)),
        seconds=Sum(author, filter=queries.OPEN),
    )
    left = counts["due"] + counts["new"] + counts["missed"]
    own = queries.pace(user)
    seconds = left * own if own else counts["seconds"] or 0
    return Left(
        done=counts["done"],
        planned=counts["done"] + left,
        due=counts["due"],
        new=counts["new"],
        missed=counts["missed"],
        minutes=ceil(seconds / 60),
        more=min(NEW_PER_DAY, queries.unseen_questions(user, session).count()),
    )


def ahead_of(user: User, session: Session) -> Ahead:
    """What is due after the session's day."""
    days = [session.study_day + timedelta(days=days) for days in range(1, DAYS_AHEAD + 1)]
    counts = queries.due_counts(user, days[0], days[-1])
    later = queries.due_cards(user).filter(due__gt=session.study_day)
    first: date | None = min(counts) if counts else later.aggregate(first=Min("due"))["first"]
    return Ahead(days=[(day, counts.get(day, 0)) for day in days], first=first)


def done_in(session: Session) -> Done:
    """What was answered in the session, question by question in the order of their first answers."""
    rows = list(
        Review.objects.filter(session=session, undone_at=None)
        .order_by("answered_at", "pk")
        .values_list(
            "card_id",
            "public_id",
            KeyTextTransform("prompt", "version__spec"),
            "presented__values",
            "card__question__topic__title",
            "summary",
            "passed",
            "due_after",
            "milliseconds",
        )
    )
    asked: dict[int, Asked] = {}
    for card, public_id, prompt, values, topic, summary, passed, due, _ in rows:
        before = asked.get(card)
        asked[card] = Asked(
            public_id=public_id,
            prompt=fill(prompt, values or {}),
            topic=topic,
            summary=summary,
            passed=passed,
            right_first=before.right_first if before else passed,
            answers=before.answers + 1 if before else 1,
            due=due,
        )
    spent = sum(row[-1] or 0 for row in rows)
    return Done(asked=list(asked.values()), answers=len(rows), minutes=ceil(spent / 60_000))
