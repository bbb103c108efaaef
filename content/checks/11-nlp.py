"""The keys of topic 11, worked out again without looking at them."""

from __future__ import annotations

from collections import Counter
from math import e

from proof.running import run


def t11_a10(nll: float) -> list[float]:
    return [e**nll, 2**nll, 10**nll]


def t11_a07() -> dict[str, list[float]]:
    tokens = 1000
    chosen = tokens * 15 // 100
    masked, random, kept = chosen * 8 // 10, chosen // 10, chosen // 10
    assert masked + random + kept == chosen
    return {
        "masked": [masked, chosen, tokens * 8 // 10],
        "random": [random, tokens // 10],
        "unchanged": [kept, tokens // 10, tokens - chosen],
    }


def t11_a05() -> list[float]:
    student, teacher = 66, 110
    removed = teacher - student
    return [100 * removed / teacher, 100 * student / teacher, 100 * removed / student, removed]


def t11_a11(n: int, m: int, o: int) -> dict[str, list[float]]:
    reference = Counter(["the", "cat", "sat", "on", "the", "mat"])
    summary = reference - Counter(["sat"])
    shared = (reference & summary).total()
    recall, precision = shared / reference.total(), shared / summary.total()
    forms = len(set(reference) & set(summary)) / len(set(reference))
    return {
        "line recall": [recall, forms, precision],
        "line precision": [precision, recall],
        "text recall": [o / n, o / m, m / n],
        "text precision": [o / m, o / n],
    }


def t11_a08() -> dict[str, list[float]]:
    starts, ends = (1, 5, 2), (6, 1, 4)
    spans = {(i, j): starts[i] + ends[j] for i in range(3) for j in range(3)}
    valid = {span: score for span, score in spans.items() if span[0] <= span[1]}
    start, end = max(valid, key=lambda span: valid[span])
    return {
        "start": [start, min(range(3), key=lambda place: starts[place])],
        "end": [end, ends.index(max(ends))],
        "score": [valid[start, end], max(spans.values()), valid[0, 0]],
    }


def _bert(vocabulary: int, layers: int, width: int, inner: int) -> dict[str, int]:
    def linear(n: int, m: int) -> int:
        return n * m + m

    norm = 2 * width
    block = 4 * linear(width, width) + linear(width, inner) + linear(inner, width) + 2 * norm
    return {
        "embeddings": (vocabulary + 512 + 2) * width + norm,
        "layers": layers * block,
        "pooler": linear(width, width),
    }


def t11_a04() -> list[float]:
    base = _bert(30522, 12, 768, 3072)
    total = sum(base.values())
    assert total == 109_482_240
    of_the_paper = 340  # it rounds the 335 million of BERT-large so
    assert abs(sum(_bert(30522, 24, 1024, 4096).values()) / 1e6 - of_the_paper) < 6
    return [total / 1e6, base["layers"] / 1e6, of_the_paper, (total - base["pooler"]) / 1e6]


def t11_a13(code: str, fix: str) -> str:
    names, printed = run(code)
    assert "Lagos" not in printed
    labels = run(fix, tags=names["tags"], word_ids=names["word_ids"])[0]["labels"]
    assert labels == ["O", "B-PER", -100, "O", "B-LOC"]
    counted = [label for label in labels if label != -100]
    assert counted == names["tags"]
    return "Tags count words, the model counts pieces"
