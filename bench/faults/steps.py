"""The sender is killed with -9 at each of five steps, again and again; an e-mail always kills its sender.

Killed before its text was handed over, an e-mail arrives once. Killed after the server had taken it, it arrives once
more with the same Message-ID: that is the one window nobody can close. An e-mail that always kills is given up after
five tries, and the others go out.

    python -m bench.faults.steps                        each of the five steps
    python -m bench.faults.steps --poison               the e-mail that kills
"""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from accounts.models import User
from bench.faults.alone import Clock, inside, sending_to
from bench.faults.learners import learners
from bench.faults.site import say
from mail.actions import leases, sending
from mail.models import OutboundEmail
from nnprep.tests.sink import Sink, sink
from quizzes.notifications.email_types import Batch, EmailType

Send = Callable[[], object]


def _die(*_: object, **__: object) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(module: Any, name: str) -> None:
    """Let the process die as soon as the function has done its work."""
    whole = getattr(module, name)
    setattr(module, name, lambda *words, **names: _die(whole(*words, **names)))


def _claimed() -> None:
    _after(leases, "acquire")


def _begun() -> None:
    """Die when the e-mail is to be written."""
    EmailType.compose = _die  # type: ignore[method-assign]


def _addressed() -> None:
    leases.hand_over = _die


def _handing_over() -> None:
    _after(leases, "hand_over")


def _accepted() -> None:
    _after(sending, "hand_in")


STEPS: dict[str, Callable[[], None]] = {
    "leased": _claimed,
    "begun": _begun,
    "receiver named": _addressed,
    "text announced": _handing_over,
    "accepted": _accepted,
}


def in_child(send: Send, prepare: Callable[[], None] = lambda: None) -> int:
    """Run it in a process of its own, which may die; the signal it died of, or 0."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        prepare()
        send()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status)


def steps(server: Sink, *, times: int) -> dict[str, Any]:
    """Kill it `times` times at each step; how often the e-mails of each step arrived."""
    found: dict[str, Any] = {}
    start = 0
    for step, prepare in STEPS.items():
        server.taken.clear()
        killed = 0
        first = start
        for _ in range(times):
            now = timezone.now()
            learners(1, now=now, owed=True, start=start)
            start += 1
            killed += (
                in_child(lambda: sending.send_pending(clock=timezone.now, seconds=30), prepare)
                == signal.SIGKILL
            )
            later = Clock(now + leases.duration() + timedelta(seconds=60))
            in_child(lambda later=later: sending.send_pending(clock=later, seconds=30))  # type: ignore[misc]
        arrived = server.times
        found[step] = {
            "killed": killed,
            "arrived": len(arrived),
            "twice": sum(arrived.values()) - len(arrived),
            "possibly_delivered": _doubtful(range(first, start)),
        }
    return found


def _doubtful(numbers: range) -> int:
    emails = [f"learner{number}@example.org" for number in numbers]
    return OutboundEmail.objects.filter(possibly_delivered=True, user__email__in=emails).count()


def poison(server: Sink, *, emails: int, now: datetime) -> dict[str, Any]:
    """One e-mail kills its sender whenever it is written; the clock goes on until nothing is owed."""
    learners(emails, now=now, owed=True)
    killer = User.objects.order_by("pk")[emails // 2].pk

    def prepare() -> None:
        compose = EmailType.compose

        def kill(each: EmailType[Any], email: OutboundEmail, batch: Batch, *, now: datetime) -> Any:
            return _die() if email.user_id == killer else compose(each, email, batch, now=now)

        EmailType.compose = kill  # type: ignore[method-assign, assignment]

    clock = Clock(now)
    killed = 0
    while OutboundEmail.objects.filter(
        state__in=("pending", "leased")
    ).exists() and clock.now < now + timedelta(hours=2):
        killed += in_child(lambda: sending.send_pending(clock=clock, seconds=30), prepare) == signal.SIGKILL
        clock.now += timedelta(seconds=30)
    email = OutboundEmail.objects.get(user=killer)
    return {
        "emails": emails,
        "killed": killed,
        "arrived": len(server.times),
        "twice": sum(server.times.values()) - len(server.times),
        "poison": {"state": email.state, "attempts": email.attempts, "error": email.error},
        "minutes_until_all_settled": (clock.now - now).total_seconds() / 60,
    }


def main() -> int:
    """Print the line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--poison", action="store_true")
    parser.add_argument("--emails", type=int, default=200)
    given = parser.parse_args()
    with sink(keep=False) as server, sending_to(server):
        if given.poison:
            figures = poison(server, emails=given.emails, now=timezone.now())
            held = (
                figures["poison"]["state"] == "failed"
                and figures["poison"]["attempts"] == leases.MOST_CRASHES
                and figures["arrived"] == given.emails - 1
                and figures["twice"] == 0
            )
            return say("poison", held, **figures)
        found = steps(server, times=given.times)
        held = all(
            row["killed"] == row["arrived"] == given.times
            and row["twice"] == (given.times if step == "accepted" else 0)
            for step, row in found.items()
        )
        return say("steps", held, times=given.times, steps=found)


if __name__ == "__main__" and inside("bench.faults.steps"):
    sys.exit(main())
