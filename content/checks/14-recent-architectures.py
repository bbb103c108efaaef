"""The keys of topic 14, worked out again without looking at them."""

from __future__ import annotations

from math import prod, sqrt


def t14_a02(side: int, width: int) -> dict[str, list[float]]:
    patches = [(top, left) for top in range(0, side, 16) for left in range(0, side, 16)]
    per_row = len({left for _, left in patches})
    weights = {"kernel": prod((width, 3, 16, 16)), "bias": width}
    grey = prod((width, 16, 16)) + width
    return {
        "patches": [len(patches), per_row, side * side],
        "tokens": [len([*patches, "cls"]), len(patches)],
        "parameters": [sum(weights.values()), weights["kernel"], grey],
    }


def t14_a03(shared: int, size: int, n: int) -> dict[str, list[float]]:
    experts = [size for _ in range(n)]
    total, active = shared + sum(experts), shared + sum(experts[:2])
    return {
        "total": [total, sum(experts)],
        "active": [active, sum(experts[:2]), shared + experts[0]],
        "memory": [total * 16 / 8, active * 16 / 8, total],
    }


def t14_a04() -> list[float]:
    return [100 * 37 / 671, 671 / 37, 37 / 671, 100 * (671 - 37) / 671, 100 / 32]


def t14_a07() -> list[float]:
    signal, clean, noise = 0.64, 1.0, 0.5
    right = sqrt(signal) * clean + sqrt(1 - signal) * noise
    return [
        right,
        signal * clean + (1 - signal) * noise,
        sqrt(signal) + noise,
        sqrt(1 - signal) * clean + sqrt(signal) * noise,
        sqrt(signal) + (1 - signal) * noise,
    ]


def t14_a08() -> list[float]:
    image, latent = 512 * 512 * 3, 64 * 64 * 4
    return [image / latent, (512 / 64) ** 2, 512 / 64, (512 * 512 * 4) / (64 * 64 * 3)]


def t14_a09(w: float, u: float, d: float) -> list[float]:
    plain, guided = u, u + d
    right = plain + w * (guided - plain)
    assert abs(right - ((1 - w) * plain + w * guided)) < 1e-9
    return [right, w * guided, w * (guided - plain), guided + w * (guided - plain)]


def t14_a10() -> list[float]:
    cells = [(image, text) for image in range(256) for text in range(256)]
    negatives = [cell for cell in cells if cell[0] != cell[1]]
    once = [cell for cell in negatives if cell[0] < cell[1]]
    of_one = [cell for cell in negatives if cell[0] == 0]
    return [len(negatives), len(cells), len(once), len(of_one)]


def t14_a14(d: int, r: int) -> dict[str, list[float]]:
    down, up = r * d, d * r
    return {"parameters": [down + up, down, r * r], "share": [(down + up) / (d * d), down / (d * d)]}


def t14_a11() -> str:
    scores = (16384 * 16384) // (4096 * 4096)
    steps = 16384 // 4096
    return f"Attention {scores} times, scan {steps} times"
