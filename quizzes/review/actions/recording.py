"""What one answer comes to: its marks, its rating, the card's next day, and the rows that say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from prepared.api import PreparedInsert, PreparedUpdate
from quizzes.bank.api import Json, asking
from quizzes.bank.models import Version
from quizzes.review import places, queries, submission
from quizzes.review.cards import CardColumns, columns, seed_of, state_of
from quizzes.review.first_sights import is_first_sight
from quizzes.review.models import Card, Item, Review
from quizzes.review.submission import MarkedAnswer
from quizzes.scheduling.api import (
    MODEL,
    MOST_MISSES,
    Outcome,
    Proposal,
    RatedAnswer,
    Rating,
    propose,
    rate,
    retrievability,
    unstated_guess_rate,
    zone_or_utc,
)

LONGEST_TIME = timedelta(seconds=120)

# All that was read of a card still holds when `seq` does: nothing changes a card without moving it on, but for the
# key's being shown.
_CLAIM = PreparedUpdate(Card, sets=("seq", *CardColumns.__annotations__), where=("id", "seq", "key_seen_at"))
_APPEND = PreparedInsert(Review)
_MOVE_ON = PreparedUpdate(Item, sets=("done_at", "misses", "turn"), where=("id",))


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer to the question at `item`, as its form brought it; `confidence` is "" when not said.

    `too_soon`: the learner said after it that it came easily, so it is to come back later than on that day.
    """

    item: Item
    version: Version
    presented: Json
    response: Json
    confidence: str
    hinted: bool
    shown_at: datetime
    too_soon: date | None = None


@dataclass(frozen=True, slots=True)
class _Result:
    """What an answer comes to: its marks, and what the kernel makes of them.

    `predicted`: the chance of recall before it, None for a new card. `due`: the study day to ask again. `zone`: the
    name of the time zone the learner's day follows.
    """

    marked: MarkedAnswer
    proposal: Proposal
    predicted: float | None
    due: date
    zone: str


def record(answer: Answer, *, now: datetime) -> Review | None:
    """Writes the answer down and moves its card and its place in the session on, all or nothing.

    None, and nothing changed, when the card is no longer as it was read: someone else was faster. The answer's item
    is brought up to date with what was written.
    """
    card = answer.item.card
    result = _result(answer)
    after = result.proposal.card(result.due)
    review = _review(answer, result, now=now)
    with transaction.atomic():
        as_read = {"id": card.pk, "seq": card.seq, "key_seen_at": card.key_seen_at}
        if not _CLAIM.run(where=as_read, seq=card.seq + 1, **columns(after)):
            return None
        _APPEND.run(review)
        _move_on(answer.item, passed=result.marked.marks.passed, now=now)
    return review


def rating_of(review: Review, *, easy: bool) -> Rating:
    """Returns the rating a recorded answer earns, with or without the remark that it came easily."""
    first = review.seq == 0 and review.card.key_seen_at is None
    marks = replace(submission.marks_of(review), easy=easy)
    return rate(Outcome.of(marks, confidence=review.confidence, hinted=review.hinted, first=first))


def _result(answer: Answer) -> _Result:
    """Returns the answer marked, rated and scheduled, nothing written. One query where there are days to choose
    from.
    """
    card, day = answer.item.card, answer.item.session.study_day
    state, seed, first = state_of(card), seed_of(card), is_first_sight(card)
    marked = submission.mark(answer.version, answer.presented, answer.response)
    if answer.too_soon is not None:
        marked = replace(marked, marks=replace(marked.marks, easy=True))
    guess_rate = asking.guess_rate(answer.version.spec)
    rating = rate(Outcome.of(marked.marks, confidence=answer.confidence, hinted=answer.hinted, first=first))
    proposal = propose(
        state,
        RatedAnswer(rating, day, card.seq),
        seed=seed,
        retention=card.user.study.desired_retention,
        guess_rate=unstated_guess_rate(guess_rate, confidence=answer.confidence),
    )
    predicted = retrievability(state.memory, day=day) if state.memory else None
    zone, _ = zone_or_utc(card.user.time_zone)
    window = proposal.window
    due = proposal.settle(queries.due_counts(card.user, *window) if window else {})
    if answer.too_soon is not None:
        # Each answer's fuzz is its own, so a better rating alone may not do.
        due = max(due, answer.too_soon + timedelta(days=1))
    return _Result(marked, proposal, predicted, due, zone)


def _review(answer: Answer, result: _Result, *, now: datetime) -> Review:
    """Returns the row that says what the answer came to, not saved yet."""
    card, session, proposal = answer.item.card, answer.item.session, result.proposal
    memory = proposal.remembered.memory
    return Review(
        user_id=card.user_id,
        card=card,
        seq=card.seq,
        session=session,
        **result.marked.columns(),
        confidence=answer.confidence,
        hinted=answer.hinted,
        milliseconds=_milliseconds(now - answer.shown_at),
        rating=proposal.answered.rating,
        study_day=session.study_day,
        answered_at=now,
        first_of_day=proposal.is_first,
        predicted=result.predicted,
        retention_target=proposal.aim,
        due_after=result.due,
        stability_after=memory.stability,
        difficulty_after=memory.difficulty,
        time_zone=result.zone,
        rollover_hour=card.user.rollover_hour,
        memory_model=MODEL,
    )


def _milliseconds(taken: timedelta) -> int:
    return round(min(max(taken, timedelta()), LONGEST_TIME) / timedelta(milliseconds=1))


def _move_on(item: Item, *, passed: bool, now: datetime) -> None:
    """Ticks the place off, or lets it rest and come back, unless it was missed often enough for a day.

    It is made again where it was given up meanwhile.
    """
    item.misses += not passed
    if passed or item.misses >= MOST_MISSES:
        item.done_at = now
    columns = {"done_at": item.done_at, "misses": item.misses, "turn": places.next_turn(item)}
    if _MOVE_ON.run(where={"id": item.pk}, **columns):
        return
    again, _ = Item.objects.get_or_create(
        session=item.session, card=item.card, defaults={"position": item.position, "is_new": item.is_new}
    )
    Item.objects.filter(pk=again.pk).update(**columns)
