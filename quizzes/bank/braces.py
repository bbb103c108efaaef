"""Double braces in texts: gaps, placeholders, and those that are neither; read in time that grows with the text.

Code spans and formulas hold none: LaTeX and code have double braces of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Literal

from quizzes.bank.params import PLACEHOLDER

Role = Literal["gap", "placeholder", "open", "close", "span"]

_NEXT = re.compile(r"\\.|`+|\$\$?|\{\{|\}\}", re.DOTALL)
_NEXT_IN_CODE = re.compile(r"\{\{|\}\}")
_TICKS = re.compile("`+")
_STOP = re.compile(r"\\.|\}\}?|\{|\n")


@dataclass(frozen=True, slots=True)
class Braces:
    """Double braces, or a span, from `start` to `end`.

    A gap and a placeholder have both ends. "open" is a `{{` never closed, "close" a `}}` never opened. A "span" is a
    code span or a formula, whose braces are its own.
    """

    role: Role
    start: int
    end: int


def find_braces(text: str, *, code: bool = False) -> Iterator[Braces]:
    """Yields all double braces of Markdown, or of code, from left to right, and the spans between them.

    In code a gap stands on one line.
    """
    reader = _Reader(text, one_line=code)
    pattern = _NEXT_IN_CODE if code else _NEXT
    position = 0
    while (match := pattern.search(text, position)) is not None:
        position = match.end()
        sign = match[0]
        if sign == "{{":
            found = reader.opened(match.start())
            if found is not None:
                yield found
                position = found.end
        elif sign == "}}":
            yield Braces("close", match.start(), position)
        elif sign[0] == "`" or sign[0] == "$":
            end = reader.end_of_span(match) if sign[0] == "`" else reader.end_of_formula(match)
            if end > position:
                yield Braces("span", match.start(), end)
            position = end


class _Reader:
    """Looks ahead in one text; what was not found once is not looked for again."""

    def __init__(self, text: str, *, one_line: bool) -> None:
        self.text = text
        self.one_line = one_line
        self._ticks: dict[int, list[int]] | None = None
        self._unclosed: set[str] = set()
        self._newline = -1

    def opened(self, start: int) -> Braces | None:
        """Returns what begins with the `{{` at `start`; None for a placeholder that is not closed."""
        if self.text.startswith("{{=", start):
            match = PLACEHOLDER.match(self.text, start)
            return None if match is None else Braces("placeholder", start, match.end())
        end = self._end_of_gap(start + 2)
        return Braces("open", start, start + 2) if end is None else Braces("gap", start, end)

    def _end_of_gap(self, position: int) -> int | None:
        """Returns where the gap ends whose text begins at `position`; placeholders may stand in it, other gaps may
        not.
        """
        while "}}" not in self._unclosed:
            close = self.text.find("}}", position)
            if close < 0:
                self._unclosed.add("}}")
                break
            if self.one_line and "\n" in self.text[position:close]:
                break
            inner = self.text.find("{{", position, close)
            if inner < 0:
                while self.text.startswith("}", close + 2):
                    close += 1
                return close + 2
            match = PLACEHOLDER.match(self.text, inner)
            if match is None:
                break
            position = match.end()
        return None

    def end_of_span(self, ticks: re.Match[str]) -> int:
        """Returns where the code span ends that these backticks open; their own end when they open none."""
        if self._ticks is None:
            self._ticks = {}
            for run in _TICKS.finditer(self.text):
                self._ticks.setdefault(len(run[0]), []).append(run.start())
        length = len(ticks[0])
        starts = self._ticks.get(length, [])
        place = bisect_left(starts, ticks.end())
        return starts[place] + length if place < len(starts) else ticks.end()

    def end_of_formula(self, opening: re.Match[str]) -> int:
        """Returns where the formula ends that these dollars open, by the rule of pages; their own end when they open
        none.
        """
        marker, start = opening[0], opening.end()
        limit = len(self.text)
        if marker == "$":
            if self._newline < start:
                newline = self.text.find("\n", start)
                self._newline = newline if newline >= 0 else limit
            limit = self._newline
            if start >= limit or self.text[start].isspace():
                return start
        key = f"{marker}{limit}"
        end = start
        while key not in self._unclosed:
            end = self.text.find(marker, end, limit)
            if end < 0:
                self._unclosed.add(key)
                break
            after = end + len(marker)
            if end > start and self.text[end - 1] != "\\" and self._may_close(marker, end, after):
                return after
            end = after
        return start

    def _may_close(self, marker: str, end: int, after: int) -> bool:
        return marker == "$$" or not (self.text[end - 1].isspace() or self.text[after : after + 1].isdigit())


def blanked(text: str, *, code: bool = False) -> str:
    """Returns the text with a blank in the place of every gap, closed or not: it may hold the answer, and nobody fills
    it.

    The linter refuses such texts; this is for versions stored before it did. An unclosed gap reaches to the next brace
    or to the end of its line.
    """
    if "{{" not in text:
        return text
    found = list(find_braces(text, code=code))
    spans = [braces for braces in found if braces.role == "span"]
    kept: list[str] = []
    position = 0
    for braces in found:
        if braces.role in {"gap", "open"} and braces.start >= position:
            kept += [text[position : braces.start], "____" if code else r"\_\_\_\_"]
            position = _end_of_open(text, braces.end, spans) if braces.role == "open" else braces.end
    return "".join([*kept, text[position:]])


def _end_of_open(text: str, position: int, spans: Sequence[Braces]) -> int:
    """Returns where a gap ends that is never closed; code spans and formulas in it belong to it as wholes."""
    while (match := _STOP.search(text, position)) is not None:
        place = bisect_right(spans, match.start(), key=attrgetter("start")) - 1
        if match[0].startswith("\\"):
            position = match.end()
            continue
        if place < 0 or spans[place].end <= match.start():
            return match.end() if match[0].startswith("}") else match.start()
        position = spans[place].end
    return len(text)
