"""/readyz: not ready is only what makes this process unable to serve."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from nnprep.readiness import Kept, Readiness
from nnprep.tests.servers import free_port
from quizzes.reminders.models import Outage, Sweep
from quizzes.tests.reminders.ticking import run_all


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
    Sweep.objects.update(last_run_at=now - timedelta(hours=1))
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
