"""The signed word in an e-mail that switches one kind of e-mail off, without a login.

It names the reminder, or the invitation, by its random id, so that a link holds nothing about a person.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner

from quizzes.notifications.models import OPTIONAL, Kind

_signer = TimestampSigner(salt="quizzes.reminders.stop")
_never = TimestampSigner(salt="quizzes.reminders.never")
# E-mails are kept for years; a link in one should work as long as anyone could mean it.
GOOD_FOR = timedelta(days=400)


def write(public_id: UUID, kind: Kind) -> str:
    """The token that switches `kind` off for the reminder; for INVITATION, the one that declines it."""
    return _signer.sign(f"{public_id.hex}.{kind.value}").replace(":", "~")


def write_never(public_id: UUID) -> str:
    """The token that keeps the address of this invitation from being written to ever again."""
    return _never.sign(public_id.hex).replace(":", "~")


def read_never(token: str) -> UUID:
    """The invitation's public id. Raises SignatureExpired for an old token, BadSignature for one that is not ours."""
    return UUID(_never.unsign(token.replace("~", ":"), max_age=GOOD_FOR))


def read(token: str) -> tuple[UUID, Kind]:
    """The public id of the reminder or invitation, and the kind.

    Raises SignatureExpired for an old token, BadSignature for any other that is not ours.
    """
    word = _signer.unsign(token.replace("~", ":"), max_age=GOOD_FOR)
    try:
        name, kind = word.split(".")
        found = UUID(name), Kind(kind)
    except ValueError as fault:
        raise BadSignature("the token does not name a kind of e-mail") from fault
    if found[1] not in (*OPTIONAL, Kind.INVITATION):
        raise BadSignature("this kind of e-mail cannot be switched off")
    return found
