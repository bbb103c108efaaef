"""The migrated database of tests on SQLite, made once and kept as a file: migrating takes seconds in every process.

Only where the migrations are as they were. What was loaded is migrated all the same, so a migration can be missing, not
wrong.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django
from django.apps import apps
from django.db import connection

# The address Django gives the tests' database in memory.
IN_MEMORY = "file:memorydb_default?mode=memory&cache=shared"


def key_of_migrations() -> str:
    """Returns a name for the tables that the installed apps' migrations make: it changes with any of their files."""
    found = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for app in apps.get_app_configs():
        name = f"{app.name}.migrations"
        if find_spec(name) is None:
            continue
        for folder in import_module(name).__path__:
            for path in sorted(Path(folder).glob("*.py")):
                found.update(f"{name}.{path.stem}\0".encode() + path.read_bytes())
    return found.hexdigest()[:20]


@contextmanager
def loaded(kept: Path) -> Iterator[None]:
    """Fill the database that Django makes for tests from the file, if it is there; it lives until the block ends."""
    if not kept.exists():
        yield
        return
    with closing(sqlite3.connect(IN_MEMORY, uri=True)) as tables:
        with closing(sqlite3.connect(kept)) as file:
            file.backup(tables)
        yield


def keep(kept: Path) -> None:
    """Write the open SQLite database to the file, whole or not at all, and drop those made by other migrations."""
    connection.ensure_connection()
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(unfinished)) as file:
        connection.connection.backup(file)
    unfinished.replace(kept)
    for other in kept.parent.glob("*.sqlite3"):
        if other != kept:
            other.unlink(missing_ok=True)
