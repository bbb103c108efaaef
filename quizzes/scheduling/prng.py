"""Chance without dice: every choice that should look random is a pure function of a text.

The digest is BLAKE2b, so a seed gives the same answer in every process and every version of Python,
which neither `hash()` (salted per process) nor `random` (its methods may change) promises.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")

_BITS = 53  # what a float can hold exactly
_STEPS = 1 << _BITS


def draw(seed: str) -> float:
    """A number in [0, 1), uniform over seeds, always the same for the same seed."""
    digest = blake2b(seed.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - _BITS)) / _STEPS


def integer(seed: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`, both included; ValueError when there is none."""
    if low > high:
        raise ValueError(f"no whole number lies between {low} and {high}")
    digest = blake2b(seed.encode(), digest_size=16).digest()
    return low + int.from_bytes(digest, "big") % (high - low + 1)


def shuffled(items: Sequence[T], *, seed: str) -> list[T]:
    """The items in an order the seed decides (Fisher and Yates); the sequence given is left alone."""
    result = list(items)
    for last in range(len(result) - 1, 0, -1):
        other = integer(f"{seed}:{last}", 0, last)
        result[last], result[other] = result[other], result[last]
    return result
