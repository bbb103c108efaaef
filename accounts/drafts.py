"""What someone typed into a form that came to nothing: kept until they are back, and shown to them alone.

A form whose text is worth keeping carries the field FIELD with the `key` of what it is about. The key is signed, so
nothing is kept for a stranger, and it holds the account, so what was kept is found by its own account only. Browsers
keep drafts under the same key (`static/js/drafts.js`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.core import ratelimit
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac

Fields = dict[str, list[str]]
# Key, until when (seconds since 1970), fields.
Kept = tuple[str, float, Fields]

FIELD = "draft_key"
LONGEST_VALUE = 20_000
MOST_CHARACTERS = 60_000
MOST_FIELDS = 200
MOST_KEPT = 3
KEPT_FOR = timedelta(hours=24)

_IN_SESSION = "drafts"
_SALT = "accounts.drafts"
_SIGNER = signing.Signer(salt=_SALT)
_NOT_TYPED = ("csrfmiddlewaretoken", FIELD)


def key(account: int, *about: object) -> str:
    """Returns the key of the form about that, for the account of that database id: signed, and nothing can be read
    from it.
    """
    return _SIGNER.sign(f"{_digest('account', account)}.{_digest('form', account, *about)}")


def belongs_to(draft_key: str, account: int) -> bool:
    """Returns whether the key was made for the account."""
    return _is_ours(draft_key) and constant_time_compare(
        draft_key.partition(".")[0], _digest("account", account)
    )


def carried(request: HttpRequest) -> tuple[str, Fields] | None:
    """Returns the key and the fields a form brought; None without a key of ours, or when it is more than may be kept.

    At most MOST_FIELDS values, LONGEST_VALUE characters in one of them and MOST_CHARACTERS in all.
    """
    draft_key = request.POST.get(FIELD, "")
    if not _is_ours(draft_key):
        return None
    fields = {
        name: [str(value) for value in values]
        for name, values in request.POST.lists()
        if name not in _NOT_TYPED
    }
    lengths = [len(value) for values in fields.values() for value in values]
    if (
        len(lengths) > MOST_FIELDS
        or max(lengths, default=0) > LONGEST_VALUE
        or sum(lengths) > MOST_CHARACTERS
    ):
        return None
    return draft_key, fields


def keep(request: HttpRequest, now: datetime) -> bool:
    """Keeps what the form brought in the session, KEPT_FOR long, of the last MOST_KEPT forms. Returns whether it is
    kept.

    Whoever is signed out gets a new session for it. So it is done only so often for the forms of one account and for
    one network address: keys are no secret to their account, and sessions take room.
    """
    brought = carried(request)
    if brought is None:
        return False
    draft_key, fields = brought
    if not request.user.is_authenticated and not ratelimit.consume(
        request, action="keep", key=draft_key.partition(".")[0]
    ):
        return False
    others = [one for one in _kept(request, now) if one[0] != draft_key]
    _store(request, [*others, (draft_key, (now + KEPT_FOR).timestamp(), fields)][-MOST_KEPT:])
    if not request.user.is_authenticated:
        request.session.set_expiry(KEPT_FOR)
    return True


def typed(request: HttpRequest, draft_key: str, now: datetime) -> Fields | None:
    """Returns what was typed into the form of that key: what this request brings, or else what was kept."""
    brought = carried(request)
    if brought is not None and brought[0] == draft_key:
        return brought[1]
    return next((fields for kept_key, _, fields in _kept(request, now) if kept_key == draft_key), None)


def first_values(fields: Fields | None) -> dict[str, str]:
    """Returns the first value of each field, as a form of single values takes them."""
    return {name: values[0] for name, values in (fields or {}).items() if values}


def forget(request: HttpRequest, draft_key: str) -> None:
    """Drops what was kept under the key: it has been recorded."""
    kept = request.session.get(_IN_SESSION, [])
    left = [one for one in kept if one[0] != draft_key]
    if len(left) < len(kept):
        _store(request, left)


def hand_over(request: HttpRequest, account: int) -> None:
    """At the sign-in: leave what belongs to the account and drop what belongs to others."""
    kept = request.session.get(_IN_SESSION)
    if kept is not None:
        _store(request, [one for one in kept if belongs_to(one[0], account)])
        request.session.set_expiry(None)


def _kept(request: HttpRequest, now: datetime) -> list[Kept]:
    return [one for one in request.session.get(_IN_SESSION, []) if one[1] > now.timestamp()]


def _store(request: HttpRequest, kept: list[Kept]) -> None:
    if kept:
        request.session[_IN_SESSION] = kept
    else:
        request.session.pop(_IN_SESSION, None)


def _is_ours(draft_key: str) -> bool:
    try:
        _SIGNER.unsign(draft_key)
    except signing.BadSignature:
        return False
    return True


def _digest(*parts: object) -> str:
    return salted_hmac(_SALT, ":".join(map(str, parts)), algorithm="sha256").hexdigest()[:24]
