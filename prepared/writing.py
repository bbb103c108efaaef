"""Statements that write one row of a table, their text built once.

A field turns each value into what the database takes, as in the ORM's own statements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Model
from django.db.models.sql import InsertQuery

M = TypeVar("M", bound=Model)


class PreparedInsert(Generic[M]):
    """Inserts rows of the model, whose primary key the database gives out."""

    def __init__(self, model: type[M]) -> None:
        self._model = model
        meta = model._meta  # noqa: SLF001 -- Django's documented interface
        self._fields = [field for field in meta.local_concrete_fields if not field.primary_key]
        self._texts: dict[str, str] = {}

    def run(self, row: M, using: str = "default") -> None:
        """Inserts the row and sets its primary key, as `row.save(force_insert=True)` does but for signals."""
        connection = connections[using]
        text = self._texts.get(using)
        if text is None:
            text = self._texts[using] = self._build(row, connection)
        values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in self._fields]
        with connection.cursor() as cursor:
            cursor.execute(text, values)
            (row.pk,) = cursor.fetchone()
        row._state.adding, row._state.db = False, using  # noqa: SLF001 -- as the ORM marks what it saved

    def _build(self, row: M, connection: BaseDatabaseWrapper) -> str:
        query = InsertQuery(self._model)
        query.insert_values(self._fields, [row])
        compiler: Any = query.get_compiler(connection=connection)  # Any: it has no public type
        compiler.returning_fields = [self._model._meta.pk]  # noqa: SLF001 -- as above
        ((text, _),) = compiler.as_sql()
        return str(text)


class PreparedUpdate(Generic[M]):
    """Sets the columns named `sets` where those named `where` have the values given; None is a value like others."""

    def __init__(self, model: type[M], *, sets: Sequence[str], where: Sequence[str]) -> None:
        self._model = model
        self._sets, self._where = _fields_of(model, sets), _fields_of(model, where)
        self._texts: dict[tuple[str, tuple[str, ...]], str] = {}

    def run(self, using: str = "default", /, *, where: Mapping[str, object], **values: object) -> int:
        """Returns the number of rows that were changed. Raises KeyError where a column has no value."""
        connection = connections[using]
        empty = tuple(name for name, _ in self._where if where[name] is None)
        text = self._texts.get((using, empty))
        if text is None:
            text = self._texts[using, empty] = self._build(empty, connection)
        bound = [field.get_db_prep_save(values[name], connection) for name, field in self._sets]
        bound += [
            field.get_db_prep_save(where[name], connection)
            for name, field in self._where
            if name not in empty
        ]
        with connection.cursor() as cursor:
            cursor.execute(text, bound)
            return int(cursor.rowcount)

    def _build(self, empty: Sequence[str], connection: BaseDatabaseWrapper) -> str:
        quote = connection.ops.quote_name
        sets = ", ".join(f"{quote(str(field.column))} = %s" for _, field in self._sets)
        where = " AND ".join(
            f"{quote(str(field.column))} {'IS NULL' if name in empty else '= %s'}"
            for name, field in self._where
        )
        table = quote(self._model._meta.db_table)  # noqa: SLF001 -- as above
        return f"UPDATE {table} SET {sets} WHERE {where}"  # noqa: S608 -- names of columns, no values


# Any: fields of whatever types the table has.
def _fields_of(model: type[Model], names: Sequence[str]) -> list[tuple[str, Field[Any, Any]]]:
    fields = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001 -- as above
    return [(name, fields[name]) for name in names]
