"""Arithmetic in questions: a small language, evaluated without `eval`, with bounded effort and bounded numbers."""

from __future__ import annotations

import ast
import math
import operator
import re
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from simpleeval import InvalidExpression, SimpleEval

Number = int | float

LENGTH_LIMIT = 300
DEPTH_LIMIT = 30
SIZE_LIMIT = 10**30
EXPONENT_LIMIT = 1000

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


def _natural_log(number: Number) -> Number:
    return math.log(number)


def _bounded(function: Callable[..., Any]) -> Callable[..., Number]:
    """The function, refusing results that are no numbers of ordinary size."""

    def call(*arguments: Any) -> Number:
        result = function(*arguments)
        if not isinstance(result, int | float) or not math.isfinite(result) or abs(result) > SIZE_LIMIT:
            raise ExpressionError("the value is too large or no number")
        return result

    return call


_OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: _bounded(operator.add),
    ast.Sub: _bounded(operator.sub),
    ast.Mult: _bounded(operator.mul),
    ast.Div: _bounded(operator.truediv),
    ast.FloorDiv: _bounded(operator.floordiv),
    ast.Mod: _bounded(operator.mod),
    ast.Pow: _bounded(_power),
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
FUNCTIONS: dict[str, Callable[..., Number]] = {
    "abs": _bounded(abs),
    "min": _bounded(min),
    "max": _bounded(max),
    "round": _bounded(round),
    "ceil": _bounded(math.ceil),
    "floor": _bounded(math.floor),
    "sqrt": _bounded(math.sqrt),
    "exp": _bounded(math.exp),
    "log": _bounded(_natural_log),
    "log2": _bounded(math.log2),
    "log10": _bounded(math.log10),
}


class _Mine(threading.local):
    """One evaluator for each thread: making one takes longer than most expressions."""

    def __init__(self) -> None:
        self.evaluator = SimpleEval(operators=_OPERATORS, functions=FUNCTIONS)


_MINE = _Mine()


def evaluate(expression: str, values: Mapping[str, Number]) -> Number:
    """The value of an expression; truth counts as 1 and untruth as 0. ExpressionError when it has none."""
    node = _parse(expression)
    evaluator = _MINE.evaluator
    evaluator.names = dict(values)
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


def names_in(expression: str) -> frozenset[str]:
    """The names of values an expression uses. ExpressionError when it cannot be read."""
    called = {node.func for node in ast.walk(_parse(expression)) if isinstance(node, ast.Call)}
    return frozenset(
        node.id for node in ast.walk(_parse(expression)) if isinstance(node, ast.Name) and node not in called
    )


@lru_cache(maxsize=2048)
def _parse(expression: str) -> ast.expr:
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
    return node


def _check(node: ast.AST, depth: int) -> None:
    if depth > DEPTH_LIMIT:
        raise ExpressionError("it is nested too deeply")
    if not isinstance(node, _NODES) or isinstance(node, _REFUSED):
        raise ExpressionError("it uses something other than arithmetic, comparisons and the listed functions")
    if isinstance(node, ast.Constant) and type(node.value) not in {int, float}:
        raise ExpressionError("it holds something that is no number")
    if isinstance(node, ast.Call):
        if not isinstance(node.func, ast.Name) or node.func.id not in FUNCTIONS or node.keywords:
            raise ExpressionError(f"there is no such function; known are {', '.join(FUNCTIONS)}")
        for argument in node.args:
            _check(argument, depth + 1)
        return
    for child in ast.iter_child_nodes(node):
        _check(child, depth + 1)
