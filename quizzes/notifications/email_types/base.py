"""What there is to say about one kind of e-mail, all in one place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Protocol, TypeVar

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from mail.api import Cancelled, absolute, message_of
from mail.models import OutboundEmail
from quizzes.notifications import queries, tokens
from quizzes.notifications.models import EmailKind, NotificationPreferences, Switch
from quizzes.review.api import DailyDigest

NO_LONGER_WANTED = "it is no longer wanted"


@dataclass(frozen=True, slots=True)
class Evening:
    """A date on a learner's calendar, and what decides which e-mails are owed on it.

    `unanswered` holds the dates of the evening e-mails since their last sign of life, in order.
    """

    preferences: NotificationPreferences
    day: date
    days_to_interview: int | None
    unanswered: Sequence[date]


@dataclass(frozen=True, slots=True)
class Batch:
    """What was read together for many learners, by their primary keys."""

    days: dict[int, date] = field(default_factory=dict)
    digests: dict[int, DailyDigest] = field(default_factory=dict)
    unanswered: defaultdict[int, list[date]] = field(default_factory=lambda: defaultdict(list))


class Facts(Protocol):
    """What one e-mail tells: its receiver, the address that stops its kind, the values its templates show."""

    @property
    def to(self) -> str:
        """The address it goes to."""

    @property
    def stop(self) -> str:
        """The address that stops e-mails of its kind at once (RFC 8058)."""

    def context(self) -> dict[str, object]:
        """Returns the values the templates show, but for those `ways_out` adds."""


F = TypeVar("F", bound=Facts)


@dataclass(frozen=True, slots=True)
class EmailType(Generic[F]):
    """One kind of e-mail.

    `switch` stops it; where there is none, `why_no_switch` gives the reason. `owed_on` says whether a learner is owed
    one on a date; None for kinds that follow an event (`actions.events`). `find` reads what it tells when it is sent,
    or says why that is over; `no_longer_needed` gives the reason not to send it, "" where there is none. `sample` is
    what an example of it tells. Its templates are emails/<kind>.txt and .html.
    """

    kind: EmailKind
    switch: Switch | None
    why_no_switch: str
    subject: Callable[[F], str]
    owed_on: Callable[[Evening], bool] | None
    find: Callable[[OutboundEmail, Batch, datetime], F | Cancelled]
    no_longer_needed: Callable[[F], str]
    sample: Callable[[], F]

    @property
    def template(self) -> str:
        """The name of its templates, without .txt and .html."""
        return f"quizzes/notifications/emails/{self.kind}"

    def compose(
        self, email: OutboundEmail, batch: Batch, *, now: datetime
    ) -> EmailMultiAlternatives | Cancelled:
        """Returns the e-mail as it leaves, or why it is not to leave."""
        if self.switch is not None:
            preferences = queries.preferences_in(email.user) if email.user else None
            if preferences is None:
                return Cancelled(NO_LONGER_WANTED)
            if reason := queries.why_suppressed(preferences, self.switch):
                return Cancelled(reason)
        facts = self.find(email, batch, now)
        if isinstance(facts, Cancelled):
            return facts
        if reason := self.no_longer_needed(facts):
            return Cancelled(reason)
        return self.message(email, facts)

    def message(self, email: OutboundEmail, facts: F) -> EmailMultiAlternatives:
        """Returns the e-mail that tells these facts."""
        ways_out = {
            "stop": facts.stop,
            "kind": self.switch.label.lower() if self.switch else "",
            "settings": absolute(reverse("quizzes:emails")),
        }
        return message_of(
            email,
            to=facts.to,
            subject=self.subject(facts),
            template=self.template,
            context=facts.context() | ways_out,
            stop=facts.stop,
        )


def stop_address(preferences: NotificationPreferences, switch: Switch) -> str:
    """Returns the address that switches e-mails off without a login."""
    return absolute(reverse("quizzes:stop", args=[tokens.write(preferences.public_id, switch)]))


def counted(number: int, word: str) -> str:
    """Returns such as “1 question”, “12 questions”."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
