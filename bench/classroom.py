"""The pages about a class of 400 learners, 300 questions and 60 days, on PostgreSQL, against the floor of bench.answer.

`python -m bench.classroom [LEARNERS QUESTIONS]` prints p50 and p95 of each page as it is met (snapshots are
kept), its ratio to the floor's p95 at one client, and what one snapshot of the whole class takes.
"""

from __future__ import annotations

import http.client
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.answer import databases, floor_site, prepare, run, web_server
from bench.load import FLOOR, Client, answers, rate

PAGES = ("class", "ready", "items", "gradebook", "assignment", "assignment_over")
TIMES = 60
ANSWERS = 150
LEARNERS, QUESTIONS = 400, 300


def main() -> None:
    """Measure on a PostgreSQL of our own."""
    learners, questions = (int(word) for word in sys.argv[1:3] or (str(LEARNERS), str(QUESTIONS)))
    with databases("postgresql") as both:
        prepare(both.product)
        made = json.loads(run("-m", "bench.crowd", str(learners), str(questions), environment=both.product))
        say(
            what="a class", learners=learners, questions=questions, reviews=made["reviews"], **made["seconds"]
        )
        with web_server(both.product) as site, floor_site(both.floor) as (below, sessions):
            floor = answer_of(Client(below.port, sessions[0], FLOOR, fill=rate))
            say(what="floor", **floor)
            for name in PAGES:
                measured = waits(lambda page=made["pages"][name]: look(site.port, made["session"], page))  # type: ignore[misc]
                say(what=name, **measured, times_floor=round(measured["p95_ms"] / floor["p95_ms"], 2))


def answer_of(client: Client) -> dict[str, float]:
    """p50 and p95 in milliseconds of the floor's answers, after some that warm it up."""
    client.look()
    answers([[client]], each=TIMES)
    seen = answers([[client]], each=ANSWERS)
    return {"p50_ms": round(seen.percentile(0.5), 1), "p95_ms": round(seen.percentile(0.95), 1)}


def say(**figures: Any) -> None:
    """Print one line of JSON."""
    print(json.dumps({"bench": "classroom", **figures}), flush=True)


def waits(ask: Callable[[], int]) -> dict[str, float]:
    """p50 and p95 in milliseconds, and bytes, of asking TIMES over after one that warms up."""
    size = ask()
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        size = ask()
        taken.append(1000 * (time.perf_counter() - began))
    taken.sort()
    return {
        "p50_ms": round(taken[TIMES // 2], 1),
        "p95_ms": round(taken[int(TIMES * 0.95)], 1),
        "bytes": size,
    }


def look(port: int, session: str, page: str) -> int:
    """Get a page as the teacher; its size."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", page, headers={"Cookie": f"sessionid={session}"})
        response = connection.getresponse()
        body: Any = response.read()
        if response.status != http.client.OK:
            raise RuntimeError(f"{page} answered {response.status}")
        return len(body)
    finally:
        connection.close()


if __name__ == "__main__":
    main()
