"""Several pages of a new account opened at once: each answer from before is recorded once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
CARRY_AT_ONCE = """
import json, threading
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from accounts.models import User
from quizzes.browsing import trial
from quizzes.review.actions.visitor_answers import import_visitor_answers
from quizzes.review.models import Card, Item, Review, Session
call_command("migrate", verbosity=0)
call_command("load_bank", verbosity=0)
now = timezone.now()
ada = User.objects.create_user("ada@example.org", None, joined_at=now)
tried = []
for question in trial.chosen():
    _, shown = trial.show(question, now=now)
    tried = list(trial.take(tried=tried, token=shown.token, fields={"skip": ["1"]}, now=now).tried)
together = threading.Barrier(6)
faults = []
def carry():
    try:
        user = User.objects.get(pk=ada.pk)
        together.wait()
        with transaction.atomic():
            import_visitor_answers(user=user, tried=tried, now=now)
    except Exception as fault:
        faults.append(repr(fault))
    finally:
        connection.close()
threads = [threading.Thread(target=carry) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
answered = Card.objects.filter(seq=1, reps=1).count()
print(json.dumps([faults, Review.objects.count(), answered, Session.objects.count()]))
"""


@pytest.mark.services
def test_answers_carried_over_at_once_are_recorded_once_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE visitor_answers")
    server, _, _ = postgres_url.rpartition("/")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "shell", "--no-imports", "--command", CARRY_AT_ONCE],
        cwd=ROOT,
        env=kept
        | {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"{server}/visitor_answers", "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [[], 6, 6, 1]
