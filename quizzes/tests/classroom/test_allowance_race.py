from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).resolve().parents[3]
# One account posts a roster of forty to each of six classes at the same moment.
POST_AT_ONCE = """
import json, threading
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from accounts.models import User
from quizzes.classroom import actions
from quizzes.classroom.models import Invitation
from quizzes.classroom.roster import read_roster
call_command("migrate", verbosity=0)
now = timezone.now()
owner = User.objects.create_user("owner@example.org", None, joined_at=now)
classes = [actions.create_class(owner=owner, title=str(n), time_zone="UTC", now=now) for n in range(6)]
together = threading.Barrier(len(classes))
def post(classroom):
    rows = read_roster("\\n".join(f"p{n}-{classroom.pk}@example.org" for n in range(40)))
    together.wait()
    actions.invite(classroom=classroom, rows=rows, author=owner, now=now)
    connection.close()
threads = [threading.Thread(target=post, args=[classroom]) for classroom in classes]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(json.dumps([Invitation.objects.count(), Invitation.objects.filter(write_at=now).count()]))
"""


@pytest.mark.services
def test_rosters_posted_at_once_share_the_accounts_allowance_on_postgresql(
    tmp_path: Path, postgres_url: str
) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE allowance")
    server, _, _ = postgres_url.rpartition("/")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "shell", "--no-imports", "--command", POST_AT_ONCE],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(tmp_path), "DATABASE_URL": f"{server}/allowance", "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.stdout, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [240, 50]
