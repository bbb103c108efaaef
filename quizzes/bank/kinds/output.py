"""What does this code print? Typed, or chosen among options.

Payload: `{"output": text, "options": [option, …]}` (options.py); typed when there are no options. Presented:
`{"options": [place, …]}`. Response: `{"output": text}` or `{"option": place}`.
"""

from __future__ import annotations

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.fields import one
from quizzes.bank.kinds.options import parse_one_right, right_texts, shuffled_order, task_list
from quizzes.bank.kinds.single import ask_one, describe_one, feedback_one, mark_one, read_one
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.params import fill
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import QuestionSource
from quizzes.markup.structure import fences, of_type, stem_without

NAME = "output"
LABEL = "Predict the output"
PARTS: Parts | None = None
FIELD = "output"
MAX_OUTPUT = 4000


def claims(source: QuestionSource) -> bool:
    """A fence `output` beside a fence of code."""
    return bool(fences(source, "output"))


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    shown = fences(source, "output")
    if len(fences(source)) == len(shown):
        mend = "show it in a fence ```python"
        report.error(
            "K143", "there is no code that prints", mend=mend, line=source.line, column=source.column
        )
    for extra in shown[1:]:
        report.error("K141", "there is a second output", mend="keep one fence ```output", line=extra.line)
    options: list[Json] = []
    if of_type(source, "tasks"):
        block = task_list(source, report)
        options = (parse_one_right(block, report) if block else None) or []
    elif not shown:
        mend = "add a fence ```output, or options to choose from"
        report.error("K140", "the output is missing", mend=mend, line=source.line, column=source.column)
    for block in shown[:1]:
        if not block.text.strip():
            report.error("K142", "the output is empty", mend="write what the code prints", line=block.line)
    if len(report.errors) > faults:
        return None
    return {"output": tidy(shown[0].text) if shown else "", "options": options}


def stem(source: QuestionSource) -> str:
    """The body without output and options; the code stays."""
    return stem_without(source, [*of_type(source, "tasks"), *fences(source, "output")])


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """The order of the options, if there are any."""
    return {"options": shuffled_order(payload["options"], f"{seed}:options")}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `typed`; `rows` to choose from, or the `value` typed before."""
    context = ask_one(payload["options"], presented, draft)
    return context | {"typed": not payload["options"], "value": (draft or {}).get(FIELD, "")}


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """The text typed or the option chosen."""
    if payload["options"]:
        return read_one(presented, fields)
    typed = tidy(one(fields, "answer"))
    if not typed.strip():
        return Reading(errors={"answer": "Type what the code prints, or say that you don’t know."})
    if len(typed) > MAX_OUTPUT:
        return Reading(
            errors={"answer": f"Write at most {MAX_OUTPUT:,} characters."}, draft={FIELD: typed[:MAX_OUTPUT]}
        )
    return Reading(response={FIELD: typed})


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """Right or wrong; blanks at the ends of lines and empty lines at the end do not count."""
    if payload["options"]:
        return mark_one(payload["options"], response)
    given = response.get(FIELD)
    right = given is not None and tidy(given) == _expected(payload, presented)
    return Marks(float(right), right, [{"key": FIELD, "score": float(right), "given": given}])


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The output as typed or chosen, its lines divided by bars."""
    if payload["options"]:
        return describe_one(payload["options"], presented, response)
    return clip(" | ".join(response[FIELD].splitlines())) if FIELD in response else DONT_KNOW


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `typed`, `skipped`; `options`, or `given`, `expected` and where they part."""
    context = feedback_one(payload["options"], presented, response)
    expected = _expected(payload, presented)
    given = response.get(FIELD, "")
    return context | {
        "typed": not payload["options"],
        "given": given,
        "expected": expected,
        "right": marks.passed,
        "differs": _first_difference(given, expected),
    }


def guess_rate(payload: Json) -> float:
    """One in the number of options; nothing where the output is typed."""
    return 1 / len(payload["options"]) if payload["options"] else 0.0


def key(payload: Json) -> Json:
    """The output and the right option's text."""
    return {"output": payload["output"], "right": right_texts(payload["options"])}


def tidy(text: str) -> str:
    """The text without blanks at the ends of lines and without empty lines at its end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def _expected(payload: Json, presented: Json) -> str:
    return tidy(fill(payload["output"], presented["values"]))


def _first_difference(given: str, expected: str) -> int | None:
    """The number (from 1) of the first line that is not as expected, or None."""
    ours, theirs = tidy(given).split("\n"), expected.split("\n")
    for number in range(max(len(ours), len(theirs))):
        if ours[number : number + 1] != theirs[number : number + 1]:
            return number + 1
    return None
