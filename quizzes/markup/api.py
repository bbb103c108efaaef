"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.markup.attributes import closest
from quizzes.markup.checks import LEVELS
from quizzes.markup.diagnostics import CheckStoppedError, Diagnostic, Report
from quizzes.markup.grammar import FORMAT_ATTRIBUTES, FORMAT_SECTIONS, KEY_POINTS, Grammar
from quizzes.markup.markdown import BRACKETS_LIMIT, TEXT_LIMIT, page_parser
from quizzes.markup.numbering import prompt_digest, saying
from quizzes.markup.plain import asked_below, name_of
from quizzes.markup.reader import read_pack
from quizzes.markup.source import LAST, Block, Cell, ListItem, PackSource, QuestionSource, Section
from quizzes.markup.structure import (
    ANSWER,
    REJECT,
    TRAP,
    Directive,
    answered_elsewhere,
    as_markdown,
    directives,
    fences,
    of_type,
    prose,
    stem_without,
)
from quizzes.markup.unicode import normalized

__all__ = [
    "ANSWER",
    "BRACKETS_LIMIT",
    "FORMAT_ATTRIBUTES",
    "FORMAT_SECTIONS",
    "KEY_POINTS",
    "LAST",
    "LEVELS",
    "REJECT",
    "TEXT_LIMIT",
    "TRAP",
    "Block",
    "Cell",
    "CheckStoppedError",
    "Diagnostic",
    "Directive",
    "Grammar",
    "ListItem",
    "PackSource",
    "QuestionSource",
    "Report",
    "Section",
    "answered_elsewhere",
    "as_markdown",
    "asked_below",
    "closest",
    "directives",
    "fences",
    "name_of",
    "normalized",
    "of_type",
    "page_parser",
    "prompt_digest",
    "prose",
    "read_pack",
    "saying",
    "stem_without",
]
