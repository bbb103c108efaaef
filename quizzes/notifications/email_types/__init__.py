"""The registry: every kind of e-mail with all there is to say about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quizzes.notifications.email_types import classes, clock
from quizzes.notifications.email_types.base import Batch, EmailType, Evening
from quizzes.notifications.models import EmailKind, NotificationPreferences

# Any: each type finds and tells facts of its own, which nobody else looks into.
EMAIL_TYPES: Mapping[EmailKind, EmailType[Any]] = {
    each.kind: each
    for each in (
        clock.COUNTDOWN,
        clock.EVENING,
        clock.PAUSE,
        clock.WEEKLY,
        classes.INVITATION,
        classes.ASSIGNMENT,
        classes.REPLY,
    )
}
# Kinds that are owed once for each date.
RECURRING = frozenset(each.kind for each in EMAIL_TYPES.values() if each.owed_on is not None)
# The switches of those among them: what comes at the learner's hour.
BY_THE_CLOCK = frozenset(
    each.switch for each in EMAIL_TYPES.values() if each.owed_on is not None and each.switch is not None
)


def wants_any_by_the_clock(preferences: NotificationPreferences) -> bool:
    """Returns whether any e-mail that comes at the learner's hour is wanted."""
    return any(map(preferences.is_on, BY_THE_CLOCK))


__all__ = [
    "BY_THE_CLOCK",
    "EMAIL_TYPES",
    "RECURRING",
    "Batch",
    "EmailType",
    "Evening",
    "wants_any_by_the_clock",
]
