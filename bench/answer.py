"""`make bench`: one answered question (the POST and the next question) against the floor.

For SQLite and PostgreSQL, at 1 and 16 clients, product and floor in turn on the same server: answers a second, p50,
p95, bytes; queries counted in this process. Every line is JSON; the ratio of a run is the figure to quote.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.load import FLOOR, PRODUCT, answers
from nnprep.supervisor import web_command
from nnprep.tests import servers

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = (1, 16)
ROUNDS = {1: 150, 16: 25}
TURNS = 3


def main() -> None:
    """Measure both databases, one after the other."""
    with tempfile.TemporaryDirectory(prefix="nnprep-bench-") as folder:
        measure("sqlite", {"DATA_DIR": folder})
    with tempfile.TemporaryDirectory(prefix="nnprep-bench-") as folder, servers.postgres() as url:
        measure("postgresql", {"DATA_DIR": folder, "DATABASE_URL": url})


def measure(database: str, given: dict[str, str]) -> None:
    """Fill a fresh database, start the server on it, and print a line for each figure."""
    environment = os.environ | given | {"LOG_LEVEL": "ERROR"}
    run("manage.py", "migrate", "--verbosity", "0", environment=environment)
    run("manage.py", "load_bank", "--verbosity", "0", environment=environment)
    run("manage.py", "collectstatic", "--no-input", "--verbosity", "0", environment=environment)
    seeded = json.loads(run("-m", "bench.learners", str(max(CLIENTS) + 1 + TURNS), environment=environment))
    sessions = seeded["sessions"]
    crowd, warmer, alone = sessions[: max(CLIENTS)], sessions[max(CLIENTS)], sessions[max(CLIENTS) + 1 :]
    say(database=database, what="queries", **seeded["queries"])
    with web_server(environment) as port:
        answers(port, [warmer], PRODUCT, rounds=150)  # texts are rendered once a process
        for clients in CLIENTS:
            best: dict[str, list[dict[str, float]]] = {PRODUCT.name: [], FLOOR.name: []}
            for turn in range(TURNS):
                # A day asks a hundred questions three times each: one client alone answers 150 of them a turn.
                asked = crowd if clients > 1 else alone[turn : turn + 1]
                for address in (FLOOR, PRODUCT):
                    best[address.name].append(answers(port, asked, address, rounds=ROUNDS[clients]))
            middle = {
                name: sorted(runs, key=lambda run: run["per_second"])[TURNS // 2]
                for name, runs in best.items()
            }
            for name, figures in middle.items():
                say(database=database, clients=clients, what=name, **figures)
            ratio = {
                key: round(middle[PRODUCT.name][key] / middle[FLOOR.name][key], 2)
                for key in ("per_second", "p50_ms", "p95_ms")
            }
            say(database=database, clients=clients, what="product / floor", **ratio)


@contextmanager
def web_server(environment: dict[str, str]) -> Iterator[int]:
    """The site under its own web server on a free port."""
    port = servers.free_port()
    command = web_command(f"127.0.0.1:{port}", application="bench.wsgi")
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def run(*words: str, environment: dict[str, str]) -> str:
    """Run a Python program of this repository; return what it printed."""
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def say(**figures: Any) -> None:
    """Print one line of JSON."""
    print(json.dumps({"bench": "answer", **figures}), flush=True)


if __name__ == "__main__":
    main()
