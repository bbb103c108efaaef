"""The keys of topic 16, worked out again without looking at them."""

from __future__ import annotations


def t16_a13() -> list[float]:
    watts, seconds = 15, 20 / 1000
    return [watts * seconds, 15 * 20, 15 / 20, 15 / seconds]


def t16_a07(wh: int, mj: int) -> list[float]:
    joules = wh * 60 * 60
    return [joules / (mj / 1000), wh / (mj / 1000), joules / mj, wh * 60 / (mj / 1000)]


def t16_a03(gpus: int, watts: int, hours: int, pue: float, grid: float) -> dict[str, list[float]]:
    joules = sum(watts * hours * 3600 for _ in range(gpus))
    computers = joules / 3.6e6
    drawn = computers * pue
    return {"energy": [drawn, computers, computers / pue], "emission": [drawn * grid, computers * grid]}


def t16_a02() -> dict[str, list[float]]:
    fp32, int8, read = {"add": 0.9, "multiply": 3.7}, {"add": 0.03, "multiply": 0.2}, 640
    return {
        "add": [fp32["add"] / int8["add"], 32 / 8],
        "multiply": [fp32["multiply"] / int8["multiply"], (32 / 8) ** 2],
        "DRAM": [read / fp32["multiply"], read / fp32["add"], read / int8["multiply"]],
    }


def _weights(shapes: list[tuple[int, int, int, int]]) -> int:
    return sum(a * b * c * d for a, b, c, d in shapes)


def t16_a04(cin: int, cout: int) -> dict[str, list[float]]:
    full = _weights([(cout, cin, 3, 3)])
    pointwise = _weights([(cout, cin, 1, 1)])
    separable = _weights([(cin, 1, 3, 3)]) + pointwise
    late = _weights([(cout, 1, 3, 3)]) + pointwise
    return {
        "standard": [full, pointwise],
        "separable": [separable, pointwise, late],
        "ratio": [full / separable, 3 * 3],
    }


def t16_a05() -> dict[str, list[float]]:
    places = len([(row, column) for row in range(56) for column in range(56)])

    def millions(shapes: list[tuple[int, int, int, int]]) -> float:
        return places * _weights(shapes) / 1e6

    full, depthwise, pointwise = [(128, 64, 3, 3)], [(64, 1, 3, 3)], [(128, 64, 1, 1)]
    standard, separable = millions(full), millions(depthwise + pointwise)
    return {
        "standard": [standard, 2 * standard, millions(pointwise)],
        "separable": [separable, 2 * separable, millions(pointwise), millions(depthwise)],
    }


def t16_a06(out: int, cost: int) -> list[float]:
    bills = [cost] * out + [100] * (100 - out)
    mean = sum(bills) / len(bills) / 100
    leavers = sum(bills[:out]) / len(bills) / 100
    return [mean, 1 - mean, (cost + 100) / 2 / 100, leavers]


def t16_a08() -> list[float]:
    weights = 100e6 / 4
    kept = weights - weights * 8 / 10
    mb = 1e6
    savings = 100 * 0.8 + 100 * 0.75
    assert savings > 100, "which is why savings cannot be added"
    return [
        kept * 1 / mb,
        kept * 4 / mb,
        weights * 1 / mb,
        (weights - kept) * 4 / mb,
        kept * 4 / mb + weights * 1 / mb,
    ]


def t16_a09(calls: int, e: float) -> dict[str, list[float]]:
    watt_hours = calls * 1e6 * e
    daily = watt_hours / 1000
    return {"daily": [daily, watt_hours / 1e6], "days": [300_000 / daily, 300_000 / (watt_hours / 1e6)]}


def t16_a14() -> list[float]:
    bills = [1 + (20 if n < 20 else 0) for n in range(100)]
    split = [20 if n < 20 else 1 for n in range(100)]
    return [sum(bills) / 100, sum(split) / 100, (1 + 20) / 2, max(bills)]
