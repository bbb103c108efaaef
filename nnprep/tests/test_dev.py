"""`make dev`: an edited file arrives without Ctrl-C, and Ctrl-C leaves nobody behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from nnprep.tests.servers import free_port

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("manage.py", "accounts", "mail", "prepared", "quizzes", "nnprep", "templates")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the site's code, with an empty bank."""
    copy = tmp_path / "tree"
    (copy / "content").mkdir(parents=True)
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("tests", "__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    return copy


def until(ask: Callable[[], bool], *, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not ask():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def page(port: int, path: str) -> tuple[int, str]:
    """Status and body; 0 where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refusal:
        return refusal.code, refusal.read().decode()
    except (URLError, OSError):
        return 0, ""


def processes_in(tree: Path) -> dict[int, str]:
    """Command lines of the processes that stand in that folder, by their id."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if (folder / "cwd").readlink() == tree and "State:\tZ" not in (folder / "status").read_text():
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def clocks(tree: Path) -> set[int]:
    return {pid for pid, words in processes_in(tree).items() if "nnprep.clock" in words}


@pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")
def test_edits_arrive_errors_stand_in_the_page_and_ctrl_c_leaves_nobody(tree: Path, tmp_path: Path) -> None:
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with (tmp_path / "said.txt").open("w") as said:
        site = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--reload", "--port", str(port)],
            cwd=tree, env=kept | {"DATA_DIR": str(tmp_path / "data"), "DEBUG": "1"},
            stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        until(lambda: page(port, "/")[0] == 200)
        # The reloader, and the clock it has started.
        until(lambda: len(clocks(tree)) == 2)
        before = clocks(tree)
        style = tree / "nnprep/static/css/tokens.css"
        style.write_text(style.read_text() + "/* edited */")
        assert page(port, "/static/css/tokens.css")[1].endswith("/* edited */")
        template = tree / "templates/base.html"
        template.write_text(template.read_text().replace("</body>", "<p>An edited template</p></body>"))
        until(lambda: "An edited template" in page(port, "/")[1])
        code = tree / "nnprep/views.py"
        code.write_text(
            code.read_text().replace(
                'return JsonResponse({"status": "ok"})', 'raise ValueError("An edited view")'
            )
        )
        until(lambda: page(port, "/healthz")[0] == 500)
        assert "An edited view" in page(port, "/healthz")[1]
        until(lambda: len(clocks(tree)) == 2 and clocks(tree) != before)
    finally:
        site.send_signal(signal.SIGINT)
        status = site.wait(30)
    assert status == 0, (tmp_path / "said.txt").read_text()
    assert processes_in(tree) == {}


def test_without_debug_it_says_what_is_missing(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "manage.py", "up", "--reload"],
        cwd=ROOT, env=kept | {"DATA_DIR": str(tmp_path)}, check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "make dev" in done.stderr
