"""What a wrong clock wrote down: moments so far ahead that no right clock can have chosen them.

A machine whose clock was ahead leaves rows that would wait until real time catches up. Each such moment has a bound,
which is found by index, and is brought back to what it would be now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from mail.actions.leases import LONGEST_GAP, lease
from mail.models import OutboundEmail
from quizzes.jobs.actions import CLOSED
from quizzes.scheduling.moments import SKEW

# An e-mail for a date that is farther ahead than this came so early that the date is owed another one.
TOO_EARLY = timedelta(hours=12)

State = OutboundEmail.State


def free_leases(*, now: datetime) -> None:
    """Bring back leases and waits of e-mails; e-mails of the clock for a date to come are not owed yet."""
    ahead = OutboundEmail.objects.filter(state=State.LEASED, lease_until__gt=now + lease() + SKEW)
    ahead.update(lease_until=now + lease())
    waiting = OutboundEmail.objects.filter(state=State.PENDING, not_before__gt=now + LONGEST_GAP + SKEW)
    waiting.filter(local_date__isnull=False, due_at__gt=now + SKEW).update(
        state=State.CANCELLED, local_date=None, error="it was owed by a clock that was ahead"
    )
    waiting.update(not_before=now)


def free_dates(*, now: datetime) -> None:
    """Let go of the dates to come that closed e-mails hold: their learners are owed an e-mail when these dates come."""
    early = OutboundEmail.objects.filter(
        due_at__gt=now + TOO_EARLY, state__in=CLOSED, local_date__isnull=False
    )
    early.update(local_date=None)
