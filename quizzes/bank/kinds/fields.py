"""Reading single fields of a form that anyone may have written."""

from __future__ import annotations

from quizzes.bank.kinds.base import Fields

MAX_TYPED = 200
LONGEST = 20_000
_MAX_DIGITS = 3


def one(fields: Fields, name: str) -> str:
    """Returns the first value of a field, or "" when it is missing. Characters no database takes are left out.

    Of what is longer than any field may be, the first LONGEST characters are taken.
    """
    values = fields.get(name) or ("",)
    return "".join(c for c in values[0][:LONGEST] if c != "\0" and not "\ud800" <= c <= "\udfff")


def many(fields: Fields, name: str) -> list[str]:
    """Returns all values of a field."""
    return list(fields.get(name) or ())


def position(text: str, count: int) -> int | None:
    """Returns the position from 0 to `count` - 1 that a field names, or None."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        return None
    number = int(text)
    return number if number < count else None


def positions(values: list[str], count: int) -> list[int] | None:
    """Different positions in ascending order, or None when one of the values is none."""
    found = {position(value, count) for value in values}
    if None in found:
        return None
    return sorted(number for number in found if number is not None)
