"""Starting more than once at the same time, and after a crash."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import pytest

from nnprep.management.commands import up
from nnprep.tests.servers import free_port, postgres_server

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
PACK = """---
pack: twice
title: Twice
number: 1
summary: Loaded by several at once.
---

"""


def environment(folder: Path, **own: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"DATA_DIR": str(folder), "LOG_LEVEL": "ERROR", "DATABASE_POOL": "0"} | own


def pack(*, word: str) -> str:
    return PACK + "\n".join(
        f"## Is {n} even, {word}? {{#T-{n} level=1 covers=even.{n}}}\n\n- [x] Yes\n- [ ] No\n  > It is.\n\n"
        "### Explanation\n\nTwo divides it.\n"
        for n in range(2, 60, 2)
    )


def all_at_once(commands: Sequence[Sequence[str]], env: dict[str, str]) -> list[tuple[int, str]]:
    processes = [
        subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for words in commands
    ]
    return [(process.wait(240), process.communicate()[0]) for process in processes]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> object:
    """The environment of a site whose database is empty."""
    if request.param == "sqlite":
        yield environment(tmp_path)
        return
    request.getfixturevalue("postgres_url")
    with postgres_server() as server:
        yield environment(tmp_path, DATABASE_URL=server.url)


def test_migrations_and_packs_that_are_loaded_by_three_at_once_are_loaded_once(
    empty: dict[str, str], tmp_path: Path
) -> None:
    file = tmp_path / "twice.md"
    for _, said in (done := all_at_once([["manage.py", "migrate", "--verbosity=0"]] * 3, empty)):
        assert said == ""
    assert [status for status, _ in done] == [0, 0, 0]
    file.write_text(pack(word="first"))
    first = all_at_once([["manage.py", "load_bank", str(file)]] * 3, empty)
    assert [status for status, _ in first] == [0, 0, 0], first
    file.write_text(pack(word="second"))
    other = tmp_path / "other" / "twice.md"
    other.parent.mkdir()
    other.write_text(pack(word="third"))
    changed = all_at_once([["manage.py", "load_bank", str(path)] for path in (file, other, file)], empty)
    assert [status for status, _ in changed] == [0, 0, 0], changed
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", COUNT],
        cwd=ROOT, env=empty, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    counted = json.loads(told.stdout.splitlines()[-1])
    assert counted["questions"] == 29
    assert counted["stale"] == 0
    assert counted["versions"] in (29 * 3, 29 * 4)


COUNT = """
import json
from quizzes.bank.models import Question, Version
from django.db.models import F, Max
newest = Question.objects.annotate(newest=Max("versions__number")).exclude(current__number=F("newest"))
print(json.dumps({"questions": Question.objects.count(), "versions": Version.objects.count(), "stale": newest.count()}))
"""


def test_two_sites_started_at_once_on_an_empty_database_both_come_up(empty: dict[str, str]) -> None:
    ports = [free_port(), free_port()]
    sites = [
        subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port), "--threads", "2"],
            cwd=ROOT, env=empty, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        for port in ports
    ]  # fmt: skip
    try:
        assert [_answers(port, site) for port, site in zip(ports, sites, strict=True)] == [200, 200]
    finally:
        for site in sites:
            site.terminate()
        said = [site.communicate(timeout=30)[0] for site in sites]
    assert not any("Traceback" in text for text in said), said


def _answers(port: int, site: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline and site.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
                return int(answer.status)
        except OSError:
            time.sleep(0.2)
    return 0


def test_a_port_that_the_site_before_still_drains_is_waited_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        site = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(port), "--threads", "2"],
            cwd=ROOT, env=environment(tmp_path), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert site.stdout is not None
        said = site.stdout.readline()
    try:
        assert said == f"Port {port} is in use; waiting up to {up.DRAINED_WITHIN:.0f} s for it…\n"
        assert site.stdout.readline() == "Preparing the database…\n"
    finally:
        site.terminate()
        site.communicate(timeout=30)


def test_a_port_that_stays_taken_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(port)],
            cwd=ROOT, env=environment(tmp_path), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False, timeout=60,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_site_killed_with_9_comes_up_again_at_the_same_port(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "manage.py", "up", "--port", str(port), "--threads", "2"]
    how = {"cwd": ROOT, "env": environment(tmp_path), "text": True, "stdout": subprocess.DEVNULL}
    first = subprocess.Popen(command, **how)  # type: ignore[call-overload]
    assert _answers(port, first) == 200
    with socket.create_connection(("127.0.0.1", port)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        time.sleep(0.3)
        first.send_signal(signal.SIGKILL)
        first.wait()
        said = tmp_path / "said.txt"
        with said.open("w") as out:
            second = subprocess.Popen(command, **{**how, "stdout": out})  # type: ignore[call-overload]
    try:
        # Until it says so, the first one's web server may still answer at the port.
        while "nnprep is at" not in said.read_text():
            assert second.poll() is None
            time.sleep(0.1)
        assert _answers(port, second) == 200
    finally:
        second.terminate()
        assert second.wait(30) == 0
