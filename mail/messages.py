"""Messages: a subject, a plain text, the same as HTML, and the headers good manners ask for.

Every link starts at BASE_URL, never at the address of a request.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from accounts.api import flat
from mail.models import OutboundEmail

# As it was when the first e-mails left: replies and bounces name them by it.
_SALT = "quizzes.reminders.message-id"


def message_of(
    email: OutboundEmail, *, to: str, subject: str, template: str, context: Mapping[str, object], stop: str
) -> EmailMultiAlternatives:
    """Returns the e-mail as it leaves; `stop` is the address that stops e-mails of its kind.

    The same e-mail has the same Message-ID and date, however often it is composed.
    """
    return _message(
        to=to,
        subject=subject,
        template=template,
        context=context,
        headers={
            "Date": format_datetime(email.due_at.astimezone(UTC)),
            "Message-ID": id_of(email),
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )


def test_message(to: str, *, now: datetime) -> EmailMultiAlternatives:
    """Returns an e-mail that says no more than that e-mails arrive."""
    return _message(
        to=to,
        subject="E-mails from nnprep arrive here",
        template="mail/test",
        context={"site": settings.BASE_URL},
        headers={"Date": format_datetime(now), "Message-ID": message_id(f"test:{to}:{now.isoformat()}")},
    )


def id_of(email: OutboundEmail) -> str:
    """Returns the Message-ID of an e-mail: the same however often it is composed, and not to be guessed."""
    return message_id(f"{email.user_id}:{email.kind}:{email.key}")


def message_id(key: str) -> str:
    """Returns a Message-ID that nobody can guess, the same for the same key."""
    return f"<{salted_hmac(_SALT, key).hexdigest()[:32]}@{_host()}>"


def absolute(path: str) -> str:
    """Returns the address of a page, from the configured BASE_URL."""
    return f"{settings.BASE_URL}{path}"


def _message(
    *, to: str, subject: str, template: str, context: Mapping[str, object], headers: dict[str, str]
) -> EmailMultiAlternatives:
    told = dict(context)
    text = re.sub(r"\n{3,}", "\n\n", render_to_string(f"{template}.txt", told)).strip() + "\n"
    subject = flat(subject)
    message = EmailMultiAlternatives(
        subject, text, to=[to], headers={"Auto-Submitted": "auto-generated", **headers}
    )
    message.attach_alternative(render_to_string(f"{template}.html", told | {"subject": subject}), "text/html")
    return message


def _host() -> str:
    """Returns the name our Message-IDs end in: that of the sender's address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
