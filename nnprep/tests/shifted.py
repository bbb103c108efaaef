"""`python -m nnprep.tests.shifted FILE MODULE [WORDS]`: run a module in a process whose time of day is off.

The file says by how many seconds, and is read several times a second; the steady clock goes on as it is.
"""

from __future__ import annotations

import runpy
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine


def _follow(file: Path, real: float, steady: float) -> None:
    """Turn the time of day as the file says; `real` is what it was when the steady clock showed `steady`."""
    shown = 0.0
    travel = None
    while True:
        wanted = float(file.read_text() or 0)
        if wanted != shown:
            if travel is not None:
                travel.stop()
            now = datetime.fromtimestamp(real + time.monotonic() - steady, UTC)
            travel = time_machine.travel(now + timedelta(seconds=wanted), tick=True)
            travel.start()
            shown = wanted
        time.sleep(0.1)


def main() -> None:
    """Start following the file, then run the module as if it had been named."""
    file = Path(sys.argv[1])
    threading.Thread(target=_follow, args=(file, time.time(), time.monotonic()), daemon=True).start()
    time.sleep(0.3)
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
