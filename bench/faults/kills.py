"""Workers are killed again and again while e-mails leave.

Every e-mail arrives. None arrives twice, but those the mail server took while nobody could write it down any more:
at most one a kill, with the same Message-ID. After SIGTERM, which lets a worker finish, there is not even one.

    python -m bench.faults.kills                                   1,000 e-mails, 2 workers, 20 × kill -9
    python -m bench.faults.kills --signal TERM                     the same with SIGTERM
    python -m bench.faults.kills --signal TERM --group             the same, sent to all processes of the worker
    python -m bench.faults.kills --e-mails 2000 --workers 4 --beats 2 --kills 20
"""

from __future__ import annotations

import random
import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from bench.faults.site import LEASE, Site, say, site, until


def kills(
    *,
    emails: int,
    workers: int,
    beats: int,
    kills: int,
    number: int,
    delay: float,
    gap: float,
    group: bool = False,
    lease: int = LEASE,
    seed: int = 1,
) -> dict[str, Any]:
    """Run it; what was seen."""
    rng = random.Random(seed)
    with site(lease=lease, delay=delay, keep=False) as whole:
        whole.learners(emails)
        for _ in range(beats):
            whole.start_beat()
        for _ in range(workers):
            whole.start_worker()
        began = time.monotonic()
        done = 0
        until(lambda: len(whole.sink.taken) > emails // 50, seconds=60)
        while done < kills and not whole.finished(emails):
            time.sleep(rng.uniform(0.5, 1.5) * gap)
            if group:  # a stop that finds nobody at work proves nothing
                until(whole.at_work, seconds=30)
            victim = whole.workers[0] if group else rng.choice(whole.workers)
            whole.end(victim, number, group=group)
            whole.start_worker()
            done += 1
        finished = whole.comes_to_rest(emails, patience=60)
        return seen(whole, emails=emails, finished=finished) | {
            "emails": emails,
            "workers": workers,
            "beats": beats,
            "kills": done,
            "signal": signal.Signals(number).name + (" to the group" if group else ""),
            "lease": lease,
            "seconds": round(time.monotonic() - began, 1),
        }


def seen(whole: Site, *, emails: int, finished: bool) -> dict[str, Any]:
    """What arrived, how often, and where the rows stand."""
    times = whole.sink.times
    return {
        "finished": finished,
        "arrived": len(times),
        "lost": emails - len(times),
        "twice": sum(times.values()) - len(times),
        "crashes": whole.ask("SELECT coalesce(sum(crashes), 0) FROM mail_outboundemail")[0][0],
        "possibly_delivered": whole.ask("SELECT count(*) FROM mail_outboundemail WHERE possibly_delivered")[
            0
        ][0],
        "states": whole.emails(),
    }


def held(figures: dict[str, Any]) -> bool:
    """Whether the promise held: a worker that is asked to stop leaves no e-mail behind that counts a crash."""
    deaths = figures["kills"] if figures["signal"] == "SIGKILL" else 0
    return bool(
        figures["finished"]
        and figures["lost"] == 0
        and figures["twice"] <= deaths
        and (deaths or figures["crashes"] == 0)
    )


def main() -> int:
    """Print the line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--emails", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--beats", type=int, default=1)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--signal", choices=["KILL", "TERM"], default="KILL")
    parser.add_argument(
        "--group", action="store_true", help="signal all processes of a worker, as systemd does"
    )
    parser.add_argument("--lease", type=int, default=LEASE, help="EMAIL_LEASE, in seconds")
    parser.add_argument("--delay", type=float, default=None, help="seconds the mail server thinks")
    parser.add_argument("--gap", type=float, default=1.5, help="mean seconds between two kills")
    given = parser.parse_args()
    figures = kills(
        emails=given.emails,
        workers=given.workers,
        beats=given.beats,
        kills=given.kills,
        number=signal.Signals[f"SIG{given.signal}"],
        # A worker that is asked to stop finishes its shift first: the e-mails must last for all the kills.
        delay=given.delay or (0.05 if given.signal == "KILL" else 0.3),
        gap=given.gap,
        group=given.group,
        lease=given.lease,
    )
    return say(f"kills {given.signal}", held(figures), **figures)


if __name__ == "__main__":
    sys.exit(main())
