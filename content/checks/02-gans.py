"""The keys of topic 2, worked out again without looking at them."""

from __future__ import annotations

from math import exp, log


def t02_a04() -> list[float]:
    on_real = sum(log(0.5) for _ in range(1000)) / 1000
    on_fake = sum(log(1 - 0.5) for _ in range(1000)) / 1000
    return [on_real + on_fake, 0.0, on_real, -(on_real + on_fake)]


def _bce(probability: float, label: int) -> float:
    return -(label * log(probability) + (1 - label) * log(1 - probability))


def t02_a05(a: float, b: float) -> list[float]:
    both = _bce(a, 1) + _bce(b, 0)
    return [both, _bce(a, 1) + _bce(b, 1), _bce(a, 1), both / 2]


def t02_a06() -> list[float]:
    logit = log(0.01 / 0.99)

    def slope(loss: object, h: float = 1e-6) -> float:
        sign = 1 if loss == "saturating" else -1

        def value(s: float) -> float:
            d = 1 / (1 + exp(-s))
            return log(1 - d) if sign == 1 else -log(d)

        return abs(value(logit + h) - value(logit - h)) / (2 * h)

    factor = slope("non-saturating") / slope("saturating")
    return [round(factor, 3), 1, 1 / 0.01, 1 / factor]


def t02_a08(n: int, k: int) -> list[float]:
    written = {2 * place + offset for place in range(n) for offset in range(k)}
    side = max(written) + 1
    ordinary = len(range(0, n + 2 - k + 1, 2))
    return [side - 2, side, ordinary]
