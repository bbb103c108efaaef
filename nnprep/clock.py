"""When the clock's jobs run, and the clock in one process: a Celery worker with beat as one of its threads.

Enough without a broker, because requests never enqueue and the database is the truth: a killed process loses
nothing but nudges, and the next tick finds the rows. `python -m nnprep.clock` runs it.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from celery import Celery, beat, bootsteps
from celery.exceptions import SecurityWarning
from celery.worker import WorkController
from django.db import DatabaseError, connection
from django.utils import autoreload, timezone

from nnprep.celery import app

logger = logging.getLogger(__name__)

# After a machine has slept or its clock was set, the schedule is looked at within this many seconds.
LONGEST_SLEEP = 5.0


@dataclass(frozen=True, slots=True)
class ClockReading:
    """What two clocks show, in seconds: one that nobody can set, and the machine's time of day."""

    steady: float
    wall: float

    @classmethod
    def now(cls) -> ClockReading:
        """Reads both."""
        return cls(time.monotonic(), time.time())

    def due_in(self, every: float, now: ClockReading) -> float:
        """Returns seconds until `every` seconds have passed since this reading by either clock; 0 or less when they
        have.

        The steady clock may stand while the machine sleeps. When the time of day is earlier than it was, the clock was
        set back: whatever was written down since lies in the future, so that the job is due at once.
        """
        passed = now.wall - self.wall
        return 0.0 if passed < 0 else every - max(now.steady - self.steady, passed)


class Scheduler(beat.Scheduler):
    """Calls each job once at the start and then at plain intervals, whatever happens to the machine's clock.

    Nothing is remembered from one start to the next: jobs find by themselves what is owed. A job that was called late
    is not called more often for it.
    """

    def __init__(
        self,
        app: Celery,
        *,
        max_interval: int | None = None,
        lazy: bool = False,
        read: Callable[[], ClockReading] = ClockReading.now,
        **_options: object,
    ) -> None:
        self._read = read
        self._called: dict[str, ClockReading] = {}
        super().__init__(app, max_interval=max_interval, lazy=lazy)
        self._longest_sleep = min(self.max_interval or LONGEST_SLEEP, LONGEST_SLEEP)

    def setup_schedule(self) -> None:
        """Takes the jobs from the settings; writes down that the clock starts."""
        self.merge_inplace(self.app.conf.beat_schedule)
        record_start()

    def tick(self, *_args: object, **_kwargs: object) -> float:
        """Calls the jobs that are due. Returns the number of seconds until the next one is."""
        for name, entry in list(self.schedule.items()):
            now = self._read()
            if self._due_in(name, now) <= 0:
                # Before the call: a broker that does not answer is not asked more often than the interval says.
                self._called[name] = now
                self.apply_entry(entry, producer=self.producer)
        now = self._read()
        return max(0.0, min([self._longest_sleep, *(self._due_in(name, now) for name in self.schedule)]))

    def _due_in(self, name: str, now: ClockReading) -> float:
        last = self._called.get(name)
        every: float = self.app.conf.beat_schedule[name]["schedule"]
        return last.due_in(every, now) if last else 0.0


def record_start() -> None:
    """Writes down that the clock starts, where the database can be written."""
    # The tables are known only after Django was set up, which importing this module must not need.
    from quizzes.jobs.api import record_start as record  # noqa: PLC0415

    try:
        record(now=timezone.now())
    except DatabaseError:
        logger.exception("the start of the clock could not be written down")
    finally:
        connection.close()


class _Beat(Protocol):
    """Celery's beat in a thread of its own."""

    def start(self) -> None:
        """Begins to tick."""

    def stop(self) -> None:
        """Ticks no more."""


class BeatThread(bootsteps.StartStopStep):
    """Beat, started and stopped with the worker."""

    requires = ("celery.worker.components:Pool",)

    def __init__(self, worker: WorkController, **options: object) -> None:
        super().__init__(worker, **options)
        self.beat: _Beat | None = None

    def start(self, worker: WorkController) -> None:
        """Begins to tick."""
        service = beat.EmbeddedService(worker.app, thread=True, scheduler_cls=Scheduler)
        self.beat = cast("_Beat", service)
        self.beat.start()

    def stop(self, worker: WorkController) -> None:  # noqa: ARG002 -- Celery hands it over
        """Ticks no more."""
        if self.beat:
            self.beat.stop()


def main() -> None:
    """Runs until SIGTERM; e-mails and jobs in hand are finished first."""
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
    # `make dev`: it begins anew when a file of the code changes.
    if sys.argv[1:] == ["--reload"]:
        autoreload.run_with_reloader(main)
    else:
        main()
