"""Regular expressions in packs: a small safe part of the language, because learners' text runs through them.

Python's engine tries alternatives one after another, so a careless pattern may take for ever on a hostile text.
Repetition without an end may follow one character or class, never a group, and only a few choices may add up.
"""

from __future__ import annotations

import re
from functools import lru_cache

from quizzes.bank.kinds.base import Json
from quizzes.bank.kinds.fields import MAX_TYPED
from quizzes.bank.packs.diagnostics import Report

MAX_LENGTH = 120
_MAX_UNBOUNDED = 2
_MAX_CHOICES = 14
_MAX_REPEAT = 20

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
    unbounded = choices = 0
    before = ""
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
            if max((int(number) for number in re.findall(r"\d+", text)), default=0) > _MAX_REPEAT:
                return "K181", f"more than {_MAX_REPEAT} repetitions", "lower the number"
            unbounded += text in "*+" or text.endswith(",}")
            choices += 1
        choices += kind == "bar"
        before = kind
    if unbounded > _MAX_UNBOUNDED or choices > _MAX_CHOICES:
        return (
            "K181",
            "too many repetitions and alternatives",
            f"at most {_MAX_UNBOUNDED} of * and +, at most {_MAX_CHOICES} of | * + ? together",
        )
    return None
