"""The keys of topic 9, worked out again without looking at them."""

from __future__ import annotations

from math import exp, inf
from statistics import fmean


def _softmax(scores: list[float]) -> list[float]:
    powers = [exp(score) for score in scores]
    return [power / sum(powers) for power in powers]


def t09_a07() -> dict[str, list[float]]:
    padded = [2, 4, 0, 0]
    return {
        "naive": [fmean(padded), fmean(padded[:2])],
        "masked": [fmean(padded[:2]), fmean(padded[:3]), fmean(padded)],
    }


def t09_a01(a: int, b: int, c: int, d: int) -> dict[str, list[float]]:
    def useful(*batches: list[int]) -> float:
        rows = [[token < length for token in range(max(batch))] for batch in batches for length in batch]
        places = [real for row in rows for real in row]
        return sum(places) / len(places)

    single, bucketed = useful([a, b, c, d]), useful([a, b], [c, d])
    return {"single": [1 - single, single], "bucketed": [1 - bucketed, bucketed]}


def t09_a06() -> dict[str, list[float]]:
    right, zeroed = _softmax([1, 2, -inf]), _softmax([1, 2, 0])
    return {
        "first": [right[0], zeroed[0], 1 / (1 + 2)],
        "second": [right[1], zeroed[1], 2 / (1 + 2)],
        "pad": [right[2], zeroed[2]],
    }


def t09_a13() -> str:
    cells = [sum(1 for _ in range(length) for _ in range(length)) for length in (128, 512)]
    return f"By {cells[1] // cells[0]},"
