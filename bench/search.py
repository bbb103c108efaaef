"""`python -m bench.search`: the bank's pages at a hundred thousand questions, against the floor's page.

On SQLite and PostgreSQL, one client on connections kept open, the floor's page and each kind of page in turn, each site
under its own web server. A line of JSON for each: p50, p95, and the ratios to the floor of the same turns.
"""

from __future__ import annotations

import argparse
import http.client
import json
import time
from collections.abc import Sequence
from itertools import cycle, islice
from typing import Any
from urllib.parse import urlencode

from bench.answer import DATABASES, Databases, databases, floor_site, prepare, run, web_server
from bench.load import FLOOR

QUESTIONS = 100_000
ROUNDS = 200
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
    for name in DATABASES:
        with databases(name) as both:
            measure(both, questions)


def measure(both: Databases, questions: int) -> None:
    """Fill the databases, start both sites, and print a line for each kind of page."""
    prepare(both.product)
    made = json.loads(run("-m", "bench.bank", str(questions), environment=both.product))
    pages = PAGES | {
        "words": [f"/bank/?{urlencode({'q': words})}" for words in made["searches"]],
        "words and filters": [
            f"/bank/?{urlencode({'q': words, 'level': '2', 'mine': 'new'})}" for words in made["searches"]
        ],
    }
    with web_server(both.product) as site, floor_site(both.floor) as (below, sessions):
        reader, other = Reader(site.port, made["sessions"]), Reader(below.port, sessions)
        # A process's first page waits for its imports.
        reader.waited("/bank/?q=network")
        other.waited(FLOOR.page)
        for what, paths in pages.items():
            turns = [(other.waited(FLOOR.page), reader.waited(path)) for path in islice(cycle(paths), ROUNDS)]
            floor, page = (figures(sorted(waits)) for waits in zip(*turns, strict=True))
            ratio = {f"{key}_to_floor": round(page[key] / floor[key], 2) for key in page}
            floors = {f"floor_{key}_ms": value for key, value in floor.items()}
            say(
                database=both.name,
                questions=questions,
                what=what,
                **{f"{key}_ms": value for key, value in page.items()},
                **floors,
                **ratio,
            )


class Reader:
    """Learners who take turns to open pages on one connection: each of them stays below the limit on searching."""

    def __init__(self, port: int, sessions: Sequence[str]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.sessions = cycle(sessions)

    def waited(self, path: str) -> float:
        """Milliseconds until the whole page was there."""
        headers = {"Cookie": f"sessionid={next(self.sessions)}"}
        began = time.perf_counter()
        self.connection.request("GET", path, headers=headers)
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
