"""The keys of topic 6, worked out again without looking at them."""

from __future__ import annotations

from math import exp, hypot, sqrt


def t06_a02(k: int, c: int) -> dict[str, list[float]]:
    gradient = (3 * k, 4 * k)
    norm, sides = hypot(*gradient), sum(gradient)
    by_value = [min(max(part, -c), c) for part in gradient]
    names = ("first", "second")
    return {
        name: [part * c / norm, limited, part * c / sides]
        for name, part, limited in zip(names, gradient, by_value, strict=True)
    }


def t06_a05() -> list[float]:
    def sigmoid(x: float) -> float:
        return 1 / (1 + exp(-x))

    steepest = max((sigmoid(n / 100 + 1e-5) - sigmoid(n / 100 - 1e-5)) / 2e-5 for n in range(-500, 501))
    product = half = 1.0
    for _ in range(10):
        product, half = product * steepest, half * sigmoid(0)
    return [product, half, 10 * steepest, steepest]


def _he(fan_in: int, gain: float = 2.0) -> float:
    """The deviation that keeps the mean square of activations: fan-in times variance is the gain."""
    return sqrt(gain / fan_in)


def t06_a06(n: int) -> list[float]:
    return [_he(n), _he(64), _he(n, gain=1), _he(n) ** 2]


def t06_a07(c: int) -> list[float]:
    fan_in = len([(channel, i, j) for channel in range(c) for i in range(3) for j in range(3)])
    fan_out = len([(channel, i, j) for channel in range(256) for i in range(3) for j in range(3)])
    return [_he(fan_in), _he(c), _he(fan_out), _he(fan_in, gain=1)]


def t06_a13(t: int) -> dict[str, list[float]]:
    factors = {}
    for w in (0.9, 1.1):
        gradient = 1.0
        for _ in range(t):
            gradient *= w
        factors[f"w = {w}"] = [gradient, sum(w for _ in range(t))]
    return factors
