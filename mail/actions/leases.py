"""Who may send an e-mail, and what became of it: every step is written down before the next one is taken.

pending → leased → sent, failed, expired or cancelled. When a worker dies, its e-mails are reclaimed once their lease is
over. Of a leased batch one e-mail at a time is begun. The others may be taken away from a worker at any moment, because
beginning an e-mail is a conditional UPDATE: their lease is short, and losing them is no crash. Each try is counted
before any work on the e-mail begins, so that an e-mail that kills its worker does so a few times and no more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from mail import queries
from mail.composer import Cancelled, Composer
from mail.delivery import Delivery, Down, Later, Lost, Refused, Sent
from mail.models import OutboundEmail

MOST_CRASHES = 5
# A worker that has leased e-mails and not begun them gives no sign of life: it reads what they tell (FACTS_LEASE), then
# they wait for their turn (TURN_LEASE).
FACTS_LEASE = timedelta(seconds=30)
TURN_LEASE = timedelta(seconds=15)
SHORTEST_GAP = timedelta(seconds=30)
LONGEST_GAP = timedelta(minutes=10)
TOO_LATE = "the clock came too late"

State, Stage = OutboundEmail.State, OutboundEmail.Stage


class _Free(TypedDict):
    """The columns of an e-mail that nobody has in hand."""

    stage: OutboundEmail.Stage
    holder: None
    lease_until: None


_FREE: _Free = {"stage": Stage.NONE, "holder": None, "lease_until": None}


@dataclass(frozen=True, slots=True)
class Expired:
    """The e-mail could not be begun in time."""


@dataclass(frozen=True, slots=True)
class Crashed:
    """Something went wrong on our side."""

    reason: str


Outcome = Delivery | Cancelled | Expired | Crashed


def acquire(*, now: datetime, limit: int) -> list[OutboundEmail]:
    """Leases up to `limit` pending e-mails, the longest waiting first, that nobody else sends while the lease lasts.

    An e-mail whose worker died before is leased alone: if it was the reason, no other e-mail suffers for it again.
    """
    holder = uuid.uuid4()
    with transaction.atomic():
        # Where the database can, pass over the rows another worker is leasing; where not, it lets one in at a time.
        pending = queries.pending_emails(now).select_for_update(skip_locked=True, no_key=True)
        found = list(pending.values_list("pk", "crashes")[:limit])
        alone = bool(found and found[0][1])
        chosen = [pk for pk, crashes in (found[:1] if alone else found) if alone or not crashes]
        OutboundEmail.objects.filter(pk__in=chosen, state=State.PENDING).update(
            state=State.LEASED,
            stage=Stage.FACTS,
            holder=holder,
            lease_until=now + min(FACTS_LEASE, duration()),
        )
    if not found:
        return []
    mine = OutboundEmail.objects.filter(holder=holder, state=State.LEASED).order_by("not_before", "pk")
    return list(mine.select_related("user"))


def set_aside(emails: Iterable[OutboundEmail], *, now: datetime) -> None:
    """Lets leased e-mails of one holder wait for their turn: what they tell has been read."""
    for holder in {email.holder for email in emails}:
        reading = OutboundEmail.objects.filter(holder=holder, state=State.LEASED, stage=Stage.FACTS)
        reading.update(stage=Stage.NONE, lease_until=now + min(TURN_LEASE, duration()))


def begin(email: OutboundEmail, *, now: datetime) -> bool:
    """Takes a leased e-mail in hand and counts the try. Returns False when the e-mail is no longer ours."""
    ours = _ours(email).update(stage=Stage.BEGUN, attempts=F("attempts") + 1, lease_until=now + duration())
    email.attempts += ours
    return bool(ours)


def hand_over(email: OutboundEmail, *, now: datetime) -> bool:
    """Writes down that the text is about to leave, and renews the lease. Returns False when it is no longer ours."""
    return bool(_ours(email).update(stage=Stage.DATA, lease_until=now + duration()))


def record(email: OutboundEmail, outcome: Outcome, *, composer: Composer, now: datetime) -> None:
    """Writes down what became of the e-mail; nothing when it is no longer ours."""
    match outcome:
        case Sent():
            _close(email, State.SENT, "", composer, now)
        case Refused(reason, address):
            if _close(email, State.FAILED, reason, composer, now) and address:
                composer.note_refused(email, reason=reason)
        case Cancelled(reason):
            _close(email, State.CANCELLED, reason, composer, now)
        case Expired():
            _close(email, State.EXPIRED, TOO_LATE, composer, now)
        case Later(reason, possibly_delivered):
            _wait(email, reason, now + gap(email.attempts - 1), delivered=possibly_delivered)
        case Down(reason):
            # The e-mail is not to blame for a server that does not answer: the wait does not grow with the tries.
            _wait(email, reason, now + SHORTEST_GAP)
        case Crashed(reason):
            _crashed(email, reason, composer, now)
        case Lost():
            pass


def release(emails: Iterable[OutboundEmail], *, now: datetime, reason: str = "") -> None:
    """Makes leased e-mails pending again that were not begun: due soon when there is a `reason`, else at once."""
    for email in emails:
        if reason:
            _wait(email, reason, now + SHORTEST_GAP)
        else:
            _ours(email).update(state=State.PENDING, **_FREE)


def reclaim(*, composer: Composer, now: datetime) -> int:
    """Makes the e-mails pending again whose worker died, possibly delivered where the server may have taken them.

    Returns the number of e-mails. Those that were not begun are as they were before; of the others a crash is counted,
    and one whose workers died MOST_CRASHES times is not tried any more.
    """
    lapsed = OutboundEmail.objects.filter(state=State.LEASED, lease_until__lt=now)
    untouched = lapsed.filter(stage=Stage.NONE).update(state=State.PENDING, **_FREE)
    reason = "the worker that had it was gone before it said what became of it"
    hopeless = lapsed.filter(crashes__gte=MOST_CRASHES - 1)
    for email in hopeless.filter(kind__in=composer.followed):
        composer.note_closed(email, state=State.FAILED, reason=reason, now=now)
    hopeless.update(
        state=State.FAILED,
        error=f"given up: {MOST_CRASHES} times {reason}",
        crashes=F("crashes") + 1,
        source="",
        address="",
        **_FREE,
    )
    lapsed.filter(stage=Stage.DATA).update(possibly_delivered=True)
    return untouched + lapsed.update(state=State.PENDING, error=reason, crashes=F("crashes") + 1, **_FREE)


def expire(*, composer: Composer, now: datetime) -> int:
    """Closes the pending e-mails it is too late for: failed where sending was tried, else expired.

    Returns the number of e-mails.
    """
    late = OutboundEmail.objects.filter(state=State.PENDING, expires_at__lte=now)
    for email in late.filter(kind__in=composer.followed):
        state = State.FAILED if email.error else State.EXPIRED
        composer.note_closed(email, state=state, reason=email.error or TOO_LATE, now=now)
    tried = late.exclude(error="").update(state=State.FAILED, source="", address="")
    return tried + late.update(state=State.EXPIRED, error=TOO_LATE, source="", address="", **_FREE)


def gap(tries: int) -> timedelta:
    """Returns how long to wait before the next try after so many before the last: twice as long each, to a limit."""
    return min(SHORTEST_GAP * (1 << min(tries, 16)), LONGEST_GAP)


def duration() -> timedelta:
    """Returns how long a worker may hold an e-mail without a sign of life."""
    return timedelta(seconds=settings.EMAIL_LEASE)


def _ours(email: OutboundEmail) -> QuerySet[OutboundEmail]:
    return OutboundEmail.objects.filter(pk=email.pk, holder=email.holder, state=State.LEASED)


def _close(
    email: OutboundEmail, state: OutboundEmail.State, reason: str, composer: Composer, now: datetime
) -> bool:
    """Closes the e-mail and says so to the composer. Returns False when the e-mail is no longer ours.

    A closed e-mail keeps neither text, which may hold a code, nor address.
    """
    closed = _ours(email).update(
        state=state,
        error=reason[:300],
        source="",
        address="",
        sent_at=now if state == State.SENT else None,
        **_FREE,
    )
    if closed:
        composer.note_closed(email, state=state, reason=reason, now=now)
    return bool(closed)


def _wait(email: OutboundEmail, reason: str, until: datetime, *, delivered: bool = False) -> None:
    """Makes the e-mail pending again; `delivered` says that this try may have delivered it."""
    _ours(email).update(
        state=State.PENDING,
        error=reason[:300],
        not_before=until,
        possibly_delivered=email.possibly_delivered or delivered,
        **_FREE,
    )


def _crashed(email: OutboundEmail, reason: str, composer: Composer, now: datetime) -> None:
    """Counts the crash, and gives the e-mail up when it is one too many."""
    _ours(email).update(crashes=email.crashes + 1)
    if email.crashes + 1 < MOST_CRASHES:
        _wait(email, reason, now + gap(email.attempts - 1))
    else:
        _close(email, State.FAILED, reason, composer, now)
