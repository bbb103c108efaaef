"""Braces that mean nothing where they stand: a learner would read them, and with a gap the answer inside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from quizzes.bank.braces import find_braces
from quizzes.bank.kinds.gaps import FENCE
from quizzes.markup.api import Block, QuestionSource, Report, prose

SIGNS_PLACED_A_UNIT = 2_000
_SINGLE = re.compile(r"(?<![\\{$\w])\{(?=[^{}\n]*[A-Za-z])[A-Za-z0-9][^{}\n,;:=]{1,60}\}(?!\})")
_HIDDEN = re.compile(r"\$.*?\{\{(?!=)[^{}]*\}\}", re.DOTALL)
_LITERAL = r"braces that are meant to be read stand in backticks, or with backslashes: \{\{"


def check_braces(source: QuestionSource, report: Report, *, gaps_in_text: bool, gaps_in_code: bool) -> None:
    """Reports every `{{` and `}}` that a learner would read, and in questions with gaps what looks like one.

    Gaps in code stand in fences with the word FENCE. A document without front matter knows no gaps.
    """
    if source.plain:
        return
    for block, gaps_belong in _texts(source, gaps_in_text=gaps_in_text):
        if "{" not in block.text and "}" not in block.text:
            continue
        if block.type == "fence":
            _check_code(block, report, gaps=gaps_in_code)
            continue
        for braces in find_braces(block.text):
            inside = block.text[braces.start : braces.end]
            cause, mend = _fault(braces.role, inside, gaps_belong=gaps_belong)
            if cause:
                line, column = block.place(braces.start)
                report.error("NN067", cause, mend=mend, line=line, column=column)
        if gaps_belong:
            _check_single(block, report)


def _texts(source: QuestionSource, *, gaps_in_text: bool) -> Iterator[tuple[Block, bool]]:
    """Yields every text a learner reads before or after the answer, and whether gaps belong there."""
    if not gaps_in_text:  # which says itself that no gap stands in the heading
        yield Block("paragraph", source.prompt, source.line, source.column), False
    for block in prose(source):
        yield block, gaps_in_text
    for section in source.sections.values():
        for block in section.blocks:
            yield block, False


def _fault(role: str, inside: str, *, gaps_belong: bool) -> tuple[str, str]:
    if role == "open":
        return (
            "“{{” is never closed: the learner would read what follows",
            f"close the gap with }}}}; {_LITERAL}",
        )
    if role == "close":
        return "“}}” closes nothing", f"open the gap with {{{{; {_LITERAL}"
    if role == "gap" and not gaps_belong:
        where = "gaps stand in the body of a question of kind cloze, or in a fence with the word cloze"
        return "nobody can fill a gap here: the learner would read it", f"{where}; {_LITERAL}"
    if role == "span" and gaps_belong and _HIDDEN.match(inside):
        return (
            "a gap inside a formula is read, not filled",
            "put the gap outside; double braces that are no gap are written with blanks between them: { {a} }",
        )
    return "", ""


def _check_code(block: Block, report: Report, *, gaps: bool) -> None:
    words = block.info.split()
    has_gaps = FENCE in words
    for braces in find_braces(block.text, code=True):
        if has_gaps and braces.role == "open":
            line, column = block.place(braces.start)
            cause, mend = "“{{” is never closed: the learner would read what follows", "close the gap with }}"
            report.error("NN067", cause, mend=mend, line=line, column=column)
        elif braces.role == "gap" and gaps and not has_gaps:
            report.spend(1 + len(block.text) // SIGNS_PLACED_A_UNIT, block.line)
            line, column = block.place(braces.start)
            cause = "the double braces in this code are no gap, the learner reads them"
            mend = f"if a gap is meant, begin the fence with ```{words[0] if words else 'python'} {FENCE}"
            report.note("NN068", cause, mend=mend, line=line, column=column)


def _check_single(block: Block, report: Report) -> None:
    kept, position = [], 0
    for braces in find_braces(
        block.text
    ):  # what is no text of its own is written over by signs that are no braces
        kept += [block.text[position : braces.start], "$" * (braces.end - braces.start)]
        position = max(position, braces.end)
    for match in _SINGLE.finditer("".join([*kept, block.text[position:]])):
        line, column = block.place(match.start())
        cause = f"“{match[0]}” has single braces and is no gap: the learner would read it"
        report.error("NN067", cause, mend=f"write {{{match[0]}}}; {_LITERAL}", line=line, column=column)
