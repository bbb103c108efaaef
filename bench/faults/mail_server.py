"""A mail server that puts off, refuses, stalls, hangs up and speaks nonsense; every other e-mail goes out.

One e-mail in ten is put off twice (451), one in 25 is for an address the server does not know (550), one gets no
answer, and one in twenty is taken but the connection dies before the server says so. The clock is turned by hand.

    python -m bench.faults.mail_server
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.test import override_settings
from django.utils import timezone

from bench.faults.alone import Clock, inside, sending_to
from bench.faults.learners import learners
from bench.faults.site import say
from mail.actions import send_pending
from mail.models import OutboundEmail
from nnprep.tests.sink import HANG_UP, NO_ANSWER, Sink, nonsense, sink
from quizzes.notifications.models import NotificationPreferences

STALLED = 11


def mail_server(server: Sink, *, emails: int, now: datetime) -> dict[str, Any]:
    """Send the e-mails through it; what became of them."""
    learners(emails, now=now, owed=True)
    tried: Counter[str] = Counter()

    def rcpt(address: str) -> str:
        number = _number(address)
        tried[address] += 1
        if number % 25 == 7:
            return "550 5.1.1 no such mailbox"
        if number % 10 == 3 and tried[address] <= 2:
            return "451 4.7.1 come back later"
        return NO_ANSWER if number == STALLED and tried[address] == 1 else "250 OK"

    def data(address: str) -> str:
        return HANG_UP if _number(address) % 20 == 5 and tried[address] == 1 else "250 OK"

    server.rcpt, server.data = rcpt, data
    clock = Clock(now)
    with nonsense(b"Welcome to the machine\r\n") as port, override_settings(EMAIL_PORT=port):
        send_pending(clock=clock, seconds=30)
    after_nonsense = OutboundEmail.objects.filter(state="pending").count()
    while OutboundEmail.objects.filter(state="pending").exists() and clock.now < now + timedelta(hours=2):
        clock.now += timedelta(seconds=30)
        send_pending(clock=clock, seconds=30)
    states = dict(OutboundEmail.objects.values_list("state").annotate(emails=Count("pk")))
    return {
        "emails": emails,
        "owed_after_nonsense": after_nonsense,
        "unknown": sum(_number(f"learner{n}@") % 25 == 7 for n in range(emails)),
        "hung_up": sum(n % 20 == 5 and n % 25 != 7 for n in range(emails)),
        "arrived": len(server.times),
        "twice": sum(server.times.values()) - len(server.times),
        "states": states,
        "no_longer_written_to": NotificationPreferences.objects.exclude(bounced_address="").count(),
        "connections": server.connections,
        "minutes": (clock.now - now).total_seconds() / 60,
    }


def held(figures: dict[str, Any]) -> bool:
    """Whether the promise held."""
    return bool(
        figures["owed_after_nonsense"] == figures["emails"]
        and figures["arrived"] == figures["emails"] - figures["unknown"]
        and figures["twice"] <= figures["hung_up"]
        and figures["states"] == {"sent": figures["arrived"], "failed": figures["unknown"]}
        and figures["no_longer_written_to"] == figures["unknown"]
    )


def _number(address: str) -> int:
    return int(address.removeprefix("learner").partition("@")[0])


def main() -> int:
    """Print the line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--emails", type=int, default=200)
    given = parser.parse_args()
    with sink(keep=False) as server, sending_to(server):
        figures = mail_server(server, emails=given.emails, now=timezone.now())
    return say("mail_server", held(figures), **figures)


if __name__ == "__main__" and inside("bench.faults.mail_server"):
    sys.exit(main())
