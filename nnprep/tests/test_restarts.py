"""Servers that are started again while the site runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nnprep.tests.servers import free_port, postgres_server

ROOT = Path(__file__).resolve().parents[2]


def get(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 -- our own address
            return int(answer.status)
    except urllib.error.HTTPError as fault:
        return fault.code
    except OSError:
        return 0


@pytest.mark.services
def test_after_postgresql_was_started_again_no_request_fails(postgres_url: str, tmp_path: Path) -> None:
    port = free_port()
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with postgres_server() as server:
        env = kept | {"DATA_DIR": str(tmp_path), "LOG_LEVEL": "CRITICAL", "DATABASE_URL": server.url}
        for words in (["migrate", "--verbosity=0"], ["collectstatic", "--no-input", "--verbosity=0"]):
            subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, check=True)
        command = [
            sys.executable, "-m", "gunicorn", "nnprep.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--worker-class", "gthread", "--threads", "8", "--no-control-socket", "--log-level", "error",
        ]  # fmt: skip
        web = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
        try:
            page = f"http://127.0.0.1:{port}/"
            deadline = time.monotonic() + 60
            while get(page) != 200 and time.monotonic() < deadline:
                time.sleep(0.2)
            with ThreadPoolExecutor(32) as crowd:  # every process keeps as many connections as it may
                assert set(crowd.map(get, [page] * 200)) == {200}
            server.stop()
            server.start()
            assert Counter(get(page) for _ in range(40)) == {200: 40}
        finally:
            web.terminate()
            web.wait(30)
