"""Learners who answer, each on a connection kept open, and what they waited.

A client does what a browser does with a question's form: it sends the form's hidden fields and what its learner fills
in. With htmx it goes on with the next question where the feedback brings one, and asks for it where not; without
JavaScript it follows the redirect to the feedback's page and opens the next question's.
"""

from __future__ import annotations

import gzip
import html
import http.client
import random
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

FORM = re.compile(r'<form[^>]*id="answer-form".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
HTMX = {"HX-Request": "true", "HX-Target": "stage"}
REDIRECTS = {http.client.FOUND, http.client.SEE_OTHER}


@dataclass(frozen=True, slots=True)
class Address:
    """Where one way of answering begins, where its answers go, and what every reply to a taken answer has in it."""

    name: str
    page: str
    answer: str
    taken: str


PRODUCT = Address("product", "/review/", "/review/answer/", 'id="feedback"')
FLOOR = Address("floor", "/review/", "/answer/", 'id="answer-form"')


@dataclass(frozen=True, slots=True)
class Form:
    """A question's form: what it hides, and its HTML."""

    hidden: dict[str, str]
    html: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for one request; `size` is that of the body as it was sent, in bytes."""

    status: int
    location: str
    text: str
    size: int


Fields = list[tuple[str, str]]
Fill = Callable[[Form], Fields]


def skip(_form: Form) -> Fields:
    """Returns what someone fills in who does not know."""
    return [("skip", "1")]


def rate(_form: Form) -> Fields:
    """Returns what a learner of the floor fills in: any rating."""
    return [("rating", str(random.randint(1, 4)))]


class Client:
    """One learner in a browser, with a connection kept open; `fill` says what they fill in.

    `bytes` and `requests` count what was received and how often something was asked.
    """

    def __init__(
        self, port: int, session: str, address: Address = PRODUCT, *, fill: Fill = skip, htmx: bool = True
    ) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.htmx = htmx
        self.headers = {
            "Cookie": f"sessionid={session}; csrftoken={'b' * 32}",
            "Referer": f"http://127.0.0.1:{port}{address.page}",
            "Accept-Encoding": "gzip",
        } | (HTMX if htmx else {})
        self.address, self.fill = address, fill
        self.form: Form | None = None
        self.bytes = self.requests = 0

    def look(self) -> None:
        """Gets the next question; RuntimeError where the day asks no more."""
        self.form = form_in(self._page(self.address.page))
        if self.form is None:
            raise RuntimeError(f"{self.address.page} asks no more questions: the bench seeded too few")

    def filled(self) -> Fields:
        """Returns the form in sight as it will be sent."""
        if self.form is None:
            raise RuntimeError("no question is in sight")
        return [*self.form.hidden.items(), *self.fill(self.form)]

    def send(self, fields: Fields) -> None:
        """Sends the form and goes on to the next question: one answered question."""
        shown = self.form
        reply = self.ask("POST", self.address.answer, urlencode(fields))
        if reply.status in REDIRECTS and not self.htmx:
            text = self._page(reply.location)
        else:
            text = _text("POST", self.address.answer, reply)
        if self.address.taken not in text:
            raise RuntimeError(f"{fields} was not taken: {text[:2000]!r}")
        self.form = form_in(text) if self.htmx else None
        if self.form is None:
            self.look()
        if self.form == shown:
            raise RuntimeError(f"{fields} was answered with the same question")

    def answer(self) -> None:
        """Fills in the form in sight and sends it."""
        self.send(self.filled())

    def ask(self, method: str, path: str, body: str = "") -> Reply:
        """Asks once, following no redirect."""
        headers = self.headers | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        self.connection.request(method, path, body or None, headers)
        response = self.connection.getresponse()
        sent = response.read()
        plain = gzip.decompress(sent) if response.getheader("Content-Encoding") == "gzip" else sent
        self.bytes += len(sent)
        self.requests += 1
        location = response.getheader("Location") or ""
        return Reply(response.status, location, plain.decode(), len(sent))

    def _page(self, path: str) -> str:
        return _text("GET", path, self.ask("GET", path))


def _text(method: str, path: str, reply: Reply) -> str:
    if reply.status != http.client.OK:
        raise RuntimeError(f"{method} {path} answered {reply.status}: {reply.text[:300]!r}")
    return reply.text


def form_in(text: str) -> Form | None:
    """Returns the form of the question in the text, None where there is none."""
    found = FORM.search(text)
    if found is None:
        return None
    hidden = {name: html.unescape(value) for name, value in HIDDEN.findall(found[0])}
    return Form(hidden, found[0])


@dataclass(slots=True)
class Answered:
    """What a load came to: each answer's wait in seconds, how long all took, bytes of bodies and requests."""

    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0
    bytes: int = 0
    requests: int = 0

    def percentile(self, share: float) -> float:
        """Returns the wait in milliseconds that so great a share of the answers did not exceed."""
        return 1000 * sorted(self.waits)[int(len(self.waits) * share)]


def in_turn(queue: Sequence[Client], *, each: int) -> list[float]:
    """Lets one client after the other answer `each` questions; returns the seconds every answer took.

    What a learner fills in is thought of between two of them.
    """
    waits = []
    for client in queue:
        if client is not queue[0]:
            client.connection.close()  # it was idle for so long that the server may have closed it
        for _ in range(each):
            fields = client.filled()
            began = time.perf_counter()
            client.send(fields)
            waits.append(time.perf_counter() - began)
    return waits


def answers(queues: Sequence[Sequence[Client]], *, each: int) -> Answered:
    """Lets the clients of every queue, one after the other, answer `each` questions; the queues run at once.

    Every client has a question in sight. The first fault of anybody is raised.
    """
    done = Answered()
    faults: list[BaseException] = []

    def run(queue: Sequence[Client]) -> None:
        try:
            done.waits += in_turn(queue, each=each)
        except BaseException as fault:  # noqa: BLE001 -- told to the caller below
            faults.append(fault)

    everyone = [client for queue in queues for client in queue]
    for client in everyone:
        client.bytes = client.requests = 0
    threads = [threading.Thread(target=run, args=(queue,)) for queue in queues]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done.seconds = time.perf_counter() - began
    if faults:
        raise faults[0]
    done.bytes = sum(client.bytes for client in everyone)
    done.requests = sum(client.requests for client in everyone)
    for client in everyone:
        client.connection.close()
    return done
