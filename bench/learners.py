"""`python -m bench.learners 200`: so many learners in the middle of their preparation, a long day before each.

Prints their ids and session keys, and the counted queries of an answer, as JSON.
"""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- Django must be set up before its models are imported
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bench.filling import Filling  # noqa: E402
from bench.load import Form, form_in  # noqa: E402
from quizzes.bank.api import live_questions  # noqa: E402
from quizzes.bank.models import Question  # noqa: E402
from quizzes.review.actions.sessions import open_session  # noqa: E402
from quizzes.review.models import Card, Item, Review, Session, StudySettings  # noqa: E402

NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
# So many questions are due that were answered on three days before, and so many are new. Those that ask the same as
# another one wait for another day, so that a day is shorter than both; it has PLACES at least.
DUE, NEW, PLACES = 50, 25, 55
DAYS_AGO = (20, 8, 1)
HTMX = {"HX-Request": "true", "HX-Target": "stage"}


def learner(number: int) -> User:
    """An account with a session that holds a hundred new questions."""
    now = timezone.now()
    user = User.objects.create_user(f"bench{number}@example.org")
    StudySettings.objects.create(user=user, minutes_a_day=240, new_per_day=100, next_day_at=now)
    open_session(user=user, now=now)
    return user


def studied(number: int, bank: list[Question]) -> User:
    """An account with three days behind it, and a session today of known and new questions."""
    now, rng = timezone.now(), random.Random(number)
    user = User.objects.create_user(f"studied{number}@example.org")
    StudySettings.objects.create(
        user=user, minutes_a_day=240, new_per_day=NEW, next_day_at=now + timedelta(days=1)
    )
    today = (now - timedelta(hours=user.rollover_hour)).date()
    days = [today - timedelta(days=ago) for ago in DAYS_AGO]
    sessions = Session.objects.bulk_create([Session(user=user, study_day=day, opened_at=now) for day in days])
    cards = Card.objects.bulk_create(
        [known(user, question, today=today, rng=rng) for question in rng.sample(bank, DUE)]
    )
    versions = {question.pk: question.current_id for question in bank if question.current_id}
    Review.objects.bulk_create(
        [
            passed(card, versions[card.question_id], session, seq=seq, now=now)
            for card in cards
            for seq, session in enumerate(sessions)
        ]
    )
    session = open_session(user=user, now=now)
    if Item.objects.filter(session=session).count() < PLACES:
        raise RuntimeError("the day was planned shorter than the bench needs")
    return user


def known(user: User, question: Question, *, today: date, rng: random.Random) -> Card:
    """Returns the card of a question that was answered three times and is due, not saved yet."""
    stability = rng.uniform(2, 60)
    return Card(
        user=user,
        question=question,
        seq=len(DAYS_AGO),
        reps=len(DAYS_AGO),
        stability=stability,
        difficulty=rng.uniform(3, 8),
        interval=int(stability),
        last_day=today - timedelta(days=int(stability)),
        due=today - timedelta(days=rng.randint(0, 3)),
    )


def passed(card: Card, version: int, session: Session, *, seq: int, now: datetime) -> Review:
    """Returns one of the card's earlier answers, a right one, not saved yet."""
    return Review(
        user_id=card.user_id, card=card, seq=seq, session=session, version_id=version, presented={}, response={},
        summary="Right", parts=[], score=1.0, passed=True, milliseconds=20_000, rating=3,
        study_day=session.study_day, answered_at=now - timedelta(days=DAYS_AGO[seq]), first_of_day=True, predicted=0.9,
        retention_target=0.9, due_after=session.study_day, stability_after=5.0, difficulty_after=5.0,
    )  # fmt: skip


def session_key(user: User) -> str:
    """The key of a signed-in browser session."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    key: str = store.session_key
    return key


def queries_of_an_answer(user: User, fill: Filling) -> dict[str, int]:
    """Queries of the POST and, where its reply does not bring the next question, of the GET that follows.

    Without the bounds of transactions.
    """
    client = Client(headers=HTMX, SERVER_NAME="127.0.0.1")
    client.force_login(user)
    form = shown(client.get("/review/"))
    fields: dict[str, list[str]] = {name: [value] for name, value in form.hidden.items()}
    for name, value in fill(form):
        fields.setdefault(name, []).append(value)
    with CaptureQueriesContext(connection) as posting:
        answer = client.post("/review/answer/", fields)
    if answer.status_code != 200 or 'id="feedback"' not in answer.content.decode():
        raise RuntimeError(f"the answer got {answer.status_code}")
    after = 0
    if form_in(answer.content.decode()) is None:
        with CaptureQueriesContext(connection) as following:
            shown(client.get("/review/"))
        after = counted(following)
    return {"post": counted(posting), "next": after, "both": counted(posting) + after}


# Any: what Django's test client gives has attributes of its own.
def shown(response: Any) -> Form:
    """Returns the form of the question on the page."""
    form = form_in(response.content.decode())
    if form is None:
        raise RuntimeError(f"the page that answered {response.status_code} asks nothing")
    return form


def counted(captured: CaptureQueriesContext) -> int:
    """How many of the captured queries are not the bounds of transactions."""
    return sum(not query["sql"].startswith(NOT_COUNTED) for query in captured)


def main() -> None:
    """Make as many learners as the first argument says."""
    bank = list(live_questions())
    users = [studied(number, bank) for number in range(int(sys.argv[1]))]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    queries = {}
    for name, right in (("right", 1.0), ("wrong", 0.0)):
        user = studied(-1 - int(right), bank)
        queries[name] = queries_of_an_answer(user, Filling(user.pk, right=right))
    learners = [{"user": user.pk, "session": session_key(user)} for user in users]
    print(json.dumps({"learners": learners, "queries": queries}))


if __name__ == "__main__":
    main()
