"""A supervisor of a few child processes: start, start again when one dies, stop all of them, leave no orphan."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import FrameType

PR_SET_PDEATHSIG = 1
FIRST_GAP = 0.5
LONGEST_GAP = 30.0
HEALTHY_AFTER = 30.0
STOP_WITHIN = 10.0


@dataclass(slots=True)
class Child:
    """One supervised command. `gap` is how many seconds pass before it is started again."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_at: float = 0.0
    gap: float = FIRST_GAP


def web_command(
    bind: str, *, application: str = "nnprep.wsgi", workers: int = 1, threads: int = 12
) -> list[str]:
    """Returns the command of the web server that listens on `bind` (host:port)."""
    return [
        sys.executable, "-m", "gunicorn", application, "--bind", bind, "--worker-class", "gthread",
        "--workers", str(workers), "--threads", str(threads), "--graceful-timeout", "5", "--keep-alive", "15",
        "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip


def supervise(
    commands: Mapping[str, Sequence[str]],
    *,
    say: Callable[[str], object],
    environment: Mapping[str, str] | None = None,
) -> int:
    """Runs every command until SIGINT or SIGTERM arrives; a command that ends is started again, with growing gaps.

    Returns 0 when everything stopped by itself after the signal, 1 when something had to be killed.
    """
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    before = {
        number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    children = [Child(name, command) for name, command in commands.items()]
    try:
        while not stopping:
            for child in children:
                _watch(child, say=say, environment=environment)
            time.sleep(0.1)
        say("Stopping…")
        return _stop_all(children, say=say)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _watch(child: Child, *, say: Callable[[str], object], environment: Mapping[str, str] | None) -> None:
    """Starts the child when it is its time; takes note when it has ended."""
    now = time.monotonic()
    if child.process is None:
        if now >= child.start_at:
            child.process = _start(child.command, environment)
            child.started = now
        return
    status = child.process.poll()
    if status is None:
        return
    # Whatever the child had started goes with it, before a new one takes its place.
    _signal_group(child.process, signal.SIGKILL)
    child.gap = FIRST_GAP if now - child.started > HEALTHY_AFTER else min(child.gap * 2, LONGEST_GAP)
    child.start_at = now + child.gap
    child.process = None
    say(f"{child.name} ended with status {status}; starting it again in {child.gap:.0f} s.")


def _start(command: Sequence[str], environment: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
    # A session of its own keeps the terminal's Ctrl-C away from it: we stop it, once, in order.
    # The death signal covers the case in which we are killed and cannot.
    return subprocess.Popen(  # noqa: S603 -- the commands are ours
        command,
        env=dict(environment) if environment is not None else None,
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 -- one thread only here
    )


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _stop_all(children: Sequence[Child], *, say: Callable[[str], object]) -> int:
    running = [child for child in children if child.process and child.process.poll() is None]
    for child in running:
        if child.process:
            child.process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    killed = 0
    for child in running:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            say(f"{child.name} did not stop within {STOP_WITHIN:.0f} s and was killed.")
            killed = 1
        _signal_group(child.process, signal.SIGKILL)
    return killed
