"""Product and floor in alternating slices, on one database; `bench.answer` starts it, with both sites up.

A machine is never quiet for long: so the two are measured in turn, a few seconds each, and every ratio is the median of
the ratios turn by turn, with the smallest and the largest. Its standard input says what to measure, as JSON; it prints
a line of JSON for each number of clients and each way of answering.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, TypedDict

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from bench import cpu  # noqa: E402 -- Django must be set up before its models are imported
from bench.answer import ANSWERS, EACH, FLOOR_TIMES, LEARNERS, WARMING, WAYS  # noqa: E402
from bench.filling import Filling, specs  # noqa: E402
from bench.load import FLOOR, PRODUCT, Answered, Client, answers, rate  # noqa: E402


class Learner(TypedDict):
    """A seeded learner of the product: the database id and the key of a browser session."""

    user: int
    session: str


class Plan(TypedDict):
    """What is to be measured: of each site the port and the process id, that of the database server where there is one,
    and how many slices at each number of clients.
    """

    database: str
    product: tuple[int, int]
    floor: tuple[int, int]
    postmaster: int | None
    slices: list[tuple[int, int]]
    learners: list[Learner]
    floor_sessions: list[str]


@dataclass(frozen=True, slots=True)
class Slice:
    """One turn of one site: what its clients saw, and the CPU milliseconds of an answer; in `database`, its part."""

    seen: Answered
    cpu_ms: float
    database_ms: float


def clients_of_product(plan: Plan, learners: Sequence[Learner], *, htmx: bool) -> list[Client]:
    port, _ = plan["product"]
    return [
        Client(port, learner["session"], PRODUCT, fill=Filling(learner["user"]), htmx=htmx)
        for learner in learners
    ]


def clients_of_floor(plan: Plan, many: int) -> list[Client]:
    port, _ = plan["floor"]
    return [Client(port, session, FLOOR, fill=rate) for session in plan["floor_sessions"][:many]]


def measured(plan: Plan, pid: int, everyone: Sequence[Client], *, clients: int, each: int) -> Slice:
    """Lets each of them answer so often, so many of them at once; the pages they begin with are not in the figures."""
    for client in everyone:
        client.look()
    queues = [everyone[place::clients] for place in range(clients)]
    postmaster = [plan["postmaster"]] if plan["postmaster"] else []
    before, database_before = cpu.seconds([pid]), cpu.seconds(postmaster)
    seen = answers(queues, each=each)
    web, database = cpu.seconds([pid]) - before, cpu.seconds(postmaster) - database_before
    many = len(seen.waits)
    return Slice(seen, 1000 * (web + database) / many, 1000 * database / many)


def turns(
    plan: Plan, learners: Iterator[Learner], *, clients: int, many: int, htmx: bool
) -> list[tuple[Slice, Slice]]:
    """Measures product and floor in turn, each of them first in every second turn."""
    found = []
    learners_a_turn = clients * LEARNERS[clients]
    measure = partial(measured, plan, clients=clients)
    for number in range(many):
        asked = clients_of_product(plan, list(islice(learners, learners_a_turn)), htmx=htmx)
        product = partial(measure, plan["product"][1], asked, each=EACH[clients])
        others = clients_of_floor(plan, learners_a_turn)
        floor = partial(measure, plan["floor"][1], others, each=FLOOR_TIMES * EACH[clients])
        if number % 2:
            below = floor()
            found.append((product(), below))
        else:
            above = product()
            found.append((above, floor()))
    return found


def ratio(name: str, values: Sequence[float]) -> dict[str, Any]:
    """Returns the median, the smallest and the largest of the turns' ratios."""
    return {
        f"{name}_ratio": round(statistics.median(values), 2),
        f"{name}_ratio_range": [round(min(values), 2), round(max(values), 2)],
    }


def figures(slices: Sequence[Slice], *, on_server: bool) -> dict[str, Any]:
    """Returns the medians of one site's slices."""
    figure: dict[str, Any] = {
        "cpu_ms": statistics.median(one.cpu_ms for one in slices),
        "p50_ms": statistics.median(one.seen.percentile(0.5) for one in slices),
        "p95_ms": statistics.median(one.seen.percentile(0.95) for one in slices),
        "per_second": statistics.median(len(one.seen.waits) / one.seen.seconds for one in slices),
        "requests": statistics.median(one.seen.requests / len(one.seen.waits) for one in slices),
        "bytes": statistics.median(one.seen.bytes / len(one.seen.waits) for one in slices),
    }
    if on_server:
        figure["cpu_ms_of_database"] = statistics.median(one.database_ms for one in slices)
    return {name: round(value, 2) for name, value in figure.items()}


def compare(plan: Plan, learners: Iterator[Learner], *, clients: int, many: int, what: str) -> None:
    """Measures one way of answering and prints its line."""
    pairs = turns(plan, learners, clients=clients, many=many, htmx=WAYS[what])
    on_server = plan["postmaster"] is not None
    line = {
        "bench": "answer",
        "database": plan["database"],
        "clients": clients,
        "what": what,
        **ratio("cpu", [above.cpu_ms / below.cpu_ms for above, below in pairs]),
        **ratio("p50", [a.seen.percentile(0.5) / b.seen.percentile(0.5) for a, b in pairs]),
        **ratio("p95", [a.seen.percentile(0.95) / b.seen.percentile(0.95) for a, b in pairs]),
        "product": figures([above for above, _ in pairs], on_server=on_server),
        "floor": figures([below for _, below in pairs], on_server=on_server),
        "answers": sum(len(above.seen.waits) for above, _ in pairs),
        "errors": 0,  # the first one is raised
        "slices": len(pairs),
        "load": round(os.getloadavg()[0], 1),
    }
    print(json.dumps(line), flush=True)


def main() -> None:
    plan: Plan = json.load(sys.stdin)
    learners = iter(plan["learners"])
    specs()
    warm = clients_of_product(plan, list(islice(learners, WARMING)), htmx=True)
    measured(plan, plan["product"][1], warm, clients=WARMING, each=ANSWERS)
    measured(plan, plan["floor"][1], clients_of_floor(plan, WARMING), clients=WARMING, each=ANSWERS)
    for clients, many in plan["slices"]:
        for what in WAYS:
            compare(plan, learners, clients=clients, many=many, what=what)


if __name__ == "__main__":
    main()
