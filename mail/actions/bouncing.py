"""What follows when an e-mail comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from mail import bounces, messages
from mail.composer import composer
from mail.models import STORED, OutboundEmail

# Mail servers try for five days as a rule before they give up.
COMES_BACK_WITHIN = timedelta(days=14)


def take_bounce(source: bytes, *, now: datetime) -> list[str]:
    """Tells the composer of the addresses a notification reports as failed for good. Returns these addresses.

    Only for an e-mail we sent: its Message-ID cannot be guessed, so nobody can stop another's e-mails with a forgery.
    """
    told = composer()
    stopped = []
    for bounce in bounces.read(source):
        to = Q(user__email__iexact=bounce.address)
        for kind, keys in told.keys_sent_to(bounce.address).items():
            to |= Q(kind=kind, key__in=keys)
        sent = OutboundEmail.objects.filter(to, sent_at__gt=now - COMES_BACK_WITHIN).exclude(kind=STORED)
        email = next((one for one in sent if messages.id_of(one) == bounce.message_id), None)
        if email is not None:
            told.note_returned(email, address=bounce.address, reason=bounce.reason)
            stopped.append(bounce.address)
    return stopped
