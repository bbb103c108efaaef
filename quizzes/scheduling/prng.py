"""Chance without rng: every choice that should look random is a pure function of a text.

The digest is BLAKE2b, so a seed gives the same answer in every process and every version of Python,
which neither `hash()` (salted per process) nor `random` (its methods may change) promises.
"""

from hashlib import blake2b

_BITS = 53  # what a float can hold exactly
_STEPS = 1 << _BITS


def draw(seed: str) -> float:
    """Returns a number in [0, 1), uniform over seeds, always the same for the same seed."""
    digest = blake2b(seed.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - _BITS)) / _STEPS
