"""All my data: what the site holds about one person, as JSON, read row by row so that memory does not grow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User
from quizzes.privacy.personal_tables import PersonalTable
from quizzes.privacy.registry import TABLES

FORMAT = "nnprep-data-2"


def all_my_data(user: User, *, now: datetime) -> Iterator[str]:
    """Yields one JSON object in pieces: `format`, `written_at`, and each table of the register as a list of rows.

    Moments are UTC in ISO 8601. The number of queries does not depend on the number of rows.
    """
    yield f'{{"format": {_json(FORMAT)}, "written_at": {_json(now)}'
    for table in TABLES:
        yield f',\n"{table.name}": ['
        yield from _rows(table, user)
        yield "]"
    yield "}\n"


def _rows(table: PersonalTable, user: User) -> Iterator[str]:
    rows = table.rows(user).values_list(*table.columns.values())
    for index, values in enumerate(rows.iterator()):
        yield ("\n" if index == 0 else ",\n") + _json(dict(zip(table.columns, values, strict=True)))


def _json(value: object) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
