"""What is due, what comes next, how far a day has come. Reads only what belongs to the learner it is asked about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.models import User
from prepared.api import Prepared
from quizzes.bank.api import BUILT_IN, askable_questions
from quizzes.bank.models import Question
from quizzes.review import places, targets
from quizzes.review.models import Card, Item, Review, Session, StudySettings, Target
from quizzes.scheduling.api import (
    MOST_MISSES,
    REST,
    Rating,
    Waiting,
    others_before,
    rests,
    study_day,
    zone_or_utc,
)

# What showing the question of a place takes, beside the learner, and what recording its answer takes.
_TO_SHOW = ("session", "card__question__topic", "card__question__current")
_TO_RECORD = (*_TO_SHOW, "card__question__pack", "card__user__study")
# A place still to be answered; what is over has `done_at`: it passed, or was missed often enough for its day.
OPEN = Q(done_at=None, card__question__retired_at=None, card__suspended_at=None)


@dataclass(frozen=True, slots=True)
class PlanCandidate:
    """A question that could be planned, with the seconds its author allows (None where unsaid) and its kind."""

    waiting: Waiting
    seconds: int | None
    kind: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a session has come, in questions: `done` are over, `planned` are all.

    Over is what was answered right or partly right, or missed so often that it was asked enough for the day. `resting`
    of those that are left were missed a short time ago and are not asked yet. `placed` of the `to_place` questions of
    the placement round were answered, rightly or not. The answers, taken back ones left out, took `seconds` from
    showing the question on; the learner has `minutes` a day, None where they never chose.
    """

    done: int
    planned: int
    resting: int
    placed: int
    to_place: int
    seconds: float
    minutes: int | None

    @property
    def left(self) -> int:
        """Questions still to be asked today."""
        return self.planned - self.done

    @property
    def minutes_used(self) -> int | None:
        """The learner's minutes of a day when their answers have taken as long and more is left; None otherwise."""
        return self.minutes if self.left and self.minutes and self.seconds >= 60 * self.minutes else None

    @property
    def ready(self) -> int:
        """Questions that can be asked now."""
        return self.left - self.resting


@dataclass(frozen=True, slots=True)
class Retry:
    """A missed question that comes back today.

    `others` is the least number of questions asked before it; None when it waits until the moment `at`.
    """

    others: int | None
    at: datetime


def local_day(user: User, moment: datetime) -> date:
    """Returns the study day of the moment by the learner's clock; what day it is for them, `study_day_now` says."""
    zone, _ = zone_or_utc(user.time_zone)
    return study_day(moment, zone=zone, rollover_hour=user.rollover_hour)


def _latest_session(*, user: int, now: datetime) -> QuerySet[Session]:
    own = Session.objects.filter(user=user)
    return own.annotate(is_news=targets.news(now)).order_by("-study_day")[:1]


LATEST_SESSION = Prepared(_latest_session, user=int, now=datetime)


def latest_session(user: User) -> Session | None:
    """Returns the learner's last session, today's or an older one."""
    return Session.objects.filter(user=user).order_by("-study_day").first()


def latest_session_with_news(user: User, now: datetime) -> tuple[Session | None, bool]:
    """Returns the same, and whether what is wanted of the learner changed since it last looked; one query."""
    latest = LATEST_SESSION.first(user=user.pk, now=now)
    return latest, latest is not None and vars(latest)["is_news"]


def current_day(user: User, now: datetime, latest: Session | None) -> date:
    """Returns the learner's study day now: never before the `latest` session's, so travelling west gives no day
    twice.
    """
    day = local_day(user, now)
    return max(day, latest.study_day) if latest else day


def study_day_now(user: User, now: datetime) -> date:
    """Returns the learner's `current_day`; one query."""
    return current_day(user, now, latest_session(user))


def is_over(session: Session, user: User, now: datetime) -> bool:
    """Returns whether the study day of the learner's session has passed."""
    return session.study_day < current_day(user, now, session)


def _latest_session_id(user: User | int) -> Subquery:
    return Subquery(Session.objects.filter(user=user).order_by("-study_day").values("pk")[:1])


def _next_item(*, user: int, since: datetime, until: datetime) -> QuerySet[Item]:
    # Found by its narrow columns first: a database that sorts whole questions to throw all but one away is slow.
    session = _latest_session_id(user)
    ready = Item.objects.filter(OPEN, ~places.missed_between(session, since, until), session=session)
    first = places.in_order(ready, session).values("pk")[:1]
    answers = Review.objects.filter(session=OuterRef("session"), undone_at=None)
    last = Subquery(answers.order_by("-answered_at", "-pk").values("public_id")[:1])
    found = Item.objects.filter(pk=Subquery(first)).select_related(*_TO_SHOW)
    return found.annotate(last_public_id=last)


def _item_of_question(*, user: int, question: UUID, now: datetime) -> QuerySet[Item]:
    own = Item.objects.filter(session=_latest_session_id(user), card__question__public_id=question)
    return own.select_related(*_TO_RECORD).annotate(
        assigned=targets.assigned_due("card__", now),
        left_out=targets.is_left_out("card__"),
        last_turn=places.last_turn(OuterRef("session")),
    )


NEXT_ITEM = Prepared(_next_item, user=int, since=datetime, until=datetime)
ITEM_OF_QUESTION = Prepared(_item_of_question, user=int, question=UUID, now=datetime)


def next_item(user: User, now: datetime) -> Item | None:
    """Returns the open place in the learner's last session to ask now, with all that showing its question takes.

    None also when those that are left still rest. Its `last_answer` is set. One query.
    """
    item = NEXT_ITEM.first(user=user.pk, since=now - REST, until=now + REST)
    if item is not None:
        item.card.user = user
        item.last_answer = vars(item)["last_public_id"]
    return item


def item_of_question(user: User, question: UUID, now: datetime) -> Item | None:
    """Returns the place in the learner's last session, open or done, of the question with that public id; with its
    card.

    The card is `aimed`. One query.
    """
    item = ITEM_OF_QUESTION.first(user=user.pk, question=question, now=now)
    if item is not None:
        item.card.aimed = vars(item)["assigned"], vars(item)["left_out"]
        item.session_turn = vars(item)["last_turn"]
    return item


def is_placing(card: Card) -> bool:
    """Returns whether the placement round of the learner's last session asks the card's question; one query."""
    session = _latest_session_id(card.user_id)
    return Item.objects.filter(session=session, card=card, is_placing=True, turn=0).exists()


@dataclass(frozen=True, slots=True)
class Enough:
    """A question that was missed so often that it was asked enough for the day, and the review is the last miss."""


def _open_places(*, user: int, card: int) -> QuerySet[Item, tuple[Any, ...]]:
    session = _latest_session_id(user)
    return (
        Item.objects.filter(OPEN | Q(card=card, misses__gte=MOST_MISSES), session=session)
        .annotate(last=places.last_turn(session), missed_at=_last_answer("answered_at"))
        .values_list("card", "session", "misses", "turn", "last", "missed_at", "done_at")
    )


OPEN_PLACES = Prepared(_open_places, user=int, card=int)


def retry_of(review: Review, now: datetime) -> Retry | Enough | None:
    """Returns the return of the review's question in the learner's last session, or that it was asked enough for it.

    None when it does not wait there to come back: it is over or was left out since, or the session is older. One query.
    """
    rows = OPEN_PLACES.all(user=review.user_id, card=review.card_id)
    turns: dict[int, int] = {}
    own: tuple[int, datetime] | None = None
    last = 0
    for card, in_session, misses, turn, latest, missed_at, done_at in rows:
        if done_at is not None:
            return Enough() if done_at == review.answered_at else None
        last = latest
        resting = turn and missed_at and rests(others=latest - turn, missed_at=missed_at, now=now)
        turns[card] = turn if resting else 0
        if card == review.card_id and in_session == review.session_id and misses and missed_at is not None:
            own = turn, missed_at
    if own is None:
        return None
    own_turn, missed_at = own
    if not turns.pop(review.card_id):
        return Retry(others=0, at=now)
    return Retry(others=others_before(own_turn, turns=list(turns.values()), last=last), at=missed_at + REST)


def missed_at_first(review: Review) -> bool:
    """Returns whether the first answer of that study day to the review's question did not count as known: a miss or a
    guess.

    The next plan takes it among the first (`decks.Deck.missed`). One query, none for a first answer.
    """
    if review.first_of_day:
        return review.rating == Rating.AGAIN
    firsts = Review.objects.filter(card=review.card_id, undone_at=None, first_of_day=True)
    return firsts.filter(study_day=review.study_day, rating=Rating.AGAIN).exists()


def resting_until(user: User, now: datetime) -> list[datetime]:
    """Returns the moments from which the questions that rest in the learner's last session can be asked, in their
    order.
    """
    session = _latest_session_id(user)
    missed = (
        Item.objects.filter(OPEN, places.resting(session, now), session=session)
        .annotate(missed_at=_last_answer("answered_at"))
        .values_list("missed_at", flat=True)
    )
    return sorted(at + REST for at in missed)


def _last_answer(column: str) -> Subquery:
    """Returns a column of the last answer to an item's card that was not taken back."""
    reviews = Review.objects.filter(card=OuterRef("card"), undone_at=None)
    return Subquery(reviews.order_by("-seq").values(column)[:1])


def _progress(*, user: int, since: datetime, until: datetime) -> QuerySet[Item, tuple[int | None, ...]]:
    session = _latest_session_id(user)
    standing = Review.objects.filter(session=session, undone_at=None).order_by().values("session")
    spent = Subquery(standing.values(spent=Sum("milliseconds")))
    minutes = Subquery(StudySettings.objects.filter(user=user).values("minutes_a_day"))
    counts = {
        "done": Count("pk", filter=Q(done_at__isnull=False)),
        "open": Count("pk", filter=OPEN),
        "resting": Count("pk", filter=Q(OPEN, places.missed_between(session, since, until))),
        "placed": Count("pk", filter=Q(is_placing=True, turn__gt=0)),
        "to_place": Count("pk", filter=Q(is_placing=True) & (OPEN | Q(turn__gt=0))),
        "spent": Max(spent),
        "minutes": Max(minutes),
    }
    of_session = Item.objects.filter(session=session).order_by().values("session")
    return of_session.annotate(**counts).values_list(*counts)


PROGRESS = Prepared(_progress, user=int, since=datetime, until=datetime)


def progress(user: User, now: datetime) -> Progress:
    """Returns how far the learner's last session has come; questions retired or suspended meanwhile are no longer
    planned.

    One query.
    """
    row = PROGRESS.first(user=user.pk, since=now - REST, until=now + REST)
    done, left, resting, placed, to_place, milliseconds, minutes = row or (None,) * 7
    return Progress(
        done=done or 0,
        planned=(done or 0) + (left or 0),
        resting=resting or 0,
        placed=placed or 0,
        to_place=to_place or 0,
        seconds=(milliseconds or 0) / 1000,
        minutes=minutes,
    )


def due_cards(user: User | int) -> QuerySet[Card]:
    """Returns cards that have been answered, whose question can still be asked and that are not suspended."""
    return Card.objects.filter(user=user, due__isnull=False, question__retired_at=None, suspended_at=None)


def due_by_schedule(user: User, today: date, now: datetime) -> QuerySet[Card]:
    """Returns the cards due on the study day `today` or before, where the schedule decides when they come.

    It does not with an interview ahead, nor for what is assigned for a day to come: there the plan chooses.
    """
    ahead = Exists(StudySettings.objects.filter(user=OuterRef("user"), interview_on__gt=today))
    return targets.by_schedule(due_cards(user), now).filter(~ahead, due__lte=today)


def planned_items(user: User, today: date) -> QuerySet[Item]:
    """Returns the places of the learner's session of the study day `today` that are still to be answered."""
    return Item.objects.filter(OPEN, session__user=user, session__study_day=today)


def suspended_cards(user: User) -> QuerySet[Card]:
    """Returns the cards of the questions that the learner does not want to be asked."""
    return Card.objects.filter(user=user, suspended_at__isnull=False)


def left_over(cards: QuerySet[Card], sessions: Collection[Session]) -> QuerySet[Card]:
    """Returns those of the cards that are due by the day of their learner's session, one of these, which asks them not.

    The learner's minutes did not hold them.
    """
    asked = Item.objects.filter(session__in=list(sessions), card=OuterRef("pk"))
    own = Session.objects.filter(
        pk__in=[session.pk for session in sessions], user=OuterRef("user"), study_day__gte=OuterRef("due")
    )
    return cards.filter(Exists(own), ~Exists(asked))


def questions_of(user: User, now: datetime) -> QuerySet[Question]:
    """Returns what the learner may be asked and see: built-in questions, private ones wanted of them now or answered
    before.

    With topic and current version, in the order of introduction. The one door to questions for the learner's own pages.
    Reads the few private ones at once, one query: as a part of theirs it would slow down every list of the bank.
    """
    private = Q(question__in=Question.objects.filter(pack__private=True).order_by().values("pk"))
    answered = Card.objects.filter(private, user=user, reps__gt=0).values("question")
    asked = _wanted_by(user, now).filter(private).values("question")
    known = list(answered.union(asked).values_list("question", flat=True))
    return askable_questions().filter(BUILT_IN | Q(pk__in=known) if known else BUILT_IN)


def unseen_questions(user: User, session: Session | None, now: datetime) -> QuerySet[Question]:
    """Returns built-in or wanted questions the learner never answered nor suspended and that are not in `session`.

    What is wanted comes first; then topics in the bank's order, easy questions first.
    """
    settled = settled_cards(user).filter(question=OuterRef("pk"))
    wanted = Exists(_wanted(user, now))
    unseen = askable_questions().annotate(wanted=wanted).filter(~Exists(settled), BUILT_IN | Q(wanted=True))
    if session is not None:
        unseen = unseen.filter(~Exists(Item.objects.filter(session=session, card__question=OuterRef("pk"))))
    return unseen.order_by("-wanted", "topic__number", "topic__slug", "level", "position")


def settled_cards(user: User) -> QuerySet[Card]:
    """Returns cards of questions that are not to be introduced: answered before, or suspended."""
    return Card.objects.filter(Q(reps__gt=0) | Q(suspended_at__isnull=False), user=user)


def _wanted_by(user: User, now: datetime) -> QuerySet[Target]:
    return Target.objects.filter(Q(closes_at=None) | Q(closes_at__gt=now), user=user, opens_at__lte=now)


def _wanted(user: User, now: datetime) -> QuerySet[Target]:
    return _wanted_by(user, now).filter(question=OuterRef("pk"))


def new_candidates(
    user: User, session: Session | None, now: datetime
) -> tuple[list[PlanCandidate], list[PlanCandidate]]:
    """Returns what could be introduced, in the order of `unseen_questions`: what is wanted, and the rest."""
    unseen = unseen_questions(user, session, now).annotate(is_wanted=Exists(_wanted(user, now)))
    rows = unseen.values_list(
        "is_wanted", "pk", "topic_id", "level", "current__spec__covers", "current__spec__seconds", "kind"
    )
    wanted: list[PlanCandidate] = []
    others: list[PlanCandidate] = []
    for is_wanted, question, topic, level, covers, seconds, kind in rows:
        waiting = Waiting(
            key=question,
            topic=topic,
            concepts=frozenset(covers or ()),
            recall=None,
            overdue_days=0,
            new=True,
            level=level,
        )
        (wanted if is_wanted else others).append(PlanCandidate(waiting, seconds, kind))
    return wanted, others


def _due_counts(*, user: int, first: date, last: date) -> QuerySet[Card, tuple[date | None, int]]:
    within = due_cards(user).filter(due__range=(first, last))
    return within.order_by("due").values("due").annotate(cards=Count("pk")).values_list("due", "cards")


DUE_COUNTS = Prepared(_due_counts, user=int, first=date, last=date)


def due_counts(user: User, first: date, last: date) -> dict[date, int]:
    """Returns the number of cards due on each day from `first` to `last`; days without any are left out."""
    rows = DUE_COUNTS.all(user=user.pk, first=first, last=last)
    return {due: cards for due, cards in rows if due is not None}


def last_review(user: User) -> Review | None:
    """Returns the learner's last answer that was not undone."""
    return Review.objects.filter(user=user, undone_at=None).order_by("-answered_at", "-pk").first()


def review_of(user: User, public_id: UUID) -> Review:
    """Returns one of the learner's answers with all that showing it takes; Review.DoesNotExist for any other."""
    related = ("version", "session", "card__question__topic", "card__user__study")
    return Review.objects.select_related(*related).get(public_id=public_id, user=user)
