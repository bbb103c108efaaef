"""Unicode normalisation in time that grows with the text.

Normalising sorts the combining marks behind a letter, in time that grows with the square of their number and without
giving way to other threads. No script needs more than a few: the Stream-Safe Text Format of UAX #15 allows thirty.
"""

from __future__ import annotations

import unicodedata
from typing import Literal

MARKS_LIMIT = 30


def normalized(form: Literal["NFC", "NFKC", "NFD", "NFKD"], text: str) -> str:
    """Returns the text in a normal form; combining marks behind the thirtieth of a run are left out."""
    return text if text.isascii() else unicodedata.normalize(form, _stream_safe(text))


def _stream_safe(text: str) -> str:
    if not any(map(unicodedata.combining, text)):
        return text
    kept: list[str] = []
    marks = 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MARKS_LIMIT:
            kept.append(sign)
    return "".join(kept)
