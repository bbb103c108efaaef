"""The payload of numbers."""

from __future__ import annotations

from quizzes.bank.kinds.numbers import NumberSpec
from quizzes.bank.shapes import Shape

ONLY = "answer"
"""The key, and the field's name, of a part without a name; a named part's field is `part-<key>`."""


class Trap(Shape, frozen=True):
    """A wrong number that is expected, and what went wrong."""

    spec: NumberSpec
    note: str


class Number(Shape, frozen=True):
    """One number that is asked for."""

    key: str
    label: str
    spec: NumberSpec
    note: str
    traps: tuple[Trap, ...]

    @property
    def field(self) -> str:
        """The name of its field in the form."""
        return ONLY if self.key == ONLY else f"part-{self.key}"


class Numbers(Shape, frozen=True):
    """All numbers that are asked for."""

    parts: tuple[Number, ...]
