"""The alarm: how often it rings on a healthy site, and how soon on a broken one.

A site is started as one person runs it, `manage.py clock status` is asked again and again, and then it is broken in one
way after the other: each must be red within two minutes and green again once mended. Prints one line of JSON.

    python -m bench.clock_status                                   70 samples in 20 minutes, then every fault
    python -m bench.clock_status --samples 10 --minutes 2 --faults mail,clock
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from nnprep.tests.servers import free_port
from nnprep.tests.sink import Sink

ROOT = Path(__file__).resolve().parents[1]
RED_WITHIN = 120.0
ROOM_MB = 96
AHEAD = timedelta(days=2)
OWE = """
from datetime import timedelta
from django.utils import timezone
from mail.models import E-mail
now = timezone.now()
E-mail.objects.bulk_create(
    E-mail(kind="account", address=f"learner{n}@example.org", source="Subject: A code\\n\\n12345", due_at=now,
           not_before=now, expires_at=now + timedelta(hours=2))
    for n in range(50)
)
"""


class Site:
    """An embedded site in a folder, with a mail server that can be stopped."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.sink, self.port = folder, Sink(keep=False), free_port()
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        own = {"DATA_DIR": str(folder), "PORT": str(self.port), "EMAIL_URL": self.sink.url}
        self.environment = kept | own | {"LOG_LEVEL": "CRITICAL"}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says that it is ready."""
        self.sink.start()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up"],
            cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdout is not None
        while b"Ready" not in (line := self.process.stdout.readline()):
            if not line:
                raise RuntimeError("the site did not start")

    def stop(self) -> None:
        """Stop it and its mail server."""
        if self.process:
            self.process.terminate()
            self.process.wait(60)
        self.sink.stop()

    def status(self) -> tuple[bool, list[str]]:
        """Whether the alarm is silent, and what it says."""
        done = subprocess.run(
            [sys.executable, "manage.py", "clock", "status", "--json"],
            cwd=ROOT, env=self.environment, check=False, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        told = json.loads(done.stdout)["problems"]
        return done.returncode == 0, [f"{problem['name']}: {problem['cause']}"[:200] for problem in told]

    def clock(self) -> list[int]:
        """The processes of the clock, by number."""
        found = subprocess.run(
            ["pgrep", "-P", str(self.process.pid if self.process else 0), "-f", "nnprep.clock"],
            check=False, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return [int(pid) for pid in found.stdout.split()]

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Read or change rows; those that were read."""
        with closing(sqlite3.connect(self.folder / "nnprep.sqlite3", timeout=20)) as connection:
            rows = connection.execute(query).fetchall()
            connection.commit()
        return rows

    def owe(self) -> None:
        """Write down fifty e-mails that may leave now."""
        subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", OWE],
            cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def mail(site: Site) -> Iterator[None]:
    """The mail server is dead and e-mails wait."""
    site.sink.stop()
    site.owe()
    yield
    site.sink.start()


@contextmanager
def clock(site: Site) -> Iterator[None]:
    """The clock hangs: the process is there and does nothing."""
    pids = site.clock()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    yield
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


@contextmanager
def dead(site: Site) -> Iterator[None]:
    """The clock is killed, and nobody starts it again: its supervisor stands still."""
    assert site.process is not None
    site.process.send_signal(signal.SIGSTOP)
    for pid in site.clock():
        os.kill(pid, signal.SIGKILL)
    yield
    site.process.send_signal(signal.SIGCONT)


@contextmanager
def failing(site: Site) -> Iterator[None]:
    """A job fails at every run: a table that it needs has another name."""
    site.ask("ALTER TABLE quizzes_invitation RENAME TO quizzes_invitation_away")
    yield
    site.ask("ALTER TABLE quizzes_invitation_away RENAME TO quizzes_invitation")


@contextmanager
def disk(site: Site) -> Iterator[None]:
    """The disk of the data folder is full."""
    filler = site.folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            pass
    yield
    filler.unlink()


@contextmanager
def set_back(site: Site) -> Iterator[None]:
    """The clock stands and its last runs lie in the future: it ran on a machine whose time was two days ahead."""
    offset = site.folder / "offset"
    offset.write_text(str(AHEAD.total_seconds()))
    with dead(site):
        ahead = subprocess.Popen(
            [sys.executable, "-m", "nnprep.tests.shifted", str(offset), "nnprep.clock"],
            cwd=ROOT, env=site.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 120
            while site.ask("SELECT 1 FROM quizzes_jobrun WHERE last_run_at < datetime('now', '+1 day')"):
                if time.monotonic() > deadline:
                    raise RuntimeError("the clock that is ahead did not run every job")
                time.sleep(0.5)
        finally:
            ahead.kill()
            ahead.wait()
        yield


FAULTS = {"mail": mail, "clock": clock, "dead": dead, "failing": failing, "disk": disk, "set back": set_back}


def healthy(site: Site, *, samples: int, minutes: float) -> dict[str, Any]:
    """Ask again and again; how often the alarm rang although nothing was wrong."""
    red: list[list[str]] = []
    began = time.monotonic()
    for number in range(samples):
        time.sleep(max(0.0, began + number * minutes * 60 / samples - time.monotonic()))
        silent, said = site.status()
        if not silent:
            red.append(said)
    return {"samples": samples, "minutes": minutes, "red": len(red), "said": red[:3]}


def until(site: Site, wanted: bool, *, within: float) -> tuple[float | None, list[str]]:  # noqa: FBT001
    """Seconds until the alarm was silent (`wanted`) or rang, None when it did not; what it said then."""
    began = time.monotonic()
    said: list[str] = []
    while time.monotonic() - began < within:
        silent, said = site.status()
        if silent == wanted:
            return round(time.monotonic() - began, 1), said
        time.sleep(1)
    return None, said


def broken(site: Site, name: str) -> dict[str, Any]:
    """Break it, wait for the alarm, mend it, wait for silence."""
    with FAULTS[name](site):
        red, said = until(site, wanted=False, within=RED_WITHIN + 60)
    green, still = until(site, wanted=True, within=RED_WITHIN + 60)
    return {"red_after": red, "said": said[:2], "green_after": green, **({"still": still} if still else {})}


@contextmanager
def room(*, own_disk: bool) -> Iterator[Path]:
    """A folder; with `own_disk` a small file system of its own, which can be filled. That takes the rights to mount."""
    with tempfile.TemporaryDirectory(prefix="nnprep-clock-status-") as name:
        if own_disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM_MB}m", "tmpfs", name], check=True)
        try:
            yield Path(name)
        finally:
            if own_disk:
                subprocess.run(["umount", "-l", name], check=True)


def main() -> int:
    """Print the line; the exit status is 1 when the alarm rang without a reason or not in time."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=70)
    parser.add_argument("--minutes", type=float, default=20.0)
    default = [name for name in FAULTS if name != "disk" or os.geteuid() == 0]
    parser.add_argument("--faults", default=",".join(default), help="commas between; the disk needs root")
    given = parser.parse_args()
    faults = [name for name in given.faults.split(",") if name]
    with room(own_disk="disk" in faults) as folder:
        site = Site(folder)
        site.start()
        try:
            figures: dict[str, Any] = {"healthy": healthy(site, samples=given.samples, minutes=given.minutes)}
            figures["broken"] = {name: broken(site, name) for name in faults}
        finally:
            site.stop()
    held = figures["healthy"]["red"] == 0 and all(
        found["red_after"] is not None
        and found["red_after"] <= RED_WITHIN
        and found["green_after"] is not None
        for found in figures["broken"].values()
    )
    print(json.dumps({"fault": "clock status", "held": held, **figures}), flush=True)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
