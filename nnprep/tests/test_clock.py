"""When the clock's jobs run, whatever the machine's clock does."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from nnprep.celery import app
from nnprep.clock import LONGEST_SLEEP, ClockReading, Scheduler
from nnprep.tests.sink import sink

ROOT = Path(__file__).resolve().parents[2]
SCHEDULE = settings.CELERY_BEAT_SCHEDULE
HOUR = 3600.0


@dataclass
class Machine:
    """A machine whose two clocks are turned by hand."""

    steady: float = 1000.0
    wall: float = 1_800_000_000.0
    called: Counter[str] = field(default_factory=Counter)

    def read(self) -> ClockReading:
        return ClockReading(self.steady, self.wall)

    def live(self, scheduler: Scheduler, seconds: float) -> None:
        """Let time pass as beat does: sleep as long as the scheduler says."""
        until = self.steady + seconds
        while self.steady < until:
            step = min(scheduler.tick(), until - self.steady)
            self.steady += step
            self.wall += step


class Watched(Scheduler):
    """The scheduler, which notes down its calls instead of sending messages."""

    machine: Machine

    def apply_entry(self, entry: Any, producer: Any = None) -> None:  # noqa: ARG002 -- Celery's signature
        self.machine.called[entry.name] += 1

    @property
    def producer(self) -> None:  # type: ignore[override]
        return None


@pytest.fixture
def machine(db: None) -> Machine:
    return Machine()


@pytest.fixture
def scheduler(machine: Machine) -> Scheduler:
    Watched.machine = machine
    return Watched(app, read=machine.read)


def expected(seconds: float) -> dict[str, int]:
    """How often each job runs in a span that begins with a start."""
    return {name: int(-(-seconds // entry["schedule"])) for name, entry in SCHEDULE.items()}


def test_each_job_runs_at_the_start_and_then_at_its_interval(machine: Machine, scheduler: Scheduler) -> None:
    machine.live(scheduler, 1)
    assert dict(machine.called) == dict.fromkeys(SCHEDULE, 1)
    machine.live(scheduler, HOUR - 1)
    wanted = expected(HOUR)
    assert all(abs(machine.called[name] - wanted[name]) <= 1 for name in SCHEDULE), machine.called


@pytest.mark.parametrize("step", [-2 * HOUR, -60.0, -5.0, 48 * HOUR, 60.0])
def test_a_clock_that_is_set_stops_nothing_and_calls_every_job_no_more_than_once_more(
    machine: Machine, scheduler: Scheduler, step: float
) -> None:
    machine.live(scheduler, 901)
    machine.called.clear()
    machine.wall += step
    machine.live(scheduler, HOUR)
    wanted = expected(HOUR)
    assert all(-1 <= machine.called[name] - wanted[name] <= 1 for name in SCHEDULE), machine.called


def test_a_clock_that_was_ahead_and_is_set_back_calls_every_job_at_once(
    machine: Machine, scheduler: Scheduler
) -> None:
    machine.live(scheduler, 10)
    machine.wall += 48 * HOUR
    machine.live(scheduler, 60)
    machine.wall -= 48 * HOUR
    machine.called.clear()
    machine.live(scheduler, LONGEST_SLEEP)
    assert set(machine.called) == set(SCHEDULE)


def test_a_machine_that_slept_calls_every_job_once_when_it_wakes(
    machine: Machine, scheduler: Scheduler
) -> None:
    machine.live(scheduler, 10)
    machine.called.clear()
    machine.wall += max(8 * HOUR, *(entry["schedule"] for entry in SCHEDULE.values()))
    machine.live(scheduler, LONGEST_SLEEP)
    assert set(machine.called) == set(SCHEDULE)
    assert machine.called["record forecasts"] == 1


def test_it_never_sleeps_longer_than_it_may(machine: Machine, scheduler: Scheduler) -> None:
    sleeps = []
    for _ in range(200):
        sleeps.append(pause := scheduler.tick())
        machine.steady += pause
        machine.wall += pause
    assert min(sleeps) >= 0
    assert max(sleeps) <= LONGEST_SLEEP


def test_both_ways_of_running_use_it() -> None:
    assert app.conf.beat_scheduler == "nnprep.clock:Scheduler"


class Site:
    """A migrated site whose clock's processes live by a time of day that the test sets."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.offset = folder / "offset"
        self.turn(0)
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"DATA_DIR": str(folder), "LOG_LEVEL": "WARNING", "SQLITE_SYNCHRONOUS": "NORMAL"}
        self.environment = kept | own | environment
        self.run("manage.py", "migrate", "--verbosity", "0")

    def turn(self, seconds: float) -> None:
        """Set the time of day so many seconds off."""
        part = self.offset.with_suffix(".new")
        part.write_text(str(seconds))
        part.replace(self.offset)

    def run(self, *words: str) -> None:
        subprocess.run([sys.executable, *words], cwd=ROOT, env=self.environment, check=True)

    @contextmanager
    def running(self, *words: str) -> Iterator[subprocess.Popen[bytes]]:
        """A module in a process of its own, killed when the block ends: a start has to do without a stop."""
        command = [sys.executable, "-m", "nnprep.tests.shifted", str(self.offset), *words]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with closing(sqlite3.connect(self.folder / "nnprep.sqlite3", timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def last_runs(self) -> dict[str, float]:
        """When each job ran last, as seconds since 1970."""
        rows = self.ask("SELECT name, last_run_at FROM quizzes_jobrun")
        return {name: datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() for name, at in rows}

    def all_run(self, *, offset: float, within: float = 60) -> None:
        """Wait until every job has run by a time of day that is `offset` seconds off, at most a minute ago."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            runs = self.last_runs()
            lately = [name for name, at in runs.items() if abs(time.time() + offset - at) < 60]
            if set(lately) == set(SCHEDULE):
                return
            time.sleep(0.2)
        said = (self.folder / "log").read_text()[-2000:]
        raise AssertionError(f"at {offset}: only {lately} ran; {said}")


@pytest.mark.processes
def test_a_running_clock_goes_on_when_the_time_of_day_is_set_back_or_ahead_and_back(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.running("nnprep.clock"):
        site.all_run(offset=0)
        for offset in (-2 * HOUR, 48 * HOUR, 0):
            site.turn(offset)
            site.all_run(offset=offset)
    assert not list(tmp_path.glob("celerybeat-schedule*"))


@pytest.mark.services
@pytest.mark.processes
def test_celery_beat_goes_on_too_and_remembers_no_wrong_time_over_a_restart(
    tmp_path: Path, redis_url: str
) -> None:
    site = Site(tmp_path, REDIS_URL=redis_url)
    worker = ["celery", "-A", "nnprep", "worker", "--pool", "solo", "--without-gossip", "--without-mingle"]
    beat = ["celery", "-A", "nnprep", "beat", "--pidfile", ""]
    site.turn(48 * HOUR)
    with site.running(*worker):
        with site.running(*beat):
            site.all_run(offset=48 * HOUR)
        site.turn(0)
        with site.running(*beat):
            site.all_run(offset=0)
            site.turn(-2 * HOUR)
            site.all_run(offset=-2 * HOUR)
    assert not list(ROOT.glob("celerybeat-schedule*"))


@pytest.mark.processes
def test_a_clock_that_is_stopped_finishes_the_e_mail_in_hand_and_gives_the_others_back(
    tmp_path: Path,
) -> None:
    with sink(delay=0.2, keep=False) as server:
        site = Site(tmp_path, EMAIL_URL=server.url)
        site.run("-m", "bench.faults.learners", "120", "--owed")
        with site.running("nnprep.clock") as process:
            deadline = time.monotonic() + 60
            while len(server.taken) < 3 and time.monotonic() < deadline:
                time.sleep(0.05)
            os.killpg(process.pid, signal.SIGTERM)
            assert process.wait(30) == 0
        rows = dict(site.ask("SELECT state, count(*) FROM mail_outboundemail GROUP BY state"))
        assert rows == {"sent": len(server.taken), "pending": 120 - len(server.taken)}
        assert len(server.taken) < 100
        assert site.ask(
            "SELECT max(crashes), max(attempts) FROM mail_outboundemail WHERE state = 'pending'"
        ) == [(0, 0)]
