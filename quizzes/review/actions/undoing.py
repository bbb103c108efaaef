"""Taking the last answer back, with all that it changed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.models import User
from quizzes.review import places, planning, queries
from quizzes.review.actions.sessions import fill_session
from quizzes.review.actions.settings import settings_of
from quizzes.review.cards import columns, replay_card
from quizzes.review.models import Card, Item, Review, Session
from quizzes.scheduling.api import MOST_MISSES


class MovedOnError(Exception):
    """The card changed while it was being replayed."""


def undo(*, user: User, review_public_id: UUID, now: datetime) -> bool:
    """Takes back the learner's last answer: mark it, replays its card, opens its place in the session again.

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
            take_back(review, now)
            latest = queries.latest_session(user)
            if latest is not None and latest != review.session:
                _fit_into_today(latest, review, user, now)
    except MovedOnError:
        return False
    return True


def _fit_into_today(session: Session, review: Review, user: User, now: datetime) -> None:
    """Plans `session`, of a later day than the review that was taken back, so that its question is asked within it.

    Where answers of earlier days that were taken back fill its minutes, the first of them wait for a day to come.
    """
    study = settings_of(user=user, now=now)
    fill_session(user=user, now=now)
    while not planning.is_within_minutes(user, session, study, now):
        last = (
            Item.objects.filter(session=session, misses=0, turn=0, done_at=None).order_by("position").last()
        )
        if last is None or last.card_id == review.card_id:
            break
        places.give_up(Item.objects.filter(pk=last.pk))


def take_back(review: Review, now: datetime) -> None:
    """Takes the answer back within a transaction. Raises MovedOnError when its card has changed since it was read."""
    if not Review.objects.filter(pk=review.pk, undone_at=None).update(undone_at=now):
        return
    card = review.card
    state = replay_card(card)
    # The form that was shown before or since dies with the old `seq`.
    if not Card.objects.filter(pk=card.pk, seq=card.seq).update(seq=F("seq") + 1, **columns(state)):
        raise MovedOnError
    _open_again(review.session, card)
    latest = Session.objects.filter(user=review.user_id).order_by("-study_day").first()
    if (
        latest is not None
        and latest != review.session
        and (state.due is None or state.due <= latest.study_day)
    ):
        _open_again(latest, card, is_new=state.memory is None)


def _open_again(session: Session, card: Card, *, is_new: bool = False) -> None:
    """Puts the card at the front of the session, in the state its answers of that session that still count give."""
    item, _ = Item.objects.get_or_create(
        session=session, card=card, defaults={"position": 0, "is_new": is_new}
    )
    answers = list(
        Review.objects.filter(session=session, card=card, undone_at=None)
        .order_by("seq")
        .values_list("passed", "answered_at")
    )
    missed = [at for passed, at in answers if not passed]
    item.misses = len(missed)
    over = [at for passed, at in answers if passed] or missed[MOST_MISSES - 1 :]
    item.done_at = over[0] if over else None
    # The answer taken back does not count as one that others waited for.
    item.turn = 0
    item.position = places.before_all(session, misses=item.misses)
    item.save(update_fields=["misses", "done_at", "turn", "position"])
