"""Sending what is pending: lease a batch, ask whether each e-mail is still wanted, hand it over, write it down."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from mail.actions import leases, outage, set_back
from mail.actions.leases import Crashed, Expired, Outcome
from mail.composer import Cancelled, Compose, Composer, composer
from mail.delivery import Delivery, Down, Later, MailConnection, Refused, Sent, in_words
from mail.models import OutboundEmail
from mail.stored_message import StoredMessage

logger = logging.getLogger(__name__)

BATCH = 50
Clock = Callable[[], datetime]


def send_pending(*, clock: Clock, seconds: float, stop: Callable[[], bool] = lambda: False) -> int:
    """Sends what is pending, batch by batch over one connection, for about `seconds` at most.

    Returns the number of e-mails that left. `clock` tells the time; once `stop` says so, the e-mail in hand is finished
    and the others are pending again. It may run in any number of places at once: an e-mail is sent by whoever begins
    it. When there is no talking to the server, it ends; the e-mails stay pending.
    """
    composing = composer()
    until = clock() + timedelta(seconds=seconds)
    set_back.free_leases(recurring=composing.recurring, now=clock())
    leases.reclaim(composer=composing, now=clock())
    leases.expire(composer=composing, now=clock())
    sent = 0
    with MailConnection(timeout=settings.EMAIL_TIMEOUT) as line:
        while clock() < until and not stop() and (emails := leases.acquire(now=clock(), limit=BATCH)):
            run = _Run(line, lambda: clock() < until and not stop(), clock, composing)
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

    What became of an e-mail is written down before the next one is looked at: no more than one e-mail at a time can
    have been taken by the server without a row that says so, whatever the next one does to us.
    """

    def __init__(
        self, line: MailConnection, go_on: Callable[[], bool], clock: Clock, composing: Composer
    ) -> None:
        self.line, self.go_on, self.clock, self.composer = line, go_on, clock, composing
        self.answers = outage.Answers()
        self.sent = 0
        self.down = ""

    def send(self, emails: Sequence[OutboundEmail]) -> None:
        compose = self._prepare_together(emails)
        waiting = deque(emails)
        with transaction.atomic():
            leases.set_aside(emails, now=self.clock())
            email = self._next(waiting)
        while email is not None:
            email = self._record(email, self._try(email, compose), waiting)
        with transaction.atomic():
            leases.release(waiting, now=self.clock(), reason=self.down)
            self.answers.record(now=self.clock())

    def _prepare_together(self, emails: Sequence[OutboundEmail]) -> Compose | None:
        """Returns what composes the whole batch. Returns None when one e-mail makes it fail, so that each is prepared
        alone.
        """
        try:
            return self.composer.prepare(emails, now=self.clock())
        except Exception:
            logger.exception("what %s e-mails tell could not be read together", len(emails))
            return None

    def _next(self, waiting: deque[OutboundEmail]) -> OutboundEmail | None:
        """Returns the next e-mail, begun. Returns None when there is none or it is time to end."""
        while waiting and not self.down and self.go_on():
            email = waiting.popleft()
            if leases.begin(email, now=self.clock()):
                return email
        return None

    def _try(self, email: OutboundEmail, compose: Compose | None) -> Outcome:
        now = self.clock()
        if now >= email.expires_at:
            return Expired()
        try:
            message = self._message(email, compose, now)
        except Exception as fault:
            logger.exception("e-mail %s could not be composed", email.pk)
            return Crashed(f"it could not be composed: {type(fault).__name__}: {in_words(fault)}")
        if isinstance(message, Cancelled):
            return message
        return hand_in(message, self.line, before_data=lambda: leases.hand_over(email, now=self.clock()))

    def _message(
        self, email: OutboundEmail, compose: Compose | None, now: datetime
    ) -> EmailMessage | Cancelled:
        if email.source:
            return StoredMessage(email.source, to=email.address)
        if compose is None:
            compose = self.composer.prepare([email], now=now)
        return compose(email, now)

    def _record(
        self, email: OutboundEmail, outcome: Outcome, waiting: deque[OutboundEmail]
    ) -> OutboundEmail | None:
        """Writes down what became of the e-mail. Returns the next one, begun in the same transaction."""
        self.answers.add(email, outcome)
        if isinstance(outcome, Sent):
            self.sent += 1
        elif isinstance(outcome, Down):
            self.down = outcome.reason
        elif isinstance(outcome, Refused | Later | Crashed):
            logger.warning("e-mail %s: %s", email.pk, outcome.reason)
        with transaction.atomic():
            leases.record(email, outcome, composer=self.composer, now=self.clock())
            return self._next(waiting)


def hand_in(message: EmailMessage, line: MailConnection, *, before_data: Callable[[], bool]) -> Delivery:
    """Hands an e-mail to the server; `before_data` writes down that its text is about to leave."""
    try:
        return line.deliver(message, before_data=before_data)
    except ValueError as fault:
        return Refused(f"it cannot be written: {in_words(fault)}")
