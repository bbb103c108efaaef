"""What one answer comes to: its marks, its rating, the card's next day, and the rows that say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from quizzes.bank import asking
from quizzes.bank.kinds.base import Marks
from quizzes.bank.models import Version
from quizzes.review import places, queries
from quizzes.review.cards import columns, seed_of, state_of
from quizzes.review.first_sights import is_first_sight
from quizzes.review.models import Card, Item, Review
from quizzes.review.submission import marked_columns, marks_of
from quizzes.scheduling.days import zone_or_utc
from quizzes.scheduling.fuzz import fuzz_range
from quizzes.scheduling.memory import MODEL, retrievability, target
from quizzes.scheduling.queue import MOST_MISSES
from quizzes.scheduling.ratings import Confidence, Outcome, Rating, rate, untold_luck
from quizzes.scheduling.review_rules import Answered, CardState, apply, is_first_of_day, stated_intervals

LONGEST_TIME = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer to the question at `item`, as its form brought it; `confidence` is "" when not said.

    `too_soon`: the learner said after it that it came easily, so it is to come back later than on that day.
    """

    item: Item
    version: Version
    presented: dict[str, Any]
    response: dict[str, Any]
    confidence: str
    hinted: bool
    shown_at: datetime
    too_soon: date | None = None


def record(answer: Answer, *, now: datetime) -> Review | None:
    """Write the answer down and move its card and its place in the session on, all or nothing.

    None, and nothing changed, when the card is no longer as it was read: someone else was faster. The answer's item
    is brought up to date with what was written.
    """
    card, session = answer.item.card, answer.item.session
    spec = answer.version.spec
    marks = asking.mark(spec, answer.presented, answer.response)
    if answer.too_soon is not None:
        marks = replace(marks, easy=True)
    rating = rate(_outcome(marks, answer, first=is_first_sight(card)))
    before = state_of(card)
    luck = untold_luck(asking.guess_rate(spec), confidence=answer.confidence)
    after, aim = _schedule(card, before, rating, day=session.study_day, guess_rate=luck)
    if answer.too_soon is not None:
        after = _later_than(answer.too_soon, after)
    row = columns(after)
    review = Review(
        user_id=card.user_id,
        card=card,
        seq=card.seq,
        session=session,
        **marked_columns(answer.version, answer.presented, answer.response, marks),
        confidence=answer.confidence,
        hinted=answer.hinted,
        milliseconds=_milliseconds(now - answer.shown_at),
        rating=rating,
        study_day=session.study_day,
        answered_at=now,
        first_of_day=is_first_of_day(before, session.study_day),
        predicted=retrievability(before.memory, day=session.study_day) if before.memory else None,
        retention_target=aim,
        due_after=row["due"],
        stability_after=row["stability"],
        difficulty_after=row["difficulty"],
        time_zone=zone_or_utc(card.user.time_zone)[0],
        rollover_hour=card.user.rollover_hour,
        memory_model=MODEL,
    )
    with transaction.atomic():
        # All that was read above still holds when `seq` does: nothing changes a card without moving it on, but for
        # the key's being shown.
        claim = Card.objects.filter(pk=card.pk, seq=card.seq, key_seen_at=card.key_seen_at)
        if not claim.update(seq=card.seq + 1, **row):
            return None
        review.save(force_insert=True)
        _move_on(answer.item, passed=marks.passed, now=now)
    return review


def rating_of(review: Review, *, easy: bool) -> Rating:
    """The rating a recorded answer earns, with or without the remark that it came easily."""
    first = review.seq == 0 and review.card.key_seen_at is None
    return rate(_outcome(replace(marks_of(review), easy=easy), review, first=first))


def _outcome(marks: Marks, answer: Answer | Review, *, first: bool) -> Outcome:
    # Free recall does not ask how sure one is; calling it easy says so.
    confidence = answer.confidence or (Confidence.SURE if marks.easy else "")
    return Outcome(
        score=marks.score,
        passed=marks.passed,
        confidence=Confidence(confidence) if confidence else None,
        hinted=answer.hinted,
        repaired=marks.repaired,
        easy=marks.easy,
        first=first,
    )


def _schedule(
    card: Card, before: CardState, rating: Rating, *, day: date, guess_rate: float
) -> tuple[CardState, float]:
    """The card's state after the rating, and the chance of a right answer that was aimed at."""
    retention = card.user.study.desired_retention
    aim = target(retention, guess_rate=guess_rate)
    after = apply(
        before,
        Answered(rating, day, card.seq),
        seed=seed_of(card),
        retention=retention,
        guess_rate=guess_rate,
        load=_load(card, before, rating, day=day, aim=aim),
    )
    return after, aim


def _later_than(day: date, after: CardState) -> CardState:
    """The state with a due day after that `day`: each answer's fuzz is its own, so a better rating alone may not do."""
    if after.due is None or after.memory is None or after.due > day:
        return after
    due = day + timedelta(days=1)
    return replace(after, due=due, interval=(due - after.memory.day).days)


def _load(card: Card, before: CardState, rating: Rating, *, day: date, aim: float) -> dict[date, int]:
    """What is already due on the days the kernel may choose from; not asked for where there is but one."""
    if not is_first_of_day(before, day):
        return {}
    days = stated_intervals(before.memory, day=day, aim=aim)[rating]
    shortest, longest = fuzz_range(days)
    if shortest == longest:
        return {}
    return queries.due_counts(card.user, day + timedelta(days=shortest), day + timedelta(days=longest))


def _milliseconds(taken: timedelta) -> int:
    return round(min(max(taken, timedelta()), LONGEST_TIME) / timedelta(milliseconds=1))


def _move_on(item: Item, *, passed: bool, now: datetime) -> None:
    """Tick the place off, or let it rest and come back, unless it was missed often enough for a day.

    It is made again where it was given up meanwhile.
    """
    item.misses += not passed
    if passed or item.misses >= MOST_MISSES:
        item.done_at = now
    columns = {"done_at": item.done_at, "misses": item.misses, "turn": places.next_turn(item.session)}
    if Item.objects.filter(pk=item.pk).update(**columns):
        return
    again, _ = Item.objects.get_or_create(
        session=item.session, card=item.card, defaults={"position": item.position, "is_new": item.is_new}
    )
    Item.objects.filter(pk=again.pk).update(**columns)
