"""Redis is stopped and wiped or hangs, the mail server is down, PostgreSQL crashes: e-mails are due.

Meanwhile a learner goes on answering and another one signs in. Without Redis or the mail server not one of these
requests fails; what is owed arrives once all is up again.

    python -m bench.faults.outage redis                stopped for 60 s, then empty
    python -m bench.faults.outage hung                 it takes connections and says nothing for 60 s
    python -m bench.faults.outage mail                 the mail server is down for 60 s
    python -m bench.faults.outage postgres             PostgreSQL crashes three times while e-mails leave
"""

from __future__ import annotations

import http.client
import os
import signal
import sys
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

from redis import Redis as RedisClient

from bench.faults.kills import seen
from bench.faults.site import Site, say, site, until
from bench.load import PRODUCT, Client
from nnprep.tests.servers import free_port

CRASHES = 3
PAUSE = 0.1  # seconds between two answers


def outage(
    *, what: str, seconds: float, emails: int, workers: int, beats: int, patience: float
) -> dict[str, Any]:
    """Run it; what was seen."""
    with site(keep=False, delay=0.02) as whole:
        for _ in range(beats):
            whole.start_beat()
        for _ in range(workers):
            whole.start_worker()
        # As many as can be given from before the outage until patience ends.
        most = int((60 + 3 * seconds + patience) / PAUSE)
        session = whole.run("-m", "bench.faults.learners", "1", "--answers", str(most)).strip()
        with web_server(whole) as port, asking(port, session) as answers:
            until(lambda: answers["answered"] > 0 and whole.finished(1), seconds=60)
            lasted = OUTAGES[what](whole, seconds, emails)
            ended = time.monotonic()
            finished = whole.comes_to_rest(emails + 1, patience=patience)
            after = time.monotonic() - ended
        return seen(whole, emails=emails + 1, finished=finished) | {
            "what": what,
            "emails": emails + 1,
            "down_seconds": round(lasted, 1),
            "seconds_after": round(after, 1),
            "requests": dict(answers),
        }


def redis_stopped(whole: Site, seconds: float, emails: int) -> float:
    """Stop it, let e-mails come due, wait, start it empty."""
    began = time.monotonic()
    whole.redis.stop()
    whole.learners(emails)
    _wait_until(began + seconds)
    whole.redis.start()
    return time.monotonic() - began


def redis_hung(whole: Site, seconds: float, emails: int) -> float:
    """Freeze it, let e-mails come due, wait, let it go on."""
    with RedisClient.from_url(whole.redis.url) as client:
        pid = int(client.info("server")["process_id"])
    began = time.monotonic()
    os.kill(pid, signal.SIGSTOP)
    try:
        whole.learners(emails)
        _wait_until(began + seconds)
    finally:
        os.kill(pid, signal.SIGCONT)
    return time.monotonic() - began


def mail_down(whole: Site, seconds: float, emails: int) -> float:
    """Stop it, let e-mails come due, wait, start it."""
    began = time.monotonic()
    whole.sink.stop()
    whole.learners(emails)
    _wait_until(began + seconds)
    whole.sink.start()
    return time.monotonic() - began


def postgres_crashes(whole: Site, seconds: float, emails: int) -> float:
    """Crash it again and again while e-mails leave."""
    whole.learners(emails)
    down = 0.0
    for crash in range(1, CRASHES + 1):
        share = emails * crash // (CRASHES + 1)
        until(lambda share=share: len(whole.sink.taken) > share, seconds=60)  # type: ignore[misc]
        began = time.monotonic()
        whole.postgres.stop(signal_number=signal.SIGQUIT)
        time.sleep(seconds / CRASHES)
        whole.postgres.start()
        down += time.monotonic() - began
    return down


OUTAGES: dict[str, Callable[[Site, float, int], float]] = {
    "redis": redis_stopped,
    "hung": redis_hung,
    "mail": mail_down,
    "postgres": postgres_crashes,
}


@contextmanager
def web_server(whole: Site) -> Iterator[int]:
    """The site under its own web server on a free port."""
    port = free_port()
    whole.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    server = whole.start(
        *("-m", "gunicorn", "nnprep.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
        *("--threads", "4", "--no-control-socket", "--log-level", "critical"),
    )
    try:
        if not until(lambda: _status(port, "GET", "/healthz") == http.client.OK, seconds=30):
            raise RuntimeError("the web server did not start")
        yield port
    finally:
        whole.end(server, signal.SIGTERM)


@contextmanager
def asking(port: int, session: str) -> Iterator[Counter[str]]:
    """A learner who answers, and someone who tries to sign in, over and over; counts how it went."""
    stop = threading.Event()
    count: Counter[str] = Counter()

    def answer() -> None:
        client = Client(port, session, PRODUCT)
        while not stop.is_set():
            try:
                client.look()
                client.answer()
                count["answered"] += 1
            except (OSError, RuntimeError, http.client.HTTPException):
                # The next request opens the connection again.
                client.connection.close()
                count["not answered"] += 1
            stop.wait(PAUSE)
        client.connection.close()

    def sign_in() -> None:
        while not stop.is_set():
            fields = {"login": "learner0@example.org", "password": "wrong", "csrfmiddlewaretoken": "b" * 32}
            status = _status(port, "POST", "/accounts/login/", urlencode(fields))
            count["sign-in refused politely" if 0 < status < 500 else "sign-in failed"] += 1
            stop.wait(1)

    threads = [threading.Thread(target=job) for job in (answer, sign_in)]
    for thread in threads:
        thread.start()
    try:
        yield count
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _status(port: int, method: str, path: str, body: str = "") -> int:
    """The status of a request; 0 when there was no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": f"csrftoken={'b' * 32}", "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request(method, path, body or None, headers)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def _wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def held(figures: dict[str, Any]) -> bool:
    """Whether the promise held."""
    failed = figures["requests"].get("not answered", 0) + figures["requests"].get("sign-in failed", 0)
    crash = figures["what"] == "postgres"
    most_twice = CRASHES * figures.get("workers", 4) if crash else 0
    return bool(
        figures["finished"]
        and figures["lost"] == 0
        and figures["twice"] <= most_twice
        and figures["requests"].get("answered", 0) > 0
        and (crash or failed == 0)
    )


def main() -> int:
    """Print the line."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=list(OUTAGES))
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--emails", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--beats", type=int, default=1)
    given = parser.parse_args()
    figures = outage(
        what=given.what,
        seconds=given.seconds if given.what != "postgres" else min(given.seconds, 6.0),
        emails=given.emails,
        workers=given.workers,
        beats=given.beats,
        patience=120.0,
    )
    return say(given.what, held(figures), **figures)


if __name__ == "__main__":
    sys.exit(main())
