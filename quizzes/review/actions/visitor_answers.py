"""Answers from before the account: they become the new learner's first reviews."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from quizzes.bank.api import Json, live_questions
from quizzes.bank.models import Question, Version
from quizzes.review import places, queries, submission
from quizzes.review.actions.recording import Answer, record
from quizzes.review.actions.sessions import fill_session, open_session
from quizzes.review.actions.settings import settings_of
from quizzes.review.models import Card, Item, Review, Session


@dataclass(frozen=True, slots=True)
class VisitorAnswer:
    """A complete answer that a visitor gave to a built-in question.

    `question` is its public id, `version` the number of the version that was shown. `presented`, `response`,
    `confidence` and `hinted` are as in a review.
    """

    question: UUID
    version: int
    presented: Json
    response: Json
    confidence: str
    hinted: bool
    shown_at: datetime
    answered_at: datetime


def import_visitor_answers(*, user: User, tried: Iterable[VisitorAnswer], now: datetime) -> list[Review]:
    """Records the answers as the learner's reviews, each at its own moment and on its own study day; returns them.

    What nobody has begun of today is planned anew: the answers take their share of today's minutes, and tell how long
    the others take.
    However often it is called, a question the learner has answered gets no further review. A question that was retired
    since, or whose key was corrected, gets none.
    """
    settings_of(user=user, now=now)
    in_order = sorted(tried, key=lambda one: one.answered_at)
    carried = [review for one in in_order if (review := _import(user, one, now)) is not None]
    if carried:
        fill_session(user=user, now=now)
    return carried


def _import(user: User, one: VisitorAnswer, now: datetime) -> Review | None:
    question = live_questions().filter(public_id=one.question).first()
    version = Version.objects.filter(question=question, number=one.version).first()
    if question is None or version is None or submission.key_changed(question, version):
        return None
    card, _ = Card.objects.get_or_create(user=user, question=question)
    # The row is claimed by its `seq` when the answer is recorded: of two callers, one records it.
    if card.seq:
        return None
    answered_at = min(one.answered_at, now)
    answer = Answer(
        item=_place(user, card, question, answered_at, now),
        version=version,
        presented=one.presented,
        response=one.response,
        confidence=one.confidence,
        hinted=one.hinted,
        shown_at=one.shown_at,
    )
    return record(answer, now=answered_at)


def _place(user: User, card: Card, question: Question, answered_at: datetime, now: datetime) -> Item:
    """Returns the card's place in the session of the day it was answered on, with all that recording takes at hand."""
    day = queries.local_day(user, answered_at)
    if day < queries.local_day(user, now):
        # That day is over: nothing is planned for it any more.
        session, _ = Session.objects.get_or_create(
            user=user, study_day=day, defaults={"opened_at": answered_at, "aimed_at": answered_at}
        )
    else:
        session = open_session(user=user, now=now)
    item, _ = Item.objects.get_or_create(
        session=session, card=card, defaults={"position": places.before_all(session), "is_new": True}
    )
    card.user, card.question = user, question
    item.session, item.card = session, card
    return item
