"""Which answers met their question at first sight: only these tell what somebody knew before they were asked."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q

from quizzes.review.models import Card, Review


def is_first_sight(card: Card) -> bool:
    """Returns whether an answer to the card as it is would be at first sight.

    Nothing was ever answered, not even an answer taken back since, and the learner neither was shown what is right
    nor wrote it. One query where the question's pack is not at hand.
    """
    if card.seq > 0 or card.key_seen_at is not None:
        return False
    return card.question.pack.owner_id != card.user_id


def at_first_sight() -> Q:
    """Of a review: whether it was answered at first sight.

    The lowest `seq` of its card, taken back or not. What was recorded again at the same moment is the same answer.
    """
    earlier = Review.objects.filter(card=OuterRef("card"), seq__lt=OuterRef("seq"))
    return (
        Q(card__key_seen_at=None)
        & ~Exists(earlier.exclude(answered_at=OuterRef("answered_at")))
        & ~Q(card__question__pack__owner=F("user"))
    )
