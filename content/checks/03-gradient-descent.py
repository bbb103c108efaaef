"""The keys of topic 3, worked out again without looking at them."""

from __future__ import annotations

from itertools import product
from math import sqrt


def t03_a02(n: int, b: int) -> dict[str, list[float]]:
    batches = [min(b, n - start) for start in range(0, n, b)]
    full = [size for size in batches if size == b]
    return {"kept": [len(batches), len(full), n / b, n], "dropped": [len(full), len(batches)]}


def t03_a03(s: int, b: int) -> list[float]:
    variance_of_mean = sum(s**2 for _ in range(b)) / b**2
    variance_of_sum = sum(s**2 for _ in range(b))
    return [sqrt(variance_of_mean), s / b, variance_of_mean, sqrt(variance_of_sum)]


def t03_a05() -> dict[str, list[float]]:
    samples, rate = [(1, 2), (2, 2)], 0.1

    def slope(w: float, x: float, y: float) -> float:
        return (w * x - y) * x

    together = [slope(0, x, y) for x, y in samples]
    batch, summed = -rate * sum(together) / 2, -rate * sum(together)
    w = 0.0
    for x, y in samples:
        w -= rate * slope(w, x, y)
    return {"batch": [batch, summed], "single": [w, batch, summed]}


def t03_a13() -> list[float]:
    v, seen = 0.0, []
    for _ in range(2000):
        v = 0.9 * v + 1
        seen.append(v)
    averaging = 0.0
    for _ in range(2000):
        averaging = 0.9 * averaging + 0.1
    return [v, v - 1, seen[1], averaging]


def t03_a04() -> str:
    """Two outcomes, +1 and −1, are enough to see how the deviation of a mean goes with the size of the batch."""

    def deviation(size: int) -> float:
        means = [sum(draws) / size for draws in product((-1, 1), repeat=size)]
        return sqrt(sum(mean**2 for mean in means) / len(means))

    assert abs(deviation(12) / deviation(3) - 1 / 2) < 1e-9
    return "half"
