"""Formulas that cannot be set as mathematics, found before a learner sees them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markdown_it.token import Token

from quizzes.bank.mathematics import FORMULA_LIMIT, can_be_set
from quizzes.bank.packs.parameters import texts_of
from quizzes.bank.params import PLACEHOLDER
from quizzes.markup.api import QuestionSource, Report, page_parser

FORMULA_WORK = 20
TEXT_A_UNIT = 10
LATEX_A_UNIT = 2
LATEX_SQUARED_A_UNIT = 700
_PARSER = page_parser()


def check_formulas(source: QuestionSource, report: Report) -> None:
    """Notes every formula that would be shown as LaTeX; placeholders count as the number 1."""
    for block in texts_of(source):
        if "$" not in block.text or block.type == "fence":
            continue
        report.spend(1 + len(block.text) // TEXT_A_UNIT + block.text.count("$") // 2, block.line)
        for latex in _formulas(_PARSER.parse(block.text)):
            length = min(len(latex), FORMULA_LIMIT)
            report.spend(
                FORMULA_WORK + length // LATEX_A_UNIT + length**2 // LATEX_SQUARED_A_UNIT, block.line
            )
            if not can_be_set(PLACEHOLDER.sub("1", latex)):
                position = max(block.text.find(latex), 0)
                newline = block.text.rfind("\n", 0, position)
                report.note(
                    "NN066",
                    f"the formula “{latex.strip()[:60]}” cannot be set and is shown as it is written",
                    mend="use plain LaTeX mathematics, without \\text holding signs like & or <",
                    line=block.line + block.text.count("\n", 0, position),
                    column=position - newline if newline >= 0 else block.column + position,
                )


def _formulas(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type.startswith("math_"):
            yield token.content
        yield from _formulas(token.children or ())
