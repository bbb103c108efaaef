"""An e-mail as it was written down, to be sent as it is."""

from __future__ import annotations

from email import message_from_bytes
from email.message import Message
from typing import Any

from django.core.mail import EmailMessage


class StoredMessage(EmailMessage):
    """An e-mail whose text is already fixed, headers and all."""

    def __init__(self, source: str, *, to: str) -> None:
        super().__init__(to=[to])
        self.source = source

    # Any: Django states a class of its own, which the text of another program need not be.
    def message(self, **_: object) -> Any:
        """Returns the text, as the standard library reads it."""
        found: Message = message_from_bytes(self.source.encode())
        return found
