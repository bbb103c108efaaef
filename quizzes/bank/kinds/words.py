"""Answers told in words, where no Markdown is rendered."""

from __future__ import annotations

import re

DONT_KNOW = "Don’t know"
LIMIT = 200
TOLD_LIMIT = 1_000
"""How much of a Markdown text is told without its signs: finding their ends takes the square of its length."""

_SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)|\$\$(.+?)\$\$|\$(?!\s)([^$\n]+?)(?<!\s)\$(?!\d)", re.DOTALL)
_STRONG = re.compile(r"(?<![\\\w*])(\*\*|\*|__|_|~~)(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def unmarked(markdown: str) -> str:
    """Returns one line of Markdown without its signs: code and formulas as written, emphasis as plain words.

    Of a text longer than TOLD_LIMIT the beginning is told.
    """
    markdown = markdown if len(markdown) <= TOLD_LIMIT else markdown[:TOLD_LIMIT] + "…"
    kept: list[str] = []

    def keep(match: re.Match[str]) -> str:
        kept.append((match[2] or match[3] or match[4]).strip())
        return f"\ue000{len(kept) - 1}\ue001"

    text = _SPAN.sub(keep, " ".join(markdown.split()))
    text = _ESCAPE.sub(r"\1", _STRONG.sub(r"\2", _STRONG.sub(r"\2", text)))
    return re.sub(
        "\ue000(\\d+)\ue001", lambda match: kept[int(match[1])] if int(match[1]) < len(kept) else "", text
    )


def clip(text: str, limit: int = LIMIT) -> str:
    """Returns the text on one line, at most `limit` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
