"""E-mails that come at the learner's hour: each is owed once for a date, and tells where the learner stands then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from mail.api import Cancelled, absolute
from mail.models import OutboundEmail
from quizzes.notifications.email_types.base import (
    NO_LONGER_WANTED,
    Batch,
    EmailType,
    Evening,
    counted,
    stop_address,
)
from quizzes.notifications.frequency import COUNTDOWN_DAYS, SUMMARY_WEEKDAY, evening_kind, is_weekly
from quizzes.notifications.models import EmailKind, NotificationPreferences, Switch
from quizzes.notifications.queries import preferences_in
from quizzes.review.api import DailyDigest, WeeklyDigest, weekly_digest

TOPICS_NAMED = 5
NO_WEEK = WeeklyDigest(days=0, answers=0, asked=0, right_first=0, partly_first=0, minutes=0, expected=None)


@dataclass(frozen=True, slots=True)
class ClockFacts:
    """Where a learner stands on the date an e-mail is for.

    `unanswered` counts the evening e-mails before it; `week` is filled for the summary alone.
    """

    preferences: NotificationPreferences
    switch: Switch
    day: date
    standing: DailyDigest
    interview_on: date | None = None
    week: WeeklyDigest = NO_WEEK
    unanswered: int = 0

    @property
    def to(self) -> str:
        """The learner's address."""
        return self.preferences.user.email

    @property
    def stop(self) -> str:
        """The address that switches these e-mails off."""
        return stop_address(self.preferences, self.switch)

    @property
    def days_left(self) -> int | None:
        """The number of days to the interview; None without one."""
        return (self.interview_on - self.day).days if self.interview_on else None

    def context(self) -> dict[str, object]:
        """Returns the values the templates show."""
        standing = self.standing
        return {
            "standing": standing,
            "questions": counted(standing.questions, "question"),
            "minutes": counted(standing.minutes, "minute"),
            "days": self.days_left,
            "days_left": counted(self.days_left or 0, "day"),
            "topics": standing.topics[:TOPICS_NAMED],
            "more_topics": len(standing.topics[TOPICS_NAMED:]),
            "week": self.week,
            "weekly_pace": is_weekly(self.unanswered),
            "hour": f"{self.preferences.hour:02}:00",
            "session": absolute(reverse("quizzes:review")),
            "progress": absolute(reverse("quizzes:progress")),
        }


def _find(kind: EmailKind, switch: Switch, email: OutboundEmail, batch: Batch) -> ClockFacts | Cancelled:
    user = email.user
    preferences = preferences_in(user) if user else None
    if user is None or preferences is None:
        return Cancelled(NO_LONGER_WANTED)
    return ClockFacts(
        preferences=preferences,
        switch=switch,
        day=date.fromisoformat(email.key),
        standing=batch.digests[user.pk],
        interview_on=user.study.interview_on if hasattr(user, "study") else None,
        week=weekly_digest(user, batch.days[user.pk]) if kind == EmailKind.WEEKLY else NO_WEEK,
        unanswered=len(batch.unanswered[user.pk]),
    )


def _evening(email: OutboundEmail, batch: Batch, _: datetime) -> ClockFacts | Cancelled:
    return _find(EmailKind.EVENING, Switch.EVENING, email, batch)


def _countdown(email: OutboundEmail, batch: Batch, _: datetime) -> ClockFacts | Cancelled:
    return _find(EmailKind.COUNTDOWN, Switch.COUNTDOWN, email, batch)


def _weekly(email: OutboundEmail, batch: Batch, _: datetime) -> ClockFacts | Cancelled:
    return _find(EmailKind.WEEKLY, Switch.WEEKLY, email, batch)


def _sample(switch: Switch) -> ClockFacts:
    standing = DailyDigest(
        day=date(2026, 3, 2),
        questions=12,
        minutes=9,
        topics=[("Optimisation", 7), ("Attention", 5)],
        streak=4,
        tomorrow=8,
        this_week=41,
    )
    return ClockFacts(
        preferences=NotificationPreferences(user=User(email="learner@example.org"), public_id=UUID(int=1)),
        switch=switch,
        day=standing.day,
        standing=standing,
        interview_on=date(2026, 3, 5),
        week=WeeklyDigest(
            days=5, answers=80, asked=60, right_first=45, partly_first=6, minutes=70, expected=48.0
        ),
    )


def _is_countdown(evening: Evening) -> bool:
    """Returns whether the countdown takes the place of the evening e-mail: it tells of today's questions too."""
    return evening.preferences.countdown and evening.days_to_interview in COUNTDOWN_DAYS


def _is_evening(evening: Evening, kind: EmailKind) -> bool:
    preferences = evening.preferences
    return (
        not _is_countdown(evening)
        and preferences.evening
        and preferences.paused_at is None
        and evening_kind(evening.unanswered, evening.day) == kind
    )


EVENING = EmailType(
    kind=EmailKind.EVENING,
    switch=Switch.EVENING,
    why_no_switch="",
    subject=lambda told: (
        f"{counted(told.standing.questions, 'question')}, about {counted(told.standing.minutes, 'minute')}"
    ),
    owed_on=lambda evening: _is_evening(evening, EmailKind.EVENING),
    find=_evening,
    no_longer_needed=lambda told: "" if told.standing.questions else "nothing is left to answer today",
    sample=lambda: _sample(Switch.EVENING),
)
COUNTDOWN = EmailType(
    kind=EmailKind.COUNTDOWN,
    switch=Switch.COUNTDOWN,
    why_no_switch="",
    subject=lambda told: f"{counted(told.days_left or 0, 'day')} to your interview",
    owed_on=_is_countdown,
    find=_countdown,
    no_longer_needed=lambda told: (
        "" if told.days_left in COUNTDOWN_DAYS else "the interview is on another day"
    ),
    sample=lambda: _sample(Switch.COUNTDOWN),
)
WEEKLY = EmailType(
    kind=EmailKind.WEEKLY,
    switch=Switch.WEEKLY,
    why_no_switch="",
    subject=lambda told: (
        f"Your week: {counted(told.week.answers, 'answer')} on {counted(told.week.days, 'day')}"
    ),
    owed_on=lambda evening: evening.preferences.weekly and evening.day.weekday() == SUMMARY_WEEKDAY,
    find=_weekly,
    no_longer_needed=lambda told: "" if told.week.answers else "nothing was answered that week",
    sample=lambda: _sample(Switch.WEEKLY),
)
# The last one before a pause goes with the evening e-mail.
PAUSE = EmailType(
    kind=EmailKind.PAUSE,
    switch=Switch.EVENING,
    why_no_switch="",
    subject=lambda _: "We stop writing until you are back",
    owed_on=lambda evening: _is_evening(evening, EmailKind.PAUSE),
    find=_evening,
    no_longer_needed=lambda told: "" if told.unanswered else "the learner has come back",
    sample=lambda: _sample(Switch.EVENING),
)
