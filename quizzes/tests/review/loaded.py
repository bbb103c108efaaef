"""What loading packs into an empty bank wrote, to be written again for the next test without reading the packs anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from django.db import connection

from quizzes.bank.models import Pack, Question, Searchable, Topic, Version

_TABLES = [model._meta.db_table for model in (Topic, Pack, Question, Version, Searchable)]
_ROWS_A_STATEMENT = 50
_written: dict[Hashable, list[str]] = {}


def load_once(key: Hashable, load: Callable[[], None]) -> None:
    """Call `load`, the first time in this process; afterwards write the rows that it wrote the first time.

    The bank's tables are the only ones it may write. On PostgreSQL, or into a bank that is not empty, it is called
    every time: there the same ids are not free.
    """
    if connection.vendor != "sqlite" or Pack.objects.exists() or Topic.objects.exists():
        load()
        return
    if key not in _written:
        load()
        _written[key] = [statement for table in _TABLES for statement in _insertions(table)]
        return
    with connection.cursor() as cursor:
        for statement in _written[key]:
            cursor.execute(statement)


def _insertions(table: str) -> list[str]:
    """The statements that write what a table holds now."""
    with connection.cursor() as cursor:
        columns = [
            f'"{column.name}"' for column in connection.introspection.get_table_description(cursor, table)
        ]
        row = " || ',' || ".join(f"quote({name})" for name in columns)
        cursor.execute(f"SELECT {row} FROM {table}")  # noqa: S608 -- names of our own tables
        rows = [f"({values})" for (values,) in cursor.fetchall()]
    head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "  # noqa: S608 -- as above
    return [
        head + ", ".join(rows[at : at + _ROWS_A_STATEMENT]) for at in range(0, len(rows), _ROWS_A_STATEMENT)
    ]
