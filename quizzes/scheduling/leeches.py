"""Cards that fail more often than the memory model can explain: not forgetting, but the question."""

from collections.abc import Iterable

FEWEST_LAPSES = 4
SURPRISE_BELOW = 0.01


def is_leech(reviews: Iterable[tuple[float, bool]]) -> bool:
    """Whether misses are at least FEWEST_LAPSES and so many were less than 1 % likely.

    `reviews`: for every first answer of a later day, the recall predicted just before it and whether it was
    recalled.
    """
    history = list(reviews)
    failures = sum(not recalled for _, recalled in history)
    if failures < FEWEST_LAPSES:
        return False
    return chance_of_failures([recall for recall, _ in history], at_least=failures) < SURPRISE_BELOW


def chance_of_failures(recalls: Iterable[float], *, at_least: int) -> float:
    """P(at least so many failures), each review with its own recall (the tail of a Poisson binomial)."""
    exactly = [1.0]  # exactly[k]: the chance of k failures among the reviews seen so far
    for recall in recalls:
        failed = [0.0, *(chance * (1.0 - recall) for chance in exactly)]
        held = [*(chance * recall for chance in exactly), 0.0]
        exactly = [lost + kept for lost, kept in zip(failed, held, strict=True)]
    return sum(exactly[at_least:])
