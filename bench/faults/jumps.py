"""The machine's clock jumps an hour ahead and back, nights with a clock change pass, 29 February comes.

Learners in zones that change their clocks, with hours that are skipped or struck twice: exactly one e-mail for each
date of their calendar, sent at the hour chosen or the first moment after it.

    python -m bench.faults.jumps
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from accounts.models import User
from bench.faults.alone import Clock, inside, sending_to
from bench.faults.learners import questions
from bench.faults.site import say
from mail.actions import send_pending
from mail.models import OutboundEmail
from nnprep.tests.sink import sink
from quizzes.notifications.actions import enqueue_due, save_preferences
from quizzes.notifications.models import NotificationPreferences
from quizzes.scheduling.recurrence import occurrence_on

TICK = timedelta(minutes=15)
# Zone, hours, first and last date: each span has a night in which the clock changes, or a leap day.
Span = tuple[str, tuple[int, ...], date, date]
SPANS: tuple[Span, ...] = (
    ("Europe/Lisbon", (0, 1, 2, 20), date(2026, 3, 27), date(2026, 3, 31)),
    ("Europe/Lisbon", (0, 1, 2, 20), date(2026, 10, 23), date(2026, 10, 27)),
    ("America/New_York", (1, 2, 3, 19), date(2026, 3, 6), date(2026, 3, 10)),
    ("America/New_York", (0, 1, 2, 19), date(2026, 10, 30), date(2026, 11, 3)),
    ("Australia/Lord_Howe", (1, 2, 3), date(2026, 4, 3), date(2026, 4, 7)),
    ("America/Nuuk", (21, 22, 23), date(2026, 3, 26), date(2026, 3, 30)),
    ("Asia/Tokyo", (0, 20, 23), date(2028, 2, 26), date(2028, 3, 2)),
)


def ticks(first: date, last: date) -> Iterator[datetime]:
    """The machine's clock from the day before to the day after, with two jumps of an hour ahead and two back."""
    now = datetime(first.year, first.month, first.day, tzinfo=UTC) - timedelta(days=1)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=2)
    step = 0
    while now < end:
        yield now
        step += 1
        jump = {150: 60, 200: -60, 250: 60, 300: -60}.get(step, 0)
        now += TICK + timedelta(minutes=jump)


def jumps(spans: Sequence[Span] = SPANS) -> dict[str, Any]:
    """Live through the spans; how many e-mails there should be and were, and the longest anyone waited for theirs."""
    wanted: Counter[tuple[str, date]] = Counter()
    found: Counter[tuple[str, date]] = Counter()
    latest = timedelta()
    questions(datetime(2026, 1, 1, tzinfo=UTC))
    with sink(keep=False) as server, sending_to(server):
        for zone, hours, first, last in spans:
            clock = Clock(next(ticks(first, last)))
            for hour in hours:
                user = User.objects.create_user(
                    f"{zone.replace('/', '.')}.{hour}.{first}@example.org", time_zone=zone
                )
                save_preferences(preferences=NotificationPreferences(user=user, hour=hour), now=clock.now)
                for back in range((last - first).days + 1):
                    wanted[user.email, last - timedelta(days=back)] += 1
            for clock.now in ticks(first, last):
                enqueue_due(now=clock.now, limit=500)
                send_pending(clock=clock, seconds=30)
            for email in OutboundEmail.objects.filter(state="sent").select_related(
                "user__notification_preferences"
            ):
                learner, day = email.user, date.fromisoformat(email.key) if email.key else None
                if learner is None or day is None or (learner.email, day) not in wanted:
                    continue
                found[learner.email, day] += 1
                due = occurrence_on(day, hour=learner.notification_preferences.hour, zone=learner.time_zone)
                if due and email.sent_at:
                    latest = max(latest, abs(email.sent_at - due.moment))
            # The next span may be an earlier one, and what is in its future would count as sent too early.
            OutboundEmail.objects.all().delete()
            User.objects.all().delete()
    return {
        "days": sum(wanted.values()),
        "emails": sum(found.values()),
        "missing": len(wanted - found),
        "twice": sum(server.times.values()) - len(server.times) + len(found - wanted),
        "latest_minutes": latest.total_seconds() / 60,
    }


def held(figures: dict[str, Any]) -> bool:
    """Whether the promise held: a jump of an hour and a tick is the longest anyone waits."""
    return bool(figures["missing"] == figures["twice"] == 0 and figures["latest_minutes"] <= 75)


def main() -> int:
    """Print the line."""
    ArgumentParser(description=__doc__).parse_args()
    figures = jumps()
    return say("jumps", held(figures), **figures)


if __name__ == "__main__" and inside("bench.faults.jumps"):
    sys.exit(main())
