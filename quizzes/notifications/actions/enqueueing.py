"""Finding out who is owed an e-mail, once a learner and day, however often and wherever the clock ticks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import attrgetter

from django.db import transaction

from accounts.models import User
from mail.api import free_keys
from mail.models import OutboundEmail
from quizzes.notifications import queries
from quizzes.notifications.email_types import EMAIL_TYPES, RECURRING, Evening, wants_any_by_the_clock
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.review.models import StudySettings
from quizzes.scheduling.api import Occurrence, last_occurrence, next_occurrence, zone_or_utc

# Nobody wants the e-mail of eight o'clock at eleven.
PATIENCE = timedelta(hours=2)
# From one stroke of an hour to the next: preferences that are due later were moved on by a clock that was ahead (or a
# night with a clock change is near).
A_DAY = timedelta(hours=24)


def enqueue_due(*, now: datetime, limit: int) -> int:
    """Enqueues the e-mails of up to `limit` learners whose moment has come, and moves these on.

    Returns the number of learners. A moment that passed more than PATIENCE ago is let go. The e-mails' unique key, not
    the order in which several clocks run, is what keeps them single.
    """
    free_keys(recurring=RECURRING, now=now)
    _bring_back(now, limit)
    due = list(queries.due_preferences(now).select_related("user__study")[:limit])
    moments = {place: _around(now, place) for place in {_place(preferences) for preferences in due}}
    in_time = [
        preferences
        for preferences in due
        if now < moments[_place(preferences)][0].moment + PATIENCE and _may(preferences)
    ]
    users = [preferences.user_id for preferences in in_time]
    signs = queries.signs_of_life(users)
    unanswered = queries.unanswered(users, signs, now)
    back = [preferences for preferences in in_time if _is_back(preferences, signs, now)]
    for preferences in back:
        preferences.paused_at = None
    emails = [
        _email(preferences, kind, last)
        for preferences in sorted(in_time, key=attrgetter("user_id"))
        for last in [moments[_place(preferences)][0]]
        for kind in kinds_on(preferences, last.day, unanswered[preferences.user_id])
    ]
    following: defaultdict[datetime, list[int]] = defaultdict(list)
    for preferences in due:
        following[moments[_place(preferences)][1].moment].append(preferences.pk)
    with transaction.atomic():
        OutboundEmail.objects.bulk_create(emails, ignore_conflicts=True)
        paused = NotificationPreferences.objects.filter(pk__in=[preferences.pk for preferences in back])
        paused.update(paused_at=None)
        for moment, pks in sorted(following.items()):
            # Whoever chose another hour since we looked has a later moment by now: it stays.
            same = NotificationPreferences.objects.filter(pk__in=pks, next_due_at__lte=now)
            same.update(next_due_at=moment)
    return len(due)


def kinds_on(preferences: NotificationPreferences, day: date, unanswered: Sequence[date]) -> list[EmailKind]:
    """Returns which e-mails the learner is owed on a date, after the evening e-mails `unanswered`."""
    evening = Evening(preferences, day, _days_to_interview(preferences.user, day), unanswered)
    return [each.kind for each in EMAIL_TYPES.values() if each.owed_on is not None and each.owed_on(evening)]


def due_next(preferences: NotificationPreferences, now: datetime) -> datetime | None:
    """Returns the next moment, in UTC, at which the learner may be owed an e-mail. Returns None when none is wanted."""
    if not wants_any_by_the_clock(preferences):
        return None
    zone, hour = _place(preferences)
    return next_occurrence(now, hour=hour, zone=zone).moment


def _bring_back(now: datetime, limit: int) -> None:
    """Works out again when up to `limit` preferences are due that are due in more than a day, the latest first."""
    ahead = NotificationPreferences.objects.filter(next_due_at__gt=now + A_DAY).select_related("user")
    for preferences in ahead.order_by("-next_due_at")[:limit]:
        if due_next(preferences, now) != preferences.next_due_at:
            # A moment that has just passed is still in time; the e-mails' unique key says whether it had its e-mail.
            due = due_next(preferences, now - PATIENCE)
            # Whoever chose another hour since we looked has another moment by now: it stays.
            same = NotificationPreferences.objects.filter(
                pk=preferences.pk, next_due_at=preferences.next_due_at
            )
            same.update(next_due_at=due)


def _may(preferences: NotificationPreferences) -> bool:
    """Returns whether anything may be sent to the learner: not to a closed account, not to a refused address."""
    return preferences.user.is_active and preferences.bounced_address != preferences.user.email


def _is_back(preferences: NotificationPreferences, signs: dict[int, datetime], now: datetime) -> bool:
    """Returns whether the pause is over: by a sign of life, or because a clock that was ahead began it."""
    since = preferences.paused_at
    return since is not None and (since > now or signs.get(preferences.user_id, since) > since)


def _place(preferences: NotificationPreferences) -> tuple[str, int]:
    return zone_or_utc(preferences.user.time_zone)[0], preferences.hour


def _around(now: datetime, place: tuple[str, int]) -> tuple[Occurrence, Occurrence]:
    zone, hour = place
    return last_occurrence(now, hour=hour, zone=zone), next_occurrence(now, hour=hour, zone=zone)


def _days_to_interview(user: User, day: date) -> int | None:
    study: StudySettings | None = getattr(user, "study", None)
    return (study.interview_on - day).days if study and study.interview_on else None


def _email(preferences: NotificationPreferences, kind: EmailKind, due: Occurrence) -> OutboundEmail:
    return OutboundEmail(
        user_id=preferences.user_id,
        kind=kind,
        key=due.day.isoformat(),
        due_at=due.moment,
        not_before=due.moment,
        expires_at=due.moment + PATIENCE,
    )
