"""Several right answers among the options; each option is judged.

Payload: `{"options": [option, …]}` (options.py). Presented: `{"options": [place, …]}`.
Response: `{"options": [place, …]}`, the ticked ones.
"""

from __future__ import annotations

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.fields import many, positions
from quizzes.bank.kinds.options import (
    ask_for_notes,
    control_rows,
    judged_list,
    parse_options,
    report_no_right,
    right_places,
    right_texts,
    shuffled_order,
    task_list,
)
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.params import fill
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import QuestionSource
from quizzes.markup.structure import of_type, stem_without

NAME = "multi"
LABEL = "Multiple choice"
PARTS: Parts | None = Parts("options", right="judged rightly")
FIELD = "option"


def claims(source: QuestionSource) -> bool:
    """A task list with two or more `[x]`."""
    return any(sum(bool(item.checked) for item in block.items) >= 2 for block in of_type(source, "tasks")[:1])


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    block = task_list(source, report)
    options = parse_options(block, report) if block else None
    if block is None:
        return None
    right = sum(bool(item.checked) for item in block.items)
    if not right:
        report_no_right(block, report)
    elif right == 1:
        mend = "mark the others that are right, or leave type=multi out"
        report.error(
            "K112", "only one option is marked right", mend=mend, line=block.line, column=block.column
        )
    elif right == len(block.items):
        mend = "add an option that is wrong"
        report.error("K110", "every option is marked right", mend=mend, line=block.line, column=block.column)
    ask_for_notes(block, report)
    return {"options": options} if options and 2 <= right < len(block.items) else None


def stem(source: QuestionSource) -> str:
    """The body without the options."""
    return stem_without(source, of_type(source, "tasks"))


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """The order of the options."""
    return {"options": shuffled_order(payload["options"], f"{seed}:options")}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `rows`."""
    ticked = (draft or {}).get("options", [])
    return {"rows": control_rows(payload["options"], presented["options"], presented["values"], ticked)}


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """The ticked options; none at all is an error."""
    order = presented["options"]
    typed = many(fields, FIELD)
    if not typed:
        return Reading(errors={FIELD: "Choose at least one, or say that you don’t know."})
    chosen = positions(typed, len(order))
    if chosen is None:
        return Reading(errors={FIELD: "One of these options is not on this page: choose from those shown."})
    return Reading(response={"options": sorted(order[number] for number in chosen)})


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """The share of options judged rightly; passed when all are."""
    options = payload["options"]
    right = right_places(options)
    given = response.get("options")
    parts: list[Json] = [
        {
            "key": f"option-{place}",
            "score": float(given is not None and (place in given) == (place in right)),
            "given": given is not None and place in given,
        }
        for place in range(len(options))
    ]
    score = sum(part["score"] for part in parts) / len(parts)
    return Marks(score, all(part["score"] for part in parts), parts)


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The texts of the ticked options."""
    if "options" not in response:
        return DONT_KNOW
    texts = [payload["options"][place]["text"] for place in response["options"]]
    return clip(unmarked(fill("; ".join(texts), presented["values"])))


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `options` and `skipped`."""
    given = response.get("options", [])
    return {
        "skipped": not response,
        "options": judged_list(
            payload["options"], presented["options"], presented["values"], given, several=True
        ),
    }


def guess_rate(payload: Json) -> float:
    """One in the number of ways to tick or not to tick."""
    return float(0.5 ** len(payload["options"]))


def key(payload: Json) -> Json:
    """The right options' texts."""
    return {"right": right_texts(payload["options"])}
