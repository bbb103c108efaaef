"""The signed word in an e-mail that switches one kind of e-mail off, without a login.

It names the preferences, or the invitation, by their random id, so that a link holds nothing about a person.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner

from quizzes.notifications.models import Switch

# The salts are those of the first e-mails: their links work as long as anyone could mean them.
_signer = TimestampSigner(salt="quizzes.reminders.stop")
_never = TimestampSigner(salt="quizzes.reminders.never")
# E-mails are kept for years; a link in one should work as long as anyone could mean it.
GOOD_FOR = timedelta(days=400)
DECLINE = "invitation"


def write(public_id: UUID, switch: Switch) -> str:
    """Returns the token that turns `switch` off in the preferences of this id."""
    return _write(public_id, switch.value)


def write_decline(public_id: UUID) -> str:
    """Returns the token that declines the invitation of this id."""
    return _write(public_id, DECLINE)


def write_never(public_id: UUID) -> str:
    """Returns the token that keeps the address of this invitation from being written to ever again."""
    return _never.sign(public_id.hex).replace(":", "~")


def read_never(token: str) -> UUID:
    """Returns the invitation's public id.

    Raises SignatureExpired for an old token, BadSignature for one that is not ours.
    """
    return UUID(_never.unsign(token.replace("~", ":"), max_age=GOOD_FOR))


def read(token: str) -> tuple[UUID, Switch | None]:
    """Returns the public id of the preferences and the switch, or that of the invitation to decline and None.

    Raises SignatureExpired for an old token, BadSignature for any other that is not ours.
    """
    signed = _signer.unsign(token.replace("~", ":"), max_age=GOOD_FOR)
    try:
        name, word = signed.split(".")
        return UUID(name), None if word == DECLINE else Switch(word)
    except ValueError as fault:
        raise BadSignature("the token does not name what to stop") from fault


def _write(public_id: UUID, word: str) -> str:
    return _signer.sign(f"{public_id.hex}.{word}").replace(":", "~")
