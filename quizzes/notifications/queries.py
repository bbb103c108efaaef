"""What is owed, and what a learner has not answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from quizzes.classroom import actions as classes
from quizzes.reminders.models import Kind, Letter, Reminder
from quizzes.review.models import Review

# Longer than all the letters one may leave unanswered take to come.
_LOOK_BACK = timedelta(days=75)


def due_reminders(now: datetime) -> QuerySet[Reminder]:
    """Reminders whose moment has come, the longest waiting first."""
    return Reminder.objects.filter(next_due_at__lte=now).order_by("next_due_at", "pk")


def owed_letters(now: datetime) -> QuerySet[Letter]:
    """Letters that may be sent now, the longest waiting first."""
    return Letter.objects.filter(state=Letter.State.OWED, not_before__lte=now).order_by("not_before", "pk")


def signs_of_life(users: Collection[int]) -> dict[int, datetime]:
    """When each of the learners with a reminder answered a question or chose their letters last."""
    latest = Review.objects.filter(user=OuterRef("user")).order_by("-answered_at").values("answered_at")[:1]
    rows = Reminder.objects.filter(user__in=users).annotate(answered_at=Subquery(latest))
    return {
        user: max(chosen_at, answered_at or chosen_at)
        for user, chosen_at, answered_at in rows.values_list("user_id", "chosen_at", "answered_at")
    }


def unanswered(
    users: Collection[int], signs: dict[int, datetime], now: datetime
) -> defaultdict[int, list[date]]:
    """The dates, in order, of each learner's evening letters since their last sign of life (`signs`)."""
    rows = Letter.objects.filter(
        user__in=users, kind=Kind.EVENING, sent_at__range=(now - _LOOK_BACK, now), state=Letter.State.SENT
    ).values_list("user_id", "local_date", "sent_at")
    letters: defaultdict[int, list[date]] = defaultdict(list)
    for user, day, sent_at in rows.order_by("local_date"):
        if user is not None and day and sent_at and sent_at > signs.get(user, sent_at):
            letters[user].append(day)
    return letters


def reminder_of(user: User) -> Reminder | None:
    """The learner's reminder; None until they asked for letters."""
    return Reminder.objects.filter(user=user).first()


def is_unwanted(user: User) -> bool:
    """Whether the user's address once asked never to be written to."""
    return classes.is_unwanted(user.email)
