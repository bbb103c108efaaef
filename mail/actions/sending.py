"""Sending what is owed: claim a batch, look again whether each e-mail is wanted, hand it over, write it down."""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from wording.actions import leases, outage, set_back
from wording.actions.leases import Cancelled, Crashed, Outcome
from wording.delivery import Delivery, Down, Later, Line, Refused, Sent, in_words
from wording.models import OutboundEmail
from wording.stored_message import StoredMessage

from accounts.models import User
from quizzes.notifications import queries, wording
from quizzes.notifications.actions.class_emails import class_email
from quizzes.notifications.actions.preferences import why_suppressed
from quizzes.notifications.models import Kind, NotificationPreferences
from quizzes.notifications.rhythm import COUNTDOWN_DAYS
from quizzes.review.actions import open_session
from quizzes.review.standing import Standing, current_days, standings, week_of

logger = logging.getLogger(__name__)

BATCH = 50
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What e-mails tell of their learners, by the learners' primary keys."""

    days: dict[int, date] = field(default_factory=dict)
    standings: dict[int, Standing] = field(default_factory=dict)
    unanswered: defaultdict[int, list[date]] = field(default_factory=lambda: defaultdict(list))


def send_pending(*, clock: Clock, seconds: float, stop: Callable[[], bool] = lambda: False) -> int:
    """Send what is owed, batch by batch over one connection, for about `seconds` at most.

    Returns the number of e-mails that left. `clock` tells the time; once `stop` says so, the e-mail in hand is finished
    and the others are owed again. It may run in any number of places at once: an e-mail is sent by whoever begins it.
    When there is no talking to the server, it ends; the e-mails stay owed.
    """
    until = clock() + timedelta(seconds=seconds)
    set_back.free_leases(now=clock())
    leases.reclaim(now=clock())
    leases.expire(now=clock())
    sent = 0
    with Line(timeout=settings.EMAIL_TIMEOUT) as line:
        while clock() < until and not stop() and (emails := leases.claim(now=clock(), limit=BATCH)):
            run = _Run(line, lambda: clock() < until and not stop(), clock)
            run.send(emails)
            sent += run.sent
            if run.down:
                logger.warning("e-mails wait: %s", run.down)
                break
        else:
            outage.look_again(line)
    return sent


class _Run:
    """One batch on its way.

    What became of an e-mail is written down before the next one is looked at: no more than one e-mail at a time can have
    been taken by the server without a row that says so, whatever the next one does to us.
    """

    def __init__(self, line: Line, go_on: Callable[[], bool], clock: Clock) -> None:
        self.line, self.go_on, self.clock = line, go_on, clock
        self.answers = outage.Answers()
        self.sent = 0
        self.down = ""

    def send(self, emails: Sequence[OutboundEmail]) -> None:
        facts = _facts_or_none(emails, self.clock())
        waiting = deque(emails)
        with transaction.atomic():
            leases.set_aside(emails, now=self.clock())
            email = self._next(waiting)
        while email is not None:
            email = self._write_down(email, self._try(email, facts), waiting)
        with transaction.atomic():
            leases.release(waiting, now=self.clock(), reason=self.down)
            self.answers.record(now=self.clock())

    def _next(self, waiting: deque[OutboundEmail]) -> OutboundEmail | None:
        """The next e-mail, begun; None when there is none or it is time to end."""
        while waiting and not self.down and self.go_on():
            email = waiting.popleft()
            if leases.begin(email, now=self.clock()):
                return email
        return None

    def _try(self, email: OutboundEmail, facts: _Facts | None) -> Outcome:
        now = self.clock()
        try:
            message = _wanted(email, facts or _facts([email], now), now)
        except Exception as fault:
            logger.exception("e-mail %s could not be written", email.pk)
            return Crashed(f"it could not be written: {type(fault).__name__}: {in_words(fault)}")
        if isinstance(message, Cancelled):
            return message
        return hand_in(message, self.line, before_data=lambda: leases.hand_over(email, now=self.clock()))

    def _write_down(
        self, email: OutboundEmail, outcome: Outcome, waiting: deque[OutboundEmail]
    ) -> OutboundEmail | None:
        """Write down what became of the e-mail; the next one, begun in the same transaction."""
        self.answers.add(email, outcome)
        if isinstance(outcome, Sent):
            self.sent += 1
        elif isinstance(outcome, Down):
            self.down = outcome.reason
        elif isinstance(outcome, Refused | Later | Crashed):
            logger.warning("e-mail %s: %s", email.pk, outcome.reason)
        with transaction.atomic():
            leases.record(email, outcome, now=self.clock())
            return self._next(waiting)


def hand_in(message: EmailMessage, line: Line, *, before_data: Callable[[], bool]) -> Delivery:
    """Hand an e-mail to the server; `before_data` writes down that its text is about to leave."""
    try:
        return line.deliver(message, before_data=before_data)
    except ValueError as fault:
        return Refused(f"it cannot be written: {in_words(fault)}")


def _facts_or_none(emails: Sequence[OutboundEmail], now: datetime) -> _Facts | None:
    """The facts of the whole batch; None when one learner's make it fail, so that each is asked about alone."""
    try:
        return _facts(emails, now)
    except Exception:
        logger.exception("the facts for %s e-mails could not be read together", len(emails))
        return None


def _facts(emails: Sequence[OutboundEmail], now: datetime) -> _Facts:
    """What the e-mails of the clock tell, the day opened for learners for whom nobody has."""
    users = {email.user.pk: email.user for email in emails if email.user and email.local_date}
    if not users:
        return _Facts()
    days = current_days(users.values(), now)
    found = standings(users.values(), days, now)
    if missing := [pk for pk in users if pk not in found and _reminder(users[pk])]:
        for user in User.objects.filter(pk__in=missing):
            open_session(user=user, now=now)
        found |= standings([users[pk] for pk in missing], days, now)
    return _Facts(days, found, queries.unanswered(users, queries.signs_of_life(users), now))


def _wanted(email: OutboundEmail, facts: _Facts, now: datetime) -> EmailMessage | Cancelled:
    """The e-mail, if it is still wanted now that it could be sent."""
    if now >= email.expires_at:
        return Cancelled("the clock came too late")
    if email.source:
        return StoredMessage(email.source, to=email.address)
    if email.invitation_id or email.assignment_id or email.flag_id:
        return class_email(email, now=now)
    user = email.user
    preferences = _reminder(user) if user else None
    if user is None or preferences is None:
        return Cancelled("it is no longer wanted")
    if reason := why_suppressed(preferences, email.kind):
        return Cancelled(reason)
    told = wording.Told(
        standing=facts.standings[user.pk],
        interview_on=user.study.interview_on if hasattr(user, "study") else None,
        week=week_of(user, facts.days[user.pk]) if email.kind == Kind.WEEKLY else None,
        unanswered=len(facts.unanswered[user.pk]),
    )
    needless = _needless(email, told)
    return Cancelled(needless) if needless else wording.compose(email, preferences, told)


def _needless(email: OutboundEmail, told: wording.Told) -> str:
    """Why the e-mail need not be sent; empty when it should be."""
    match email.kind:
        case Kind.EVENING if not told.standing.questions:
            return "nothing is left to answer today"
        case Kind.WEEKLY if told.week and not told.week.answers:
            return "nothing was answered that week"
        case Kind.PAUSE if not told.unanswered:
            return "the learner has come back"
        case Kind.COUNTDOWN if (
            not told.interview_on
            or not email.local_date
            or (told.interview_on - email.local_date).days not in COUNTDOWN_DAYS
        ):
            return "the interview is on another day"
    return ""


def _reminder(user: User) -> NotificationPreferences | None:
    preferences: NotificationPreferences | None = getattr(user, "reminder", None)
    return preferences
