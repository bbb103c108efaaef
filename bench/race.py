"""Many clients open one learner's day at once, then answer each of its questions at once: one plan, one answer each.

Then they answer each question once more on its own page, as practice: one attempt each, and no review.

`python -m bench.race --rounds 30 --clients 16` runs against DATABASE_URL, or an SQLite file in DATA_DIR, which should
be fresh: the tables are made, one learner and one pack are added. Prints one line of JSON; exit status 1 when a round
went wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
import threading
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- Django must be set up before its models are imported
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from quizzes.bank.actions import load_pack  # noqa: E402
from quizzes.bank.models import Question  # noqa: E402
from quizzes.browsing.actions import exercise_in  # noqa: E402
from quizzes.browsing.models import Attempt, Practice  # noqa: E402
from quizzes.review import tokens  # noqa: E402
from quizzes.review.models import Card, Item, Review, Session, StudySettings  # noqa: E402

HIDDEN = re.compile(r'name="(token|question)" value="([^"]+)"')
HEAD = "---\npack: race\ntitle: Race\nnumber: 1\nsummary: Questions to race for.\n---\n"
QUESTION = """
## Who wins round {n}? {{#race-{n}}}

- [x] The first
- [ ] The last
  > It comes too late.

### Explanation

One answer counts.
"""
# What the clients of one round say: the same answer again, another one, and one that differs in confidence alone.
SAID = (
    {"choice": "0", "confidence": "sure"},
    {"choice": "1", "confidence": "sure"},
    {"choice": "0", "confidence": "guess"},
)
NEW_A_DAY = 100
FACES: tuple[dict[str, str], ...] = ({"HX-Request": "true"}, {})


def race(*, rounds: int, clients: int) -> dict[str, Any]:
    """Run the rounds; what was counted. A sound run has `recorded` = `rounds` and nothing in `faults`."""
    learner = _learner(rounds)
    browser = Client()
    browser.force_login(learner)
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    faults: Counter[str] = Counter()
    statuses: Counter[int] = Counter()
    with ThreadPoolExecutor(clients) as pool:
        start = threading.Barrier(clients)
        opening = [pool.submit(_open, session, start) for _ in range(clients)]
        faults.update(
            f"opening answered {status}" for status in (o.result() for o in opening) if status != 200
        )
        if Session.objects.filter(user=learner).count() != 1 or Item.objects.count() != rounds:
            faults["the day was planned more than once, or not whole"] += 1
        for _ in range(rounds):
            form = _form(session, "/review/")
            answers = _race_for(form, "/review/answer/", session, clients, pool)
            statuses.update(status for status, _ in answers)
            faults.update(_faults(form["token"], learner, answers))
        for question in Question.objects.order_by("pk"):
            form = _form(session, f"/bank/race/{question.public_id}/")
            answers = _race_for(form, "/practice/answer/", session, clients, pool)
            faults.update(_faults_of_practice(form["token"], learner, answers))
        if Practice.objects.count() != rounds:
            faults["a practice was opened more than once"] += 1
    recorded = Review.objects.filter(user=learner).count()
    return {
        "bench": "race",
        "database": connection.vendor,
        "rounds": rounds,
        "clients": clients,
        "recorded": recorded,
        "attempts": Attempt.objects.filter(user=learner).count(),
        "statuses": dict(sorted(statuses.items())),
        "faults": dict(faults),
    }


def _learner(rounds: int) -> User:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    now = timezone.now()
    text = HEAD + "".join(QUESTION.format(n=n) for n in range(1, rounds + 1))
    result = load_pack(text=text, path=Path("race.md"), now=now)
    if result.failed:
        raise RuntimeError([str(diagnostic) for diagnostic in result.diagnostics])
    learner = User.objects.create_user("race@example.org")
    StudySettings.objects.create(user=learner, new_per_day=NEW_A_DAY, minutes_a_day=240, next_day_at=now)
    return learner


def _client(session: str, headers: dict[str, str]) -> Client:
    client = Client(SERVER_NAME="127.0.0.1", headers=headers, raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    return client


def _open(session: str, start: threading.Barrier) -> int:
    """One client's first visit of the day: the status."""
    try:
        client = _client(session, {})
        start.wait(timeout=60)
        return client.get("/review/").status_code
    finally:
        connections.close_all()


def _form(session: str, address: str) -> dict[str, str]:
    """What the form of the page hides."""
    hidden = dict(HIDDEN.findall(_client(session, {}).get(address).content.decode()))
    if "token" not in hidden:
        raise RuntimeError(f"no question is left to race for at {address}")
    return hidden


def _race_for(
    form: dict[str, str], address: str, session: str, clients: int, pool: ThreadPoolExecutor
) -> list[tuple[int, str]]:
    """All clients send the form at once, each with what it says; what `_answer` gives for each."""
    start = threading.Barrier(clients)
    racing = [pool.submit(_answer, session, address, form, number, start) for number in range(clients)]
    return [future.result() for future in racing]


def _answer(
    session: str, address: str, form: dict[str, str], number: int, start: threading.Barrier
) -> tuple[int, str]:
    """One client's try: the status, and the public id of the answer it was shown ("" when none)."""
    try:
        client = _client(session, FACES[number % len(FACES)])
        start.wait(timeout=60)
        response = client.post(address, {**form, **SAID[number % len(SAID)]})
        return response.status_code, _shown(response.headers)
    finally:
        # Each thread has a connection of its own; given back, the next thread may have it.
        connections.close_all()


def _shown(headers: Mapping[str, str]) -> str:
    """The answer a client is shown, by the address of its feedback."""
    address = headers.get("HX-Push-Url") or headers.get("Location") or ""
    return address.rpartition("/feedback/")[2].rstrip("/") if "/feedback/" in address else ""


def _faults(token: str, learner: User, answers: list[tuple[int, str]]) -> Counter[str]:
    """What went wrong in a round."""
    faults: Counter[str] = Counter()
    shown = tokens.read(token, user=learner.pk)
    if shown is None:
        raise RuntimeError("the page's own token cannot be read")
    card = Card.objects.get(user=learner, question__public_id=shown.question)
    recorded = Review.objects.filter(card=card, seq=shown.seq).values_list("public_id", flat=True)
    ids = [str(public_id) for public_id in recorded]
    if len(ids) != 1:
        faults[f"{len(ids)} answers recorded"] += 1
    if card.seq != shown.seq + 1:
        faults["the card moved on otherwise than by one"] += 1
    return faults + _faults_of_answers(ids, answers)


def _faults_of_practice(token: str, learner: User, answers: list[tuple[int, str]]) -> Counter[str]:
    exercise = exercise_in(token, user=learner)
    attempts = Attempt.objects.filter(exercise__public_id=exercise).values_list("public_id", flat=True)
    ids = [str(public_id) for public_id in attempts]
    faults = _faults_of_answers(ids, answers)
    if len(ids) != 1:
        faults[f"{len(ids)} attempts recorded"] += 1
    return faults


def _faults_of_answers(ids: list[str], answers: list[tuple[int, str]]) -> Counter[str]:
    faults: Counter[str] = Counter()
    for status, seen in answers:
        if status not in (200, 303, 409):
            faults[f"status {status}"] += 1
        elif [seen] != ids:
            faults["shown another answer, or none"] += 1
    return faults


def main() -> int:
    """Race as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--clients", type=int, default=16)
    asked = parser.parse_args()
    if not 1 <= asked.rounds <= NEW_A_DAY:
        parser.error(f"a day holds at most {NEW_A_DAY} new questions, so many rounds and no more")
    result = race(rounds=asked.rounds, clients=asked.clients)
    print(json.dumps(result))
    return int(bool(result["faults"]) or result["recorded"] != asked.rounds)


if __name__ == "__main__":
    sys.exit(main())
