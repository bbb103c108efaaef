"""Signed tokens of forms, and the seeds of what the forms show: both made with the server's SECRET_KEY.

The shuffle is public (quizzes.bank.shuffling), so whoever knew a seed could tell from a page in which places the
options, steps or pairs stand in the pack, and with it the key of an order or match question. A seed is therefore an
HMAC-SHA256 (RFC 2104) of what is shown to whom, and stands in no page and in no token.

A form's token and its seed are made with one key. Django takes tokens of SECRET_KEY and of SECRET_KEY_FALLBACKS, and
the seed is derived with the key that signed the token. So after SECRET_KEY was rotated, a form that is open in a
browser is read as it was drawn, as long as the old key is among the fallbacks; without it, its token is unknown. A
page loaded anew is drawn with the new key. Recorded answers keep what was presented and are shown as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

Key = str | bytes


def sign(says: Mapping[str, object], *, salt: str) -> str:
    """Returns a token that says `says`, in JSON. Anyone can read it, nobody else can make one; `salt` is its
    purpose.
    """
    return Signer(key=settings.SECRET_KEY, salt=salt).sign_object(says)


# Any: JSON as the signer gives it back; each caller knows what it signed.
def unsign(token: str, *, salt: str) -> tuple[dict[str, Any], Key] | None:
    """Returns what a token says and the key it was signed with; None unless `sign` made it with this salt."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return Signer(key=key, fallback_keys=[], salt=salt).unsign_object(token), key
        except BadSignature:
            continue
    return None


def secret_seed(*shown: object, key: Key = "") -> str:
    """Returns the seed of what is shown, 64 hexadecimal digits; with `key` instead of SECRET_KEY when it is given."""
    name = ":".join(str(part) for part in shown)
    return salted_hmac("quizzes.bank.seed", name, secret=key or None, algorithm="sha256").hexdigest()
