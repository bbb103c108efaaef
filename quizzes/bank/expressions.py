"""Arithmetic in questions: a small language, evaluated without `eval`, with bounded effort and bounded numbers.

Every number that goes into an operator or a function, and every number that comes out, is at most SIZE_LIMIT, so that
each step takes about the same time. There are no loops: an expression takes as many steps as it has parts.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

Number = int | float

LENGTH_LIMIT = 300
DEPTH_LIMIT = 30
STEPS_LIMIT = 120
SIZE_LIMIT = 10**30
EXPONENT_LIMIT = 1000
DIGITS_LIMIT = 30

_NODES = (
    ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Call, ast.Name, ast.Load, ast.Constant,
    ast.operator, ast.unaryop, ast.cmpop,
)  # fmt: skip
_REFUSED = (
    ast.Not,
    ast.Invert,
    ast.MatMult,
    ast.LShift,
    ast.RShift,
    ast.BitAnd,
    ast.BitOr,
    ast.BitXor,
    ast.In,
    ast.NotIn,
    ast.Is,
    ast.IsNot,
)
_SIGNS = re.compile(r"[A-Za-z0-9_.,+\-*/%()<>=! ]*")
_GLUED = re.compile(r"(?<![A-Za-z0-9_.])[0-9][0-9.]*+(?:[eE][+-]?[0-9]+)?+[A-Za-z_]")


class ExpressionError(ValueError):
    """An expression that cannot be read or has no value; the message says why, in words for an author."""


class OutOfStepsError(ExpressionError):
    """What was to be evaluated takes more steps than its budget holds."""


@dataclass(slots=True)
class Budget:
    """Steps that may still be taken, shared by all expressions of one question or one file."""

    left: int

    def spend(self, steps: int) -> None:
        """Takes `steps` off. OutOfStepsError, and nothing is left, when there are fewer."""
        if steps > self.left:
            self.left = 0
            raise OutOfStepsError("it takes too many steps")
        self.left -= steps


def _power(base: Number, exponent: Number) -> Number:
    if abs(exponent) > EXPONENT_LIMIT:
        raise ExpressionError(f"the exponent {exponent} is too large")
    if (
        isinstance(base, int)
        and isinstance(exponent, int)
        and base.bit_length() * exponent > 2 * EXPONENT_LIMIT
    ):
        raise ExpressionError("the power is too large")
    result = base**exponent
    if isinstance(result, complex):
        raise ExpressionError("a negative number has no such power")
    return result


def _rounded(number: Number, digits: Number | None = None) -> Number:
    if digits is None:
        return round(number)
    if not isinstance(digits, int) or abs(digits) > DIGITS_LIMIT:
        raise ExpressionError(f"round takes a whole number of digits from -{DIGITS_LIMIT} to {DIGITS_LIMIT}")
    return round(number, digits)


def _natural_log(number: Number) -> Number:
    return math.log(number)


def _of_ordinary_size(number: object) -> bool:
    return isinstance(number, int | float) and bool(abs(number) <= SIZE_LIMIT)  # neither infinite nor nan


def _bounded(function: Callable[..., Number]) -> Callable[..., Number]:
    """Returns the function, refusing arguments and results that are no numbers of ordinary size."""

    def call(*arguments: object) -> Number:
        if not all(_of_ordinary_size(argument) for argument in arguments):
            raise ExpressionError("a value on the way is too large or no number")
        result = function(*arguments)
        if not _of_ordinary_size(result):
            raise ExpressionError("the value is too large or no number")
        return result

    return call


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: _power,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs,
    "min": min,
    "max": max,
    "round": _rounded,
    "ceil": math.ceil,
    "floor": math.floor,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": _natural_log,
    "log2": math.log2,
    "log10": math.log10,
}
OPERATORS = {kind: _bounded(function) for kind, function in _OPERATORS.items()}
FUNCTIONS = {name: _bounded(function) for name, function in _FUNCTIONS.items()}


class _Mine(threading.local):
    """One evaluator for each thread: making one takes longer than most expressions."""

    def __init__(self) -> None:
        self.evaluator = SimpleEval(operators=OPERATORS, functions=FUNCTIONS)


_MINE = _Mine()


def evaluate(expression: str, values: Mapping[str, Number], budget: Budget | None = None) -> Number:
    """Returns the value of an expression; truth counts as 1 and untruth as 0. Raises ExpressionError when it has none.

    Its steps are taken off the budget; raises OutOfStepsError when that does not hold so many.
    """
    node, steps = _parse(expression)
    if budget is not None:
        budget.spend(steps)
    evaluator = _MINE.evaluator
    evaluator.names = values
    try:
        result = evaluator.eval(expression, previously_parsed=node)
    except ExpressionError:
        raise
    except ZeroDivisionError as error:
        raise ExpressionError("it divides by zero") from error
    except InvalidExpression as error:
        raise ExpressionError(str(error)) from error
    except (TypeError, ValueError, OverflowError, ArithmeticError) as error:
        raise ExpressionError(f"it has no value here ({error})") from error
    number = _bounded(lambda: result)()
    return int(number) if isinstance(number, bool) else number


def steps_of(expression: str) -> int:
    """Returns the number of steps evaluating an expression takes. Raises ExpressionError when it cannot be read."""
    return _parse(expression)[1]


@lru_cache(maxsize=2048)
def names_in(expression: str) -> frozenset[str]:
    """Returns the names of values an expression uses. Raises ExpressionError when it cannot be read."""
    parts = list(ast.walk(_parse(expression)[0]))
    called = {node.func for node in parts if isinstance(node, ast.Call)}
    return frozenset(node.id for node in parts if isinstance(node, ast.Name) and node not in called)


@lru_cache(maxsize=2048)
def _parse(expression: str) -> tuple[ast.expr, int]:
    """Returns an expression that may be evaluated, and how many steps that takes."""
    if len(expression) > 2 * LENGTH_LIMIT:
        raise ExpressionError(f"it is longer than {LENGTH_LIMIT} characters")
    text = expression.strip()
    if not text:
        raise ExpressionError("it is empty")
    if len(text) > LENGTH_LIMIT:
        raise ExpressionError(f"it is longer than {LENGTH_LIMIT} characters")
    strange = text[_SIGNS.match(text).end() :]  # type: ignore[union-attr]
    if strange:
        raise ExpressionError(f"the sign “{strange[0]}” means nothing here")
    glued = _GLUED.search(text)
    if glued:
        raise ExpressionError(f"“{glued[0]}” is neither a number nor a name")
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError("it cannot be read") from error
    _check(node, 0)
    steps = sum(isinstance(part, ast.expr) for part in ast.walk(node))
    if steps > STEPS_LIMIT:
        raise ExpressionError(f"it has more than {STEPS_LIMIT} numbers, names and operators")
    return node, steps


def _check(node: ast.AST, depth: int) -> None:
    if depth > DEPTH_LIMIT:
        raise ExpressionError("it is nested too deeply")
    if not isinstance(node, _NODES) or isinstance(node, _REFUSED):
        raise ExpressionError("it uses something other than arithmetic, comparisons and the listed functions")
    if isinstance(node, ast.Constant) and type(node.value) not in {int, float}:
        raise ExpressionError("it holds something that is no number")
    if isinstance(node, ast.Constant) and not _of_ordinary_size(node.value):
        raise ExpressionError("it holds a number that is too large")
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            raise ExpressionError(f"there is no such function; known are {', '.join(FUNCTIONS)}")
        for argument in node.args:
            _check(argument, depth + 1)
        return
    for child in ast.iter_child_nodes(node):
        _check(child, depth + 1)
