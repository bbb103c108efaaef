"""Django's way in: what anything sends with Django's mail functions is enqueued first, then sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from mail.actions.transactional import send_at_once


class OutboxBackend(BaseEmailBackend):
    """Returns how many e-mails left at once; the others are kept and sent by the clock, so none is lost."""

    def __init__(self, fail_silently: bool = False, **_: object) -> None:  # noqa: FBT001, FBT002 -- Django's signature
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Sends at once, or keep. Raises SMTPException for an e-mail the server will never take."""
        return send_at_once(email_messages, clock=timezone.now)
