"""Text of one line that people write: names, titles, search words. What it may hold, and how headers take it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# What moves text around a reader without being seen (Unicode Standard Annex 9, explicit directional formatting).
_DIRECTIONS = "\u202a-\u202e\u2066-\u2069"
# Controls (C0, delete, C1) and the separators of lines and paragraphs.
_BREAKS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_REFUSED = re.compile(f"[{_BREAKS}{_DIRECTIONS}]")
_ENDINGS = "com|org|net|info|biz|ru|cn|xyz|top|link|site|online|shop|click|example"
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]*://\S"  # a scheme
    r"|\bwww\.\S"
    r"|\S@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}"  # an e-mail address
    r"|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S|:\d)"  # a host with a path or a port
    rf"|\b[\w-]+(?:\.[\w-]+)*\.(?:{_ENDINGS})\b",
    re.IGNORECASE,
)


def fault_of_line(text: str) -> str:
    """Why the text is no single line, as a sentence that says how to mend it; empty when it is one."""
    found = _REFUSED.search(text)
    if found is None:
        return ""
    sign = found[0]
    if sign in "\r\n\u0085\u2028\u2029":
        return f"Write it in one line: it holds a line break after {found.start()} characters."
    if sign == "\t":
        return f"Write blanks instead of the tab after {found.start()} characters."
    return (
        f"Take out the invisible sign U+{ord(sign):04X} after {found.start()} characters; writing the words again by "
        "hand does it."
    )


def one_line(text: str) -> None:
    """Refuse text that holds line breaks, control characters or signs that turn the direction of reading.

    Raises ValidationError with the place and the mend.
    """
    if fault := fault_of_line(text):
        raise ValidationError(fault, code="one_line")


def no_address(text: str) -> None:
    """Refuse text with a web or e-mail address. Raises ValidationError with the mend."""
    if holds_address(text):
        raise ValidationError(
            "This stands in e-mails to other people, so it may hold no web or e-mail address. Take the address out.",
            code="address",
        )


def holds_address(text: str) -> bool:
    """Whether mail programs may show a part of the text as a link."""
    return _ADDRESS.search(unicodedata.normalize("NFKC", text).replace("。", ".")) is not None


def flat(text: str) -> str:
    """The text as one line, for what was stored before it had to be one: refused signs become blanks."""
    return " ".join(_REFUSED.sub(" ", text).split())


class LineField(forms.CharField):
    """Text of one line in a form."""

    default_validators = [one_line]  # noqa: RUF012 -- as the class above has it


class TitleField(LineField):
    """What something is called that others may be written to about."""

    default_validators = [one_line, no_address]  # noqa: RUF012 -- as the class above has it


class SearchField(forms.CharField):
    """Words to search for: what cannot be printed becomes a blank, for a search asks and stores nothing."""

    def to_python(self, value: Any) -> str:
        """The signs that can be printed, with single blanks between words."""
        text = str(super().to_python(value) or "")
        return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
