"""`python -m bench.hostile [check|mark|hold|serve]`: what hostile texts cost, and whether others wait; lines of JSON.

check: CPU seconds of checking 1 MB of each shape of `hostile_shapes`. mark: CPU milliseconds of showing and marking the
dearest questions a check lets through, and stored ones that it would refuse. hold: the longest time in which another
thread of the process could not run meanwhile, in milliseconds (the best of three: what the machine adds goes). serve:
how long `/healthz` takes at a site started as `manage.py up` does while nobody does anything, and while several people
check such texts, send them as rosters, search for them, and answer such questions.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import re
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from bench.answer import prepare, run, web_server  # noqa: E402 -- Django must be set up before its models are imported
from bench.hostile_shapes import FRONT, SHAPES, TAIL  # noqa: E402
from bench.load import PRODUCT, form_in  # noqa: E402
from quizzes.bank import asking  # noqa: E402
from quizzes.bank.packs.build import lint  # noqa: E402

SIZE = 990_000
SECONDS = 20
PEOPLE = 4
LEARNERS = 4
TYPED = re.compile(r'<(?:textarea|input type="text")[^>]*name="([^"]+)"')
ROUNDS = 20


def main() -> None:
    """Run the parts that are named, or all."""
    parts: dict[str, Callable[[], None]] = {"check": check, "mark": mark, "hold": hold, "serve": serve}
    if unknown := set(sys.argv[1:]) - parts.keys():
        sys.exit(f"no such part: {', '.join(unknown)}; there are {', '.join(parts)}")
    for name, part in parts.items():
        if name in sys.argv[1:] or not sys.argv[1:]:
            part()


def check() -> None:
    lint(FRONT)
    worst = (0.0, "")
    for name, shape in SHAPES.items():
        text = shape(SIZE)
        begun = time.process_time()
        _, report = lint(text)
        cpu = time.process_time() - begun
        first = report.errors[0].code if report.errors else ""
        say(what="check", shape=name, characters=len(text), cpu_s=round(cpu, 3), first_error=first)
        worst = max(worst, (cpu, name))
    say(what="check, worst", shape=worst[1], cpu_s=round(worst[0], 3))


def _spec(question: str) -> dict[str, Any]:
    draft, report = lint(f"{FRONT}## What? {{#q}}\n\n{question}{TAIL}")
    if draft is None:
        sys.exit(f"{question[:60]}: {report.errors[0]}")
    return draft.questions[0].spec


def dear() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Questions with the dearest answer to each; those called stored are as a check would refuse them."""
    gap = " | ".join(["/((a?){10}){99}b/", "/((a?){10}){99}c/", *[f"a{'b' * 290}{n:02}" for n in range(3)]])
    patterns = _spec(f"Answer: {gap}")
    gaps = _spec(" ".join(f"{{{{{gap}}}}}" for _ in range(2)))
    lets = "; ".join(f"x{n} = a + {n}" for n in range(50))
    numbers = _spec(f"Params: a = 1..9\n\nLet: {lets}\n\nAnswer: {{{{=x49}}}}")
    cues = ",".join("|".join(f"a{n}{k}" for k in range(8)) for n in range(5))
    points = "\n".join(f'- p{n} {{cues="{cues}"}}' for n in range(40))
    recall = _spec(f"### Key points\n\n{points}\n\n### Answer\n\nSo.")
    stored = json.loads(json.dumps(patterns))
    stored["payload"]["slot"]["patterns"] = [
        {"body": f"{'a?' * 20}{'a' * 60}{n}", "fold": False} for n in range(300)
    ]
    frozen = json.loads(json.dumps(numbers))
    frozen["lets"] = [[f"x{n}", f"round(a, -8000000) + {n}"] for n in range(3_000)]
    return {
        "patterns": (patterns, {"answer": "a" * 200}),
        "gaps of patterns": (gaps, {"gaps": ["a" * 200] * 2}),
        "derived values": (numbers, {"parts": {"answer": {"text": "1", "value": 1.0}}}),
        "cues": (recall, {"text": "xa" * 5_000, "points": [0]}),
        "stored patterns": (stored, {"answer": "a" * 200}),
        "stored derived values": (frozen, {"parts": {"answer": {"text": "1", "value": 1.0}}}),
    }


def mark() -> None:
    for name, (spec, response) in dear().items():
        begun = time.process_time()
        for n in range(ROUNDS):
            presented = asking.present(spec, seed=f"s{n}")
            asking.ask(spec, presented, {**response, "stage": "tick"})
            marks = asking.mark(spec, presented, response)
            asking.feedback(spec, presented, response, marks)
        say(
            what="show and mark",
            question=name,
            cpu_ms=round(1000 * (time.process_time() - begun) / ROUNDS, 2),
        )


def hold() -> None:
    importlib.import_module("nnprep.wsgi")  # with the interpreter as the web server sets it
    worst = (0.0, "")
    works: dict[str, Callable[[], object]] = {
        f"check {name}": partial(lint, shape(SIZE)) for name, shape in SHAPES.items()
    }
    for name, (spec, response) in dear().items():
        works[f"show and mark {name}"] = partial(_show_and_mark, spec, response)
    for name, work in works.items():
        longest = min(_longest_hold(work) for _ in range(3))
        worst = max(worst, (longest, name))
        if longest > 30:
            say(what="hold", work=name, longest_ms=round(longest, 1), load=_load())
    say(what="hold, worst", work=worst[1], longest_ms=round(worst[0], 1), works=len(works), load=_load())


def _show_and_mark(spec: dict[str, Any], response: dict[str, Any]) -> None:
    presented = asking.present(spec, seed="s")
    asking.ask(spec, presented, {**response, "stage": "tick"})
    asking.feedback(spec, presented, response, asking.mark(spec, presented, response))


def _longest_hold(work: Callable[[], object]) -> float:
    """Returns the longest time, in milliseconds, that a thread which wants to run every millisecond waited."""
    worker = threading.Thread(target=work)
    worker.start()
    longest = 0.0
    while worker.is_alive():
        before = time.monotonic()
        time.sleep(0.001)
        longest = max(longest, time.monotonic() - before - 0.001)
    return 1000 * longest


def serve() -> None:
    with tempfile.TemporaryDirectory(prefix="nnprep-bench-") as folder:
        environment = os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "ERROR"}
        prepare(environment)
        sessions = json.loads(
            run("-m", "bench.hostile_learners", str(PEOPLE + LEARNERS), environment=environment)
        )["sessions"]
        with web_server(environment) as site:
            port = site.port
            _waits(port, 2.0)
            say(what="healthz, idle", load=_load(), **_figures(_waits(port, SECONDS)))
            # In a process of their own: what they do must not hold up who measures.
            told: multiprocessing.Queue[Counter[str]] = multiprocessing.Queue()
            crowd = multiprocessing.Process(target=_crowd, args=(port, sessions, told))
            crowd.start()
            time.sleep(2.0)
            figures = _figures(_waits(port, SECONDS))
            done = told.get()
            crowd.join()
            say(what="healthz, hostile", people=PEOPLE, learners=LEARNERS, load=_load(), **figures, **done)


def _crowd(port: int, sessions: list[str], told: multiprocessing.Queue[Counter[str]]) -> None:
    """Check and answer until the measuring is over, then tell how often what was answered."""
    stop = threading.Event()
    done: Counter[str] = Counter()
    people = [
        threading.Thread(target=_hostile, args=(port, session, place, stop, done))
        for place, session in enumerate(sessions[:PEOPLE])
    ] + [threading.Thread(target=_answers, args=(port, session, stop, done)) for session in sessions[PEOPLE:]]
    for person in people:
        person.start()
    time.sleep(SECONDS + 4.0)
    stop.set()
    for person in people:
        person.join()
    told.put(done)


def _hostile(port: int, session: str, place: int, stop: threading.Event, done: Counter[str]) -> None:
    """Check one hostile text after the other, with a roster and a search between them."""
    shapes = list(SHAPES.values())
    turn = place * len(shapes) // PEOPLE
    while not stop.is_set():
        text = shapes[turn % len(shapes)](250_000)
        turn += 1
        done[f"check {_ask(port, session, '/packs/check/', {'text': text})}"] += 1
        if turn % 3 == 0:
            roster = {"title": "Class", "time_zone": "UTC", "roster": text}
            done[f"roster {_ask(port, session, '/classes/new/', roster)}"] += 1
            query = urllib.parse.urlencode({"q": text[60:160]})
            done[f"search {_ask(port, session, f'/bank/?{query}')}"] += 1


def _answers(port: int, session: str, stop: threading.Event, done: Counter[str]) -> None:
    """Answer one hostile question after the other with long texts."""
    while not stop.is_set():
        page = _page(port, session, "/review/")
        form = form_in(page)
        fields = dict(form.hidden) if form else {}
        fields.pop("csrfmiddlewaretoken", None)  # the header carries one
        typed = dict.fromkeys(TYPED.findall(page), "xa" * 5_000)
        done[f"answer {_ask(port, session, PRODUCT.answer, fields | (typed or {'skip': '1'}))}"] += 1


def _ask(port: int, session: str, path: str, fields: dict[str, str] | None = None) -> int:
    """Returns the status of a request, 0 where there was no answer."""
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={'b' * 32}",
        "X-CSRFToken": "b" * 32,
        "HX-Request": "true",
        "Referer": f"http://127.0.0.1:{port}/review/",
    }
    body = urllib.parse.urlencode(fields).encode() if fields is not None else None
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code
    except OSError:
        return 0


def _page(port: int, session: str, path: str) -> str:
    """Returns what a page holds, "" where it does not come."""
    try:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{path}", headers={"Cookie": f"sessionid={session}"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return str(answer.read().decode())
    except OSError:
        return ""


def _load() -> float:
    """How many programs of the machine wanted to run in the last minute, on average."""
    return round(os.getloadavg()[0], 1)


def say(**figures: Any) -> None:
    print(json.dumps({"bench": "hostile", **figures}), flush=True)


def _waits(port: int, seconds: float) -> list[float]:
    waits: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begun = time.monotonic()
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60).read()
        waits.append(time.monotonic() - begun)
        time.sleep(0.02)
    return waits


def _figures(waits: list[float]) -> dict[str, float]:
    ordered = sorted(waits)
    return {
        "asked": len(ordered),
        "p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
        "p99_ms": round(1000 * ordered[int(len(ordered) * 0.99)], 1),
        "max_ms": round(1000 * ordered[-1], 1),
    }


if __name__ == "__main__":
    main()
