"""The keys of topic 15, worked out again without looking at them."""

from __future__ import annotations

from itertools import combinations, product
from math import exp, log


def t15_a03(layers: int, ops: int, widths: int) -> list[float]:
    choices = list(product(range(ops), range(widths)))
    networks = sum(1 for _ in product(choices, repeat=layers))
    without = sum(1 for _ in product(range(ops), repeat=layers))
    return [networks, len(choices) * layers, without, without * widths]


def t15_a13() -> dict[str, list[float]]:
    edges = [(source, node) for node in range(2, 6) for source in range(node)]
    inner = [edge for edge in edges if edge[0] >= 2]
    without_second = [edge for edge in edges if edge[0] != 1]
    kept = 2 * len({node for _, node in edges})
    cells = 1
    for _ in edges:
        cells *= 8
    return {
        "edges": [len(edges), len(without_second), len(inner), kept],
        "cells": [cells, len(edges) ** 8, len(edges) * 8],
    }


def t15_a04() -> list[float]:
    hours = sum(2 for _ in range(1000))
    return [hours / 24, hours, 1000 / 24, 1000 / 2 / 24]


def t15_a05() -> dict[str, list[float]]:
    days = sum(500 for _ in range(4))
    return {"days": [days, 500], "ratio": [days / 1.5, 500 / 1.5, days * 1.5]}


def t15_a06(phi: int) -> dict[str, list[float]]:
    def flops(depth: float, width: float, side: float) -> float:
        return depth * (width * width) * (side * side)  # layers; channels in and out; rows and columns

    step = flops(1.2, 1.1, 1.15)
    return {
        "step": [step, 1.2 * 1.1 * 1.15, 2],
        "scaled": [flops(1.2**phi, 1.1**phi, 1.15**phi), 2**phi, (1.2 * 1.1 * 1.15) ** phi, step * phi],
    }


def t15_a09(n: int, wrong: int) -> dict[str, list[float]]:
    order = [1, 3, 2, 4]
    signs = [1 if a < b else -1 for a, b in combinations(order, 2)]
    agreeing = signs.count(1) / len(signs)
    spearman = 1 - 6 * sum((rank - place) ** 2 for place, rank in enumerate(order, 1)) / (4 * (16 - 1))
    placed = sum(rank == place for place, rank in enumerate(order, 1)) / 4
    pairs = list(combinations(range(n), 2))
    outcomes = [-1] * wrong + [1] * (len(pairs) - wrong)
    return {
        "four": [sum(signs) / len(signs), spearman, agreeing, placed],
        "larger": [sum(outcomes) / len(pairs), outcomes.count(1) / len(pairs)],
    }


def t15_a12() -> list[float]:
    penalty = exp(-0.07 * log(1.2))
    return [0.75 * penalty, 0.75 / 1.2, 0.75 / penalty, 0.75]
