"""Regular expressions in packs: a small safe part of the language, because learners' text runs through them.

Python's engine tries alternatives one after another, so a careless pattern may take for ever on a hostile text.
Repetition may follow one character or class, never a group, and the choices may multiply only so far.
"""

from __future__ import annotations

import re
from functools import lru_cache

from quizzes.bank.kinds.base import Json
from quizzes.bank.kinds.fields import MAX_TYPED
from quizzes.bank.packs.diagnostics import Report

MAX_LENGTH = 120
_MAX_PATHS = 2_000_000  # ways to walk through a pattern; at some 50 ns each, a tenth of a second at worst

_TOKEN = re.compile(
    r"""
    (?P<escape>\\.)
    | (?P<set>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<special>\(\?(?!:))
    | (?P<open>\((?:\?:)?)
    | (?P<close>\))
    | (?P<quantifier>[*+?]|\{\d*,?\d*\})
    | (?P<bar>\|)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def parse_pattern(written: str, report: Report, *, line: int, column: int) -> Json | None:
    """`/body/` or `/body/i` as `{"body", "fold"}`, or None after an error was reported."""
    body, _, flags = written[1:].rpartition("/")
    fault = _fault(body, flags)
    if fault is not None:
        code, cause, mend = fault
        report.error(code, f"{cause} in {written}", mend=mend, line=line, column=column)
        return None
    return {"body": body, "fold": flags == "i"}


def matches(pattern: Json, text: str) -> bool:
    """Whether the whole text (at most 200 characters of it) fits the pattern."""
    return _compiled(pattern["body"], fold=pattern["fold"]).fullmatch(text[:MAX_TYPED]) is not None


@lru_cache(maxsize=1024)
def _compiled(body: str, *, fold: bool) -> re.Pattern[str]:
    return re.compile(body, re.IGNORECASE if fold else 0)


def _fault(body: str, flags: str) -> tuple[str, str, str] | None:
    if flags not in {"", "i"}:
        return "K182", f"the flag “{flags}”", "only i (ignore case) is known"
    if len(body) > MAX_LENGTH:
        return (
            "K182",
            f"more than {MAX_LENGTH} characters",
            "list the spellings with bars between them instead",
        )
    try:
        re.compile(body)
    except (re.error, OverflowError, RecursionError) as error:
        return "K180", str(error), "mend the regular expression"
    if re.fullmatch(body, "") is not None:
        return "K180", "a regular expression that fits the empty answer", "ask for at least one character"
    return _danger(body)


def _danger(body: str) -> tuple[str, str, str] | None:
    paths, before = 1, ""
    for match in _TOKEN.finditer(body):
        kind, text = str(match.lastgroup), match[0]
        if kind == "special" or (kind == "escape" and text[1].isdigit()):
            return (
                "K181",
                f"“{text}” (look-around, flags or a back reference)",
                "use plain characters and groups",
            )
        if kind == "quantifier":
            if text != "?" and before in {"close", "quantifier"}:
                return "K181", f"a repeated group “){text}”", "repeat single characters or classes only"
            paths *= _lengths(text)
        elif kind == "bar":
            paths *= 2
        before = kind
    if paths > _MAX_PATHS:
        return (
            "K181",
            "too many repetitions and alternatives",
            "list the spellings with bars between them instead",
        )
    return None


def _lengths(quantifier: str) -> int:
    """How many different numbers of repetitions a quantifier allows in the longest text."""
    if quantifier == "?":
        return 2
    low, comma, high = quantifier[1:-1].partition(",")
    if quantifier in {"*", "+"} or (comma and not high):
        return MAX_TYPED
    return max(1, int(high or low or 0) - int(low or 0) + 1)
