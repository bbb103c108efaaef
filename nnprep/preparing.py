"""Preparing the database, one at a time: two that start together would both make the same tables."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

# Of PostgreSQL's advisory locks, which are numbers.
LOCK = 70_409_000


@contextmanager
def alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Waits until nobody else prepares this database, and keeps others waiting until the block ends.

    The lock goes with the process that holds it: PostgreSQL's with its connection, SQLite's with the file beside the
    database. Behind a pooler that shares connections between transactions, migrate over a direct connection.
    """
    if connection.vendor == "postgresql":
        with _advisory(connection):
            yield
        return
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or "memory" in name:
        yield
        return
    with Path(f"{name}.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _advisory(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
