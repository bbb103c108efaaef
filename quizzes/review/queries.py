"""What is due, what comes next, how far a day has come. Reads only what belongs to the learner it is asked about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.bank.queries import BUILT_IN, askable_questions
from quizzes.review import places
from quizzes.review.models import Card, Item, Review, Session, Target
from quizzes.scheduling.days import study_day, zone_or_utc
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.scheduling.queue import Waiting

SECONDS_A_QUESTION = 40
ANSWERS_TO_KNOW_ONES_PACE = 10
_PACE_FROM_LAST = 100

# A place still to be answered.
OPEN = Q(done_at=None, card__question__retired_at=None, card__suspended_at=None)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that could be planned, with the seconds its author allows (None where unsaid)."""

    waiting: Waiting
    seconds: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a session has come, in questions: `done` were answered right or partly right, `planned` are all."""

    done: int
    planned: int

    @property
    def left(self) -> int:
        """Questions still to be answered right or partly right today."""
        return self.planned - self.done


@dataclass(frozen=True, slots=True)
class Retry:
    """A missed question that comes back today.

    `others`: the other questions that are open. `just_missed`: no other was answered since it was missed.
    """

    others: int
    just_missed: bool


def local_day(user: User, now: datetime) -> date:
    """The study day it is where the learner lives."""
    zone, _ = zone_or_utc(user.time_zone)
    return study_day(now, zone=zone, rollover_hour=user.rollover_hour)


def sessions_latest_first(user: User) -> QuerySet[Session]:
    """The learner's sessions, the last one first."""
    return Session.objects.filter(user=user).order_by("-study_day")


def latest_session(user: User) -> Session | None:
    """The learner's last session, today's or an older one."""
    return sessions_latest_first(user).first()


def current_day(user: User, now: datetime, latest: Session | None) -> date:
    """The learner's study day now: never before the `latest` session's, so travelling west gives no day twice."""
    day = local_day(user, now)
    return max(day, latest.study_day) if latest else day


def _latest_session_id(user: User | int) -> Subquery:
    return Subquery(Session.objects.filter(user=user).order_by("-study_day").values("pk")[:1])


def next_item(user: User) -> Item | None:
    """The first open place in the learner's last session, with all that showing its question takes."""
    # Found by its narrow columns first: a database that sorts whole questions to throw all but one away is slow.
    session = _latest_session_id(user)
    first = places.in_order(Item.objects.filter(OPEN, session=session), session).values("pk")[:1]
    return _with_question(Item.objects.filter(pk=Subquery(first))).first()


def item_of_question(user: User, question: UUID) -> Item | None:
    """The place in the learner's last session, open or done, of the question with that public id; with its card."""
    own = Item.objects.filter(session=_latest_session_id(user), card__question__public_id=question)
    return _with_question(own).first()


def retry_of(review: Review) -> Retry | None:
    """The return of the review's question in the learner's last session.

    None when it does not wait there to come back: it passed or was left out since, or the session is older.
    """
    own = Q(OPEN, session=review.session_id, card=review.card_id, misses__gt=0)
    found = Item.objects.filter(session=_latest_session_id(review.user_id)).aggregate(
        own=Max("turn", filter=own), last=Max("turn"), left=Count("pk", filter=OPEN)
    )
    if found["own"] is None:
        return None
    return Retry(others=found["left"] - 1, just_missed=found["own"] == found["last"])


def _with_question(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.select_related(
        "session", "card__question__topic", "card__question__current", "card__user__study"
    )


def progress(user: User) -> Progress:
    """How far the learner's last session has come; questions retired or suspended meanwhile are no longer planned."""
    counts = Item.objects.filter(session=_latest_session_id(user)).aggregate(
        done=Count("pk", filter=Q(done_at__isnull=False)),
        left=Count("pk", filter=OPEN),
    )
    return Progress(done=counts["done"], planned=counts["done"] + counts["left"])


def due_cards(user: User) -> QuerySet[Card]:
    """Cards that have been answered, whose question can still be asked and that are not suspended."""
    return Card.objects.filter(user=user, due__isnull=False, question__retired_at=None, suspended_at=None)


def due_candidates(user: User, day: date) -> list[Candidate]:
    """Everything due by `day`."""
    rows: Iterable[tuple[Any, ...]] = (
        due_cards(user)
        .filter(due__lte=day)
        .order_by("pk")
        .values_list(
            "question_id",
            "question__topic_id",
            "question__level",
            "question__current__spec__covers",
            "question__current__spec__seconds",
            "due",
            "stability",
            "difficulty",
            "last_day",
        )
    )
    return [
        Candidate(
            Waiting(
                key=question,
                topic=topic,
                concepts=frozenset(covers or ()),
                recall=retrievability(Memory(stability, difficulty, last_day), day=day),
                overdue_days=(day - due).days,
                new=False,
                level=level,
            ),
            seconds,
        )
        for question, topic, level, covers, seconds, due, stability, difficulty, last_day in rows
    ]


def questions_of(user: User, now: datetime) -> QuerySet[Question]:
    """What the learner may be asked and see: built-in questions, private ones wanted of them now or answered before.

    With topic and current version, in the order of introduction. The one door to questions for the learner's own pages.
    Reads the few private ones at once, one query: as a part of theirs it would slow down every list of the bank.
    """
    private = Q(question__in=Question.objects.filter(pack__private=True).order_by().values("pk"))
    answered = Card.objects.filter(private, user=user, reps__gt=0).values("question")
    asked = _wanted_by(user, now).filter(private).values("question")
    known = list(answered.union(asked).values_list("question", flat=True))
    return askable_questions().filter(BUILT_IN | Q(pk__in=known) if known else BUILT_IN)


def unseen_questions(user: User, session: Session | None, now: datetime) -> QuerySet[Question]:
    """Built-in or wanted questions the learner never answered nor suspended and that are not in `session`.

    What is wanted comes first; then topics in the bank's order, easy questions first.
    """
    settled = settled_cards(user).filter(question=OuterRef("pk"))
    wanted = Exists(_wanted(user, now))
    unseen = askable_questions().annotate(wanted=wanted).filter(~Exists(settled), BUILT_IN | Q(wanted=True))
    if session is not None:
        unseen = unseen.filter(~Exists(Item.objects.filter(session=session, card__question=OuterRef("pk"))))
    return unseen.order_by("-wanted", "topic__number", "topic__slug", "level", "position")


def settled_cards(user: User) -> QuerySet[Card]:
    """Cards of questions that are not to be introduced: answered before, or suspended."""
    return Card.objects.filter(Q(reps__gt=0) | Q(suspended_at__isnull=False), user=user)


def _wanted_by(user: User, now: datetime) -> QuerySet[Target]:
    return Target.objects.filter(Q(closes_at=None) | Q(closes_at__gt=now), user=user, opens_at__lte=now)


def _wanted(user: User, now: datetime) -> QuerySet[Target]:
    return _wanted_by(user, now).filter(question=OuterRef("pk"))


def new_candidates(user: User, session: Session, now: datetime) -> tuple[list[Candidate], list[Candidate]]:
    """What could be introduced in the session, in the order of `unseen_questions`: what is wanted, and the rest."""
    unseen = unseen_questions(user, session, now).annotate(is_wanted=Exists(_wanted(user, now)))
    rows = unseen.values_list(
        "is_wanted", "pk", "topic_id", "level", "current__spec__covers", "current__spec__seconds"
    )
    wanted: list[Candidate] = []
    others: list[Candidate] = []
    for is_wanted, question, topic, level, covers, seconds in rows:
        waiting = Waiting(
            key=question,
            topic=topic,
            concepts=frozenset(covers or ()),
            recall=None,
            overdue_days=0,
            new=True,
            level=level,
        )
        (wanted if is_wanted else others).append(Candidate(waiting, seconds))
    return wanted, others


def concepts_of(session: Session) -> set[str]:
    """The claims covered by the questions of a session."""
    rows = Item.objects.filter(session=session).values_list(
        "card__question__current__spec__covers", flat=True
    )
    return {concept for covers in rows for concept in covers or ()}


def pace(user: User) -> float | None:
    """The learner's own median seconds a question, from their last answers; None before there are a few.

    “I don’t know” is no answer: it is said at once, and the question is still to be answered.
    """
    times = list(
        Review.objects.filter(user=user, undone_at=None, milliseconds__isnull=False)
        .exclude(response={})
        .order_by("-answered_at")
        .values_list("milliseconds", flat=True)[:_PACE_FROM_LAST]
    )
    if len(times) < ANSWERS_TO_KNOW_ONES_PACE:
        return None
    return median(time for time in times if time is not None) / 1000


def minutes_for(candidates: list[Candidate], own_pace: float | None) -> float:
    """How long the questions should take: at the learner's own pace, else as their authors say."""
    return sum(own_pace or c.seconds or SECONDS_A_QUESTION for c in candidates) / 60


def due_counts(user: User, first: date, last: date) -> dict[date, int]:
    """How many cards are due on each day from `first` to `last`; days without any are left out."""
    rows = (
        due_cards(user)
        .filter(due__range=(first, last))
        .order_by("due")
        .values("due")
        .annotate(cards=Count("pk"))
        .values_list("due", "cards")
    )
    return {due: cards for due, cards in rows if due is not None}


def last_review(user: User) -> Review | None:
    """The learner's last answer that was not undone."""
    return Review.objects.filter(user=user, undone_at=None).order_by("-answered_at", "-pk").first()


def review_of(user: User, public_id: UUID) -> Review:
    """One of the learner's answers with all that showing it takes; Review.DoesNotExist for any other."""
    related = ("version", "session", "card__question__topic")
    return Review.objects.select_related(*related).get(public_id=public_id, user=user)
