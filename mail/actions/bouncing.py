"""What follows when an e-mail comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q
from wording import bounces
from wording.actions.leases import tell_class
from wording.models import OutboundEmail

from quizzes.notifications import wording
from quizzes.notifications.models import Kind, NotificationPreferences

# Mail servers try for five days as a rule before they give up.
COMES_BACK_WITHIN = timedelta(days=14)


def take_bounce(source: bytes, *, now: datetime) -> list[str]:
    """Stop writing to the addresses a notification reports as failed for good, and say so where we invited; which.

    Only for an e-mail we sent: its Message-ID cannot be guessed, so nobody can stop another's e-mails with a forgery.
    """
    stopped = []
    for bounce in bounces.read(source):
        to = Q(user__email__iexact=bounce.address) | Q(invitation__email__iexact=bounce.address)
        sent = OutboundEmail.objects.filter(to, sent_at__gt=now - COMES_BACK_WITHIN).exclude(
            kind=Kind.ACCOUNT
        )
        email = next((one for one in sent if wording.id_of(one) == bounce.message_id), None)
        if email is not None:
            tell_class([(email.invitation_id, bounce.reason)])
            NotificationPreferences.objects.filter(user__email__iexact=bounce.address).update(
                bounced_address=bounce.address.lower(), bounce_reason=bounce.reason[:300]
            )
            stopped.append(bounce.address)
    return stopped
