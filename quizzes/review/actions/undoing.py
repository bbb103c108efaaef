"""Taking the last answer back, with all that it changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import User
from quizzes.review import places, queries
from quizzes.review.cards import columns, replay_card
from quizzes.review.models import Card, Item, Review, Session


class _MovedOnError(Exception):
    """The card changed while it was being replayed."""


def undo(*, user: User, review_public_id: UUID, now: datetime) -> bool:
    """Take back the learner's last answer: mark it, replay its card, open its place in the session again.

    True also when it had been taken back before. False, and nothing changed, when other answers came after it.
    Raises Review.DoesNotExist for an answer that is not this learner's.
    """
    review = Review.objects.select_related("card", "session").get(public_id=review_public_id, user=user)
    if review.undone_at is not None:
        return True
    if queries.last_review(user) != review:
        return False
    try:
        with transaction.atomic():
            _take_back(review, now)
    except _MovedOnError:
        return False
    return True


def _take_back(review: Review, now: datetime) -> None:
    if not Review.objects.filter(pk=review.pk, undone_at=None).update(undone_at=now):
        return
    card = review.card
    state = replay_card(card)
    # The form that was shown before or since dies with the old `seq`.
    if not Card.objects.filter(pk=card.pk, seq=card.seq).update(seq=F("seq") + 1, **columns(state)):
        raise _MovedOnError
    _open_again(review.session, card)
    latest = Session.objects.filter(user=review.user_id).order_by("-study_day").first()
    if (
        latest is not None
        and latest != review.session
        and (state.due is None or state.due <= latest.study_day)
    ):
        _open_again(latest, card, is_new=state.memory is None)


def _open_again(session: Session, card: Card, *, is_new: bool = False) -> None:
    """Put the card at the front of the session, in the state its answers of that session that still count give."""
    item, _ = Item.objects.get_or_create(
        session=session, card=card, defaults={"position": 0, "is_new": is_new}
    )
    answers = list(
        Review.objects.filter(session=session, card=card, undone_at=None)
        .order_by("seq")
        .values_list("passed", "answered_at")
    )
    item.misses = sum(not passed for passed, _ in answers)
    item.done_at = next((at for passed, at in answers if passed), None)
    # The answer taken back does not count as one that others waited for.
    item.turn = 0
    item.position = places.before_all(session, misses=item.misses)
    item.save(update_fields=["misses", "done_at", "turn", "position"])
