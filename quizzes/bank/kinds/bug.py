"""Code with a fault: choose the cause, then see the fix.

Payload: `{"options": [option, …], "fix": Markdown}` (options.py). Presented and response: single.py.
"""

from __future__ import annotations

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.options import parse_one_right, right_texts, shuffled_order, task_list
from quizzes.bank.kinds.single import ask_one, describe_one, feedback_one, mark_one, read_one
from quizzes.bank.params import fill
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import QuestionSource
from quizzes.markup.structure import fences, of_type, stem_without

NAME = "bug"
LABEL = "Find the bug"
PARTS: Parts | None = None
_SECTION = "fix"


def claims(source: QuestionSource) -> bool:
    """A task list and a section Fix."""
    return _SECTION in source.sections and bool(of_type(source, "tasks"))


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    if not fences(source):
        mend = "show the code between two lines of ```, the first with “python” behind it"
        report.error("K130", "there is no code", mend=mend, line=source.line, column=source.column)
    fix = source.sections.get(_SECTION)
    if fix is None or not fix.text.strip():
        mend = "add “### Fix” with the code as it should be"
        line = source.line if fix is None else fix.line
        report.error("K131", "there is no fix", mend=mend, line=line)
    block = task_list(source, report)
    options = parse_one_right(block, report) if block else None
    if options is None or fix is None or len(report.errors) > faults:
        return None
    return {"options": options, "fix": fix.text.strip()}


def stem(source: QuestionSource) -> str:
    """The body without the options; the code stays."""
    return stem_without(source, of_type(source, "tasks"))


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """The order of the options."""
    return {"options": shuffled_order(payload["options"], f"{seed}:options")}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `rows`."""
    return ask_one(payload["options"], presented, draft)


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """The chosen cause."""
    return read_one(presented, fields)


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """Right or wrong."""
    return mark_one(payload["options"], response)


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The chosen cause's text."""
    return describe_one(payload["options"], presented, response)


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `options`, `skipped`, and the `fix`."""
    context = feedback_one(payload["options"], presented, response)
    return context | {"fix": fill(payload["fix"], presented["values"])}


def guess_rate(payload: Json) -> float:
    """One in the number of options."""
    return 1 / len(payload["options"])


def key(payload: Json) -> Json:
    """The right cause's text."""
    return {"right": right_texts(payload["options"])}
