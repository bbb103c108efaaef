"""Seeded parameters: numbers drawn for one showing of a question, and texts filled with them.

`{{=expression}}` and `{{=expression:.2f}}` stand for values; the same seed always gives the same numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from quizzes.bank.expressions import Budget, ExpressionError, Number, evaluate
from quizzes.bank.shapes import Shape
from quizzes.bank.shuffling import integer

PARAMS_LIMIT = 20
LETS_LIMIT = 50
PLACEHOLDERS_LIMIT = 100
"""How many parameters, derived values and placeholders a question may have; a pack with more is refused."""
DRAW_STEPS = 10_000
"""How many steps drawing a question's numbers may take, all redraws together: some ten milliseconds."""
FILL_STEPS = 4_000
"""How many steps filling one text may take."""
PLACEHOLDER = re.compile(r"\{\{=([^{}\n]{1,320})\}\}")
FORMAT = re.compile(r"\+?,?(?:\.[0-9]{1,2})?[dfge%]?")


class Param(Shape, frozen=True):
    """What a parameter is drawn from: the `choices`, or a range from `low` to `high`, both ends included."""

    choices: tuple[Number, ...] | None = None
    low: Number | None = None
    high: Number | None = None
    step: Number | None = None


def draw(
    params: Mapping[str, Param], lets: Sequence[tuple[str, str]], seed: str, budget: Budget | None = None
) -> dict[str, Number]:
    """Returns numbers for the parameters, then for the derived values in their order.

    Raises ExpressionError when a let has no value for what was drawn, which the linter tries hard to see first, and
    when the budget (by default DRAW_STEPS) is spent.
    """
    budget = Budget(DRAW_STEPS) if budget is None else budget
    values: dict[str, Number] = {}
    for name, param in params.items():
        budget.spend(1)
        values[name] = value_at(param, integer(f"{seed}:param:{name}", 0, size_of(param) - 1))
    return with_lets(values, lets, budget)


def with_lets(
    values: Mapping[str, Number], lets: Sequence[tuple[str, str]], budget: Budget | None = None
) -> dict[str, Number]:
    """Returns the values and, after them, those derived from them."""
    filled = dict(values)
    for name, expression in lets:
        filled[name] = evaluate(expression, filled, budget)
    return filled


def size_of(param: Param) -> int:
    """Returns the number of values a parameter can take."""
    if param.choices is not None:
        return len(param.choices)
    low, high, step = (Decimal(str(number)) for number in (param.low, param.high, param.step))
    return int((high - low) / step) + 1


def value_at(param: Param, index: int) -> Number:
    """Returns the value number `index` of a parameter, counting from 0; ranges are walked in decimal, so 0.1 × 3 is
    0.3.
    """
    if param.choices is not None:
        return param.choices[index]
    value = Decimal(str(param.low)) + index * Decimal(str(param.step))
    whole = isinstance(param.low, int) and isinstance(param.step, int)
    return int(value) if whole else float(value)


def fill(text: str, values: Mapping[str, Number]) -> str:
    """Returns the text with every placeholder replaced; one that has no value is left as it was written.

    So are those behind the first PLACEHOLDERS_LIMIT, and those behind the step that spends FILL_STEPS.
    """
    if "{{=" not in text:
        return text
    budget = Budget(FILL_STEPS)

    def replace(match: re.Match[str]) -> str:
        try:
            return shown(match[1], values, budget)
        except ExpressionError:
            return match[0]

    return PLACEHOLDER.sub(replace, text, count=PLACEHOLDERS_LIMIT)


def shown(content: str, values: Mapping[str, Number], budget: Budget | None = None) -> str:
    """Returns what a placeholder's content ("1-lam:.2f") shows; raises ExpressionError when it has no value or no such
    format.
    """
    expression, _, spec = content.partition(":")
    number = evaluate(expression, values, budget)
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
    """Yields every placeholder's content and the position where it begins."""
    for match in PLACEHOLDER.finditer(text):
        yield match[1], match.start()
