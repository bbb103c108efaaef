"""`manage.py take_bounce < MESSAGE`: the door for e-mails that come back."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand
from django.utils import timezone

from mail.actions import take_bounce

MOST_BYTES = 1_000_000


class Command(BaseCommand):
    """Reads one mail from its standard input and stops writing to the addresses it reports as dead."""

    help = (
        "Read a delivery status notification (RFC 3464) from standard input and stop writing to the addresses it "
        "reports as failed for good; their learners are told on their next visit. Pipe the mailbox of "
        "DEFAULT_FROM_EMAIL into it. Other mail, and notifications about e-mails that are not ours, change nothing."
    )

    def handle(self, *_args: object, **_options: object) -> None:
        stopped = take_bounce(sys.stdin.buffer.read(MOST_BYTES), now=timezone.now())
        for address in stopped:
            self.stdout.write(f"{address} is not written to any more")
        if not stopped:
            self.stdout.write("Nothing follows from this mail.")
