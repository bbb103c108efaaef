"""How many examples Hypothesis tries: a third of them in `make test`, all in `make check`, which CI runs."""

from __future__ import annotations

from hypothesis import settings

THOROUGH = "thorough"
# Where a test does not say, as many as Hypothesis tries by itself.
EVERY = 100


def a_third(of: int) -> int:
    """Returns a third of a number of examples, rounded up."""
    return -(-of // 3)


def examples(thorough: int) -> int:
    """Returns the number of examples: `thorough` under the profile of that name, otherwise a third of it."""
    return thorough if settings.get_current_profile_name() == THOROUGH else a_third(thorough)
