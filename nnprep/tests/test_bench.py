"""What `make bench` compares does answer: the product in both ways, and the floor, each under its own web server."""

from __future__ import annotations

import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar

import pytest

from bench import cpu
from bench.answer import databases, floor_site, learners_wanted, prepare, run, web_server
from bench.load import FLOOR, Client, answers, rate


@pytest.mark.parametrize(
    "database",
    [
        pytest.param("sqlite", marks=pytest.mark.processes),
        pytest.param("postgresql", marks=pytest.mark.services),
    ],
)
def test_product_and_floor_take_answers(database: str) -> None:
    with databases(database) as both:
        prepare(both.product)
        seeded = json.loads(run("-m", "bench.learners", "2", environment=both.product))
        htmx, plain = (learner["session"] for learner in seeded["learners"])
        for answer in ("right", "wrong"):
            assert seeded["queries"][answer]["post"] > 0
        with web_server(both.product) as site, floor_site(both.floor) as (below, sessions):
            before = cpu.seconds([below.pid])
            for client in (
                Client(site.port, htmx),
                Client(site.port, plain, htmx=False),
                Client(below.port, sessions[0], FLOOR, fill=rate),
            ):
                client.look()
                seen = answers([[client]], each=3)
                assert len(seen.waits) == 3
                assert seen.requests >= 3
            assert seen.requests == 3  # the floor's: one request an answer
            assert cpu.seconds([below.pid]) > before


FORM = '<form id="answer-form"><input type="hidden" name="token" value="{}"></form>'


class NextWithFeedback(BaseHTTPRequestHandler):
    """A site whose feedback brings the next question along; `asked` has what was asked of it."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self._say(FORM.format("first"))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        token = f"next-{len(self.asked)}"
        self._say(f'<p id="feedback"></p><template id="next-question">{FORM.format(token)}</template>')

    def _say(self, text: str) -> None:
        self.asked.append(self.command)
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        """Says nothing."""


def test_the_next_question_is_taken_from_the_feedback_that_brings_it() -> None:
    NextWithFeedback.asked.clear()
    with HTTPServer(("127.0.0.1", 0), NextWithFeedback) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = Client(server.server_port, "anyone")
        client.look()
        seen = answers([[client]], each=2)
        server.shutdown()
    assert NextWithFeedback.asked == ["GET", "POST", "POST"]
    assert client.form is not None
    assert client.form.hidden == {"token": "next-2"}
    assert seen.requests == 2


def test_the_first_answer_that_is_not_taken_ends_the_load() -> None:
    client = Client(1, "nobody")
    with pytest.raises(RuntimeError, match="no question is in sight"):
        answers([[client]], each=1)


def test_the_cpu_time_of_a_process_grows_as_it_works() -> None:
    before = cpu.seconds([os.getpid()])
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert cpu.seconds([os.getpid()]) > before


def test_every_slice_has_learners_of_its_own() -> None:
    assert learners_wanted({1: 6, 16: 5}) == 8 + 2 * (6 * 2 + 5 * 16)
