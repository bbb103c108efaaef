"""Finding the answer structure in a question's body, and writing the rest back as Markdown."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from quizzes.markup.grammar import KEY_POINTS
from quizzes.markup.source import Block, QuestionSource

ANSWER, TRAP, REJECT = "Answer", "Trap", "Reject"
"""Directives that several kinds share."""


@dataclass(frozen=True, slots=True)
class Directive:
    """A paragraph like `Trap (mean): 0.25` with the quote below it; `argument` is "mean", `text` is "0.25".

    `line` and `column` point at the text behind the colon.
    """

    name: str
    argument: str
    text: str
    line: int
    column: int
    note: str = ""


def directives(source: QuestionSource, name: str) -> list[Directive]:
    """Returns the directives of that name in the body, as written."""
    found = []
    head = source.grammar.directive
    for index, block in enumerate(source.body):
        match = head.match(block.text) if block.type == "paragraph" else None
        if match is None or match[1] != name:
            continue
        following = source.body[index + 1] if index + 1 < len(source.body) else None
        note = following.text.strip() if following is not None and following.type == "quote" else ""
        text = " ".join(block.text[match.end() :].split())
        argument = (match[2] or match[3] or "").strip()
        found.append(Directive(name, argument, text, block.line, block.column + match.end(), note))
    return found


def prose(source: QuestionSource) -> list[Block]:
    """Returns the body without directives and the quotes that belong to them."""
    kept: list[Block] = []
    head = source.grammar.directive
    after_directive = False
    for block in source.body:
        match = head.match(block.text) if block.type == "paragraph" else None
        if match is None and not (after_directive and block.type == "quote"):
            kept.append(block)
        after_directive = match is not None and match[1] in source.grammar.directives
    return kept


def stem_without(source: QuestionSource, dropped: Collection[Block]) -> str:
    """Returns the Markdown of the body without directives and without the blocks that hold the answer."""
    return as_markdown(block for block in prose(source) if block not in dropped)


def as_markdown(blocks: Iterable[Block]) -> str:
    """Returns blocks as Markdown again, with a blank line between them."""
    return "\n\n".join(_written(block) for block in blocks)


def _written(block: Block) -> str:
    if block.type == "fence":
        return fenced(block.text, block.info)
    if block.type == "quote":
        return "\n".join(f"> {line}".rstrip() for line in block.text.splitlines())
    return block.text.strip("\n")


def fenced(code: str, info: str) -> str:
    """Returns code in a fence that is longer than any run of backticks inside it."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    ticks = "`" * max(3, longest + 1)
    ending = "" if code.endswith("\n") or not code else "\n"
    return f"{ticks}{info}\n{code}{ending}{ticks}"


def of_type(source: QuestionSource, *types: str) -> list[Block]:
    """Returns the blocks of the body that have one of these types."""
    return [block for block in source.body if block.type in types]


def fences(source: QuestionSource, word: str = "") -> list[Block]:
    """Returns the code fences of the body, or only those with that word behind the backticks."""
    return [block for block in of_type(source, "fence") if not word or word in block.info.split()]


def answered_elsewhere(source: QuestionSource) -> bool:
    """Returns whether a table or a numbered list in the body can only be part of the stem.

    That is so when the answer stands in a directive such as `Answer:` or in the section Key points.
    """
    words = [word for word in source.grammar.directives if word not in (TRAP, REJECT)]
    return any(directives(source, word) for word in words) or KEY_POINTS in source.sections
