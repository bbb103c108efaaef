"""`manage.py send_test_email ADDRESS`: see whether e-mails leave, and what the mail server says."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import DatabaseError
from django.utils import timezone

from mail.actions import end_outage
from mail.delivery import MailConnection, Sent
from mail.messages import test_message


class Command(BaseCommand):
    """Sends one e-mail that says no more than that e-mails arrive."""

    help = "Send a test e-mail the way all e-mails go. The exit status is 1 when it does not leave; the reason is told."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", metavar="ADDRESS", help="where to, as in ann@example.org")

    def handle(self, *_args: object, address: str, **_options: object) -> None:
        try:
            validate_email(address)
        except ValidationError as fault:
            raise CommandError(f"{address!r} is not an e-mail address. Example: ann@example.org") from fault
        message = test_message(address, now=timezone.now())
        with MailConnection(timeout=settings.EMAIL_TIMEOUT) as line:
            outcome = line.deliver(message)
        if not isinstance(outcome, Sent):
            raise CommandError(f"The e-mail did not leave: {getattr(outcome, 'reason', 'unknown')}")
        # The mail server is what is tried: a database need not be there.
        with suppress(DatabaseError):
            end_outage()
        where = (
            f"as a file in {settings.EMAIL_FOLDER}" if settings.EMAIL_FOLDER else f"to {settings.EMAIL_HOST}"
        )
        name = message.extra_headers["Message-ID"]
        self.stdout.write(f"The e-mail to {address} went {where}; its Message-ID is {name}")
