"""`python -m bench.search`: the bank's pages at a hundred thousand questions, against the floor's page.

On SQLite and PostgreSQL, one client on a connection kept open, the floor's page and each kind of page in turn on the
same server. A line of JSON for each: p50, p95, and the ratios to the floor of the same turns.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import tempfile
import time
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

from bench.answer import run, web_server
from nnprep.tests import servers

QUESTIONS = 100_000
ROUNDS = 200
FLOOR = "/floor/"
# A page a learner opens, by what is asked of it.
PAGES: dict[str, list[str]] = {
    "topics": ["/bank/"],
    "topic": ["/bank/overfitting/", "/bank/data-augmentation/"],
    "kind": ["/bank/?kind=bug", "/bank/?kind=recall"],
    "level": ["/bank/?level=1", "/bank/?level=3"],
    "skill": ["/bank/?skill=debug", "/bank/?skill=judgement"],
    "due": ["/bank/?mine=due"],
    "never seen": ["/bank/?mine=new"],
    "missed lately": ["/bank/?mine=missed"],
    "suspended": ["/bank/?mine=suspended"],
    "with a note": ["/bank/?mine=noted"],
    "reported": ["/bank/?mine=reported"],
    "all filters": ["/bank/?kind=bug&level=3&skill=debug&mine=new"],
}


def main() -> None:
    """Measure both databases, one after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--questions", type=int, default=QUESTIONS)
    questions: int = parser.parse_args().questions
    with tempfile.TemporaryDirectory(prefix="nnprep-bench-") as folder:
        measure("sqlite", {"DATA_DIR": folder}, questions)
    with tempfile.TemporaryDirectory(prefix="nnprep-bench-") as folder, servers.postgres() as url:
        measure("postgresql", {"DATA_DIR": folder, "DATABASE_URL": url}, questions)


def measure(database: str, given: dict[str, str], questions: int) -> None:
    """Fill a fresh database, start the server on it, and print a line for each kind of page."""
    environment = os.environ | given | {"LOG_LEVEL": "ERROR"}
    run("manage.py", "migrate", "--verbosity", "0", environment=environment)
    run("manage.py", "load_bank", "--verbosity", "0", environment=environment)
    run("manage.py", "collectstatic", "--no-input", "--verbosity", "0", environment=environment)
    made = json.loads(run("-m", "bench.bank", str(questions), environment=environment))
    pages = PAGES | {
        "words": [f"/bank/?{urlencode({'q': words})}" for words in made["searches"]],
        "words and filters": [
            f"/bank/?{urlencode({'q': words, 'level': '2', 'mine': 'new'})}" for words in made["searches"]
        ],
    }
    with web_server(environment) as port:
        reader = Reader(port, made["session"])
        for path in ("/bank/?q=network", FLOOR):  # the process's first page waits for its imports
            reader.waited(path)
        for what, paths in pages.items():
            turns = [(reader.waited(FLOOR), reader.waited(path)) for path in islice(cycle(paths), ROUNDS)]
            floor, page = (figures(sorted(waits)) for waits in zip(*turns, strict=True))
            ratio = {f"{key}_to_floor": round(page[key] / floor[key], 2) for key in page}
            floors = {f"floor_{key}_ms": value for key, value in floor.items()}
            say(
                database=database,
                questions=questions,
                what=what,
                **{f"{key}_ms": value for key, value in page.items()},
                **floors,
                **ratio,
            )


class Reader:
    """A learner who opens pages on one connection."""

    def __init__(self, port: int, session: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Cookie": f"sessionid={session}"}

    def waited(self, path: str) -> float:
        """Milliseconds until the whole page was there."""
        began = time.perf_counter()
        self.connection.request("GET", path, headers=self.headers)
        response = self.connection.getresponse()
        text = response.read()
        took = (time.perf_counter() - began) * 1000
        if response.status != http.client.OK:
            raise RuntimeError(f"{path} answered {response.status}: {text[:300]!r}")
        return took


def figures(waits: list[float]) -> dict[str, float]:
    """The median and the 95th percentile of sorted waits."""
    return {"p50": round(waits[len(waits) // 2], 2), "p95": round(waits[int(len(waits) * 0.95)], 2)}


def say(**told: Any) -> None:
    """Print one line of JSON."""
    print(json.dumps({"bench": "search", **told}), flush=True)


if __name__ == "__main__":
    main()
