"""The order of a session's places: which is asked next, and where a place goes that is added or opened again.

A place's rank is its position plus RETRY_GAP for every miss. The open places come by rank, but for those whose card was
answered among the session's last OTHERS_BEFORE_RETRY answers: they rest, and come only when no other is open, the one
that has rested longest first. So a missed question comes back after OTHERS_BEFORE_RETRY others, or all others that
are open; and as a miss moves a place back by the same amount each time, every open place is reached.
"""

from __future__ import annotations

from django.db.models import Case, F, Max, Min, QuerySet, Subquery, When
from django.db.models.expressions import Combinable

from quizzes.review.models import Item, Session
from quizzes.scheduling.queue import OTHERS_BEFORE_RETRY, PLACE_STEP, RETRY_GAP

_RANK = F("position") + RETRY_GAP * F("misses")


def in_order(places: QuerySet[Item], session: Session | Subquery) -> QuerySet[Item]:
    """The session's `places` in the order to ask them."""
    resting = Case(When(turn__gt=_last_turn(session) - OTHERS_BEFORE_RETRY, then=F("turn")), default=0)
    return places.order_by(resting, _RANK, "pk")


def next_turn(session: Session) -> Combinable:
    """The number of the session's next answer. Two answers at the same moment may get one number."""
    return _last_turn(session) + 1


def behind_all(session: Session) -> int:
    """The position of a new place that comes after all that are open."""
    last = _open(session).aggregate(last=Max(_RANK))["last"]
    return 0 if last is None else int(last) + PLACE_STEP


def before_all(session: Session, *, misses: int = 0) -> int:
    """The position of a place with so many misses that comes before all that are open, when it does not rest."""
    first = _open(session).aggregate(first=Min(_RANK))["first"]
    return (0 if first is None else int(first) - 1) - RETRY_GAP * misses


def _open(session: Session) -> QuerySet[Item]:
    return Item.objects.filter(session=session, done_at=None)


def _last_turn(session: Session | Subquery) -> Subquery:
    return Subquery(Item.objects.filter(session=session).order_by("-turn").values("turn")[:1])
