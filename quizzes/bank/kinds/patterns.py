"""Regular expressions in packs, matched in time that grows with the text and the pattern and with nothing else.

RE2 walks all ways through a pattern at once, so no text makes a pattern slow. What it costs is bounded by the size of
its program: PROGRAMS_LIMIT instructions for all patterns of a slot, on texts of at most MAX_TYPED characters, are some
five milliseconds, during which other threads go on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import re2

from quizzes.bank.kinds.fields import MAX_TYPED
from quizzes.bank.shapes import Shape
from quizzes.markup.api import Report

MAX_LENGTH = 120
MAX_PATTERNS = 20
PROGRAMS_LIMIT = 4_000
_MEMORY = 1 << 18  # bytes a compiled pattern may take, the states it remembers included
CODES = {
    "K180": "a regular expression cannot be read, or fits the empty answer",
    "K181": "a regular expression with look-around, flags inside or a back reference",
    "K182": "a regular expression that is too long or too large, too many of them, or an unknown flag",
}

_FOREIGN = re.compile(r"\(\?(?!:)|\\[1-9]")
_WORDS = {"w": r"\pL\pM\pN_", "d": r"\p{Nd}"}
_PIECE = re.compile(r"\\(?P<escaped>.)|(?P<open>\[\^?\]?)|(?P<close>\])|\{(?P<most>,\d+\})|.", re.DOTALL)


class _Program(Protocol):
    """A compiled pattern of RE2."""

    programsize: int

    def fullmatch(self, text: str, /) -> object:
        """Returns the match of the whole text, or None."""


class Pattern(Shape, frozen=True):
    """A regular expression without the slashes around it; `fold` ignores case."""

    body: str
    fold: bool


def parse_pattern(written: str, report: Report, *, line: int, column: int) -> Pattern | None:
    """Returns the pattern of `/body/` or `/body/i`, or None after an error was reported."""
    body, _, flags = written[1:].rpartition("/")
    fault = _fault(body, flags)
    if fault is not None:
        code, cause, mend = fault
        report.error(code, f"{cause} in {written[:MAX_LENGTH]}", mend=mend, line=line, column=column)
        return None
    return Pattern(body, flags == "i")


def size_of(patterns: Sequence[Pattern]) -> int:
    """Returns how many instructions all these patterns have together; one that cannot be matched has none."""
    found = (_compiled(pattern.body, fold=pattern.fold) for pattern in patterns)
    return sum(program.programsize for program in found if program is not None)


def any_matches(patterns: Sequence[Pattern], text: str) -> bool:
    """Returns whether the whole text (at most 200 characters of it) fits one of the patterns.

    A stored pattern that is not understood fits nothing, and neither do those behind the first MAX_PATTERNS or behind
    the one that exceeds PROGRAMS_LIMIT.
    """
    left = PROGRAMS_LIMIT
    for pattern in patterns[:MAX_PATTERNS]:
        program = _compiled(pattern.body, fold=pattern.fold)
        if program is None:
            continue
        left -= program.programsize
        if left < 0:
            return False
        if program.fullmatch(text[:MAX_TYPED]) is not None:
            return True
    return False


def _compiled(body: str, *, fold: bool) -> _Program | None:
    """Returns the compiled pattern, or None when the engine does not take it."""
    try:
        return _compile(body, fold=fold)
    except re2.error:
        return None


@lru_cache(maxsize=256)
def _compile(body: str, *, fold: bool) -> _Program:
    if len(body) > MAX_LENGTH:
        raise re2.error("too long")
    options = re2.Options()
    options.case_sensitive = not fold
    options.never_capture = True
    options.log_errors = False
    options.max_mem = _MEMORY
    program: _Program = re2.compile(_translated(body), options)
    return program


def _translated(body: str) -> str:
    r"""Returns the pattern as RE2 writes it: \\w and \\d mean letters and digits of all scripts, `{,3}` is `{0,3}`."""
    inside = False

    def translate(match: re.Match[str]) -> str:
        nonlocal inside
        if match["open"] and not inside:
            inside = True
        elif match["close"]:
            inside = False
        elif match["most"] and not inside:
            return "{0" + match["most"]
        escaped = match["escaped"]
        if escaped == "Z":
            return r"\z"
        if escaped and escaped.lower() in _WORDS:
            words = _WORDS[escaped.lower()]
            if inside:
                return words if escaped.islower() else match[0]
            return f"[{'^' if escaped.isupper() else ''}{words}]"
        return match[0]

    return _PIECE.sub(translate, body)


def _fault(body: str, flags: str) -> tuple[str, str, str] | None:
    shorter = "list the spellings with bars between them instead"
    if flags not in {"", "i"}:
        return "K182", f"the flag “{flags}”", "only i (ignore case) is known"
    if len(body) > MAX_LENGTH:
        return "K182", f"more than {MAX_LENGTH} characters", shorter
    foreign = _FOREIGN.search(body)
    if foreign is not None:
        cause = f"“{foreign[0]}” (look-around, flags or a back reference)"
        return "K181", cause, "use plain characters and groups"
    try:
        program = _compile(body, fold=flags == "i")
    except re2.error as error:
        why = error.args[0].decode(errors="replace") if error.args else "not understood"
        if "too large" in why:
            return "K182", "repetitions that are too large", shorter
        return "K180", why, "fix the regular expression"
    if program.programsize > PROGRAMS_LIMIT:
        return "K182", "repetitions that are too large", shorter
    if program.fullmatch("") is not None:
        return "K180", "a regular expression that fits the empty answer", "ask for at least one character"
    return None
