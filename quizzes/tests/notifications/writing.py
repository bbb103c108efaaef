"""The clock at work, for tests: ticks at moments the test chooses, and what arrived."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from accounts.models import User
from nnprep.tests.sink import Sink
from quizzes.reminders.actions import owe_due, owe_for_classes, save_reminder, send_owed
from quizzes.reminders.models import Letter, Reminder

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
        """All sweeps at a moment; how many letters left."""
        self.now = now or self.now
        owe_due(now=self.now, limit=500)
        owe_for_classes(now=self.now, limit=500)
        return send_owed(clock=self, seconds=30)

    def owe(self, now: datetime) -> None:
        """The first sweep alone."""
        self.now = now
        owe_due(now=now, limit=500)

    def owe_for_classes(self, now: datetime) -> None:
        """The sweep that owes the letters of classes, alone."""
        self.now = now
        owe_for_classes(now=now, limit=500)

    def send(self, now: datetime | None = None) -> int:
        """The last sweep alone."""
        self.now = now or self.now
        return send_owed(clock=self, seconds=30)

    @property
    def subjects(self) -> list[str]:
        """The subjects of what arrived, in order."""
        return [str(letter["Subject"]) for letter in self.server.letters]

    @property
    def last(self) -> EmailMessage:
        """What arrived last."""
        return self.server.letters[-1]


def remind(user: User, now: datetime = NOON, **wishes: object) -> Reminder:
    """Save what a learner wants; they chose it at noon unless said otherwise."""
    reminder = Reminder.objects.filter(user=user).first() or Reminder(user=user)
    for name, value in wishes.items():
        setattr(reminder, name, value)
    save_reminder(reminder=reminder, now=now)
    return reminder


def states(**which: object) -> list[str]:
    """The states of all letters, in the order they were owed."""
    return list(Letter.objects.filter(**which).order_by("due_at", "pk").values_list("state", flat=True))


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    """The text of a letter, or its HTML."""
    body = letter.get_body(preferencelist=(kind,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")
