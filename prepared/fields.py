"""A column of JSON that is written once."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import JSONField
from django.db.models.expressions import Col, Expression

if TYPE_CHECKING:
    _Base = JSONField[dict[str, Any], dict[str, Any]]  # Any: as JSONField's own types have it
else:
    _Base = JSONField

# The built-in bank whole, and as much again of classes' own; each takes some twenty kilobytes.
MOST_KEPT = 600


class ImmutableJSONField(_Base):
    """JSON that is written once and never changed: each process reads the same text once, into one object.

    Nobody changes the object, so what is made of it can be kept by its identity.
    """

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> Any:
        """Returns the object of the text; a part that a query asked for is read anew each time."""
        if isinstance(value, str) and isinstance(expression, Col):
            return _read(value)
        return super().from_db_value(value, expression, connection)

    # Any: as Django's own.
    def deconstruct(self) -> Any:
        """Tells migrations that the column is JSON: how it is read is none of the table's business."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


@lru_cache(maxsize=MOST_KEPT)
def _read(text: str) -> Any:
    return json.loads(text)
