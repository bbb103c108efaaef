"""The words a pack may use: those of the format, and those that the kinds of questions bring."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

FORMAT_SECTIONS = ("hint", "explanation", "answer", "say it", "follow-ups", "common mistakes")
FORMAT_ATTRIBUTES = frozenset({"type", "level", "skill", "covers", "sources", "review_by", "tags", "seconds"})
FORMAT_DIRECTIVES = ("Params", "Let")
KEY_POINTS = "key points"
"""The section that a question of a plain document is made into."""


def _any_line_is_good(_line: str) -> str:
    return ""


@dataclass(frozen=True)
class Grammar:
    """What a reader of packs has to know of the kinds of questions.

    `kinds` are the values of `type=`; `sections` the names of `###` sections, in lower case; `attributes` the keys of a
    question; `item_attributes` those of a list item, `section_of` the section to which some of these are confined;
    `directives` the words that begin a paragraph with a colon ("Answer"), below which a quote may explain it.
    `fault_of_line` says what is wrong with a title, "" when nothing is.
    """

    kinds: tuple[str, ...] = ()
    sections: tuple[str, ...] = FORMAT_SECTIONS
    attributes: frozenset[str] = FORMAT_ATTRIBUTES
    item_attributes: frozenset[str] = frozenset()
    section_of: Mapping[str, str] = field(default_factory=dict)
    directives: tuple[str, ...] = ()
    fault_of_line: Callable[[str], str] = _any_line_is_good

    @cached_property
    def begins_paragraph(self) -> re.Pattern[str]:
        """What a line begins with that begins a paragraph of its own."""
        return re.compile(rf"(?:{self._words})(?:\s*\([^)\n]{{0,60}}\)|\s+\d+)?\s*:")

    @cached_property
    def directive(self) -> re.Pattern[str]:
        """The head of a directive: its word, and its argument as a name in brackets or as a number."""
        return re.compile(rf"({self._words})(?:[ \t]*\(([^()\n]*)\)|[ \t]+(\d+))?[ \t]*:[ \t]*")

    @property
    def _words(self) -> str:
        return "|".join(re.escape(word) for word in (*self.directives, *FORMAT_DIRECTIVES))
