"""E-mails that stay on this machine: one file each, which the page at /outbox/ shows.

EMAIL_FOLDER says where; it is None where e-mails are sent, and then there is no such page.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as Parsed
from email.utils import parsedate_to_datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

SHOWN = 100
NAME = re.compile(r"[0-9]{8}T[0-9]{6}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Filed:
    """One e-mail in the folder."""

    name: str
    to: str
    subject: str
    written_at: datetime
    text: str
    html: str


class FileBackend(BaseEmailBackend):
    """Writes each e-mail to a file of its own, whole or not at all; the same e-mail twice is one file."""

    def __init__(self, fail_silently: bool = False, **_: object) -> None:  # noqa: FBT001, FBT002 -- Django's signature
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        """Writes the e-mails and returns the number of them. Raises OSError when the folder cannot be written."""
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        count = 0
        for message in email_messages:
            source = message.message()
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                file.write(source.as_bytes())
            path = folder / f"{_name(source['Date'], source['Message-ID'])}.eml"
            Path(file.name).replace(path)
            count += 1
        return count


def filed_emails() -> list[Filed]:
    """Returns the latest e-mails in the folder, the newest first."""
    paths = sorted(_folder().glob("*.eml"), reverse=True)[:SHOWN]
    return [filed for path in paths if (filed := filed_email(path.stem)) is not None]


def filed_email(name: str) -> Filed | None:
    """Returns the e-mail of that name. Returns None when there is none."""
    if not NAME.fullmatch(name):
        return None
    try:
        source = (_folder() / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None
    message = message_from_bytes(source, policy=policy.default)
    return Filed(
        name=name,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        written_at=parsedate_to_datetime(str(message["Date"])),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def delete_filed(*, before: datetime) -> int:
    """Deletes e-mails written before that moment. Returns the number of them."""
    if settings.EMAIL_FOLDER is None:
        return 0
    old = [path for path in _folder().glob("*.eml") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    """Returns where the e-mails are. Raises ImproperlyConfigured where they are sent."""
    if settings.EMAIL_FOLDER is None:
        raise ImproperlyConfigured("EMAIL_FOLDER is not set: e-mails are sent, none stays here.")
    return settings.EMAIL_FOLDER


def _name(date: str, message_id: str) -> str:
    """Returns a name that sorts by time, the same for the same e-mail."""
    written = parsedate_to_datetime(date)
    return f"{written:%Y%m%dT%H%M%S}-{sha256(message_id.encode()).hexdigest()[:12]}"


def _part(message: Parsed, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""
