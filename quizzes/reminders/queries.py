"""What is owed, what a learner has not answered, and how the clock is doing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from quizzes.classroom import actions as classroom
from quizzes.reminders.models import Kind, Letter, Reminder, Sweep
from quizzes.review.models import Review

# A sweep that has not run for so long is late: its interval is a minute at most, keeping house takes its time.
LATE_AFTER = timedelta(seconds=180)
LATEST_FAILURES = 20
# Longer than all the letters one may leave unanswered take to come.
_LOOK_BACK = timedelta(days=75)


@dataclass(frozen=True, slots=True)
class Health:
    """How the clock is doing: its sweeps, how many letters stand where, the oldest one owed, the latest failures."""

    sweeps: list[Sweep]
    owed: int
    claimed: int
    oldest_owed: datetime | None
    failed: int
    failures: list[Letter]
    now: datetime

    @property
    def late(self) -> list[Sweep]:
        """Sweeps that should have run since, or failed when they did."""
        return [sweep for sweep in self.sweeps if sweep.error or self.now - sweep.last_run_at > LATE_AFTER]

    @property
    def is_well(self) -> bool:
        """Whether the clock has run, lately, and without a fault."""
        return bool(self.sweeps) and not self.late


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
        user__in=users, kind=Kind.EVENING, sent_at__gt=now - _LOOK_BACK, state=Letter.State.SENT
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
    return classroom.is_unwanted(user.email)


def health(now: datetime) -> Health:
    """How the clock is doing."""
    waiting = Letter.objects.filter(state__in=(Letter.State.OWED, Letter.State.CLAIMED)).aggregate(
        owed=Count("pk", filter=Q(state=Letter.State.OWED)),
        claimed=Count("pk", filter=Q(state=Letter.State.CLAIMED)),
        oldest=Min("due_at"),
    )
    failed = Letter.objects.filter(state=Letter.State.FAILED)
    return Health(
        sweeps=list(Sweep.objects.order_by("name")),
        owed=waiting["owed"],
        claimed=waiting["claimed"],
        oldest_owed=waiting["oldest"],
        failed=failed.count(),
        failures=list(failed.order_by("-due_at")[:LATEST_FAILURES]),
        now=now,
    )
