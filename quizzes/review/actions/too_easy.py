"""Saying after a right answer that the question was too easy, so that it comes back later.

A recorded answer never changes: it is taken back, and recorded once more with the remark that it came easily, from
which its rating follows like any other. So the card stays a function of its log, and undoing the new answer undoes all.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.models import User
from quizzes.review import queries
from quizzes.review.actions.recording import Answer, rating_of, record
from quizzes.review.actions.undoing import MovedOnError, take_back
from quizzes.review.models import Item, Review
from quizzes.scheduling.api import Rating


def can_be_easier(review: Review) -> bool:
    """Returns whether the remark would make the answer count as Easy: the first one of its day, right and sure."""
    if review.undone_at is not None or not review.first_of_day or review.rating == Rating.EASY:
        return False
    return rating_of(review, easy=True) is Rating.EASY


def mark_too_easy(*, user: User, review_public_id: UUID, now: datetime) -> Review | None:
    """Records the learner's last answer as one that came easily; returns the answer that now stands.

    The same answer when it had been called easy before. None, and nothing changed, when it is not the last one, or not
    one that `can_be_easier`. Raises Review.DoesNotExist for an answer that is not this learner's.
    """
    review = queries.review_of(user, review_public_id)
    if review.undone_at is not None:
        return _easier(review)
    if queries.last_review(user) != review or not can_be_easier(review):
        return None
    try:
        with transaction.atomic():
            take_back(review, now)
            item = queries.item_of_question(user, review.card.question.public_id, now)
            again = None
            if item is not None and item.session_id == review.session_id:
                again = record(_answer(review, item), now=review.answered_at)
            if again is None:
                raise MovedOnError
    except MovedOnError:
        return None
    return again


def _answer(review: Review, item: Item) -> Answer:
    """Returns the answer as its form brought it, with the remark."""
    return Answer(
        item=item,
        version=review.version,
        presented=review.presented,
        response=review.response,
        confidence=review.confidence,
        hinted=review.hinted,
        shown_at=review.answered_at - timedelta(milliseconds=review.milliseconds or 0),
        too_soon=review.due_after,
    )


def _easier(review: Review) -> Review | None:
    """Returns the answer that took the place of one that was called easy."""
    followers = Review.objects.filter(card=review.card_id, seq__gt=review.seq, undone_at=None)
    follower = followers.order_by("seq").first()
    same = follower is not None and follower.answered_at == review.answered_at
    return follower if same else None
