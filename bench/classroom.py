"""The pages about a class of 400 learners, 300 questions and 60 days, on PostgreSQL, against the floor of bench.answer.

`python -m bench.classroom [LEARNERS QUESTIONS]` prints p50 and p95 of each page as it is met (snapshots are
kept), its ratio to the floor's p95 at one client, and what one snapshot of the whole class takes.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from bench.answer import ROUNDS, run, web_server
from bench.load import FLOOR, answers
from nnprep.tests import servers

PAGES = ("class", "ready", "items", "gradebook", "assignment", "assignment_over")
TIMES = 60
LEARNERS, QUESTIONS = 400, 300


def main() -> None:
    """Measure on a PostgreSQL of our own."""
    learners, questions = (int(word) for word in sys.argv[1:3] or (str(LEARNERS), str(QUESTIONS)))
    with tempfile.TemporaryDirectory(prefix="nnprep-bench-") as folder, servers.postgres() as url:
        environment = os.environ | {"DATA_DIR": folder, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"}
        run("manage.py", "migrate", "--verbosity", "0", environment=environment)
        run("manage.py", "load_bank", "--verbosity", "0", environment=environment)
        run("manage.py", "collectstatic", "--no-input", "--verbosity", "0", environment=environment)
        made = json.loads(run("-m", "bench.crowd", str(learners), str(questions), environment=environment))
        seeded = json.loads(run("-m", "bench.learners", "1", environment=environment))
        say(
            what="a class", learners=learners, questions=questions, reviews=made["reviews"], **made["seconds"]
        )
        with web_server(environment) as port:
            answers(port, seeded["sessions"], FLOOR, rounds=ROUNDS[1])
            floor = answers(port, seeded["sessions"], FLOOR, rounds=ROUNDS[1])
            say(what="floor", **floor)
            for name in PAGES:
                measured = waits(lambda page=made["pages"][name]: look(port, made["session"], page))  # type: ignore[misc]
                say(what=name, **measured, times_floor=round(measured["p95_ms"] / floor["p95_ms"], 2))


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
