"""What waits in the outbox, what failed, and what the mail server did last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q, QuerySet

from mail.models import Outage, OutboundEmail

MAIL_SERVER = "mail server"
LATEST_FAILURES = 20
# No e-mail is sent longer after it was due.
LONGEST_LIFE = timedelta(days=6)

State = OutboundEmail.State


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many e-mails wait, are being sent and failed; since when the oldest waits; when the last one left."""

    pending: int
    leased: int
    failed: int
    oldest_pending: datetime | None
    last_sent: datetime | None
    failures: list[OutboundEmail]


def pending_emails(now: datetime) -> QuerySet[OutboundEmail]:
    """Returns the e-mails that may be sent now, the longest waiting first."""
    return OutboundEmail.objects.filter(state=State.PENDING, not_before__lte=now).order_by("not_before", "pk")


def backlog(now: datetime) -> Backlog:
    """Returns what waits and what failed. Four queries."""
    waiting = OutboundEmail.objects.filter(state__in=(State.PENDING, State.LEASED)).aggregate(
        pending=Count("pk", filter=Q(state=State.PENDING)),
        leased=Count("pk", filter=Q(state=State.LEASED)),
        oldest=Min("due_at"),
    )
    failed = OutboundEmail.objects.filter(state=State.FAILED)
    # The bound finds the last one without a look at all there ever were.
    lately = OutboundEmail.objects.filter(state=State.SENT, due_at__gt=now - LONGEST_LIFE)
    return Backlog(
        pending=waiting["pending"],
        leased=waiting["leased"],
        failed=failed.count(),
        oldest_pending=waiting["oldest"],
        last_sent=lately.aggregate(at=Max("sent_at"))["at"],
        failures=list(failed.order_by("-due_at")[:LATEST_FAILURES]),
    )


def oldest_sendable(now: datetime) -> datetime | None:
    """Returns since when the longest waiting e-mail that could leave now could leave. Returns None when there is
    none.
    """
    found: datetime | None = OutboundEmail.objects.filter(state=State.PENDING, not_before__lte=now).aggregate(
        at=Min("not_before")
    )["at"]
    return found


def outage() -> Outage | None:
    """Returns since when the mail server has taken nothing; None while it takes e-mails."""
    return Outage.objects.filter(name=MAIL_SERVER).first()
