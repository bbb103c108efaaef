"""The line to the mail server: one connection for many e-mails, and what the server's answers mean.

The real work is done by Django's own e-mail backend named in EMAIL_TRANSPORT. With SMTP the conversation is held
step by step, so that "the text is about to be handed over" can be written down before it is.
"""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.generator import BytesGenerator
from email.policy import compat32
from io import BytesIO
from types import TracebackType
from typing import Any, Self

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

OK = (250, 251)
# 550 no such mailbox, 551 not here, 553 not a mailbox's name, 556 a domain that takes no mail (RFC 5321, RFC 7504).
NO_SUCH_ADDRESS = (550, 551, 553, 556)
# RFC 3463: x.7.y speaks of policy, that is of us or of the text, not of the address.
POLICY = "5.7."


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has taken the e-mail."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will never take it; `address` says that the reason is the address itself."""

    reason: str
    address: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """Not now. `possibly_delivered`: the server may have taken it all the same."""

    reason: str
    possibly_delivered: bool = False


@dataclass(frozen=True, slots=True)
class Down:
    """There is no talking to the server, whatever the e-mail."""

    reason: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The e-mail is no longer ours to send."""


Delivery = Sent | Refused | Later | Down | Lost


class MailConnection:
    """A connection that is opened with the first e-mail and again after it broke. `timeout` in seconds, per step."""

    def __init__(self, *, timeout: float) -> None:
        self._backend: Any = get_connection(settings.EMAIL_TRANSPORT, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def deliver(self, message: EmailMessage, *, before_data: Callable[[], bool] = lambda: True) -> Delivery:
        """Hands one e-mail to the server. `before_data` is asked just before the text goes out; False keeps it here.

        Raises ValueError for an e-mail that is none: an address with a line break, say, or more than one of them.
        """
        text = _wire(message)
        (to,) = message.recipients()
        sender, receiver = _bare(message.from_email), _bare(to)
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as fault:
            self._hang_up()
            return Down(f"the mail server cannot be reached: {in_words(fault)}")
        if isinstance(self._backend, smtp.EmailBackend):
            return self._converse(sender, receiver, text, before_data)
        if not before_data():
            return Lost()
        try:
            self._backend.send_messages([message])
        except OSError as fault:
            return Down(f"the e-mail cannot be stored: {in_words(fault)}")
        return Sent()

    def answers(self) -> bool:
        """Returns whether there is talking to the server."""
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError):
            self._hang_up()
            return False
        return True

    def _converse(self, sender: str, receiver: str, text: bytes, before_data: Callable[[], bool]) -> Delivery:
        connection: smtplib.SMTP = self._backend.connection
        handing_over = False
        try:
            connection.ehlo_or_helo_if_needed()
            code, said = connection.mail(sender)
            if code != 250:
                return self._sender_refused(code, said)
            code, said = connection.rcpt(receiver)
            if code not in OK:
                return self._turned_down(code, said)
            if not before_data():
                connection.rset()
                return Lost()
            handing_over = True
            code, said = connection.data(text)
        except smtplib.SMTPDataError as fault:
            code, said = fault.smtp_code, _bytes(fault.smtp_error)
        except (smtplib.SMTPException, OSError) as fault:
            self._hang_up()
            return Later(f"the connection broke: {in_words(fault)}", possibly_delivered=handing_over)
        return Sent() if code == 250 else self._turned_down(code, said)

    def _sender_refused(self, code: int, said: bytes) -> Delivery:
        self._start_over(code)
        reason = f"the mail server does not take e-mails from us: {_line(code, said)}"
        return Later(reason) if 400 <= code < 500 else Down(reason)

    def _turned_down(self, code: int, said: bytes) -> Delivery:
        self._start_over(code)
        reason = _line(code, said)
        if not 500 <= code < 600:
            return Later(f"the mail server puts it off: {reason}")
        about_address = code in NO_SUCH_ADDRESS and not said.decode(errors="replace").startswith(POLICY)
        return Refused(f"the mail server refuses it: {reason}", address=about_address)

    def _start_over(self, code: int) -> None:
        """Clear the table for the next e-mail; 421 announces that the server hangs up."""
        if code == 421:
            self._hang_up()
            return
        try:
            self._backend.connection.rset()
        except (smtplib.SMTPException, OSError):
            self._hang_up()

    def _hang_up(self) -> None:
        connection = getattr(self._backend, "connection", None)
        try:
            self._backend.close()
        except (smtplib.SMTPException, OSError):
            # A server that no longer answers is not waited for a second time.
            if connection is not None:
                connection.close()
            self._backend.connection = None


def in_words(fault: Exception) -> str:
    """Returns what went wrong, for a log, a page or a row: never empty, in one line."""
    if isinstance(fault, smtplib.SMTPResponseException):
        return _line(fault.smtp_code, _bytes(fault.smtp_error))
    return " ".join(f"{fault}".split())[:200] or type(fault).__name__


def _wire(message: EmailMessage) -> bytes:
    """Returns the text as it goes over the line. Headers are not folded: not every reader of List-Unsubscribe can
    unfold.
    """
    buffer = BytesIO()
    policy = compat32.clone(linesep="\r\n", max_line_length=0)
    BytesGenerator(buffer, mangle_from_=False, policy=policy).flatten(message.message())
    return buffer.getvalue()


def _bare(address: str) -> str:
    return sanitize_address(address, settings.DEFAULT_CHARSET)


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _line(code: int, said: bytes) -> str:
    return " ".join(f"{code} {said.decode(errors='replace')}".split())[:200]
