"""E-mails someone waits for: enqueued, then sent at once; what the server does not take now, the clock sends."""

from __future__ import annotations

import copy
import logging
import smtplib
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.core.mail import EmailMessage

from accounts.models import User
from mail.actions import leases, outage
from mail.actions.leases import Outcome
from mail.actions.sending import Clock, hand_in
from mail.composer import composer
from mail.delivery import MailConnection, Refused, Sent, in_words
from mail.models import STORED, OutboundEmail
from mail.stored_message import StoredMessage

logger = logging.getLogger(__name__)

# An e-mail that does not say when it becomes useless.
GOOD_FOR = timedelta(days=1)


class RefusedError(smtplib.SMTPException):
    """The server will never take the e-mail; the message is its reason."""


def send_at_once(messages: Iterable[EmailMessage], *, clock: Clock) -> int:
    """Enqueues each message for each of its receivers and tries to send it within a few seconds.

    Returns how many have left. The others are kept until they have left or become useless (their Expires header, else a
    day). Raises RefusedError when the server will never take one; the rest goes out first.
    """
    refused = ""
    sent = 0
    with MailConnection(timeout=settings.EMAIL_PATIENCE) as line:
        for message, to in [(each, to) for each in messages for to in each.recipients()]:
            outcome = _send(message, to, line, clock)
            sent += isinstance(outcome, Sent)
            if isinstance(outcome, Refused):
                refused = outcome.reason
    if refused:
        raise RefusedError(refused)
    return sent


def _send(message: EmailMessage, to: str, line: MailConnection, clock: Clock) -> Outcome:
    try:
        email = _enqueue(message, to, now=clock())
    except ValueError as fault:
        logger.warning("an e-mail cannot be written: %s", fault)
        return Refused(f"it cannot be written: {in_words(fault)}")
    kept = StoredMessage(email.source, to=to)
    outcome = hand_in(kept, line, before_data=lambda: leases.hand_over(email, now=clock()))
    leases.record(email, outcome, composer=composer(), now=clock())
    answers = outage.Answers()
    answers.add(email, outcome)
    answers.record(now=clock())
    if not isinstance(outcome, Sent):
        logger.warning("e-mail %s was not sent at once: %s", email.pk, outcome)
    return outcome


def _enqueue(message: EmailMessage, to: str, *, now: datetime) -> OutboundEmail:
    """Returns the e-mail as a row, leased by us: should we die here, the clock reclaims it when the lease is over."""
    single = copy.copy(message)
    single.to, single.cc, single.bcc = [to], [], []
    single.extra_headers = {"Auto-Submitted": "auto-generated", **message.extra_headers}
    text = single.message()
    return OutboundEmail.objects.create(
        user=User.objects.filter(email=to.lower()).first(),
        kind=STORED,
        address=to,
        source=text.as_bytes().decode(),
        due_at=now,
        not_before=now,
        expires_at=_useless_at(text["Expires"], now),
        state=OutboundEmail.State.LEASED,
        stage=OutboundEmail.Stage.BEGUN,
        attempts=1,
        holder=uuid.uuid4(),
        lease_until=now + leases.duration(),
    )


def _useless_at(header: str | None, now: datetime) -> datetime:
    return parsedate_to_datetime(header) if header else now + GOOD_FOR
