"""A session's places: which is next, which rests, where one goes that is added or opened again, who may change them.

A place's rank is its position plus RETRY_GAP for every miss. A missed question rests until OTHERS_BEFORE_RETRY others
were answered, or, where there are not so many, for `scheduling.queue.REST`. The open places come by rank, those that
rest no longer only for that time last, the one that has rested longest first. As a miss moves a place back by the same
amount each time, every open place is reached.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, When

from quizzes.review.models import Item, Review, Session
from quizzes.scheduling.api import OTHERS_BEFORE_RETRY, PLACE_STEP, REST, RETRY_GAP

_RANK = F("position") + RETRY_GAP * F("misses")


def hold(session: Session) -> None:
    """Lets one request at a time plan what the session holds, until the transaction ends.

    An answer may come meanwhile: whoever plans waits for no card, and who answers for no session, so the two never wait
    for each other.
    """
    Session.objects.select_for_update(no_key=True).get(pk=session.pk)


def give_up(places: QuerySet[Item]) -> int:
    """Deletes those of the places that nobody has begun; returns their number.

    The condition stands beside the keys, on the table's own columns: PostgreSQL then looks again at a place that was
    answered while this waited for it, and keeps it.
    """
    deleted, _ = Item.objects.filter(pk__in=places.values("pk"), misses=0, turn=0, done_at=None).delete()
    return deleted


def in_order(places: QuerySet[Item], session: Session | Subquery) -> QuerySet[Item]:
    """Returns the session's `places` in the order to ask them."""
    lately = Case(When(_answered_lately(session), then=F("turn")), default=0)
    return places.order_by(lately, _RANK, "pk")


def resting(session: Session | Subquery, now: datetime) -> Q:
    """Returns the condition of the session's open places that are not to be asked yet; the same as
    `scheduling.queue.rests`.
    """
    return missed_between(session, now - REST, now + REST)


def missed_between(session: Session | Subquery, since: datetime, until: datetime) -> Q:
    """Returns the condition of the session's places missed lately, after `since` and before `until`."""
    missed = Review.objects.filter(
        card=OuterRef("card"), undone_at=None, answered_at__gt=since, answered_at__lt=until
    )
    return Q(_answered_lately(session), Exists(missed), turn__gt=0)


def next_turn(item: Item) -> int:
    """Returns the number of the next answer of the place's session. Two answers at the same moment may get one number.

    One query where the number of the last one was not read with the place.
    """
    last = item.session_turn
    if last is None:
        last = Item.objects.filter(session=item.session).aggregate(last=Max("turn"))["last"]
    return (last or 0) + 1


def last_turn(session: Session | Subquery | OuterRef) -> Subquery:
    """Returns the number of the session's last answer, 0 before there is one."""
    return Subquery(Item.objects.filter(session=session).order_by("-turn").values("turn")[:1])


def behind_all(session: Session) -> int:
    """Returns the position of a new place that comes after all that are open."""
    last = _open(session).aggregate(last=Max(_RANK))["last"]
    return 0 if last is None else int(last) + PLACE_STEP


def before_all(session: Session, *, misses: int = 0) -> int:
    """Returns the position of a place with so many misses that comes before all that are open, when it does not
    rest.
    """
    first = _open(session).aggregate(first=Min(_RANK))["first"]
    return (0 if first is None else int(first) - 1) - RETRY_GAP * misses


def _open(session: Session) -> QuerySet[Item]:
    return Item.objects.filter(session=session, done_at=None)


def _answered_lately(session: Session | Subquery) -> Q:
    return Q(turn__gt=last_turn(session) - OTHERS_BEFORE_RETRY)
