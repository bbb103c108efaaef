"""Seeded parameters: numbers drawn for one showing of a question, and texts filled with them.

`{{=expression}}` and `{{=expression:.2f}}` stand for values; the same seed always gives the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from quizzes.bank.expressions import ExpressionError, Number, evaluate
from quizzes.scheduling.seeds import integer

Json = dict[str, Any]

PLACEHOLDER = re.compile(r"\{\{=([^{}\n]{1,320})\}\}")
FORMAT = re.compile(r"\+?,?(?:\.[0-9]{1,2})?[dfge%]?")


def draw(spec: Json, seed: str) -> dict[str, Number]:
    """Numbers for `spec["params"]`, then for `spec["lets"]` in their order.

    Raises ExpressionError when a let has no value for what was drawn; the linter tries hard to see that first.
    """
    values: dict[str, Number] = {}
    for name, param in spec.get("params", {}).items():
        values[name] = value_at(param, integer(f"{seed}:param:{name}", 0, size_of(param) - 1))
    return with_lets(values, spec.get("lets", []))


def with_lets(values: Mapping[str, Number], lets: list[list[str]]) -> dict[str, Number]:
    """The values and, after them, those derived from them."""
    filled = dict(values)
    for name, expression in lets:
        filled[name] = evaluate(expression, filled)
    return filled


def size_of(param: Json) -> int:
    """How many values a parameter can take."""
    if "choices" in param:
        return len(param["choices"])
    low, high, step = (Decimal(str(param[key])) for key in ("low", "high", "step"))
    return int((high - low) / step) + 1


def value_at(param: Json, index: int) -> Number:
    """The value number `index` of a parameter, counting from 0; ranges are walked in decimal, so 0.1 × 3 is 0.3."""
    if "choices" in param:
        choice: Number = param["choices"][index]
        return choice
    value = Decimal(str(param["low"])) + index * Decimal(str(param["step"]))
    whole = isinstance(param["low"], int) and isinstance(param["step"], int)
    return int(value) if whole else float(value)


def fill(text: str, values: Mapping[str, Number]) -> str:
    """The text with every placeholder replaced; one that has no value is left as it was written."""
    if "{{=" not in text:
        return text

    def replace(match: re.Match[str]) -> str:
        try:
            return shown(match[1], values)
        except ExpressionError:
            return match[0]

    return PLACEHOLDER.sub(replace, text)


def shown(content: str, values: Mapping[str, Number]) -> str:
    """What a placeholder's content ("1-lam:.2f") shows; ExpressionError when it has no value or no such format."""
    expression, _, spec = content.partition(":")
    number = evaluate(expression, values)
    spec = spec.strip()
    if not spec:
        whole = isinstance(number, int) or (number.is_integer() and abs(number) < 10**15)
        return str(int(number)) if whole else format(number, ".10g")
    if not FORMAT.fullmatch(spec):
        raise ExpressionError(f"“{spec}” is no number format; write one like .2f, .3g, .1%, d")
    if spec.endswith("d"):
        if not float(number).is_integer():
            raise ExpressionError(f"the format “{spec}” needs a whole number, not {number}")
        number = int(number)
    try:
        return format(number, spec)
    except ValueError as error:
        raise ExpressionError(f"“{spec}” is no number format") from error


def placeholders(text: str) -> Iterator[tuple[str, int]]:
    """Every placeholder's content and the position where it begins."""
    for match in PLACEHOLDER.finditer(text):
        yield match[1], match.start()
