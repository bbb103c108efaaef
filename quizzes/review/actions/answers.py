"""Recording an answer, exactly once.

A card's `seq` goes up with everything that happens to the card. The form's token names the `seq` that was shown, so
whoever moves that number on holds the answer, and everyone else is told what was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from quizzes.bank.api import Fields, Json
from quizzes.bank.models import Version
from quizzes.review import places, queries, submission, tokens
from quizzes.review.actions.recording import Answer, record
from quizzes.review.actions.sessions import fill_session, open_session
from quizzes.review.models import Card, Item, Review


@dataclass(frozen=True, slots=True)
class Recorded:
    """The answer was recorded by this call. `item` is the card's place in the session as it is now."""

    review: Review
    item: Item


@dataclass(frozen=True, slots=True)
class Repeated:
    """The same answer had been recorded before; nothing changed."""

    review: Review


@dataclass(frozen=True, slots=True)
class Conflict:
    """Another answer had been recorded, `ago` before this one; it stands, nothing changed."""

    review: Review
    ago: timedelta


@dataclass(frozen=True, slots=True)
class Stale:
    """The form can no longer be answered, and nothing was counted; `why` says it to the learner."""

    why: str


@dataclass(frozen=True, slots=True)
class Unfinished:
    """The question has to be shown again as it was shown, with what was entered; nothing was counted.

    `errors` says what to fix, field by field or for the FORM as a whole. Without any, a question asked in two steps
    goes on, or the hint was asked for. `hinted`: the hint has been shown, or is now.
    """

    card: Card
    version: Version
    shown: tokens.ShownCard
    draft: Json | None
    errors: Mapping[str, str]
    hinted: bool


AnswerResult = Recorded | Repeated | Conflict | Stale | Unfinished


def record_answer(*, user: User, token: str, fields: Fields, now: datetime) -> AnswerResult:
    """Records the answer a form brings, once, and move its card on.

    `fields` is the whole form: the kind's own fields, `confidence`, `hinted`, or instead of an answer `skip` (I don't
    know) or `hint` (show it). Raises Card.DoesNotExist for a token that is not ours or of another learner.
    """
    shown = tokens.read(token, user=user.pk)
    if shown is None:
        return _to_former(token, user=user, now=now)
    item = queries.item_of_question(user, shown.question, now)
    card = item.card if item else _cards(user).get(question__public_id=shown.question)
    version = _version(card, shown.version)
    if card.seq != shown.seq:
        return _settled(card, version, shown, fields, now)
    if shown.expired(now):
        return Stale(
            "This question stood open for more than a day. Here is the next one; nothing was counted."
        )
    if submission.key_changed(card.question, version):
        return Stale(
            "What counts as right was corrected after this question was shown. Here it is again; nothing was counted."
        )
    entered = submission.enter(version, fields, seed=shown.seed)
    reading = entered.reading
    hinted = submission.hinted(fields)
    if "hint" in fields:
        return Unfinished(card, version, shown, submission.kept(reading), errors={}, hinted=True)
    if reading.response is None:
        return Unfinished(card, version, shown, reading.draft, errors=reading.errors, hinted=hinted)
    is_late = item is None or queries.is_over(item.session, user, now)
    if item is None or is_late:
        item = _place(card, user=user, now=now)
    review = record(
        Answer(
            item=item,
            version=version,
            presented=entered.presented,
            response=reading.response,
            confidence=submission.confidence(fields, reading.response),
            hinted=hinted,
            shown_at=shown.at,
        ),
        now=now,
    )
    if review is None:
        return _settled(card, version, shown, fields, now)
    if is_late:
        # What was shown before today takes its share of today's minutes.
        fill_session(user=user, now=now)
    return Recorded(review, item)


def _cards(user: User) -> QuerySet[Card]:
    """Returns the learner's cards, with what recording an answer takes."""
    return Card.objects.filter(user=user).select_related(
        "question__topic", "question__current", "user__study"
    )


def _version(card: Card, number: int) -> Version:
    """Returns the version that was shown; nearly always the current one, which is here already."""
    current = card.question.current
    if current is not None and current.number == number:
        return current
    return Version.objects.get(number=number, question=card.question_id)


def _place(card: Card, *, user: User, now: datetime) -> Item:
    """Returns the card's place in today's session; the day may have begun after the question was shown."""
    session = open_session(user=user, now=now)
    item, _ = Item.objects.get_or_create(
        session=session,
        card=card,
        defaults={"position": places.before_all(session), "is_new": card.reps == 0},
    )
    item.session, item.card = session, _cards(user).get(pk=card.pk)
    return item


def _settled(
    card: Card, version: Version, shown: tokens.ShownCard, fields: Fields, now: datetime
) -> AnswerResult:
    """Returns what to tell someone whose `seq` is no longer the card's."""
    review = _recorded(card.pk, shown.seq)
    if review is None:
        return Stale(
            "This question has moved on since it was shown. Here is the next one; nothing was counted."
        )
    response = submission.enter(version, fields, seed=shown.seed).reading.response
    if response is not None and submission.same(review, response, submission.confidence(fields, response)):
        return Repeated(review)
    return Conflict(review, ago=now - review.answered_at)


def _to_former(token: str, *, user: User, now: datetime) -> AnswerResult:
    """Returns what to tell someone whose form was shown before seeds were secret. Raises Card.DoesNotExist for any
    other.
    """
    named = tokens.read_former(token, user=user.pk)
    if named is None:
        raise Card.DoesNotExist
    card_id, seq = named
    review = _recorded(_cards(user).get(pk=card_id).pk, seq)
    if review is None:
        return Stale(
            "The site was renewed after this question was shown. Here is the next one; nothing was counted."
        )
    return Conflict(review, ago=now - review.answered_at)


def _recorded(card_id: int, seq: int) -> Review | None:
    """Returns the answer to the card in that state, unless it was taken back."""
    related = ("version", "session", "card__question__topic")
    return Review.objects.filter(card=card_id, seq=seq, undone_at=None).select_related(*related).first()
