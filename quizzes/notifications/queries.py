"""What is owed, and what a learner has not answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from mail.models import OutboundEmail

from accounts.models import User
from quizzes.classroom import actions as classes
from quizzes.notifications.models import Kind, NotificationPreferences
from quizzes.review.models import Review

# Longer than all the e-mails one may leave unanswered take to come.
_LOOK_BACK = timedelta(days=75)


def due_preferences(now: datetime) -> QuerySet[NotificationPreferences]:
    """Reminders whose moment has come, the longest waiting first."""
    return NotificationPreferences.objects.filter(next_due_at__lte=now).order_by("next_due_at", "pk")


def pending_emails(now: datetime) -> QuerySet[OutboundEmail]:
    """E-mails that may be sent now, the longest waiting first."""
    return OutboundEmail.objects.filter(state=OutboundEmail.State.PENDING, not_before__lte=now).order_by(
        "not_before", "pk"
    )


def signs_of_life(users: Collection[int]) -> dict[int, datetime]:
    """When each of the learners with a reminder answered a question or chose their e-mails last."""
    latest = Review.objects.filter(user=OuterRef("user")).order_by("-answered_at").values("answered_at")[:1]
    rows = NotificationPreferences.objects.filter(user__in=users).annotate(answered_at=Subquery(latest))
    return {
        user: max(chosen_at, answered_at or chosen_at)
        for user, chosen_at, answered_at in rows.values_list("user_id", "chosen_at", "answered_at")
    }


def unanswered(
    users: Collection[int], signs: dict[int, datetime], now: datetime
) -> defaultdict[int, list[date]]:
    """The dates, in order, of each learner's evening e-mails since their last sign of life (`signs`)."""
    rows = OutboundEmail.objects.filter(
        user__in=users,
        kind=Kind.EVENING,
        sent_at__range=(now - _LOOK_BACK, now),
        state=OutboundEmail.State.SENT,
    ).values_list("user_id", "local_date", "sent_at")
    emails: defaultdict[int, list[date]] = defaultdict(list)
    for user, day, sent_at in rows.order_by("local_date"):
        if user is not None and day and sent_at and sent_at > signs.get(user, sent_at):
            emails[user].append(day)
    return emails


def preferences_of(user: User) -> NotificationPreferences | None:
    """The learner's reminder; None until they asked for e-mails."""
    return NotificationPreferences.objects.filter(user=user).first()


def is_unwanted(user: User) -> bool:
    """Whether the user's address once asked never to be written to."""
    return classes.is_unwanted(user.email)
