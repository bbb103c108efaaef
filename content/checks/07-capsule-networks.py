"""The keys of topic 7, worked out again without looking at them."""

from __future__ import annotations

from math import hypot


def _outputs(side: int, kernel: int, stride: int = 1, padding: int = 0) -> int:
    """How many places a kernel finds on a line: counted, not by the formula."""
    return sum(1 for start in range(-padding, side + padding, stride) if start + kernel <= side + padding)


def t07_a02(n: int, k: int, m: int) -> dict[str, list[float]]:
    valid, strided = _outputs(n, k), _outputs(m, 7, 2, 3)
    return {"valid": [valid, valid - 1, n], "strided": [strided, strided - 1, _outputs(m, 7, 2)]}


def _seen(layers: list[tuple[int, int]]) -> int:
    """The width of the input under one output unit, found by walking back through (kernel, stride) layers."""
    first = last = 0
    for kernel, stride in reversed(layers):
        first, last = first * stride, last * stride + kernel - 1
    return last - first + 1


def t07_a09(q: int, k: int) -> dict[str, list[float]]:
    return {
        "plain": [_seen([(3, 1)] * q), sum(3 for _ in range(q))],
        "pooled": [_seen([(k, 1), (pool, stride), (k, 1)]) for pool, stride in ((2, 2), (1, 2), (2, 1))],
    }


def t07_a03() -> dict[str, list[float]]:
    first = _outputs(28, 9)
    second = _outputs(first, 9, 2)
    capsules = [
        (row, column, kind) for row in range(second) for column in range(second) for kind in range(32)
    ]
    places = {capsule[:2] for capsule in capsules}
    return {
        "first side": [first, len(range(first)[1:])],
        "second side": [second, _outputs(first, 9)],
        "capsules": [len(capsules), 8 * len(capsules), len(places)],
    }


def t07_a10() -> list[float]:
    stack, single = 3 * (3 * 3), 7 * 7
    saved = [100 * (1 - part / single) for part in (stack, single, 3 * 3)]
    return [saved[0], saved[1], saved[2], 100 * stack / single, 100 * (1 - 3 / 7)]


def t07_a06() -> list[float]:
    short, long = max(0.0, 0.9 - 0.8), max(0.0, 0.3 - 0.1)
    return [short**2 + 0.5 * long**2, short**2 + long**2, short + 0.5 * long]


def t07_a05(a: float) -> dict[str, list[float]]:
    x, y = 3 * a, 4 * a
    norm = hypot(x, y)
    factor = norm**2 / (1 + norm**2)
    squashed = (factor * x / norm, factor * y / norm)
    return {"length": [hypot(*squashed), 1], "first component": [squashed[0], x / norm]}


def t07_a04() -> list[float]:
    one_matrix = len([(row, column) for row in range(16) for column in range(8)])
    pairs = 6 * 6 * 32 * 10
    return [pairs * one_matrix, 10 * one_matrix, pairs]
