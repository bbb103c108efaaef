"""Public ids of what a form makes: the same form sent twice names the same thing, two things never share an id."""

from __future__ import annotations

from typing import Literal
from uuid import UUID, uuid4, uuid5

_NAMESPACE = UUID("3b4a63c8-6f0e-4d1d-9b53-6f2f0d5f3a07")


def id_from(key: UUID | None, *, what: Literal["class", "assignment"], owner: int) -> UUID:
    """Returns the public id of the `what` that a form with this key makes; a random one without a key.

    `owner` is the primary key of what the thing belongs to: the account of a class, the class of an assignment. Each
    `what` and owner has ids of its own (RFC 9562, version 5), so that one key names a class and an assignment in it
    without their ids being equal, and nobody can choose another one's id.
    """
    return uuid4() if key is None else uuid5(_NAMESPACE, f"{what}:{owner}:{key}")
