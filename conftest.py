"""What every test may ask for, and which servers must be there."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as examples
from pytest_django import DjangoDbBlocker

from nnprep.tests import migrated, servers
from nnprep.tests.examples import EVERY, THOROUGH, a_third

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
# Tests of plain Python, unless they ask for the database.
TABLELESS = [
    Path(__file__).parent / "quizzes" / "tests" / room for room in ("bank", "scheduling", "statistics")
]
# What starts processes of its own, which have the time of day of the machine.
OUTSIDE = ("services", "browser", "processes")
# What is left out of the quick tests.
SLOW = (*OUTSIDE, "thorough")

# A busy machine fails no test: speed is measured by `make bench`.
UNTIMED = examples(deadline=None, suppress_health_check=[HealthCheck.too_slow])
examples.register_profile("quick", UNTIMED, max_examples=a_third(EVERY))
# Loaded by --hypothesis-profile in `make check`.
examples.register_profile(THOROUGH, UNTIMED, max_examples=EVERY)
examples.load_profile("quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--must-have",
        default="",
        help="services, browser (commas between): tests of what is named fail where it is missing, not skip",
    )


def pytest_configure() -> None:
    # Each process has a Redis database of its own, as it has tables of its own: rate limits must not be shared.
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if settings.REDIS_URL and worker:
        mine = urlsplit(settings.REDIS_URL)._replace(path=f"/{worker.removeprefix('gw')}").geturl()
        settings.CACHES["default"]["LOCATION"] = mine


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # A smaller instance of what is slow is not quick either.
    slow = {
        item.function
        for item in items
        if isinstance(item, pytest.Function) and any(item.get_closest_marker(name) for name in SLOW)
    }
    for item in items:
        # One worker holds a server or a browser for all tests that need it.
        for name in ("services", "browser"):
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.xdist_group(name))
        if not _asks_for_tables(item):
            if any(item.path.is_relative_to(room) for room in TABLELESS):
                item.add_marker(pytest.mark.tableless)
            if getattr(item, "function", None) not in slow:
                item.add_marker(pytest.mark.quick)


def pytest_collection_finish() -> None:
    # As in nnprep/wsgi.py: what was imported and collected stays, and looking at all of it for cycles costs a tenth.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _asks_for_tables(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", []))
    return (
        item.get_closest_marker("django_db") is not None
        or bool(fixtures & {"db", "transactional_db"})
        or issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    )


@pytest.fixture(scope="session", autouse=True)
def _from_noon(request: pytest.FixtureRequest) -> Iterator[None]:
    """The clock of the tests starts at noon and goes on: an hour ago is the same study day at any time of day."""
    if any(item.get_closest_marker(name) for item in request.session.items for name in OUTSIDE):
        yield
        return
    with time_machine.travel(
        datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0), tick=True
    ):
        yield


@pytest.fixture(scope="session")
def _tables_kept(request: pytest.FixtureRequest) -> Iterator[Path | None]:
    """On SQLite, the file for the migrated database; what an earlier run left there is loaded until the end."""
    if connection.vendor != "sqlite" or not hasattr(request.config, "cache"):
        yield None
        return
    kept = request.config.cache.mkdir("migrated") / f"{migrated.key_of_migrations()}.sqlite3"
    with migrated.loaded(kept):
        yield kept


@pytest.fixture(scope="session")
def django_db_setup(
    _tables_kept: Path | None, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """As pytest-django does it, but for migrations that an earlier run has applied."""
    if _tables_kept and not _tables_kept.exists():
        with django_db_blocker.unblock():
            migrated.keep(_tables_kept)


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Rows that module-scoped fixtures write (`with django_db_blocker.unblock()`) stay until the module ends.

    Each test rolls back to them. All tests of the module see them: those that must not stand in another file.
    """
    with django_db_blocker.unblock():
        whole = transaction.atomic()
        whole.__enter__()
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        whole.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def _tries_not_counted_before() -> None:
    """Nothing counts towards a rate limit but what the test itself does: accounts of two tests have equal numbers."""
    cache.clear()


def _missing(request: pytest.FixtureRequest, what: str, reason: str) -> None:
    if what in request.config.getoption("--must-have").split(","):
        pytest.fail(f"{what} must be there: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """DATABASE_URL of a PostgreSQL of our own; start commands and servers on it in processes of their own."""
    try:
        servers.postgres_programs()
        servers.unprivileged_account()
    except servers.ServerMissingError as fault:
        _missing(request, "services", str(fault))
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """REDIS_URL of a Redis-compatible server of our own."""
    with servers.redis() as url:
        yield url


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest) -> str:
    """Path of the browser."""
    if not request.config.pluginmanager.hasplugin("playwright"):
        _missing(request, "browser", "Playwright is not installed: pip install -r requirements-browser.txt")
    for path in CHROMIUM:
        if Path(path).exists():
            return path
    _missing(request, "browser", "Chromium was not found; on Debian: apt install chromium")
    raise AssertionError
