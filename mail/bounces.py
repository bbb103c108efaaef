"""E-mails that come back: what a delivery status notification (RFC 3464) says about ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage


@dataclass(frozen=True, slots=True)
class Bounce:
    """An address that could not be delivered to for good, why, and the Message-ID of the e-mail that came back."""

    address: str
    reason: str
    message_id: str


def read(source: bytes) -> list[Bounce]:
    """Returns the failures for good that a notification reports; empty for any other mail, delays included."""
    message = message_from_bytes(source, policy=policy.default)
    returned = _returned(message)
    if message.get_content_type() != "multipart/report" or not returned:
        return []
    return [
        Bounce(address, reason, returned)
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
        for address, reason in _failures(part)
    ]


def _failures(part: EmailMessage) -> Iterator[tuple[str, str]]:
    """Per receiver that failed for good: the address we wrote to, and what its server said."""
    for block in part.iter_parts() if part.is_multipart() else ():
        receiver = block["Original-Recipient"] or block["Final-Recipient"]
        status = str(block["Status"] or "")
        if receiver and status.startswith("5.") and str(block["Action"] or "").strip().lower() == "failed":
            said = str(block["Diagnostic-Code"] or "").partition(";")[2].strip() or status
            yield str(receiver).rpartition(";")[2].strip(), " ".join(said.split())


def _returned(message: EmailMessage) -> str:
    """Returns the Message-ID of the e-mail that came back: the notification holds the e-mail or its headers."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            found = message_from_string(str(part.get_content()), policy=policy.default)
            return str(found["Message-ID"] or "")
        if kind == "message/rfc822":
            return str(next(iter(part.iter_parts()))["Message-ID"] or "")
    return ""
