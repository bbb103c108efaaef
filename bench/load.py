"""A load of learners who answer, each on a connection kept open, and what they waited."""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

HIDDEN = re.compile(r'<input[^>]*name="(token|card|csrfmiddlewaretoken)"[^>]*value="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Address:
    """Where one way of answering begins and where its answers go."""

    name: str
    page: str
    answer: str


PRODUCT = Address("product", "/review/", "/review/answer/")
FLOOR = Address("floor", "/floor/", "/floor/answer/")


class Client:
    """One learner with a connection kept open."""

    def __init__(self, port: int, session: str, address: Address) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={'b' * 32}",
            "X-CSRFToken": "b" * 32,
            "HX-Request": "true",
            "Referer": f"http://127.0.0.1:{port}/review/",
        }
        self.address = address
        self.fields: dict[str, str] = {}
        self.bytes = 0

    def look(self) -> None:
        """Gets the next question and takes what its form hides; RuntimeError where the day asks no more."""
        self.fields = dict(HIDDEN.findall(self._ask("GET", self.address.page)))
        if not self.fields.keys() & {"token", "card"}:
            raise RuntimeError(f"{self.address.page} asks no more questions: the bench seeded too few")

    def answer(self) -> None:
        """Answer the question just seen: one answered question is this and the next look."""
        self._ask("POST", self.address.answer, urlencode({**self.fields, "skip": "1"}))
        self.look()

    def _ask(self, method: str, path: str, body: str = "") -> str:
        headers = self.headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        self.connection.request(method, path, body or None, headers)
        response = self.connection.getresponse()
        text = response.read()
        self.bytes += len(text)
        if response.status != http.client.OK:
            raise RuntimeError(f"{method} {path} answered {response.status}: {text[:300]!r}")
        return text.decode()


def answers(port: int, sessions: Sequence[str], address: Address, *, rounds: int) -> dict[str, float]:
    """Let every session answer `rounds` questions at once; seconds and milliseconds as measured by the clients."""
    clients = [Client(port, session, address) for session in sessions]
    waits: list[float] = []
    faults: list[BaseException] = []
    barrier = threading.Barrier(len(clients) + 1)

    def run(client: Client) -> None:
        mine = []
        try:
            client.look()
            client.bytes = 0
            barrier.wait()
            for _ in range(rounds):
                began = time.perf_counter()
                client.answer()
                mine.append(time.perf_counter() - began)
        except BaseException as fault:  # noqa: BLE001 -- told to the caller below
            faults.append(fault)
            barrier.abort()
        waits.extend(mine)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    _wait(barrier.wait, faults)
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if faults:
        raise faults[0]
    waits.sort()
    return {
        "answers": len(waits),
        "per_second": round(len(waits) / took, 1),
        "p50_ms": round(waits[len(waits) // 2] * 1000, 2),
        "p95_ms": round(waits[int(len(waits) * 0.95)] * 1000, 2),
        "bytes": round(sum(client.bytes for client in clients) / len(waits)),
    }


def _wait(wait: Callable[[], int], faults: Sequence[BaseException]) -> None:
    try:
        wait()
    except threading.BrokenBarrierError:
        if faults:
            raise faults[0] from None
        raise
