"""Cards that fail more often than the memory model can explain: not forgetting, but the question."""

from collections.abc import Iterable

from quizzes.statistics.api import distribution

FEWEST_LAPSES = 4
SURPRISE_BELOW = 0.01


def is_leech(reviews: Iterable[tuple[float, bool]]) -> bool:
    """Returns whether misses are at least FEWEST_LAPSES and so many were less than 1 % likely.

    `reviews`: for every first answer of a later day, the recall predicted just before it and whether it was
    recalled.
    """
    history = list(reviews)
    failures = sum(not recalled for _, recalled in history)
    if failures < FEWEST_LAPSES:
        return False
    return chance_of_failures([recall for recall, _ in history], at_least=failures) < SURPRISE_BELOW


def chance_of_failures(recalls: Iterable[float], *, at_least: int) -> float:
    """Returns P(at least so many failures), each review with its own recall (the tail of a Poisson binomial)."""
    return sum(distribution([1.0 - recall for recall in recalls])[at_least:])
