"""What learners want, and what they have not answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery

from accounts.models import User
from mail.models import OutboundEmail
from quizzes.classroom.api import actions as classes
from quizzes.notifications.models import EmailKind, NotificationPreferences, Switch
from quizzes.review.models import Review

UNWANTED = "the address asked never to be written to"
# Longer than all the e-mails one may leave unanswered take to come.
_LOOK_BACK = timedelta(days=75)


def due_preferences(now: datetime) -> QuerySet[NotificationPreferences]:
    """Returns the preferences whose moment has come, the longest waiting first."""
    return NotificationPreferences.objects.filter(next_due_at__lte=now).order_by("next_due_at", "pk")


def signs_of_life(users: Collection[int]) -> dict[int, datetime]:
    """Returns when each of the learners with preferences answered a question or chose their e-mails last."""
    latest = Review.objects.filter(user=OuterRef("user")).order_by("-answered_at").values("answered_at")[:1]
    rows = NotificationPreferences.objects.filter(user__in=users).annotate(answered_at=Subquery(latest))
    return {
        user: max(chosen_at, answered_at or chosen_at)
        for user, chosen_at, answered_at in rows.values_list("user_id", "chosen_at", "answered_at")
    }


def unanswered(
    users: Collection[int], signs: dict[int, datetime], now: datetime
) -> defaultdict[int, list[date]]:
    """Returns the dates, in order, of each learner's evening e-mails since their last sign of life (`signs`)."""
    rows = (
        OutboundEmail.objects.filter(
            user__in=users,
            kind=EmailKind.EVENING,
            sent_at__range=(now - _LOOK_BACK, now),
            state=OutboundEmail.State.SENT,
        )
        .exclude(key="")
        .order_by("key")
    )
    dates: defaultdict[int, list[date]] = defaultdict(list)
    for user, key, sent_at in rows.values_list("user_id", "key", "sent_at"):
        if user is not None and sent_at and sent_at > signs.get(user, sent_at):
            dates[user].append(date.fromisoformat(key))
    return dates


def preferences_of(user: User) -> NotificationPreferences | None:
    """Returns what the learner wants now; None until they asked for e-mails."""
    return NotificationPreferences.objects.filter(user=user).first()


def preferences_in(user: User) -> NotificationPreferences | None:
    """Returns what the learner wants, as it was read with them; None until they asked for e-mails."""
    found: NotificationPreferences | None = getattr(user, "notification_preferences", None)
    return found


def is_unwanted(user: User) -> bool:
    """Returns whether the user's address once asked never to be written to."""
    return classes.is_unwanted(user.email)


def why_suppressed(preferences: NotificationPreferences, switch: Switch) -> str:
    """Returns why no e-mail of this switch may be sent to the learner now; empty when it may. One query at most."""
    return preferences.suppression_reason(switch) or (UNWANTED if is_unwanted(preferences.user) else "")
