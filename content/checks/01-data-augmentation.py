"""The keys of topic 1, worked out again without looking at them."""

from __future__ import annotations

from math import log
from random import Random

from proof.running import run


def t01_a04(lam: float) -> list[float]:
    cat, dog, fox = [1, 0, 0], [0, 1, 0], [0, 0, 1]
    target = [lam * a + (1 - lam) * b + 0 * c for a, b, c in zip(cat, dog, fox, strict=True)]
    return [target[1], target[0], 1 / 2]


def t01_a05(a: int) -> list[float]:
    pasted = sum(1 for row in range(224) for column in range(224) if row < a and column < a)
    of_sides = (224 - a) / 224
    return [(224 * 224 - pasted) / (224 * 224), of_sides, pasted / (224 * 224)]


def t01_a06() -> list[float]:
    target, predicted = (0.7, 0.3, 0.0), (0.6, 0.3, 0.1)
    losses = [-log(p) for p in predicted]
    mixed = sum(t * loss for t, loss in zip(target, losses, strict=True))
    return [mixed, losses[0], (losses[0] + losses[1]) / 2]


def t01_a11(pad: int) -> list[float]:
    padded = 32 + 2 * pad
    starts = [top for top in range(padded) if top + 32 <= padded]
    views = {(top, left, flip) for top in starts for left in starts for flip in (False, True)}
    one_short = {(top, left, flip) for top in starts[:-1] for left in starts[:-1] for flip in (False, True)}
    return [len(views), len(one_short), len({view[:2] for view in views})]


class _Nearest:
    """A model that memorises: the label of the nearest known sample."""

    def fit(self, xs: list[float], ys: list[int]) -> None:
        self.known = list(zip(xs, ys, strict=True))

    def score(self, xs: list[float], ys: list[int]) -> float:
        guesses = [min(self.known, key=lambda pair: abs(pair[0] - x))[1] for x in xs]
        return sum(guess == y for guess, y in zip(guesses, ys, strict=True)) / len(ys)


def _augment(xs: list[float], ys: list[int], copies: int) -> tuple[list[float], list[int]]:
    dice = Random(1)
    pairs = [(x + dice.gauss(0, 1e-6), y) for x, y in zip(xs, ys, strict=True) for _ in range(copies)]
    return [x for x, _ in pairs], [y for _, y in pairs]


def _split(
    xs: list[float], ys: list[int], *, test_size: float, random_state: int
) -> tuple[list[float], list[float], list[int], list[int]]:
    order = list(range(len(xs)))
    Random(random_state).shuffle(order)
    cut = int(len(xs) * (1 - test_size))
    left, right = order[:cut], order[cut:]
    return [xs[n] for n in left], [xs[n] for n in right], [ys[n] for n in left], [ys[n] for n in right]


def t01_a07(code: str, fix: str) -> str:
    dice = Random(0)
    data = {"X": [dice.random() for _ in range(400)], "y": [dice.randrange(2) for _ in range(400)]}
    scores = []
    for program in (code, fix):
        _, printed = run(program, augment=_augment, train_test_split=_split, model=_Nearest(), **data)
        scores.append(float(printed))
    assert scores[0] > 0.95, "labels are random, so nothing but a leak can be right so often"
    assert 0.3 < scores[1] < 0.7
    return "Variants of one sample land in both parts"
