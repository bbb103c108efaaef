"""The signed word in the notice of a changed address: it makes the address of before the account's again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.core import signing

from accounts.models import User

SALT = "accounts.restoring"
GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Former:
    """An account's address of before, and how often the account had been restored when it was replaced."""

    user: int
    email: str
    restorations: int


def token_for(user: User, email: str) -> str:
    """Returns the token that restores the address."""
    return signing.dumps(asdict(Former(user.pk, email, user.restorations)), salt=SALT)


def read(token: str) -> Former:
    """Returns what the token names. Raises django.core.signing.BadSignature when it is forged or too old."""
    return Former(**signing.loads(token, salt=SALT, max_age=GOOD_FOR))
