"""Where the CPU of an answered question goes in the product, by category; `python -m bench.answer --profile` starts it.

In one process, without a web server and with warm texts: a timer interrupts after every few milliseconds of CPU time,
and the innermost frame whose file belongs to a category says what ran. What stands in no category's files, as Python's
own library and Django's helpers, counts for whoever called it. PostgreSQL's own work runs elsewhere and is not in it.
Prints a line of JSON for each category, the share of it and CPU milliseconds of an answer.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import CodeType, FrameType
from typing import Any
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.db import connection  # noqa: E402 -- Django must be set up before its models are imported

from bench.answer import ANSWERS, WAYS  # noqa: E402
from bench.filling import Filling, specs  # noqa: E402
from bench.learners import session_key, studied  # noqa: E402
from bench.load import Client, Reply, in_turn  # noqa: E402
from nnprep.wsgi import application  # noqa: E402
from quizzes.bank.api import live_questions  # noqa: E402

LEARNERS, WARMING = 20, 8
EVERY = 0.001  # seconds of CPU time; the kernel may make it a few milliseconds
BUILDING, RUNNING, OBJECTS = "ORM: building SQL", "SQL: driver and database", "ORM: rows and objects"
OTHER = "other"
# Functions of the ORM that make objects of rows; all others of theirs build SQL.
OF_OBJECTS = {
    "from_db_value", "to_python", "results_iter", "apply_converters", "get_converters", "cursor_iter", "populate",
    "get_related_populators", "_fetch_all", "__get__", "__set__", "get_cached_value", "set_cached_value", "pre_save",
}  # fmt: skip
# Parts of paths, the first that fits counts.
FILES = (
    ("/django/db/models/base.py", OBJECTS),
    ("/django/db/models/fields/related_descriptors.py", OBJECTS),
    ("/django/db/models/", BUILDING),
    ("/django/db/backends/sqlite3/operations.py", BUILDING),
    ("/django/db/backends/postgresql/operations.py", BUILDING),
    ("/django/db/backends/base/operations.py", BUILDING),
    ("/django/db/", RUNNING),
    ("/psycopg", RUNNING),
    ("/nnprep/pool.py", RUNNING),
    ("/prepared/", "prepared statements"),
    ("/django/template/", "templates"),
    ("/template_partials/", "templates"),
    ("/quizzes/templatetags/", "templates"),
    ("/quizzes/markup/", "templates"),
    ("/tags.py", "templates"),
    ("/django/urls/", "URLs"),
    ("/django/core/signing.py", "signing"),
    ("/quizzes/bank/signing.py", "signing"),
    ("/quizzes/review/tokens.py", "signing"),
    ("/django/contrib/sessions/", "session and user"),
    ("/django/contrib/auth/", "session and user"),
    ("/accounts/", "session and user"),
    ("/django/http/", "request, response, middleware"),
    ("/django/core/handlers/", "request, response, middleware"),
    ("/django/middleware/gzip.py", "gzip"),
    ("/django/middleware/", "request, response, middleware"),
    ("/django/contrib/messages/", "request, response, middleware"),
    ("/django_htmx/", "request, response, middleware"),
    ("/csp/", "request, response, middleware"),
    ("/whitenoise/", "request, response, middleware"),
    ("/allauth/", "request, response, middleware"),
    ("/nnprep/", "request, response, middleware"),
    ("/quizzes/scheduling/", "kernel"),
    ("/quizzes/bank/", "kinds and marking"),
    ("/quizzes/", "the product's views, actions and queries"),
)


@cache
def category(code: CodeType) -> str | None:
    """Returns the category of a function, None where whoever called it says."""
    found = next((name for part, name in FILES if part in code.co_filename), None)
    return OBJECTS if found == BUILDING and code.co_name in OF_OBJECTS else found


class Sampler:
    """Counts what the main thread runs, by category, while it is `on`."""

    def __init__(self) -> None:
        self.on = False
        self.samples: Counter[str] = Counter()

    def __call__(self, _number: int, frame: FrameType | None) -> None:
        """Takes one sample."""
        if not self.on:
            return
        while frame is not None:
            found = category(frame.f_code)
            if found is not None:
                self.samples[found] += 1
                return
            frame = frame.f_back
        self.samples[OTHER] += 1

    @contextmanager
    def sampling(self) -> Iterator[None]:
        """Lets the timer run."""
        before = signal.signal(signal.SIGPROF, self)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)


class InProcess(Client):
    """A learner whose requests the site answers in this process; `cpu` counts the seconds it took."""

    def __init__(self, user: int, session: str, sampler: Sampler, *, htmx: bool) -> None:
        super().__init__(0, session, fill=Filling(user), htmx=htmx)
        self.sampler = sampler
        self.cpu = 0.0

    def ask(self, method: str, path: str, body: str = "") -> Reply:
        """Asks once, as by a connection."""
        status: list[str] = []
        headers: dict[str, str] = {}

        def start(
            line: str, pairs: list[tuple[str, str]], _error: object = None, /
        ) -> Callable[[bytes], object]:
            status.append(line)
            headers.update(pairs)
            return io.BytesIO().write

        environ = self._environ(method, path, body.encode())
        self.sampler.on = True
        began = time.thread_time()
        response: Any = application(environ, start)
        sent = b"".join(response)
        response.close()
        self.cpu += time.thread_time() - began
        self.sampler.on = False
        plain = gzip.decompress(sent) if headers.get("Content-Encoding") == "gzip" else sent
        self.requests += 1
        return Reply(int(status[0][:3]), headers.get("Location", ""), plain.decode(), len(sent))

    def _environ(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        parts = urlsplit(path)
        return {
            "REQUEST_METHOD": method,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "HTTP_HOST": "127.0.0.1",
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in self.headers.items()},
        }


def profile(what: str, clients: Sequence[InProcess], sampler: Sampler) -> None:
    """Lets them answer and prints what ran meanwhile."""
    for client in clients:
        client.look()
        client.cpu, client.requests = 0.0, 0
    sampler.samples.clear()
    with sampler.sampling():
        many = len(in_turn(clients, each=ANSWERS))
    cpu_ms = 1000 * sum(client.cpu for client in clients) / many
    samples = sum(sampler.samples.values())
    about = {"bench": "profile", "database": connection.vendor, "what": what}
    requests = sum(client.requests for client in clients) / many
    whole = {"cpu_ms": round(cpu_ms, 2), "requests": requests, "answers": many, "samples": samples}
    print(json.dumps({**about, **whole, "load": round(os.getloadavg()[0], 1)}))
    for name, count in sampler.samples.most_common():
        share = count / samples
        figures = {"category": name, "share": round(share, 4), "cpu_ms": round(share * cpu_ms, 2)}
        print(json.dumps({**about, **figures}), flush=True)


def main() -> None:
    bank, sampler = list(live_questions()), Sampler()
    specs()
    users = [studied(number, bank) for number in range(WARMING + len(WAYS) * LEARNERS)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    keys = [(user.pk, session_key(user)) for user in users]
    warm = [InProcess(*key, sampler, htmx=True) for key in keys[:WARMING]]
    for client in warm:
        client.look()
    in_turn(warm, each=ANSWERS)
    for place, (what, htmx) in enumerate(WAYS.items()):
        first = WARMING + place * LEARNERS
        profile(
            what, [InProcess(*key, sampler, htmx=htmx) for key in keys[first : first + LEARNERS]], sampler
        )


if __name__ == "__main__":
    main()
