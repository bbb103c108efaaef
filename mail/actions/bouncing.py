"""What follows when a letter comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from quizzes.reminders import bounces, mail
from quizzes.reminders.actions.claiming import tell_class
from quizzes.reminders.models import Kind, Letter, Reminder

# Mail servers try for five days as a rule before they give up.
COMES_BACK_WITHIN = timedelta(days=14)


def take_bounce(source: bytes, *, now: datetime) -> list[str]:
    """Stop writing to the addresses a notification reports as failed for good, and say so where we invited; which.

    Only for a letter we sent: its Message-ID cannot be guessed, so nobody can stop another's letters with a forgery.
    """
    stopped = []
    for bounce in bounces.read(source):
        to = Q(user__email__iexact=bounce.address) | Q(invitation__email__iexact=bounce.address)
        sent = Letter.objects.filter(to, sent_at__gt=now - COMES_BACK_WITHIN).exclude(kind=Kind.ACCOUNT)
        letter = next((one for one in sent if mail.id_of(one) == bounce.message_id), None)
        if letter is not None:
            tell_class([(letter.invitation_id, bounce.reason)])
            Reminder.objects.filter(user__email__iexact=bounce.address).update(
                refused_address=bounce.address.lower(), refused_because=bounce.reason[:300]
            )
            stopped.append(bounce.address)
    return stopped
