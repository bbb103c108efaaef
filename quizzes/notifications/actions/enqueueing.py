"""Finding out who is owed an e-mail, once a learner and day, however often and wherever the clock ticks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from mail.models import OutboundEmail

from accounts.models import User
from mail.actions import set_back
from quizzes.notifications import queries
from quizzes.notifications.models import BY_THE_CLOCK, Kind, NotificationPreferences
from quizzes.notifications.rhythm import COUNTDOWN_DAYS, SUMMARY_WEEKDAY, evening_kind
from quizzes.review.models import StudySettings
from quizzes.scheduling.days import zone_or_utc
from quizzes.scheduling.moments import Due, last_due, next_due

# Nobody wants the e-mail of eight o'clock at eleven.
PATIENCE = timedelta(hours=2)
# From one stroke of an hour to the next: a reminder that is due later was moved on by a clock that was ahead (or a
# night with a clock change is near).
A_DAY = timedelta(hours=24)


def enqueue_due(*, now: datetime, limit: int) -> int:
    """Write down the e-mails of up to `limit` reminders whose moment has come, and move them on; how many came.

    A moment that passed more than PATIENCE ago is let go. The e-mails' unique key, not the order in which several
    clocks run, is what keeps them single.
    """
    set_back.free_dates(now=now)
    _bring_back(now, limit)
    reminders = list(queries.due_preferences(now).select_related("user__study")[:limit])
    moments = {place: _around(now, place) for place in {_place(preferences) for preferences in reminders}}
    in_time = [
        preferences
        for preferences in reminders
        if now < moments[_place(preferences)][0].moment + PATIENCE and _may(preferences)
    ]
    users = [preferences.user_id for preferences in in_time]
    signs = queries.signs_of_life(users)
    unanswered = queries.unanswered(users, signs, now)
    # A pause that begins in the future was made by a clock that was ahead.
    back = [
        r
        for r in in_time
        if r.paused_at and (r.paused_at > now or signs.get(r.user_id, r.paused_at) > r.paused_at)
    ]
    for preferences in back:
        preferences.paused_at = None
    emails = [
        _email(preferences, kind, moments[_place(preferences)][0])
        for preferences in in_time
        for kind in kinds_on(
            preferences, moments[_place(preferences)][0].day, unanswered[preferences.user_id]
        )
    ]
    following: defaultdict[datetime, list[int]] = defaultdict(list)
    for preferences in reminders:
        following[moments[_place(preferences)][1].moment].append(preferences.pk)
    with transaction.atomic():
        OutboundEmail.objects.bulk_create(
            sorted(emails, key=lambda email: email.user_id or 0), ignore_conflicts=True
        )
        NotificationPreferences.objects.filter(pk__in=[preferences.pk for preferences in back]).update(
            paused_at=None
        )
        for moment, pks in sorted(following.items()):
            # Whoever chose another hour since we looked has a later moment by now: it stays.
            NotificationPreferences.objects.filter(pk__in=pks, next_due_at__lte=now).update(
                next_due_at=moment
            )
    return len(reminders)


def kinds_on(preferences: NotificationPreferences, day: date, unanswered: Sequence[date]) -> list[Kind]:
    """Which e-mails the learner is owed on a date, after the evening e-mails `unanswered`.

    The countdown takes the place of the evening e-mail: it tells of today's questions too.
    """
    kinds = []
    if preferences.countdown and _days_to_interview(preferences.user, day) in COUNTDOWN_DAYS:
        kinds.append(Kind.COUNTDOWN)
    elif preferences.evening and preferences.paused_at is None and (kind := evening_kind(unanswered, day)):
        kinds.append(kind)
    if preferences.weekly and day.weekday() == SUMMARY_WEEKDAY:
        kinds.append(Kind.WEEKLY)
    return kinds


def due_next(preferences: NotificationPreferences, now: datetime) -> datetime | None:
    """The next moment, in UTC, at which the learner may be owed an e-mail; None when none by the clock is wanted."""
    if not any(preferences.wants(kind) for kind in BY_THE_CLOCK):
        return None
    zone, hour = _place(preferences)
    return next_due(now, hour=hour, zone=zone).moment


def _bring_back(now: datetime, limit: int) -> None:
    """Work out again when up to `limit` reminders are due that are due in more than a day, the latest first."""
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
    """Whether anything may be written to the learner: not to a closed account, not to a refused address."""
    return preferences.user.is_active and preferences.bounced_address != preferences.user.email


def _place(preferences: NotificationPreferences) -> tuple[str, int]:
    return zone_or_utc(preferences.user.time_zone)[0], preferences.hour


def _around(now: datetime, place: tuple[str, int]) -> tuple[Due, Due]:
    zone, hour = place
    return last_due(now, hour=hour, zone=zone), next_due(now, hour=hour, zone=zone)


def _days_to_interview(user: User, day: date) -> int | None:
    study: StudySettings | None = getattr(user, "study", None)
    return (study.interview_on - day).days if study and study.interview_on else None


def _email(preferences: NotificationPreferences, kind: Kind, due: Due) -> OutboundEmail:
    return OutboundEmail(
        user_id=preferences.user_id,
        kind=kind,
        local_date=due.day,
        due_at=due.moment,
        not_before=due.moment,
        expires_at=due.moment + PATIENCE,
    )
