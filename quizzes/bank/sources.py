"""A question's sources as they are read: works to look up, linked where they name an address, and what was run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from django.utils.safestring import SafeString, mark_safe

# Sources that begin so say how the question was checked; they are nothing to look up.
_RUN = re.compile(r"run with\b", re.IGNORECASE)
# arXiv identifiers since 2007, and those before; https://info.arxiv.org/help/arxiv_identifier.html
_ARXIV = r"arXiv:\s?(?P<paper>\d{4}\.\d{4,5}(?:v\d{1,3})?|[a-z-]{2,20}(?:\.[A-Z]{2})?/\d{7}(?:v\d{1,3})?)\b"
_LINK = re.compile(rf"{_ARXIV}|https://[^\s<>\"'`\\]+", re.ASCII)
_ENDS = ".,;:!?"


def works(sources: Sequence[str]) -> list[str]:
    """Returns the sources that can be looked up."""
    return [source for source in sources if not _RUN.match(source)]


def runs(sources: Sequence[str]) -> list[str]:
    """Returns what the question was run with, without the words "run with"."""
    return [source[run.end() :].strip() for source in sources if (run := _RUN.match(source))]


def linked(source: str) -> SafeString:
    """Returns a source as HTML, its arXiv identifiers and https addresses as links; nothing else becomes one."""
    html: list[str] = []
    end = 0
    for found in _LINK.finditer(source):
        text = _trimmed(found[0]) if found["paper"] is None else found[0]
        address = f"https://arxiv.org/abs/{found['paper']}" if found["paper"] else text
        html += [escape(source[end : found.start()]), _anchor(address, text)]
        end = found.start() + len(text)
    return mark_safe("".join([*html, escape(source[end:])]))  # noqa: S308 -- every character was escaped


def _anchor(address: str, text: str) -> str:
    return f'<a href="{escape(address)}" rel="noopener noreferrer nofollow">{escape(text)}</a>'


def _trimmed(address: str) -> str:
    """Returns the address without what ends the sentence: points, and a bracket that it does not open itself."""
    address = address.rstrip(_ENDS)
    closed = len(address) - len(address.rstrip(")"))
    extra = min(closed, max(0, address.count(")") - address.count("(")))
    return address[: len(address) - extra].rstrip(_ENDS)
