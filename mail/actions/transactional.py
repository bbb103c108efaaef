"""Letters someone is waiting for: owed first, then sent at once; what the server does not take now, the clock sends."""

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
from quizzes.reminders.actions import claiming, server
from quizzes.reminders.actions.claiming import Outcome
from quizzes.reminders.actions.sending import Clock, hand_in
from quizzes.reminders.delivery import Line, Refused, Sent, in_words
from quizzes.reminders.kept import Kept
from quizzes.reminders.models import Kind, Letter

logger = logging.getLogger(__name__)

# A letter that does not say when it becomes useless.
GOOD_FOR = timedelta(days=1)


class RefusedError(smtplib.SMTPException):
    """The server will never take the letter; the message is its reason."""


def send_at_once(messages: Iterable[EmailMessage], *, clock: Clock) -> int:
    """Owe each message to each of its receivers, try to send it within a few seconds, and say how many have left.

    The others are kept until they have left or become useless (their Expires header, else a day). Raises RefusedError
    when the server will never take one; the rest goes out first.
    """
    refused = ""
    sent = 0
    with Line(timeout=settings.LETTER_PATIENCE) as line:
        for message, to in [(each, to) for each in messages for to in each.recipients()]:
            outcome = _send(message, to, line, clock)
            sent += isinstance(outcome, Sent)
            if isinstance(outcome, Refused):
                refused = outcome.reason
    if refused:
        raise RefusedError(refused)
    return sent


def _send(message: EmailMessage, to: str, line: Line, clock: Clock) -> Outcome:
    try:
        letter = _owe(message, to, now=clock())
    except ValueError as fault:
        logger.warning("a letter cannot be written: %s", fault)
        return Refused(f"it cannot be written: {in_words(fault)}")
    kept = Kept(letter.source, to=to)
    outcome = hand_in(kept, line, before_data=lambda: claiming.hand_over(letter, now=clock()))
    claiming.write_down(letter, outcome, now=clock())
    answers = server.Answers()
    answers.add(letter, outcome)
    answers.write_down(now=clock())
    if not isinstance(outcome, Sent):
        logger.warning("letter %s was not sent at once: %s", letter.pk, outcome)
    return outcome


def _owe(message: EmailMessage, to: str, *, now: datetime) -> Letter:
    """The letter as a row, claimed by us: should we die here, the clock takes it up when the lease is over."""
    single = copy.copy(message)
    single.to, single.cc, single.bcc = [to], [], []
    single.extra_headers = {"Auto-Submitted": "auto-generated", **message.extra_headers}
    text = single.message()
    return Letter.objects.create(
        user=User.objects.filter(email=to.lower()).first(),
        kind=Kind.ACCOUNT,
        address=to,
        source=text.as_bytes().decode(),
        due_at=now,
        not_before=now,
        expires_at=_useless_at(text["Expires"], now),
        state=Letter.State.CLAIMED,
        stage=Letter.Stage.BEGUN,
        attempts=1,
        holder=uuid.uuid4(),
        lease_until=now + claiming.lease(),
    )


def _useless_at(header: str | None, now: datetime) -> datetime:
    return parsedate_to_datetime(header) if header else now + GOOD_FOR
