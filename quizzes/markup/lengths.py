"""How long texts may be and how many questions a file may hold, in packs and in plain documents."""

from __future__ import annotations

from collections.abc import Iterable

from quizzes.markup.diagnostics import Report
from quizzes.markup.markdown import TEXT_LIMIT
from quizzes.markup.source import Block

PROMPT_LIMIT = 1_000
HEADING_LIMIT = 6_000  # a prompt and its attributes
QUESTIONS_LIMIT = 2_000


def check_length(what: str, blocks: Iterable[Block], line: int, report: Report) -> bool:
    """Returns whether the blocks of one text are short enough; an error says how long it is when they are not."""
    length = sum(len(block.text) + 1 for block in blocks)
    if length > TEXT_LIMIT:
        cause = f"{what} has {length:,} characters, {TEXT_LIMIT:,} are allowed"
        report.error("NN028", cause, mend="shorten it", line=line)
    return length <= TEXT_LIMIT
