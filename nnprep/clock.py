"""The clock in one process: a Celery worker with beat as one of its threads.

Enough without a broker, because requests never enqueue and the database is the truth: a killed process loses
nothing but nudges, and the next tick finds the rows. `python -m nnprep.clock` runs it.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

from celery import bootsteps
from celery.beat import EmbeddedService
from celery.exceptions import SecurityWarning

from nnprep.celery import app


class BeatThread(bootsteps.StartStopStep):
    """Beat, started and stopped with the worker."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: Any, **options: Any) -> None:
        super().__init__(worker, **options)
        self.beat: Any = None

    def start(self, worker: Any) -> None:
        """Begin to tick. Plain intervals need no memory of the last run, so no schedule file is written."""
        self.beat = EmbeddedService(worker.app, thread=True, scheduler_cls="celery.beat:Scheduler")
        self.beat.start()

    def stop(self, worker: Any) -> None:  # noqa: ARG002 -- Celery hands it over
        """Tick no more."""
        if self.beat:
            self.beat.stop()


def main() -> None:
    """Run until SIGTERM; tasks under way are finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
    # Celery warns root of pickled messages; ours are JSON and come from this process.
    warnings.simplefilter("ignore", SecurityWarning)
    app.steps["worker"].add(BeatThread)
    worker = app.Worker(
        pool="threads",
        concurrency=2,
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
    )
    worker.start()
    sys.exit(worker.exitcode)


if __name__ == "__main__":
    main()
