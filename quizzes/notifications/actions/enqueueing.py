"""Finding out who is owed a letter, once a learner and day, however often and wherever the clock ticks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from quizzes.reminders import queries
from quizzes.reminders.actions import set_back
from quizzes.reminders.models import BY_THE_CLOCK, Kind, Letter, Reminder
from quizzes.reminders.rhythm import COUNTDOWN_DAYS, SUMMARY_WEEKDAY, evening_kind
from quizzes.review.models import StudySettings
from quizzes.scheduling.days import zone_or_utc
from quizzes.scheduling.moments import Due, last_due, next_due

# Nobody wants the letter of eight o'clock at eleven.
PATIENCE = timedelta(hours=2)
# From one stroke of an hour to the next: a reminder that is due later was moved on by a clock that was ahead (or a
# night with a clock change is near).
A_DAY = timedelta(hours=24)


def owe_due(*, now: datetime, limit: int) -> int:
    """Write down the letters of up to `limit` reminders whose moment has come, and move them on; how many came.

    A moment that passed more than PATIENCE ago is let go. The letters' unique key, not the order in which several
    clocks run, is what keeps them single.
    """
    set_back.free_dates(now=now)
    _bring_back(now, limit)
    reminders = list(queries.due_reminders(now).select_related("user__study")[:limit])
    moments = {place: _around(now, place) for place in {_place(reminder) for reminder in reminders}}
    in_time = [
        reminder
        for reminder in reminders
        if now < moments[_place(reminder)][0].moment + PATIENCE and _may(reminder)
    ]
    users = [reminder.user_id for reminder in in_time]
    signs = queries.signs_of_life(users)
    unanswered = queries.unanswered(users, signs, now)
    # A pause that begins in the future was made by a clock that was ahead.
    back = [
        r
        for r in in_time
        if r.paused_at and (r.paused_at > now or signs.get(r.user_id, r.paused_at) > r.paused_at)
    ]
    for reminder in back:
        reminder.paused_at = None
    letters = [
        _letter(reminder, kind, moments[_place(reminder)][0])
        for reminder in in_time
        for kind in kinds_on(reminder, moments[_place(reminder)][0].day, unanswered[reminder.user_id])
    ]
    following: defaultdict[datetime, list[int]] = defaultdict(list)
    for reminder in reminders:
        following[moments[_place(reminder)][1].moment].append(reminder.pk)
    with transaction.atomic():
        Letter.objects.bulk_create(
            sorted(letters, key=lambda letter: letter.user_id or 0), ignore_conflicts=True
        )
        Reminder.objects.filter(pk__in=[reminder.pk for reminder in back]).update(paused_at=None)
        for moment, pks in sorted(following.items()):
            # Whoever chose another hour since we looked has a later moment by now: it stays.
            Reminder.objects.filter(pk__in=pks, next_due_at__lte=now).update(next_due_at=moment)
    return len(reminders)


def kinds_on(reminder: Reminder, day: date, unanswered: Sequence[date]) -> list[Kind]:
    """Which letters the learner is owed on a date, after the evening letters `unanswered`.

    The countdown takes the place of the evening letter: it tells of today's questions too.
    """
    kinds = []
    if reminder.countdown and _days_to_interview(reminder.user, day) in COUNTDOWN_DAYS:
        kinds.append(Kind.COUNTDOWN)
    elif reminder.evening and reminder.paused_at is None and (kind := evening_kind(unanswered, day)):
        kinds.append(kind)
    if reminder.weekly and day.weekday() == SUMMARY_WEEKDAY:
        kinds.append(Kind.WEEKLY)
    return kinds


def due_next(reminder: Reminder, now: datetime) -> datetime | None:
    """The next moment, in UTC, at which the learner may be owed a letter; None when none by the clock is wanted."""
    if not any(reminder.wants(kind) for kind in BY_THE_CLOCK):
        return None
    zone, hour = _place(reminder)
    return next_due(now, hour=hour, zone=zone).moment


def _bring_back(now: datetime, limit: int) -> None:
    """Work out again when up to `limit` reminders are due that are due in more than a day, the latest first."""
    ahead = Reminder.objects.filter(next_due_at__gt=now + A_DAY).select_related("user")
    for reminder in ahead.order_by("-next_due_at")[:limit]:
        if due_next(reminder, now) != reminder.next_due_at:
            # A moment that has just passed is still in time; the letters' unique key says whether it had its letter.
            due = due_next(reminder, now - PATIENCE)
            # Whoever chose another hour since we looked has another moment by now: it stays.
            same = Reminder.objects.filter(pk=reminder.pk, next_due_at=reminder.next_due_at)
            same.update(next_due_at=due)


def _may(reminder: Reminder) -> bool:
    """Whether anything may be written to the learner: not to a closed account, not to a refused address."""
    return reminder.user.is_active and reminder.refused_address != reminder.user.email


def _place(reminder: Reminder) -> tuple[str, int]:
    return zone_or_utc(reminder.user.time_zone)[0], reminder.hour


def _around(now: datetime, place: tuple[str, int]) -> tuple[Due, Due]:
    zone, hour = place
    return last_due(now, hour=hour, zone=zone), next_due(now, hour=hour, zone=zone)


def _days_to_interview(user: User, day: date) -> int | None:
    study: StudySettings | None = getattr(user, "study", None)
    return (study.interview_on - day).days if study and study.interview_on else None


def _letter(reminder: Reminder, kind: Kind, due: Due) -> Letter:
    return Letter(
        user_id=reminder.user_id,
        kind=kind,
        local_date=due.day,
        due_at=due.moment,
        not_before=due.moment,
        expires_at=due.moment + PATIENCE,
    )
