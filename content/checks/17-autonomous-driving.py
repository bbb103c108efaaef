"""The keys of topic 17, worked out again without looking at them."""

from __future__ import annotations

from math import exp, hypot, log, sqrt

from proof.running import run


def t17_a04(kmh: int, ms: int) -> list[float]:
    metres_per_second = kmh * 1000 / 3600
    return [metres_per_second * ms / 1000, kmh * ms / 1000, metres_per_second, kmh * 3.6 * ms / 1000]


def t17_a05(v: int, a: int) -> list[float]:
    rolled = 0.5 * v
    steps = 10_000
    time = v / a
    braked = sum((v - a * time * (n + 0.5) / steps) * time / steps for n in range(steps))
    return [rolled + braked, braked, rolled + 2 * braked, rolled]


def t17_a06() -> list[float]:
    picture = 1600 * 900 * 3
    rate = sum(picture for _ in range(6) for _ in range(12)) / 1e6
    return [rate, rate / 3, rate / 6, rate * 8, rate / 12]


def t17_a08(a: int, b: int) -> dict[str, list[float]]:
    forecast, truth = [(1, 0), (2, 0), (3, 1)], [(1, 0), (2, a), (3, 1 + b)]
    errors = [hypot(x - u, y - v) for (x, y), (u, v) in zip(forecast, truth, strict=True)]
    mean, squares = sum(errors) / 3, sqrt(sum(error**2 for error in errors) / 3)
    return {"ADE": [mean, errors[-1], squares, sum(errors) / 2], "FDE": [errors[-1], mean, truth[-1][1]]}


def t17_a09(zr: int, gap: int, sc: int, sr: int) -> dict[str, list[float]]:
    zc = zr + gap
    gain = sc**2 / (sc**2 + sr**2)  # the Kalman update of the camera's reading by the radar's
    distance, variance = zc + gain * (zr - zc), (1 - gain) * sc**2
    by_deviation = (zc * sr + zr * sc) / (sc + sr)
    swapped = zr + gain * (zc - zr)
    return {
        "distance": [distance, (zc + zr) / 2, by_deviation, swapped],
        "deviation": [sqrt(variance), (sc + sr) / 2, hypot(sc, sr), sr],
    }


def t17_a10(acc1: int, acc2: int) -> list[float]:
    bins = [(0.9, acc1 / 100), (0.6, acc2 / 100)]
    gaps = [confidence - accuracy for confidence, accuracy in bins]
    return [sum(abs(gap) / 2 for gap in gaps), sum(gaps) / 2, sum(abs(gap) for gap in gaps), gaps[0]]


def t17_a07() -> dict[str, list[float]]:
    miss, shared = 1e-3, 0.1
    alone = miss * (1 - shared)
    common = miss * shared
    either = 1 - (1 - miss) ** 2
    both = common + (1 - common) * alone**2
    return {
        "independent": [miss * miss, round(either, 5)],
        "common": [round(both, 6), miss * miss, shared * miss * miss],
    }


def t17_a16() -> dict[str, list[float]]:
    exact = -log(0.05) / 1e-8
    assert abs(exact / 3e8 - 1) < 0.002, "the rule of three rounds 2.996"
    once = 1 / 1e-8
    assert round(exp(-once * 1e-8), 2) == 0.37
    years = 3e8 / (100 * 100_000)
    return {"kilometres": [3e8, once], "years": [years, 3e8 / 100_000, once / (100 * 100_000)]}


def t17_a14() -> list[float]:
    side = len([n for n in range(-1000, 1000) if -50 <= n * 0.5 < 50])
    half = len([n for n in range(1000) if n * 0.5 < 50])
    return [side**2, side, half**2, (100 * 0.5) ** 2]


def t17_a18(code: str) -> None:
    fuse = run(code)[0]["fuse"]
    assert [round(value, 3) for value in fuse([(52.0, 3.0), (50.0, 1.0)])] == [50.2, 0.949]
    mean, deviation = fuse([(10.0, 2.0)] * 4)
    assert abs(mean - 10) < 1e-9
    assert abs(deviation - 1) < 1e-9
