"""One right answer among several options.

Payload: `{"options": [option, …]}` (options.py). Presented and response: single.py.
"""

from __future__ import annotations

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.options import parse_one_right, right_texts, shuffled_order, task_list
from quizzes.bank.kinds.single import ask_one, describe_one, feedback_one, mark_one, read_one
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import QuestionSource
from quizzes.markup.structure import of_type, stem_without

NAME = "choice"
LABEL = "Single choice"
PARTS: Parts | None = None


def claims(source: QuestionSource) -> bool:
    """A task list with at most one `[x]`."""
    return any(sum(bool(item.checked) for item in block.items) < 2 for block in of_type(source, "tasks")[:1])


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    block = task_list(source, report)
    options = parse_one_right(block, report) if block else None
    return None if options is None else {"options": options}


def stem(source: QuestionSource) -> str:
    """The body without the options."""
    return stem_without(source, of_type(source, "tasks"))


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """The order of the options."""
    return {"options": shuffled_order(payload["options"], f"{seed}:options")}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `rows`."""
    return ask_one(payload["options"], presented, draft)


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """The chosen option."""
    return read_one(presented, fields)


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """Right or wrong."""
    return mark_one(payload["options"], response)


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The chosen option's text."""
    return describe_one(payload["options"], presented, response)


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `options`, `skipped`."""
    return feedback_one(payload["options"], presented, response)


def guess_rate(payload: Json) -> float:
    """One in the number of options."""
    return 1 / len(payload["options"])


def key(payload: Json) -> Json:
    """The right option's text."""
    return {"right": right_texts(payload["options"])}
