"""The keys of topic 13, worked out again without looking at them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from proof.running import run


def _collapse(path: Iterable[str]) -> str:
    text, last = "", ""
    for symbol in path:
        if symbol not in ("-", last):
            text += symbol
        last = symbol
    return text


def t13_a02() -> list[float]:
    def reaches(frames: int) -> bool:
        return any(_collapse(path) == "ello" for path in product("elo-", repeat=frames))

    shortest = 1 + next(frames for frames in range(4, 8) if reaches(frames))  # and one for the h
    return [shortest, len("hello"), len("-".join("hello")), len("-" + "-".join("hello") + "-")]


def t13_a03(t: int) -> dict[str, list[float]]:
    def paths(text: str) -> list[tuple[str, ...]]:
        return [path for path in product("ab-", repeat=t) if _collapse(path) == text]

    single = len([path for path in paths("a") if path.count("a") == 1])
    singles = len([path for path in paths("ab") if path.count("a") == path.count("b") == 1])
    return {
        "a": [len(paths("a")), single],
        "ab": [len(paths("ab")), singles],
        "aa": [len(paths("aa")), len(paths("ab")), singles],
    }


def _word_errors(reference: str, heard: str) -> int:
    ours, theirs = reference.split(), heard.split()
    row = list(range(len(theirs) + 1))
    for i, word in enumerate(ours, 1):
        above, row = row, [i]
        for j, other in enumerate(theirs, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (word != other)))
    return row[-1]


def t13_a05(n: int, s: int, d: int, i: int) -> dict[str, list[float]]:
    reference, heard = "the cat sat on the mat", "the cat sit on mat"
    errors = _word_errors(reference, heard)
    hits = n - s - d
    hypothesis = hits + s + i
    return {
        "line": [errors / 6, errors / 5, 1 / 6],
        "call": [(s + d + i) / n, (s + d) / n, (s + d + i) / hypothesis],
    }


def t13_a09() -> dict[str, list[float]]:
    samples = 30 * 16000
    frames = len(range(0, samples, 160))
    return {
        "samples": [samples, 30 * 16],
        "frames": [frames, 30 * 10, len(range(0, samples - 400 + 1, 160)), len(range(0, samples, 400))],
        "positions": [len(range(0, frames, 2)), 30, frames],
    }


def t13_a15() -> dict[str, list[float]]:
    steps, left = list(range(1600)), []
    for _ in range(3):
        steps = steps[::2]
        left.append(len(steps))
    return {
        "positions": [left[-1], round(1600 / 6), left[0], round(1600 / 3)],
        "real-time factor": [2.5 / 10, 10 / 2.5],
    }


def t13_a10(sec: int) -> dict[str, list[float]]:
    kernels, strides = (10, 3, 3, 3, 3, 2, 2), (5, 2, 2, 2, 2, 2, 2)
    first, last, step = 0, 0, 1
    for kernel, stride in reversed(list(zip(kernels, strides, strict=True))):
        first, last, step = first * stride, last * stride + kernel - 1, step * stride
    length = 16000 * sec
    for kernel, stride in zip(kernels, strides, strict=True):
        length = len(range(0, length - kernel + 1, stride))
    return {
        "stride": [step, sum(strides)],
        "field": [last - first + 1, sum(kernels), step],
        "frames": [length, 16000 * sec // step],
    }


def t13_a04() -> dict[str, list[float]]:
    chance = {"a": 0.4, "-": 0.6}
    paths = {path: chance[path[0]] * chance[path[1]] for path in product("a-", repeat=2)}
    text = sum(p for path, p in paths.items() if _collapse(path) == "a")
    both = paths["a", "a"]
    return {"path": [max(paths.values()), both], "text": [text, both, text - both, chance["a"]]}


def t13_a11() -> dict[str, list[float]]:
    found = {}
    for name, heard, spoken in (("A", -4.0, -6.0), ("B", -4.6, -3.0)):
        found[name] = [heard + 0.5 * spoken, heard + spoken, (heard + spoken) / 2]
    return found


def t13_a16(code: str) -> None:
    collapse = run(code)[0]["collapse"]
    assert collapse("aa-ab") == "aab"
    for frames in range(1, 6):
        assert all(collapse("".join(path)) == _collapse(path) for path in product("ab-", repeat=frames))
