"""The clock at work, for tests: ticks at moments the test chooses, and what arrived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from accounts.models import User
from mail.actions import send_pending
from mail.models import OutboundEmail
from nnprep.tests.sink import Sink
from quizzes.notifications.actions import enqueue_due, enqueue_for_classes, save_preferences
from quizzes.notifications.models import NotificationPreferences

# A Monday.
EVENING = datetime(2026, 3, 2, 19, tzinfo=UTC)
NOON = EVENING.replace(hour=12)
DAY = timedelta(days=1)


class Post:
    """What the clock does, on a clock of the test's own."""

    def __init__(self, server: Sink) -> None:
        self.server = server
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def tick(self, now: datetime | None = None) -> int:
        """All jobs at a moment; how many e-mails left."""
        self.now = now or self.now
        enqueue_due(now=self.now, limit=500)
        enqueue_for_classes(now=self.now, limit=500)
        return send_pending(clock=self, seconds=30)

    def owe(self, now: datetime) -> None:
        """The first job alone."""
        self.now = now
        enqueue_due(now=now, limit=500)

    def enqueue_for_classes(self, now: datetime) -> None:
        """The job that enqueues the e-mails of classes, alone."""
        self.now = now
        enqueue_for_classes(now=now, limit=500)

    def send(self, now: datetime | None = None) -> int:
        """The last job alone."""
        self.now = now or self.now
        return send_pending(clock=self, seconds=30)

    @property
    def subjects(self) -> list[str]:
        """The subjects of what arrived, in order."""
        return [str(email["Subject"]) for email in self.server.emails]

    @property
    def last(self) -> EmailMessage:
        """What arrived last."""
        return self.server.emails[-1]


def remind(user: User, now: datetime = NOON, **chosen: object) -> NotificationPreferences:
    """Save what a learner wants; they chose it at noon unless said otherwise."""
    preferences = NotificationPreferences.objects.filter(user=user).first() or NotificationPreferences(
        user=user
    )
    for name, value in chosen.items():
        setattr(preferences, name, value)
    save_preferences(preferences=preferences, now=now)
    return preferences


def states(**which: object) -> list[str]:
    """The states of all e-mails, in the order they were owed."""
    return list(
        OutboundEmail.objects.filter(**which).order_by("due_at", "pk").values_list("state", flat=True)
    )


def text_of(email: EmailMessage, kind: str = "plain") -> str:
    """The text of an e-mail, or its HTML."""
    body = email.get_body(preferencelist=(kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
