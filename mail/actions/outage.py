"""What the mail server did with the latest e-mails: whether it takes any, and if not, since when and why."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from mail.actions.leases import Crashed, Outcome
from mail.delivery import Down, Later, MailConnection, Refused, Sent
from mail.models import Outage, OutboundEmail
from mail.queries import MAIL_SERVER


class Answers:
    """Outcomes of e-mails, one after the other; what they say about the server is written down at the end.

    A refused address says nothing about the server, and an e-mail that is tried again and again counts once.
    """

    def __init__(self) -> None:
        self._took = False
        self._forget()

    def _forget(self) -> None:
        self._heard = self._unreachable = False
        self._emails = 0
        self._reason = ""

    def add(self, email: OutboundEmail, outcome: Outcome) -> None:
        """Takes note of one outcome."""
        match outcome:
            case Sent():
                self._forget()
                self._took = True
            case Down(reason):
                self._unreachable, self._reason = True, reason
            case Refused(_, True):
                self._heard = True
            case Refused(reason) | Later(reason) | Crashed(reason):
                self._heard, self._reason = True, reason
                self._emails += email.attempts == 1

    def record(self, *, now: datetime) -> None:
        """Opens, prolongs or ends the outage. Three queries at most."""
        if self._took:
            end_outage()
        outage = Outage.objects.filter(name=MAIL_SERVER)
        if not self._unreachable and not self._emails:
            if self._heard:
                outage.update(unreachable=False)
            return
        Outage.objects.get_or_create(name=MAIL_SERVER, defaults={"since": now})
        outage.update(
            unreachable=self._unreachable, emails=F("emails") + self._emails, reason=self._reason[:300]
        )


def end_outage() -> None:
    """Ends the outage, if there is one: the server took an e-mail."""
    Outage.objects.filter(name=MAIL_SERVER).delete()


def look_again(line: MailConnection) -> None:
    """Ends an outage in which no e-mail waits any more, so that none would find out, when the server answers."""
    outage = Outage.objects.filter(name=MAIL_SERVER, unreachable=True)
    if (
        outage.exists()
        and not OutboundEmail.objects.filter(
            state__in=(OutboundEmail.State.PENDING, OutboundEmail.State.LEASED)
        ).exists()
        and line.answers()
    ):
        outage.update(unreachable=False)
