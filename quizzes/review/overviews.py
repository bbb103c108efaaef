"""A study day seen from outside: what is left of it, what was done in it, what comes after it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from django.db.models import Count, IntegerField, Min, Q, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf

from accounts.models import User
from quizzes.bank.params import fill
from quizzes.bank.verdicts import Line
from quizzes.review import queries
from quizzes.review.models import Item, Review, Session
from quizzes.review.verdicts import verdict
from quizzes.scheduling.queue import NEW_PER_DAY
from quizzes.scheduling.ratings import Verdict

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
    """One question of a session with what became of it: the last answer's id, its summary, the next day it is due.

    `first` is the verdict on the first answer, `last` that on the last of so many `answers`.
    """

    public_id: UUID
    prompt: str
    topic: str
    summary: str
    first: Line
    last: Line
    answers: int
    due: date

    @property
    def words(self) -> str:
        """The verdict on the last answer, with the number of the try."""
        return self.last.at_try(self.answers)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in a session; `minutes` were spent on it."""

    asked: list[Asked]
    answers: int
    minutes: int

    @property
    def right_first(self) -> int:
        """Questions answered right at the first try: everything that was asked for, and no guess."""
        return self._first(Verdict.RIGHT)

    @property
    def partly_first(self) -> int:
        """Questions answered partly right at the first try, guesses left out."""
        return self._first(Verdict.PARTLY)

    @property
    def guessed_first(self) -> int:
        """Questions answered right or partly right at the first try by a guess."""
        return sum(one.first.guessed and one.first.verdict is not Verdict.NOT for one in self.asked)

    def _first(self, verdict: Verdict) -> int:
        return sum(one.first.verdict is verdict and not one.first.guessed for one in self.asked)

    @property
    def percent(self) -> int:
        """The share right at the first try in %, rounded down so that 100 means all."""
        return 100 * self.right_first // len(self.asked) if self.asked else 0

    @property
    def coming_back(self) -> list[tuple[date, int]]:
        """How many of the questions come back on which day, the next day first."""
        return sorted(Counter(asked.due for asked in self.asked).items())


def left_of(user: User, session: Session, now: datetime) -> Left:
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
        more=min(NEW_PER_DAY, queries.unseen_questions(user, session, now).count()),
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
    reviews = list(
        Review.objects.filter(session=session, undone_at=None)
        .select_related("card__question__topic")
        .annotate(prompt=KeyTextTransform("prompt", "version__spec"))
        .order_by("answered_at", "pk")
    )
    asked: dict[int, Asked] = {}
    for review in reviews:
        question, before = review.card.question, asked.get(review.card_id)
        judged = verdict(review, kind=question.kind)
        asked[review.card_id] = Asked(
            public_id=review.public_id,
            prompt=fill(review.prompt, review.presented.get("values", {})),
            topic=question.topic.title,
            summary=review.summary,
            first=before.first if before else judged,
            last=judged,
            answers=before.answers + 1 if before else 1,
            due=review.due_after,
        )
    spent = sum(review.milliseconds or 0 for review in reviews)
    return Done(asked=list(asked.values()), answers=len(reviews), minutes=ceil(spent / 60_000))
