"""The keys of topic 5, worked out again without looking at them."""

from __future__ import annotations

from math import prod, sqrt


def t05_a04(g: int, m: int, a: int) -> list[float]:
    seen = [(gpu, part, n) for gpu in range(g) for part in range(a) for n in range(m)]
    at_once = [sample for sample in seen if sample[1] == 0]
    on_one = [sample for sample in seen if sample[0] == 0]
    return [len(seen), len(at_once), len(on_one), m]


def t05_a02(b: int) -> list[float]:
    rate, doublings, size = 0.1, 0, 256
    while size < b:
        rate, size, doublings = 2 * rate, 2 * size, doublings + 1
    return [rate, 0.1 * sqrt(2) ** doublings, 0.1 / 2**doublings, 0.1]


def t05_a03(base: float, b: int) -> list[float]:
    factor = next(root for root in (1, 2, 4, 8) if root * root * 256 == b)
    return [base * factor, base * factor**2, base / factor]


def t05_a05(peak: float, w: int, s: int) -> list[float]:
    rate = 0.0
    for _ in range(s):
        rate += peak / w
    return [rate, peak, peak - rate]


def t05_a06(b: int) -> list[float]:
    numbers = prod((b, 256, 56, 56))
    size = 4 * numbers
    mib = 1024 * 1024
    return [size / mib, size / 1e6, 2 * numbers / mib, numbers / mib]


def t05_a07() -> list[float]:
    parts = {"weight": 2, "gradient": 2, "copy": 4, "first": 4, "second": 4}
    of = {name: size * 7e9 / 1e9 for name, size in parts.items()}
    fp32 = of["copy"] + of["first"] + of["second"]
    whole = sum(of.values())
    gib = round(whole * 1e9 / 2**30, 1)
    return [whole, of["weight"], of["weight"] + of["gradient"], gib, fp32, 32 * whole]


def t05_a12() -> list[float]:
    small, large = (90 * len(range(0, 1_281_167, batch)) for batch in (256, 8192))
    return [round(small / large), round(sqrt(8192 / 256), 2), 1]
