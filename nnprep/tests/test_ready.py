"""/readyz: not ready is only what makes this process unable to serve."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from mail.models import Outage
from nnprep.readiness import Kept, Readiness
from nnprep.tests.servers import free_port
from quizzes.jobs.models import JobRun
from quizzes.tests.jobs.ticking import run_all

ROOT = Path(__file__).resolve().parents[2]


def ready(client: Client) -> tuple[int, dict[str, Any]]:
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


@pytest.fixture
def clock(db: None) -> None:
    """The clock has run."""
    run_all()


def test_a_healthy_site_is_ready(client: Client, clock: None) -> None:
    assert ready(client) == (200, {"status": "ok"})


def test_without_redis_it_is_degraded_and_ready(client: Client, clock: None, settings: Settings) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "nnprep.cache.ForgivingRedisCache",
            "LOCATION": f"redis://127.0.0.1:{free_port()}/0",
        }
    }
    assert ready(client) == (200, {"status": "degraded", "cache": "Redis does not answer"})


def test_a_dead_clock_and_stuck_e_mails_are_told_and_it_is_ready(
    client: Client, clock: None, settings: Settings
) -> None:
    settings.EMAIL_HOST = "mail.secret.example"
    now = timezone.now()
    JobRun.objects.update(last_run_at=now - timedelta(hours=1))
    Outage.objects.create(
        name="mail server",
        since=now - timedelta(hours=1),
        unreachable=True,
        reason="password of joe is wrong",
    )
    status, said = ready(client)
    assert status == 200
    assert said == {
        "status": "degraded",
        "clock": "its jobs do not run or fail",
        "mail": "e-mails do not leave",
    }


@pytest.mark.skipif(connection.vendor != "sqlite", reason="each database has its own way to refuse writes")
def test_a_database_that_takes_no_writes_is_not_ready(client: Client, clock: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = 1")
        try:
            status, said = ready(client)
        finally:
            cursor.execute("PRAGMA query_only = 0")
    assert status == 503
    assert said["database"] == "it cannot be written: attempt to write a readonly database"


def test_a_database_without_its_last_migration_is_not_ready(client: Client, clock: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'quizzes'")
    status, said = ready(client)
    assert status == 503
    assert said["database"] == "1 migrations are waiting: run manage.py migrate"


def test_its_queries_are_few_and_constant(
    client: Client, clock: None, django_assert_max_num_queries: Any
) -> None:
    ready(client)
    with django_assert_max_num_queries(16):
        ready(client)


@pytest.fixture
def kept(settings: Settings) -> Iterator[None]:
    """Answers are kept as outside of tests."""
    settings.READYZ_KEPT_FOR = 5.0
    Kept._latest = None
    yield
    Kept._latest = None


def test_asking_often_looks_once(
    client: Client, clock: None, kept: None, django_assert_num_queries: Any
) -> None:
    ready(client)
    with django_assert_num_queries(0):
        for _ in range(20):
            assert ready(client)[0] == 200


def test_while_one_request_looks_the_others_do_not_wait_for_it(kept: None, settings: Settings) -> None:
    first = Readiness(degraded={"cache": "Redis does not answer"})
    assert Kept.readiness(lambda: first) is first
    settings.READYZ_KEPT_FOR = 0.0
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> Readiness:
        begun.set()
        go_on.wait(20)
        return Readiness()

    thread = threading.Thread(target=Kept.readiness, args=(slow,))
    thread.start()
    assert begun.wait(20)
    assert Kept.readiness(Readiness) is first
    go_on.set()
    thread.join(20)
    settings.READYZ_KEPT_FOR = 5.0
    assert Kept.readiness(lambda: first).status == "ok"


def test_a_database_that_says_nothing_is_not_ready_while_a_request_waits_for_it(
    kept: None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert Kept.readiness(Readiness).status == "ok"
    settings.READYZ_KEPT_FOR = 0.0
    monkeypatch.setattr("nnprep.readiness.ANSWERS_WITHIN", 0.0)
    begun, go_on = threading.Event(), threading.Event()

    def hung() -> Readiness:
        begun.set()
        go_on.wait(20)
        return Readiness()

    thread = threading.Thread(target=Kept.readiness, args=(hung,))
    thread.start()
    assert begun.wait(20)
    found = Kept.readiness(Readiness)
    assert found.status == "faulty"
    assert found.faults == {"database": "it has not answered for 0 s"}
    go_on.set()
    thread.join(20)
    assert Kept.readiness(Readiness).status == "ok"


@pytest.mark.processes
def test_a_postgresql_that_takes_connections_and_says_nothing_is_told(tmp_path: Path) -> None:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgres://nnprep@127.0.0.1:{silent.getsockname()[1]}/nnprep"
        done = subprocess.run(
            [sys.executable, "manage.py", "clock", "status", "--json"],
            cwd=ROOT, env=kept | {"DATA_DIR": str(tmp_path), "DATABASE_URL": url, "DATABASE_POOL": "0"},
            check=False, stdout=subprocess.PIPE, text=True, timeout=120,
        )  # fmt: skip
    assert done.returncode == 1
    assert [problem["name"] for problem in json.loads(done.stdout)["problems"]] == ["database"]
