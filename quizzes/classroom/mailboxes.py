"""Which mailbox an address leads to: what is promised to a person must hold for all spellings of their address."""

from __future__ import annotations

# Where dots before the @ make no difference, and both names lead to one mailbox.
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def mailbox_of(address: str) -> str:
    """Returns the address without case and without what only sorts mail: a detail after “+” (RFC 5233), Gmail's dots.

    To compare with, not to write to: some servers take a “+” for a part of the name.
    """
    local, _, domain = address.strip().lower().rpartition("@")
    name = local.partition("+")[0] or local
    if domain in _DOTLESS:
        return f"{name.replace('.', '')}@gmail.com"
    return f"{name}@{domain}"
