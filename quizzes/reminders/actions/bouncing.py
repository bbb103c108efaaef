"""What follows when a letter comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from quizzes.reminders import bounces, mail
from quizzes.reminders.models import Letter, Reminder

# Mail servers try for five days as a rule before they give up.
COMES_BACK_WITHIN = timedelta(days=14)


def take_bounce(source: bytes, *, now: datetime) -> list[str]:
    """Stop writing to the addresses a notification reports as failed for good; which.

    Only for a letter we sent: its Message-ID cannot be guessed, so nobody can stop another's letters with a forgery.
    """
    stopped = []
    for bounce in bounces.read(source):
        sent = Letter.objects.filter(
            user__email__iexact=bounce.address, local_date__isnull=False, sent_at__gt=now - COMES_BACK_WITHIN
        )
        if any(mail.id_of(letter) == bounce.message_id for letter in sent):
            Reminder.objects.filter(user__email__iexact=bounce.address).update(
                refused_address=bounce.address.lower(), refused_because=bounce.reason[:300]
            )
            stopped.append(bounce.address)
    return stopped
