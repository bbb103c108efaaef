"""Attributes in braces: `{#id level=1 sources="A; B" must}`."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches
from functools import lru_cache

from quizzes.markup.diagnostics import Report
from quizzes.markup.source import Attribute

ID = "#"
ATTRIBUTES_LIMIT = 4_000
WORD_LIMIT = 60

_PIECE = re.compile(
    r"""
    \#(?P<id>[^\s"={}]*)
    | (?P<key>[A-Za-z_][A-Za-z0-9_-]*)=(?:"(?P<quoted>(?:[^"\\]|\\.)*)" | (?P<open>") | (?P<bare>[^\s"{}]*))
    | (?P<word>[^\s"={}\#]+)
    | (?P<other>\S)
    """,
    re.VERBOSE,
)
_CURLY_QUOTES = "“”„‘’"


def split_closing_braces(text: str) -> tuple[str, str, int] | None:
    """`(text before, what stands in the braces, offset of the brace)` when the text ends in `{…}`, else None.

    Double braces are gaps and never attributes; the brace must stand first or after a blank. A quote that is never
    closed is taken for part of the attributes.
    """
    stripped = text.rstrip()
    if not stripped.endswith("}") or stripped.endswith("}}"):
        return None
    start = len(stripped)
    unclosed = None
    for _ in range(8):  # a brace inside a quoted value is rare, many of them are no attributes
        start = stripped.rfind("{", 0, start)
        if start < 0 or (start and stripped[start - 1] == "{"):
            break
        inner = stripped[start + 1 : -1]
        if start and not stripped[start - 1].isspace():
            continue
        if inner.count('"') % 2:
            unclosed = unclosed or (stripped[:start].rstrip(), inner, start)
        elif "}" not in re.sub(r'"[^"]*"', "", inner):
            return stripped[:start].rstrip(), inner, start
    return unclosed


def looks_like_attributes(inner: str, known: Collection[str]) -> bool:
    """Returns whether braces at the end of a text mean attributes and not, say, a set of numbers."""
    words = inner[:ATTRIBUTES_LIMIT].split()
    if inner.lstrip().startswith("#") or re.search(r"(?:^|\s)[A-Za-z_-]+\s*=", inner):
        return True
    return bool(words) and all(re.fullmatch(r"[a-z]+", word) and closest(word, known) for word in words)


def closest(word: str, known: Collection[str], cutoff: float = 0.75) -> str:
    """Returns the known word that this one is nearly, or ""; words longer than WORD_LIMIT are near to none."""
    return _closest(word.lower(), tuple(sorted(known)), cutoff) if len(word) <= WORD_LIMIT else ""


@lru_cache(maxsize=1024)
def _closest(word: str, known: tuple[str, ...], cutoff: float) -> str:
    return next(iter(get_close_matches(word, known, n=1, cutoff=cutoff)), "")


def read_attributes(inner: str, report: Report, *, line: int, column: int) -> dict[str, Attribute]:
    """Returns the attributes between two braces, the id under `ID`; faults of syntax and repetition go into the report.

    `line` and `column` are where `inner` begins; it may run over several lines.
    """
    found: dict[str, Attribute] = {}
    if len(inner) > ATTRIBUTES_LIMIT:
        cause = f"these attributes have {len(inner):,} characters, {ATTRIBUTES_LIMIT:,} are allowed"
        report.error("NN028", cause, mend="shorten them", line=line, column=column)
        return found
    for match in _PIECE.finditer(inner):
        newline = inner.rfind("\n", 0, match.start())
        at_line = line + inner.count("\n", 0, match.start())
        at_column = match.start() - newline if newline >= 0 else column + match.start()
        key, value, fault = _piece(match)
        if fault:
            report.error("NN030", fault[0], mend=fault[1], line=at_line, column=at_column)
        elif key in found:
            name = "the id" if key == ID else f"“{key}”"
            report.error(
                "NN033",
                f"{name} is given twice (first on line {found[key].line})",
                mend="keep one of the two",
                line=at_line,
                column=at_column,
            )
        else:
            found[key] = Attribute(value, at_line, at_column)
        if match["open"]:  # what follows an unclosed quote cannot be told apart
            break
    return found


def _piece(match: re.Match[str]) -> tuple[str, str, tuple[str, str] | None]:
    """Returns key, value and, if something is wrong, cause and mend."""
    if match["id"] is not None:
        value = match["id"]
        fault = (
            ("“#” without an id behind it", "write the id without a blank, as in {#T01-A01}")
            if not value
            else None
        )
        return ID, value.rstrip(","), fault or _stray_comma(value)
    if match["key"] is None:
        word = match["word"] or match["other"]
        if word.isidentifier():
            return word, "", None
        return (
            word,
            "",
            (f"“{word}” is no attribute", 'write key=value, and quote values with blanks: key="a b"'),
        )
    key = match["key"]
    if match["open"]:
        return key, "", (f"the quote after “{key}=” is never closed", 'close it with "')
    if match["quoted"] is not None:
        return key, re.sub(r"\s*\n\s*", " ", match["quoted"].replace('\\"', '"')), None
    value = match["bare"]
    if not value:
        return (
            key,
            "",
            (f"“{key}=” has no value", f"write {key}=value without blanks around =, or leave it out"),
        )
    if value[0] in _CURLY_QUOTES or value[0] == "'":
        return key, value, (f"the value of “{key}” stands in {value[0]}", 'use straight double quotes: "')
    return key, value.rstrip(","), _stray_comma(value)


def _stray_comma(value: str) -> tuple[str, str] | None:
    if value.endswith(","):
        return (
            f"a comma follows “{value[:-1]}”",
            "divide attributes by blanks, and quote values with blanks in them",
        )
    return None
