"""A database made before tables and columns got the field's names comes along with every row.

rows_before.json holds every row of a small site as the last release before wrote them, in columns as SQLite keeps them:
accounts, classes, answers, e-mails in every state. The rows are put into the tables of that time, then `manage.py
migrate` runs in a process of its own, as an operator runs it.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row

ROOT = Path(__file__).resolve().parents[3]
BEFORE: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_name("rows_before.json").read_text("utf-8")
)
# What tables and columns are called since; all others kept their names.
TABLES = {
    "quizzes_class": "quizzes_classroom",
    "quizzes_override": "quizzes_extension",
    "quizzes_flag": "quizzes_questionreport",
    "quizzes_reckoning": "quizzes_snapshot",
}
COLUMNS = {
    "klass_id": "classroom_id",
    "flag_id": "report_id",
    "reckoned_at": "taken_at",
    "rows": "content",
}
# Columns that mean something else now; what they say is asked for by name below.
CHANGED: dict[str, set[str]] = {"quizzes_reckoning": {"subject"}, "quizzes_sweep": {"name"}}

Run = Callable[..., None]
Rows = Callable[[str], list[dict[str, Any]]]


def manage(environment: dict[str, str], *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", *words, "--verbosity", "0"],
        cwd=ROOT,
        env={**os.environ, "REDIS_URL": "", "EMAIL_URL": "", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def to_before(environment: dict[str, str]) -> None:
    """Make the tables of that time."""
    for app, last in (
        ("accounts", "0001_squashed_0004"),
        ("account", "0009"),
        ("quizzes", "0001_squashed_0024"),
    ):
        manage(environment, "migrate", app, last)


def plain(value: Any) -> Any:
    """Returns a column's value as both databases can say it."""
    if isinstance(value, UUID):
        return value.hex
    if hasattr(value, "isoformat"):
        return str(value).removesuffix("+00:00").replace("T", " ")
    if isinstance(value, (list, dict)):
        return json.dumps(value, sort_keys=True)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and value.startswith(("[", "{")):
        return json.dumps(json.loads(value), sort_keys=True)
    if isinstance(value, str) and len(value) == 36 and value.count("-") == 4:
        return value.replace("-", "")
    return value


@contextmanager
def on_sqlite(folder: Path) -> Iterator[tuple[dict[str, str], Callable[[], None], Rows]]:
    file = folder / "nnprep.sqlite3"

    def fill() -> None:
        with closing(sqlite3.connect(file)) as base:
            base.execute("PRAGMA foreign_keys = OFF")
            for table, held in BEFORE.items():
                columns = ", ".join(f'"{name}"' for name in held["columns"])
                marks = ", ".join("?" for _ in held["columns"])
                base.executemany(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', held["rows"])  # noqa: S608 -- our own tables
            base.commit()

    def rows(table: str) -> list[dict[str, Any]]:
        with closing(sqlite3.connect(file)) as base:
            base.row_factory = sqlite3.Row
            return [dict(row) for row in base.execute(f'SELECT * FROM "{table}"')]  # noqa: S608 -- our own tables

    yield {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{file}"}, fill, rows


@contextmanager
def on_postgresql(folder: Path, url: str) -> Iterator[tuple[dict[str, str], Callable[[], None], Rows]]:
    name = "rows_before"
    with psycopg.connect(url, autocommit=True) as base:
        base.execute(f"CREATE DATABASE {name}")
    there = url.rpartition("/")[0] + f"/{name}"

    def fill() -> None:
        with psycopg.connect(there) as base:
            base.execute("SET timezone TO 'UTC'")
            for table, held in BEFORE.items():
                types: dict[str, str] = dict(
                    base.execute(
                        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s",
                        [table],
                    ).fetchall()
                )
                columns = ", ".join(f'"{name}"' for name in held["columns"])
                marks = ", ".join("%s" for _ in held["columns"])
                for row in held["rows"]:
                    values = [
                        bool(value) if types[name] == "boolean" and value is not None else value
                        for name, value in zip(held["columns"], row, strict=True)
                    ]
                    base.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', values)  # noqa: S608 -- our own tables

    def rows(table: str) -> list[dict[str, Any]]:
        with psycopg.connect(there, row_factory=dict_row) as base:
            base.execute("SET timezone TO 'UTC'")
            return base.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608 -- our own tables

    yield {"DATA_DIR": str(folder), "DATABASE_URL": there}, fill, rows


def comparable(rows: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def every_row_is_there(rows: Rows) -> None:
    for table, held in BEFORE.items():
        changed = CHANGED.get(table, set())
        names = [COLUMNS.get(name, name) for name in held["columns"]]
        before = [
            {name: plain(value) for name, value in zip(names, row, strict=True) if name not in changed}
            for row in held["rows"]
        ]
        kept = [name for name in names if name not in changed]
        now = [{name: plain(row[name]) for name in kept} for row in rows(TABLES.get(table, table))]
        assert comparable(now) == comparable(before), table
    # What was a reckoning of standings has no schema that can be read any more; it keeps its place under the new words.
    (snapshot,) = rows("quizzes_snapshot")
    assert (snapshot["subject"], snapshot["schema"]) == ("readiness", 0)
    # A job's last run is known by the job's new name, or it would be taken for one that stands still.
    assert {row["name"] for row in rows("quizzes_sweep")} == {"send", "record forecasts"}


@pytest.mark.processes
def test_every_row_comes_along_on_sqlite(tmp_path: Path) -> None:
    with on_sqlite(tmp_path) as (environment, fill, rows):
        to_before(environment)
        fill()
        manage(environment, "migrate")
        every_row_is_there(rows)
        manage(environment, "migrate", "--check")


@pytest.mark.services
def test_every_row_comes_along_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    with on_postgresql(tmp_path, postgres_url) as (environment, fill, rows):
        to_before(environment)
        fill()
        manage(environment, "migrate")
        every_row_is_there(rows)


def test_every_table_of_then_that_can_hold_something_does() -> None:
    empty = {table for table, held in BEFORE.items() if not held["rows"]}
    assert empty == {"account_emailconfirmation", "accounts_user_groups", "accounts_user_user_permissions"}
