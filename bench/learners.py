"""Learners in the middle of a long session, for the benchmark; prints their session keys and the counted queries."""

from __future__ import annotations

import json
import os
import sys
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
from bench.load import HIDDEN  # noqa: E402
from quizzes.review.actions.sessions import open_session  # noqa: E402
from quizzes.review.models import StudySettings  # noqa: E402

NOT_COUNTED = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def learner(number: int) -> User:
    """An account with a session that holds a hundred new questions."""
    now = timezone.now()
    user = User.objects.create_user(f"bench{number}@example.org")
    StudySettings.objects.create(user=user, minutes_a_day=240, new_per_day=100, next_day_at=now)
    open_session(user=user, now=now)
    return user


def session_key(user: User) -> str:
    """The key of a signed-in browser session."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    key: str = store.session_key
    return key


def queries_of_an_answer(user: User) -> dict[str, int]:
    """Queries of the POST and of the next question, without the bounds of transactions."""
    client = Client(headers={"HX-Request": "true"}, SERVER_NAME="127.0.0.1")
    client.force_login(user)
    fields: dict[str, Any] = dict(HIDDEN.findall(client.get("/review/").content.decode()))
    with CaptureQueriesContext(connection) as posting:
        answer = client.post("/review/answer/", {**fields, "skip": "1"})
    with CaptureQueriesContext(connection) as following:
        question = client.get("/review/")
    if (answer.status_code, question.status_code) != (200, 200):
        raise RuntimeError(f"the answer got {answer.status_code}, the next question {question.status_code}")
    post, after = counted(posting), counted(following)
    return {"post": post, "next": after, "both": post + after}


def counted(captured: CaptureQueriesContext) -> int:
    """How many of the captured queries are not the bounds of transactions."""
    return sum(not query["sql"].startswith(NOT_COUNTED) for query in captured)


def main() -> None:
    """Make as many learners as the first argument says."""
    users = [learner(number) for number in range(int(sys.argv[1]))]
    print(
        json.dumps(
            {"sessions": [session_key(user) for user in users], "queries": queries_of_an_answer(learner(-1))}
        )
    )


if __name__ == "__main__":
    main()
