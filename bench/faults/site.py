"""A site to be broken: PostgreSQL, Redis, a mail server, workers and beats, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from nnprep.tests.servers import Postgres, Redis, postgres_server, redis_server
from nnprep.tests.sink import Sink

ROOT = Path(__file__).resolve().parents[2]
LEASE = 4
FINISHED = ("sent", "failed", "cancelled")


@dataclass
class Site:
    """What is up; `workers` and `beats` are the processes that run."""

    postgres: Postgres
    redis: Redis
    sink: Sink
    folder: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    beats: list[subprocess.Popen[bytes]] = field(default_factory=list)
    lease: int = LEASE

    @property
    def environment(self) -> dict[str, str]:
        """What the site's processes find in their environment."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": self.postgres.url,
            "DATABASE_POOL": "0",
            "REDIS_URL": self.redis.url,
            "EMAIL_URL": self.sink.url,
            "EMAIL_LEASE": str(self.lease),
            "LOG_LEVEL": "CRITICAL",
        }

    def run(self, *words: str) -> str:
        """Run a Python program of the repository to its end; what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a Python program in a group of its own."""
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=ROOT,
                env=self.environment,
                start_new_session=True,
                stdout=log,
                stderr=log,
            )

    def start_worker(self) -> subprocess.Popen[bytes]:
        """One Celery worker with one process to do the work."""
        worker = self.start(
            *(
                "-m",
                "celery",
                "-A",
                "bench.faults.app",
                "worker",
                "--concurrency",
                "1",
                "--loglevel",
                "ERROR",
            ),
            *(
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "--hostname",
                f"{time.time_ns()}@%h",
            ),
        )
        self.workers.append(worker)
        return worker

    def start_beat(self) -> None:
        """One more beat."""
        self.beats.append(
            self.start(
                "-m", "celery", "-A", "bench.faults.app", "beat", "--loglevel", "ERROR", "--pidfile", ""
            )
        )

    def end(
        self, process: subprocess.Popen[bytes], number: int = signal.SIGKILL, *, group: bool = False
    ) -> None:
        """End a process: with SIGKILL or for a `group` the whole group at once, else as asked, waiting for it."""
        if number == signal.SIGKILL or group:
            os.killpg(process.pid, number)
        else:
            process.send_signal(number)
        process.wait(60)
        for running in (self.workers, self.beats):
            if process in running:
                running.remove(process)

    def learners(self, count: int, *, owed: bool = False) -> None:
        """Write down learners whose evening e-mail is due."""
        self.run("-m", "bench.faults.learners", str(count), *(["--owed"] if owed else []))

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Rows of a query, on a connection of its own."""
        with psycopg.connect(self.postgres.url, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def emails(self) -> dict[str, int]:
        """How many e-mails stand where; empty while the database does not answer."""
        try:
            return dict(self.ask("SELECT state, count(*) FROM mail_outboundemail GROUP BY state"))
        except psycopg.OperationalError:
            return {}

    def finished(self, count: int) -> bool:
        """Whether there are `count` e-mails, every one of them sent, failed or dropped."""
        emails = self.emails()
        return sum(emails.values()) == count == sum(emails.get(state, 0) for state in FINISHED)

    def comes_to_rest(self, count: int, *, patience: float) -> bool:
        """Wait for `finished`. False when for `patience` seconds nothing arrived and no e-mail was finished."""
        seen: tuple[int, dict[str, int]] = (-1, {})
        since = time.monotonic()
        while time.monotonic() - since < patience:
            if self.finished(count):
                return True
            time.sleep(0.5)
            now = len(self.sink.times), self.emails()
            if now != seen:
                seen, since = now, time.monotonic()
        return False

    def at_work(self) -> bool:
        """Whether an e-mail is in hand."""
        return bool(self.ask("SELECT 1 FROM mail_outboundemail WHERE stage IN ('begun', 'data') LIMIT 1"))

    def health(self) -> dict[str, Any]:
        """What `manage.py clock status --json` says."""
        done = subprocess.run(
            [sys.executable, "manage.py", "clock", "status", "--json"],
            cwd=ROOT, env=self.environment, check=False, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@contextmanager
def site(*, lease: int = LEASE, **mail: Any) -> Iterator[Site]:
    """A migrated site with its servers up and nothing else running; everything is gone when the block ends."""
    with (
        tempfile.TemporaryDirectory(prefix="nnprep-faults-") as name,
        postgres_server() as postgres,
        redis_server() as redis,
    ):
        sink = Sink(**mail)
        sink.start()
        whole = Site(postgres, redis, sink, Path(name), lease=lease)
        try:
            whole.run("manage.py", "migrate", "--verbosity", "0")
            yield whole
        finally:
            for process in [*whole.workers, *whole.beats]:
                whole.end(process)
            sink.stop()


def until(ask: Callable[[], bool], *, seconds: float) -> bool:
    """Whether it came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ask():
            return True
        time.sleep(0.1)
    return False


def say(fault: str, held: bool, **figures: Any) -> int:  # noqa: FBT001
    """Print one line of JSON; the exit status is 1 when the promise did not hold."""
    print(json.dumps({"fault": fault, "held": held, **figures}), flush=True)
    return 0 if held else 1
