"""Queries whose SQL is built once and run again with new values.

The public interface of the ORM cannot keep the text of a query, so this module takes the compiler's parts; tests
compare each query with the ORM's own rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

R = TypeVar("R")
Value = int | date | datetime | UUID
# Values no row holds, by type: two of each name, so that what changes with a name shows in the parameters.
_SAMPLES: dict[type, Callable[[int], Value]] = {
    int: lambda number: 2**40 + number,
    UUID: lambda number: UUID(int=number),
    date: lambda number: date(1901, 1, 1) + timedelta(days=number),
    datetime: lambda number: datetime(1901, 1, 1, tzinfo=UTC) + timedelta(hours=number),
}


# Any: the compiler's parts have no public types, and a row holds what its columns hold.
@dataclass(frozen=True, slots=True)
class _Instances:
    """How a row becomes an instance of `model`, as ModelIterable makes it.

    `names` are the attributes of its own `columns`, `populators` fill in the related rows, `annotations` are the
    columns that become attributes.
    """

    model: type[Model]
    columns: slice
    names: list[str]
    populators: Sequence[Any]
    annotations: list[tuple[str, int]]

    def of(self, cells: list[Any], using: str) -> Any:
        """Returns the instance."""
        made = self.model.from_db(using, self.names, cells[self.columns])
        for populator in self.populators:
            populator.populate(cells, made)
        for name, at in self.annotations:
            setattr(made, name, cells[at])
        return made


# Any: as above.
@dataclass(frozen=True, slots=True)
class _Statement:
    """The text for one database, its parameters, and how a row is read.

    The parameters at a place in `slots` change. `converters` are those of each column that has any. Without `instances`
    a row is a tuple, as values_list gives it.
    """

    sql: str
    params: tuple[object, ...]
    slots: tuple[tuple[int, str], ...]
    converters: list[tuple[int, Sequence[Callable[..., Any]], Any]]
    instances: _Instances | None

    def read(self, row: Sequence[Any], connection: BaseDatabaseWrapper) -> Any:
        """Returns what the ORM makes of the row."""
        cells = list(row)
        for at, converters, expression in self.converters:
            for convert in converters:
                cells[at] = convert(cells[at], expression, connection)
        return tuple(cells) if self.instances is None else self.instances.of(cells, connection.alias)


class Prepared(Generic[R]):
    """A query of model instances or of tuples (values_list), made by `build` from values of the given types by name.

    Each value must go into the query as it is: what is computed from another one is a value of its own.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, R]], **types: type[Value]) -> None:
        self._build = build
        self._types = types
        self._statements: dict[str, _Statement] = {}

    def queryset(self, **values: Value) -> QuerySet[Any, R]:
        """Returns the same query as the ORM runs it."""
        return self._build(**values)

    def first(self, using: str = "default", /, **values: Value) -> R | None:
        """Returns the first row, None where there is none. One query."""
        connection = connections[using]
        statement = self._statement(connection)
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, self._bound(statement, connection, values))
            row = cursor.fetchone()
        found: R | None = None if row is None else statement.read(row, connection)
        return found

    def all(self, using: str = "default", /, **values: Value) -> list[R]:
        """Returns all rows, in the query's order. One query."""
        connection = connections[using]
        statement = self._statement(connection)
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, self._bound(statement, connection, values))
            rows = cursor.fetchall()
        return [statement.read(row, connection) for row in rows]

    def _statement(self, connection: BaseDatabaseWrapper) -> _Statement:
        statement = self._statements.get(connection.alias)
        if statement is None:
            statement = self._statements[connection.alias] = self._prepare(connection)
        return statement

    # Any: what a driver binds.
    def _bound(
        self, statement: _Statement, connection: BaseDatabaseWrapper, values: dict[str, Value]
    ) -> list[Any]:
        bound: list[Any] = list(statement.params)
        for at, name in statement.slots:
            bound[at] = _adapted(connection, values[name])
        return bound

    def _prepare(self, connection: BaseDatabaseWrapper) -> _Statement:
        """Builds the text. Raises ValueError where a parameter changes with a value and is not that value."""
        samples = [
            {name: _SAMPLES[kind](2 * at + other) for at, (name, kind) in enumerate(self._types.items(), 1)}
            for other in (0, 1)
        ]
        querysets = [self._build(**sample) for sample in samples]
        compilers = [queryset.query.get_compiler(connection.alias) for queryset in querysets]
        (sql, params), (same, others) = (compiler.as_sql() for compiler in compilers)
        names = {_adapted(connection, value): name for name, value in samples[0].items()}
        slots = tuple((at, names[param]) for at, param in enumerate(params) if param in names)
        changed = {at for at, pair in enumerate(zip(params, others, strict=True)) if pair[0] != pair[1]}
        if (
            sql != same
            or changed != {at for at, _ in slots}
            or {name for _, name in slots} != set(self._types)
        ):
            raise ValueError(
                f"{self._build.__qualname__} computes with its values or does not take all of them"
            )
        compiler = compilers[0]
        columns = [expression for expression, *_ in compiler.select[: compiler.col_count]]
        return _Statement(
            sql=sql,
            params=tuple(params),
            slots=slots,
            converters=[
                (at, [_of_any_connection(convert, connection) for convert in found], expression)
                for at, (found, expression) in compiler.get_converters(columns).items()
            ],
            instances=_instances(compiler, connection.alias) if _is_of_instances(querysets[0]) else None,
        )


# Any: a queryset of whatever it gives.
def _is_of_instances(queryset: QuerySet[Any, Any]) -> bool:
    """Returns whether the rows become instances, not the tuples of values_list."""
    return issubclass(queryset._iterable_class, ModelIterable)  # noqa: SLF001 -- no public name tells


def _instances(compiler: SQLCompiler, using: str) -> _Instances:
    """Returns how the compiler's rows become instances."""
    select, about = compiler.select, compiler.klass_info
    columns = slice(about["select_fields"][0], about["select_fields"][-1] + 1)
    return _Instances(
        model=about["model"],
        columns=columns,
        names=[expression.target.attname for expression, *_ in select[columns]],
        populators=get_related_populators(about, select, using),  # type: ignore[call-arg]  # later stubs
        annotations=list((compiler.annotation_col_map or {}).items()),
    )


# Any: converters have no public types.
def _of_any_connection(convert: Callable[..., Any], connection: BaseDatabaseWrapper) -> Callable[..., Any]:
    """Returns the converter for whichever connection reads the row.

    One of the backend's own is a method of the connection it was asked of, which belongs to one thread and would live
    as long as the statement.
    """
    if getattr(convert, "__self__", None) is not connection.ops:
        return convert
    name = convert.__name__
    return lambda value, expression, reader: getattr(reader.ops, name)(value, expression, reader)


def _adapted(connection: BaseDatabaseWrapper, value: Value) -> object:
    """Returns a value as the fields of its type hand it to the database."""
    match value:
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
        case UUID() if not connection.features.has_native_uuid_field:
            return value.hex
        case _:
            return value
