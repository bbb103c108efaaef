"""How many examples Hypothesis tries where each one answers questions in the database: all of them in `make check`."""

from __future__ import annotations

from hypothesis import settings

THOROUGH = "thorough"


def examples(thorough: int) -> int:
    """Returns the number of examples: `thorough` under the profile of that name, otherwise a third of it."""
    return thorough if settings.get_current_profile_name() == THOROUGH else -(-thorough // 3)
