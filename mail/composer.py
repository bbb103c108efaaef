"""What mail asks of the product: what an e-mail says, and to whom it matters what became of it.

The setting EMAIL_COMPOSER names the class that answers; mail itself knows no kind of e-mail but STORED.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from mail.models import OutboundEmail


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The e-mail is no longer wanted."""

    reason: str


# Composes one e-mail of a prepared batch, or says why it is not to leave.
Compose = Callable[[OutboundEmail, datetime], EmailMessage | Cancelled]


class Composer(Protocol):
    """Composes e-mails when they are sent, and is told what became of them.

    `recurring` holds the kinds that are enqueued anew for every date: one that was enqueued by a wrong clock is not
    missed. `followed` holds the kinds of which it must know each that was not delivered.
    """

    recurring: frozenset[str]
    followed: frozenset[str]

    def prepare(self, emails: Sequence[OutboundEmail], *, now: datetime) -> Compose:
        """Returns what composes each of these e-mails; reads together what they tell. May raise any exception."""

    def note_closed(
        self, email: OutboundEmail, *, state: OutboundEmail.State, reason: str, now: datetime
    ) -> None:
        """Takes note that the e-mail came to its end, in the transaction that says so."""

    def note_refused(self, email: OutboundEmail, *, reason: str) -> None:
        """Takes note that the mail server refused the address the e-mail goes to."""

    def note_returned(self, email: OutboundEmail, *, address: str, reason: str) -> None:
        """Takes note that an e-mail that had been sent came back: the address cannot be delivered to."""

    def keys_sent_to(self, address: str) -> Mapping[str, Collection[str]]:
        """Returns the keys, by kind, of e-mails to an address that may be no user's."""


def composer() -> Composer:
    """Returns the composer the settings name."""
    made: Composer = import_string(settings.EMAIL_COMPOSER)()
    return made
