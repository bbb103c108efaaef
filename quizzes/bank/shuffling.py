"""Whole numbers and orders that a seed decides: the numbers a question draws, the order its options are shown in.

As in `quizzes.scheduling.prng` the digest is BLAKE2b, so a seed gives the same in every process and every version of
Python.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


def integer(seed: str, low: int, high: int) -> int:
    """Returns a whole number from `low` to `high`, both included; raises ValueError when there is none."""
    if low > high:
        raise ValueError(f"no whole number lies between {low} and {high}")
    digest = blake2b(seed.encode(), digest_size=16).digest()
    return low + int.from_bytes(digest, "big") % (high - low + 1)


def shuffled(items: Sequence[T], *, seed: str) -> list[T]:
    """Returns the items in an order the seed decides (Fisher and Yates); the sequence given is left alone."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = integer(f"{seed}:{last}", 0, last)
        result[last], result[other] = result[other], result[last]
    return result
