"""The number in front of a heading, and what a prompt says without it."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

_WORDS = (
    "questions?|question|frage|aufgabe|exercise|pregunta|pergunta|domanda|vraag|fråga|spørgsmål|pytanie|otázka|soru"
    "|вопрос|питання|ερώτηση|שאלה|سؤال|問題|问题|質問|질문|q"
)
# "Question 7:", "Q3.", "Frage 3 –", and "Question 7" alone. A full stop before a digit divides nothing.
_NAMED = re.compile(
    rf"(?:(?:{_WORDS})\s*(?:[.#№]|no\.?|nr\.?)?\s*\d{{1,5}}[a-z]?|第\s*\d{{1,5}}\s*[题題问問])"
    r"\s*(?:[:)\]、]\s*|\.(?!\d)\s*|[–—-]\s+|$)",
    re.IGNORECASE,
)
# "1.", "2)", "(3)", "4:" before a blank, a capital or a sign without case.
_COUNTED = re.compile(r"[(\[]?\d{1,3}(?:[)\]]|[.:、])(?:\s+|$|(?=[^\W\d_]))")
# "3.1.2", "3.1.2."
_SECTION = re.compile(r"[1-9]\d?(?:\.\d{1,2}){2,3}\.?(?:\s+|$)")
# "3.1 What": only before a capital or a sign without case, for "1.5 bit" is no number of a section.
_SHORT_SECTION = re.compile(r"[1-9]\d?\.[1-9]\d?\.?\s+(?=[^\W\d_])")
_OPENING = re.compile(r"(?:\*\*|__|\*|_)?")
_MARKS = re.compile(r"\*\*|__|~~|`")
_AROUND = " \t?!.:;,…？！。：；،؟"


def unnumbered(heading: str) -> str:
    """Returns the heading without the number it begins with; "" when it is nothing but a number.

    Only the beginning is looked at. Emphasis that opens before the number stays around what follows it.
    """
    opening = _OPENING.match(heading)
    marks = opening[0] if opening else ""
    text = heading[len(marks) :]
    if marks and text.endswith(marks) and not unnumbered(text.removesuffix(marks)):
        return ""
    # Full-width digits and dividers count like the others, sign by sign, so that places stay the same.
    plain = "".join(_narrow(sign) for sign in text)
    for pattern in (_NAMED, _SECTION, _SHORT_SECTION, _COUNTED):
        match = pattern.match(plain)
        if match is None or (pattern in {_SHORT_SECTION, _COUNTED} and _goes_on_small(plain, match.end())):
            continue
        rest = text[match.end() :]
        if marks and rest.startswith(marks):
            marks, rest = "", rest[len(marks) :].lstrip()
        rest = rest.strip()
        return marks + rest if rest.strip("*_ ") else ""
    return heading


def saying(prompt: str) -> str:
    """Returns what a prompt says: without its number, case, emphasis, blanks and the punctuation around it.

    "" when it is nothing but a number or punctuation. Composed and decomposed spellings are the same.
    """
    folded = unicodedata.normalize("NFKC", _MARKS.sub("", unnumbered(prompt.strip()))).casefold()
    visible = "".join(sign for sign in folded if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", " ".join(visible.split()).strip(_AROUND))


def prompt_digest(prompt: str) -> str:
    """32 hexadecimal digits of SHA-256 of what a prompt says, or "" when it says nothing."""
    said = saying(prompt)
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:32] if said else ""


def _narrow(sign: str) -> str:
    narrow = unicodedata.normalize("NFKC", sign)
    return narrow if len(narrow) == 1 else sign


def _goes_on_small(text: str, end: int) -> bool:
    """Returns whether a small letter follows the number right away, or "1.5 bit" would be cut."""
    if end >= len(text):
        return False
    touching = not text[end - 1].isspace()
    short_section = bool(_SHORT_SECTION.match(text))
    return (touching or short_section) and text[end].islower()
