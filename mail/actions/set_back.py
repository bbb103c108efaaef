"""What a wrong clock wrote down: moments so far ahead that no right clock can have chosen them.

A machine whose clock was ahead leaves rows that would wait until real time catches up. Each such moment has a bound,
which is found by index, and is brought back to what it would be now.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from mail.actions.leases import LONGEST_GAP, duration
from mail.models import CLOSED, OutboundEmail

# The clocks of several machines may differ by this much: a moment farther ahead was written down by a wrong one.
SKEW = timedelta(minutes=1)
# An e-mail for a date that is farther ahead than this came so early that the date needs another one.
TOO_EARLY = timedelta(hours=12)

State = OutboundEmail.State


def free_leases(*, recurring: Collection[str], now: datetime) -> None:
    """Brings back leases and waits of e-mails. Those of `recurring` kinds for a date to come are not due yet."""
    ahead = OutboundEmail.objects.filter(state=State.LEASED, lease_until__gt=now + duration() + SKEW)
    ahead.update(lease_until=now + duration())
    waiting = OutboundEmail.objects.filter(state=State.PENDING, not_before__gt=now + LONGEST_GAP + SKEW)
    waiting.filter(kind__in=recurring, due_at__gt=now + SKEW).update(
        state=State.CANCELLED, key="", error="it was enqueued by a clock that was ahead"
    )
    waiting.update(not_before=now)


def free_keys(*, recurring: Collection[str], now: datetime) -> None:
    """Frees the keys that closed e-mails of `recurring` kinds hold for dates to come: these need one when they come."""
    early = OutboundEmail.objects.filter(
        due_at__gt=now + TOO_EARLY, state__in=CLOSED, kind__in=recurring
    ).exclude(key="")
    early.update(key="")
