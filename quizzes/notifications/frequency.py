"""How often to write to someone who does not answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from quizzes.notifications.models import EmailKind

DAILY = 7
WEEKLY = 4
DAYS_BETWEEN_WEEKLY = 7
COUNTDOWN_DAYS = (7, 3, 1)
# date.weekday(): the summary looks back on Sunday.
SUMMARY_WEEKDAY = 6


def evening_kind(unanswered: Sequence[date], day: date) -> EmailKind | None:
    """Returns which e-mail the evening of `day` calls for, after the evening e-mails `unanswered` (their dates, in
    order).

    Seven are written daily, four more weekly; the week after those, one that says that there will be a pause.
    """
    if len(unanswered) < DAILY:
        return EmailKind.EVENING
    if (day - unanswered[-1]).days < DAYS_BETWEEN_WEEKLY:
        return None
    return EmailKind.EVENING if len(unanswered) < DAILY + WEEKLY else EmailKind.PAUSE


def is_weekly(unanswered: int) -> bool:
    """Returns whether the e-mail that follows so many unanswered ones comes once a week."""
    return unanswered >= DAILY
