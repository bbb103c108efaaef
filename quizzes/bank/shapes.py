"""What is stored as JSON, read into frozen structs: the one place where the bank turns JSON into objects and back.

Stored rows carry the number of their shapes under SCHEMA_KEY; rows from before there was one are of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import msgspec

SCHEMA = 1
SCHEMA_KEY = "schema"
Stored = Mapping[str, object]
"""A JSON object as a column holds it."""
JsonObject = dict[str, object]


class UnreadableError(ValueError):
    """A stored object that is not of the shape it should have; the message says where."""


class Shape(msgspec.Struct, frozen=True, omit_defaults=True):
    """A frozen struct that is stored as a JSON object. What equals its default is left out of the JSON."""

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """Returns the object. Raises UnreadableError when it is of another shape; keys it does not know are left."""
        try:
            return msgspec.convert(stored, cls)
        except msgspec.ValidationError as error:
            raise UnreadableError(f"{cls.__module__}.{cls.__qualname__}: {error}") from error

    def to_json(self) -> JsonObject:
        """Returns it as JSON holds it: lists for tuples."""
        stored: JsonObject = msgspec.json.decode(msgspec.json.encode(self))
        return stored


def check_schema(stored: Stored) -> None:
    """Raises UnreadableError when a stored object was written by a later release than this one."""
    number = stored.get(SCHEMA_KEY, SCHEMA)
    if number != SCHEMA:
        raise UnreadableError(f"schema {number!r} is not known here, only {SCHEMA}")
