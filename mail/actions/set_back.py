"""What a wrong clock wrote down: moments so far ahead that no right clock can have chosen them.

A machine whose clock was ahead leaves rows that would wait until real time catches up. Each such moment has a bound,
which is found by index, and is brought back to what it would be now.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from quizzes.reminders.actions.claiming import LONGEST_GAP, lease
from quizzes.reminders.actions.keeping import CLOSED
from quizzes.reminders.models import Letter
from quizzes.scheduling.moments import SKEW

# An e-mail for a date that is farther ahead than this came so early that the date is owed another one.
TOO_EARLY = timedelta(hours=12)

State = Letter.State


def free_letters(*, now: datetime) -> None:
    """Bring back leases and waits of letters; letters of the clock for a date to come are not owed yet."""
    ahead = Letter.objects.filter(state=State.CLAIMED, lease_until__gt=now + lease() + SKEW)
    ahead.update(lease_until=now + lease())
    waiting = Letter.objects.filter(state=State.OWED, not_before__gt=now + LONGEST_GAP + SKEW)
    waiting.filter(local_date__isnull=False, due_at__gt=now + SKEW).update(
        state=State.DROPPED, local_date=None, error="it was owed by a clock that was ahead"
    )
    waiting.update(not_before=now)


def free_dates(*, now: datetime) -> None:
    """Let go of the dates to come that closed letters hold: their learners are owed a letter when these dates come."""
    early = Letter.objects.filter(due_at__gt=now + TOO_EARLY, state__in=CLOSED, local_date__isnull=False)
    early.update(local_date=None)
