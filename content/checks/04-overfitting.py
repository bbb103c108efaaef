"""The keys of topic 4, worked out again without looking at them."""

from __future__ import annotations

from math import sqrt


def t04_a03(nin: int, h: int) -> list[float]:
    shapes = [(h, nin), (h,), (10, h), (10,)]
    sizes = [shape[0] * (shape[1] if len(shape) == 2 else 1) for shape in shapes]
    matrices = sum(size for size, shape in zip(sizes, shapes, strict=True) if len(shape) == 2)
    return [sum(sizes), matrices, sum(sizes) + h, sum(sizes[:3])]


def t04_a13(p: float) -> list[float]:
    factor = 1.0
    for _ in range(60):  # until the expected activation, kept share times factor, is 1
        factor += (1 - (1 - p) * factor) / (1 - p)
    return [factor, 1 - p, 1 / p, 1]


def t04_a07(pat: int) -> dict[str, list[float]]:
    losses = [0.94, 0.75, 0.66, 0.61, 0.63, 0.58, 0.60, 0.65, 0.62, 0.69]

    def walk(series: list[float]) -> tuple[int, int]:
        best, bad = 0, 0
        for epoch, loss in enumerate(series):
            if epoch == 0 or loss < series[best]:
                best, bad = epoch, 0
            else:
                bad += 1
            if bad == pat:
                return best + 1, epoch + 1
        raise AssertionError("the table is too short")

    best, stop = walk(losses)
    from_four = 4 + pat
    return {"restored": [best, 4, stop], "stop": [stop, from_four, stop - 1, stop + 1]}


def t04_a05() -> dict[str, list[float]]:
    rate, decay, weight, eps = 0.1, 0.01, 1.0, 1e-8

    def adam_step(gradient: float) -> float:
        first, second = (1 - 0.9) * gradient, (1 - 0.999) * gradient**2
        return rate * (first / (1 - 0.9)) / (sqrt(second / (1 - 0.999)) + eps)

    with_l2 = weight - adam_step(decay * weight)
    decoupled = weight * (1 - rate * decay) - adam_step(0.0)
    return {
        "Adam": [round(with_l2, 6), decoupled, weight - decay],
        "AdamW": [decoupled, weight - decay, round(with_l2, 6)],
    }
