"""Two beats, four workers, every job due several times a second: no e-mail is lost, none is sent twice.

python -m bench.faults.doubled
"""

from __future__ import annotations

import signal
import sys
from argparse import ArgumentParser

from bench.faults.kills import held, kills
from bench.faults.site import say


def main() -> int:
    """Print the line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--emails", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--beats", type=int, default=2)
    given = parser.parse_args()
    figures = kills(
        emails=given.emails,
        workers=given.workers,
        beats=given.beats,
        kills=0,
        number=signal.SIGTERM,
        delay=0.005,
        gap=0,
    )
    return say("doubled", held(figures), **figures)


if __name__ == "__main__":
    sys.exit(main())
