"""Answers told in words."""

from __future__ import annotations

DONT_KNOW = "Don’t know"
LIMIT = 200


def clip(text: str, limit: int = LIMIT) -> str:
    """The text on one line, at most `limit` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
