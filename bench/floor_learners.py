"""`python -m bench.floor_learners`: fills the floor's database with learners whose cards are all due.

FLOOR_URL names the database. Prints the keys of the learners' browser sessions.
"""

from __future__ import annotations

import json
import random
from datetime import timedelta

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from bench.floor import Card, ReviewLog, User

LEARNERS = 64
CARDS = 1_000
WORDS = ("gradient", "attention", "softmax", "dropout", "residual", "encoder", "kernel", "batch", "decay")


def make_tables() -> None:
    """Makes Django's tables and the floor's own, which have no migrations."""
    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Card, ReviewLog):
            editor.create_model(model)


def session_of(user: User) -> str:
    """Returns the key of a signed-in browser session."""
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    key: str = store.session_key or ""
    return key


def cards_of(user: User, rng: random.Random) -> list[Card]:
    """Returns the learner's cards, not saved yet, due at moments of the last month."""
    now = timezone.now()
    return [
        Card(
            learner=user,
            question=f"What does {rng.choice(WORDS)} change in the {rng.choice(WORDS)} of layer {number}?",
            options=[" ".join(rng.choices(WORDS, k=5)) for _ in range(4)],
            due=now - timedelta(seconds=rng.randint(60, 30 * 86_400)),
            answered_at=now - timedelta(days=31),
            stability=rng.uniform(1, 60),
            difficulty=rng.uniform(1, 10),
        )
        for number in range(CARDS)
    ]


def main() -> None:
    make_tables()
    rng = random.Random(1)
    users = User.objects.bulk_create([User(username=f"learner{number}") for number in range(LEARNERS)])
    for user in users:
        Card.objects.bulk_create(cards_of(user, rng))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    print(json.dumps({"sessions": [session_of(user) for user in users]}))


if __name__ == "__main__":
    main()
