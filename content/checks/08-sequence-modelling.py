"""The keys of topic 8, worked out again without looking at them."""

from __future__ import annotations


def t08_a09(n: int) -> list[float]:
    pairs = [(query, key) for query in range(n) for key in range(n)]
    allowed = [pair for pair in pairs if pair[1] <= pair[0]]
    past_only = [pair for pair in pairs if pair[1] < pair[0]]
    return [len(allowed), len(past_only), len(pairs)]


def t08_a02(n: int, d: int) -> list[float]:
    scores = n * n * d  # multiply-adds: every score is a product of vectors, whatever the number of heads
    sums = n * d * n
    flops = 2 * (scores + sums)
    return [flops / 1e9, 2 * scores / 1e9, scores / 1e9]


def t08_a03() -> list[float]:
    scores = 4096 * 4096
    mib = 1024 * 1024
    return [
        12 * scores * 2 / mib,
        scores * 2 / mib,
        12 * scores * 4 / mib,
        12 * scores * 2 / 1e6,
        12 * scores / mib,
    ]


def t08_a05(i: int, h: int) -> dict[str, list[float]]:
    def parameters(blocks: int, biases: int = 2) -> int:
        shapes = [(blocks * h, i), (blocks * h, h)] + [(blocks * h, 1)] * biases
        return sum(rows * columns for rows, columns in shapes)

    return {
        "LSTM": [parameters(4), parameters(4, biases=1), parameters(1, biases=1), parameters(3)],
        "GRU": [parameters(3), parameters(3, biases=1), parameters(2)],
    }


def t08_a06(layers: int, tokens: int) -> dict[str, list[float]]:
    def cache(heads: int, stored: int = 2) -> int:
        return stored * layers * tokens * heads * 128 * 2

    gib, mib = 1024**3, 1024**2
    return {
        "MHA": [cache(32) / gib, cache(32, stored=1) / gib],
        "GQA": [cache(8) / mib, cache(32) / mib, cache(8, stored=1) / mib],
    }


def t08_a04() -> str:
    def dearer(length: int, width: int) -> bool:
        return length * length * width > length * width * width

    assert dearer(513, 512)
    assert not dearer(511, 512)
    return "the sequence is longer than the model is wide"
