"""A session's places: which is next, which rests, where one goes that is added or opened again, who may change them.

A place's rank is its position plus RETRY_GAP for every miss. A missed question rests until OTHERS_BEFORE_RETRY others
were answered, or, where there are not so many, for `scheduling.queue.REST`. The open places come by rank, those that
rest no longer only for that time last, the one that has rested longest first. As a miss moves a place back by the same
amount each time, every open place is reached.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.expressions import Combinable

from quizzes.review.models import Item, Review, Session
from quizzes.scheduling.api import OTHERS_BEFORE_RETRY, PLACE_STEP, REST, RETRY_GAP

_RANK = F("position") + RETRY_GAP * F("misses")


def hold(session: Session) -> None:
    """Lets one request at a time plan what the session holds, until the transaction ends.

    An answer may come meanwhile: whoever plans waits for no card, so the two never wait for each other.
    """
    Session.objects.select_for_update().get(pk=session.pk)


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


def next_turn(session: Session) -> Combinable:
    """Returns the number of the session's next answer. Two answers at the same moment may get one number."""
    return last_turn(session) + 1


def last_turn(session: Session | Subquery) -> Subquery:
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
