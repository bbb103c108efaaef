"""The signed word in the notice of a changed address: it makes the address of before the account's again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing

from accounts.models import FormerAddress, User

SALT = "accounts.restoring"
GOOD_FOR = timedelta(days=7)


def token_for(user: User, email: str, now: datetime) -> str:
    """Notes that the address is no longer the account's, and returns the token that restores it."""
    former = FormerAddress.objects.create(user=user, email=email, replaced_at=now)
    return signing.dumps(former.pk, salt=SALT)


def read(token: str) -> FormerAddress | None:
    """Returns what the token names. Returns None when it is forged, too old or used, or an older one was used."""
    try:
        named = signing.loads(token, salt=SALT, max_age=GOOD_FOR)
    except signing.BadSignature:
        return None
    # Tokens of before former addresses were rows name none.
    return FormerAddress.objects.filter(pk=named).first() if isinstance(named, int) else None
