import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")

pytestmark = pytest.mark.processes

PROGRAM = """
import sys
from nnprep.supervisor import supervise

child = "import os, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()} '); time.sleep(60)"
sys.exit(supervise({"child": [sys.executable, "-c", child, sys.argv[1]]}, say=print))
"""


def until(ask: Callable[[], T], *, seconds: float = 15) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def pids(tmp_path: Path) -> Path:
    path = tmp_path / "pids"
    path.touch()
    return path


def start(pids: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(pids)], stdout=subprocess.PIPE, text=True)


def started(pids: Path, count: int) -> list[int]:
    return until(
        lambda: found if len(found := [int(pid) for pid in pids.read_text().split()]) >= count else []
    )


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] == "Z"


def test_a_dead_child_is_started_again(pids: Path) -> None:
    with start(pids) as supervisor:
        (first,) = started(pids, 1)
        os.kill(first, signal.SIGKILL)
        second = started(pids, 2)[1]
        supervisor.terminate()
        out, _ = supervisor.communicate(timeout=15)
    assert second != first
    assert "child ended with status -9" in out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything_with_status_0(pids: Path, number: signal.Signals) -> None:
    with start(pids) as supervisor:
        (child,) = started(pids, 1)
        supervisor.send_signal(number)
        assert supervisor.wait(15) == 0
    assert gone(child)


@pytest.mark.skipif(sys.platform != "linux", reason="the death signal is Linux's")
def test_no_orphan_is_left_when_the_supervisor_is_killed(pids: Path) -> None:
    with start(pids) as supervisor:
        (child,) = started(pids, 1)
        supervisor.kill()
    assert until(lambda: gone(child))
