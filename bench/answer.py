"""`python -m bench.answer`: one answered question and the next one, against the floor of `bench.floor`.

For SQLite and PostgreSQL, at 1 and 16 clients, with htmx and without JavaScript: real answers to questions of all
kinds, product and floor in alternating slices, each under the same web server on the same database server. Every line
is JSON. `cpu_ratio` is the figure to quote: CPU seconds of the web server's processes, and of PostgreSQL's, for an
answer, product divided by floor, the median of the slices. Any answer that fails ends the run.

`--slices 2` is for trying it out, `--profile` says instead where the product's CPU goes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from nnprep.supervisor import web_command
from nnprep.tests import servers

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 120.0  # seconds
QUIET = os.environ | {"LOG_LEVEL": "ERROR", "REDIS_URL": ""}
# Slices of each site, by the number of clients at once.
SLICES = {1: 6, 16: 5}
# What a learner answers at most: a day has more questions than this.
ANSWERS = 50
# How many learners each client is in a slice, one after the other, and how much each of these answers.
LEARNERS = {1: 2, 16: 1}
EACH = {1: ANSWERS, 16: 25}
# The floor answers so many times as much in a slice: it is quicker, and CPU time is counted in hundredths of a second.
FLOOR_TIMES = 4
# Learners who answer before anything is measured: a process renders each text once.
WARMING = 8
WAYS = {"htmx": True, "without JavaScript": False}
DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Served:
    """A site under its own web server: its port, and the id of the server's first process."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Databases:
    """A database each on one server, as environments; with SQLite a file each, and no `postmaster` (process id)."""

    name: str
    product: dict[str, str]
    floor: dict[str, str]
    postmaster: int | None


def main() -> None:
    """Measure both databases, one after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--slices", type=int, help="of each site; 6 at one client, 5 at 16")
    parser.add_argument("--database", choices=DATABASES, action="append", help="only this one")
    parser.add_argument("--clients", type=int, choices=SLICES, action="append", help="only so many")
    parser.add_argument("--profile", action="store_true", help="by category, in one process")
    asked = parser.parse_args()
    slices = {
        clients: asked.slices or many
        for clients, many in SLICES.items()
        if clients in (asked.clients or SLICES)
    }
    for name in asked.database or DATABASES:
        with databases(name) as both:
            if asked.profile:
                profile(both)
            else:
                measure(both, slices)


@contextmanager
def databases(name: str) -> Iterator[Databases]:
    """Empty databases for product and floor."""
    with tempfile.TemporaryDirectory(prefix="nnprep-bench-") as folder:
        if name == "sqlite":
            floor = f"sqlite:///{folder}/floor.sqlite3"
            product = QUIET | {"DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/nnprep.sqlite3"}
            yield Databases(name, product, os.environ | {"FLOOR_URL": floor}, None)
            return
        with servers.postgres_server() as server:
            with psycopg.connect(server.url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE floor")
            floor = server.url.rpartition("/")[0] + "/floor"
            product = QUIET | {"DATA_DIR": folder, "DATABASE_URL": server.url}
            yield Databases(name, product, os.environ | {"FLOOR_URL": floor}, server.pid)


def measure(both: Databases, slices: Mapping[int, int]) -> None:
    """Fill the databases, start both sites, and print a line for each figure."""
    prepare(both.product)
    wanted = str(learners_wanted(slices))
    seeded = json.loads(run("-m", "bench.learners", wanted, environment=both.product))
    say(database=both.name, what="queries", **seeded["queries"])
    with web_server(both.product) as above, floor_site(both.floor) as (below, sessions):
        plan = {
            "database": both.name,
            "product": [above.port, above.pid],
            "floor": [below.port, below.pid],
            "postmaster": both.postmaster,
            "slices": [*slices.items()],
            "learners": seeded["learners"],
            "floor_sessions": sessions,
        }
        command = [sys.executable, "-m", "bench.slices"]
        subprocess.run(command, cwd=ROOT, env=both.product, input=json.dumps(plan), text=True, check=True)


def learners_wanted(slices: Mapping[int, int]) -> int:
    """Returns how many learners so many slices take: each answers in one of them."""
    return WARMING + len(WAYS) * sum(many * clients * LEARNERS[clients] for clients, many in slices.items())


def profile(both: Databases) -> None:
    """Fill a database and print where an answer's CPU goes."""
    prepare(both.product)
    subprocess.run([sys.executable, "-m", "bench.profile"], cwd=ROOT, env=both.product, check=True)


def prepare(environment: Mapping[str, str]) -> None:
    """Make the product's tables and load the bank."""
    run("manage.py", "migrate", "--verbosity", "0", environment=environment)
    run("manage.py", "load_bank", "--verbosity", "0", environment=environment)
    run("manage.py", "collectstatic", "--no-input", "--verbosity", "0", environment=environment)


@contextmanager
def web_server(environment: Mapping[str, str], *, application: str = "nnprep.wsgi") -> Iterator[Served]:
    """A site under its own web server on a free port."""
    port = servers.free_port()
    server = subprocess.Popen(
        web_command(f"127.0.0.1:{port}", application=application), cwd=ROOT, env=environment
    )
    try:
        deadline = time.monotonic() + START_WITHIN
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
                break
            except OSError:
                if time.monotonic() > deadline or server.poll() is not None:
                    raise
                time.sleep(0.1)
        yield Served(port, server.pid)
    finally:
        server.terminate()
        server.wait(20)


@contextmanager
def floor_site(environment: Mapping[str, str]) -> Iterator[tuple[Served, list[str]]]:
    """The floor, filled and under its own web server; with the keys of its learners' browser sessions."""
    sessions: list[str] = json.loads(run("-m", "bench.floor_learners", environment=environment))["sessions"]
    with web_server(environment, application="bench.floor") as served:
        yield served, sessions


def run(*words: str, environment: Mapping[str, str]) -> str:
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
