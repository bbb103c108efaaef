"""Who may send an e-mail, and what became of it: every step is written down before the next one is taken.

owed → claimed → sent, failed or dropped. A claim is a lease: when a worker dies, its e-mails are taken up again
once the lease is over. Of a claimed batch one e-mail at a time is begun. The others may be taken away from a worker at
any moment, because beginning an e-mail is a conditional UPDATE: their lease is short, and losing them is no crash.
Each try is counted before any work on the e-mail begins, so that an e-mail that kills its worker does so a few times
and no more.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from mail.delivery import Delivery, Down, Later, Lost, Refused, Sent
from mail.models import OutboundEmail
from quizzes.classroom.actions import note_cancelled, note_outcome
from quizzes.classroom.models import EmailState
from quizzes.notifications import queries
from quizzes.notifications.models import Kind, NotificationPreferences

MOST_CRASHES = 5
# A worker that has claimed e-mails and not begun them gives no sign of life: it reads what they tell of their learners
# (FACTS_LEASE), then they wait for their turn (TURN_LEASE).
FACTS_LEASE = timedelta(seconds=30)
TURN_LEASE = timedelta(seconds=15)
SHORTEST_GAP = timedelta(seconds=30)
LONGEST_GAP = timedelta(minutes=10)

State, Stage = OutboundEmail.State, OutboundEmail.Stage
_FREE: dict[str, Any] = {"stage": Stage.NONE, "holder": None, "lease_until": None}
_OWED = _FREE | {"state": State.PENDING}


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The e-mail turned out not to be wanted."""

    reason: str


@dataclass(frozen=True, slots=True)
class Crashed:
    """Something went wrong on our side."""

    reason: str


Outcome = Delivery | Cancelled | Crashed


def claim(*, now: datetime, limit: int) -> list[OutboundEmail]:
    """Up to `limit` owed e-mails, the longest waiting first, that nobody else will send while the lease lasts.

    An e-mail whose worker died before is claimed alone: if it was the reason, no other e-mail suffers for it again.
    """
    holder = uuid.uuid4()
    with transaction.atomic():
        # Where the database can, pass over the rows another worker is claiming; where not, it lets one in at a time.
        owed = queries.pending_emails(now).select_for_update(skip_locked=True)
        found = list(owed.values_list("pk", "crashes")[:limit])
        alone = bool(found and found[0][1])
        chosen = [pk for pk, crashes in (found[:1] if alone else found) if alone or not crashes]
        OutboundEmail.objects.filter(pk__in=chosen, state=State.PENDING).update(
            state=State.LEASED,
            stage=Stage.FACTS,
            holder=holder,
            lease_until=now + min(FACTS_LEASE, lease()),
        )
    if not found:
        return []
    mine = OutboundEmail.objects.filter(holder=holder, state=State.LEASED).order_by("not_before", "pk")
    return list(mine.select_related("user__notification_preferences", "user__study"))


def set_aside(emails: Iterable[OutboundEmail], *, now: datetime) -> None:
    """Let claimed e-mails of one holder wait for their turn: what they tell of their learners has been read."""
    for holder in {email.holder for email in emails}:
        reading = OutboundEmail.objects.filter(holder=holder, state=State.LEASED, stage=Stage.FACTS)
        reading.update(stage=Stage.NONE, lease_until=now + min(TURN_LEASE, lease()))


def begin(email: OutboundEmail, *, now: datetime) -> bool:
    """Take a claimed e-mail in hand and count the try; False when the e-mail is no longer ours."""
    ours = _ours(email).update(stage=Stage.BEGUN, attempts=F("attempts") + 1, lease_until=now + lease())
    email.attempts += ours
    return bool(ours)


def hand_over(email: OutboundEmail, *, now: datetime) -> bool:
    """Write down that the text is about to leave, and renew the lease; False when the e-mail is no longer ours."""
    return bool(_ours(email).update(stage=Stage.DATA, lease_until=now + lease()))


def record(email: OutboundEmail, outcome: Outcome, *, now: datetime) -> None:
    """What became of the e-mail; nothing when it is no longer ours."""
    match outcome:
        case Sent():
            if _ours(email).update(**_closed(State.SENT, ""), sent_at=now):
                _after_sending(email, now)
        case Refused(reason, address):
            if _failed(email, reason) and address:
                _stop_writing_to(email, reason)
        case Cancelled(reason):
            _drop(email, reason)
        case Later(reason, possibly_delivered):
            _ours(email).update(
                **_owed_again(email, reason, now),
                possibly_delivered=email.possibly_delivered or possibly_delivered,
            )
        case Down(reason):
            _ours(email).update(**_owed_soon(reason, now))
        case Crashed(reason):
            _crashed(email, reason, now)
        case Lost():
            pass


def release(emails: Iterable[OutboundEmail], *, now: datetime, reason: str = "") -> None:
    """Owe claimed e-mails again that were not begun: soon when there is a `reason`, else at once."""
    for email in emails:
        _ours(email).update(**(_owed_soon(reason, now) if reason else _OWED))


def reclaim(*, now: datetime) -> int:
    """Owe the e-mails again whose worker died, possibly_delivered where the server may have taken them.

    Returns the number of e-mails. Those that were not begun are as they were before; of the others a crash is counted,
    and one whose workers died MOST_CRASHES times is not tried any more.
    """
    lapsed = OutboundEmail.objects.filter(state=State.LEASED, lease_until__lt=now)
    untouched = lapsed.filter(stage=Stage.NONE).update(**_OWED)
    reason = "the worker that had it was gone before it said what became of it"
    hopeless = lapsed.filter(crashes__gte=MOST_CRASHES - 1)
    tell_class([(invitation, reason) for invitation in hopeless.values_list("invitation_id", flat=True)])
    hopeless.update(
        **_closed(State.FAILED, f"given up: {MOST_CRASHES} times {reason}"), crashes=F("crashes") + 1
    )
    lapsed.filter(stage=Stage.DATA).update(possibly_delivered=True)
    return untouched + lapsed.update(**_OWED, error=reason, crashes=F("crashes") + 1)


def expire(*, now: datetime) -> int:
    """Close the owed e-mails it is too late for: failed where sending was tried, else dropped; how many."""
    late = OutboundEmail.objects.filter(state=State.PENDING, expires_at__lte=now)
    failing = late.exclude(error="")
    tell_class(failing.exclude(invitation=None).values_list("invitation_id", "error"))
    untried = late.filter(error="").exclude(invitation=None).values_list("invitation_id", flat=True)
    tell_class([(invitation, "it was not sent in time") for invitation in untried])
    tried = failing.update(state=State.FAILED, source="", address="")
    return tried + late.update(**_closed(State.CANCELLED, "the clock came too late"))


def tell_class(undelivered: Iterable[tuple[int | None, str]]) -> None:
    """Tell those who teach which invitations, by primary key, did not arrive and why; None is no invitation."""
    for invitation, reason in undelivered:
        if invitation is not None:
            note_outcome(invitation=invitation, outcome=EmailState.FAILED, error=reason)


def gap(tries: int) -> timedelta:
    """How long to wait before the next try after so many tries before the last: twice as long each time, to a limit."""
    return min(SHORTEST_GAP * (1 << min(tries, 16)), LONGEST_GAP)


def lease() -> timedelta:
    """How long a worker may hold an e-mail without a sign of life."""
    return timedelta(seconds=settings.EMAIL_LEASE)


def _ours(email: OutboundEmail) -> QuerySet[OutboundEmail]:
    return OutboundEmail.objects.filter(pk=email.pk, holder=email.holder, state=State.LEASED)


def _drop(email: OutboundEmail, reason: str) -> None:
    """Close the e-mail as needless, and say so where it came from: should that hold again, it is owed again."""
    if _ours(email).update(**_closed(State.CANCELLED, reason)):
        note_cancelled(invitation=email.invitation_id, assignment=email.assignment_id, user=email.user_id)


def _failed(email: OutboundEmail, reason: str) -> bool:
    """Close the e-mail as one that could not be delivered; False when it is no longer ours."""
    failed = _ours(email).update(**_closed(State.FAILED, reason))
    if failed:
        tell_class([(email.invitation_id, reason)])
    return bool(failed)


def _crashed(email: OutboundEmail, reason: str, now: datetime) -> None:
    """Count the crash, and give the e-mail up when it is one too many."""
    _ours(email).update(crashes=email.crashes + 1)
    if email.crashes + 1 < MOST_CRASHES:
        _ours(email).update(**_owed_again(email, reason, now))
    else:
        _failed(email, reason)


def _owed_again(email: OutboundEmail, reason: str, now: datetime) -> dict[str, Any]:
    return _OWED | {"error": reason[:300], "not_before": now + gap(email.attempts - 1)}


def _owed_soon(reason: str, now: datetime) -> dict[str, Any]:
    """The e-mail is not to blame for a server that does not answer: the wait does not grow with the tries."""
    return _OWED | {"error": reason[:300], "not_before": now + SHORTEST_GAP}


def _closed(state: OutboundEmail.State, reason: str) -> dict[str, Any]:
    """A closed e-mail keeps neither text, which may hold a code, nor address."""
    return _FREE | {"state": state, "error": reason[:300], "source": "", "address": ""}


def _after_sending(email: OutboundEmail, now: datetime) -> None:
    preferences = NotificationPreferences.objects.filter(user=email.user_id)
    if email.invitation_id is not None:
        note_outcome(invitation=email.invitation_id, outcome=EmailState.SENT)
    elif email.kind == Kind.PAUSE:
        preferences.update(paused_at=now)
    elif email.kind == Kind.ACCOUNT:
        # Somebody asked for it, and it was taken: the address is good again.
        preferences.filter(bounced_address=email.address).update(bounced_address="", bounce_reason="")


def _stop_writing_to(email: OutboundEmail, reason: str) -> None:
    address = email.address or (email.user.email if email.user else "")
    NotificationPreferences.objects.filter(user=email.user_id).update(
        bounced_address=address, bounce_reason=reason[:300]
    )
