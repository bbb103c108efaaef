"""A claim to judge, and the reason for the verdict; both count half.

Payload: `{"verdicts": [option, …], "reasons": [option, …]}` (options.py). Presented: `{"reasons": [place, …]}`;
verdicts keep their order. Response: `{"verdict": place, "reason": place}`. A pack may leave the reasons out; then the
list is empty and the verdict is all.
"""

from __future__ import annotations

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.fields import one, position
from quizzes.bank.kinds.options import (
    ask_for_notes,
    control_rows,
    judged_list,
    parse_one_right,
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
from quizzes.markup.source import Block, QuestionSource
from quizzes.markup.structure import of_type, stem_without

NAME = "truefalse"
LABEL = "True or false"
PARTS: Parts | None = Parts("parts", named={"verdict": "the verdict", "reason": "the reason"})
VERDICTS = ("True", "False", "Contested")
_SECTION = "reasons"


def claims(source: QuestionSource) -> bool:
    """A task list of True, False and perhaps Contested, or a section Reasons."""
    return _SECTION in source.sections or any(
        len(block.items) > 1 and all(item.text.strip().rstrip(".") in VERDICTS for item in block.items)
        for block in of_type(source, "tasks")[:1]
    )


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    block = task_list(source, report)
    verdicts = _verdicts(block, report) if block else None
    reasons = _reasons(source, report)
    if len(report.errors) > faults or verdicts is None:
        return None
    return {"verdicts": verdicts, "reasons": reasons}


def _verdicts(block: Block, report: Report) -> list[Json] | None:
    for item in block.items:
        if item.text.strip().rstrip(".") not in VERDICTS:
            cause = f"“{item.text.strip()}” is no verdict"
            mend = "use True, False and, if wanted, Contested"
            report.error("K120", cause, mend=mend, line=item.line, column=item.column)
    quiet = Report(work=report.work)
    options = parse_one_right(block, quiet)
    quiet.diagnostics = [d for d in quiet.diagnostics if d.code != "K107"]
    report.take_over(quiet)
    for option in options or []:
        option["text"] = option["text"].rstrip(".")
    return options


def _reasons(source: QuestionSource, report: Report) -> list[Json]:
    section = source.sections.get(_SECTION)
    if section is None:
        mend = "add “### Reasons” with a task list, so that a guess at the verdict is not enough"
        report.note("K123", "there are no reasons", mend=mend, line=source.line, column=source.column)
        return []
    lists = [block for block in section.blocks if block.type == "tasks"]
    if len(lists) != 1:
        cause = "the section Reasons needs exactly one task list"
        report.error("K122", cause, mend="list the reasons as “- [x] …” and “- [ ] …”", line=section.line)
        return []
    if not any(item.checked for item in lists[0].items):
        report_no_right(lists[0], report)
    elif all(item.checked for item in lists[0].items):
        mend = "add a reason that does not hold"
        report.error(
            "K110", "every reason is marked right", mend=mend, line=lists[0].line, column=lists[0].column
        )
    ask_for_notes(lists[0], report)
    return parse_options(lists[0], report) or []


def stem(source: QuestionSource) -> str:
    """The body without the verdicts."""
    return stem_without(source, of_type(source, "tasks"))


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """The order of the reasons."""
    return {"reasons": shuffled_order(payload["reasons"], f"{seed}:reasons")}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `verdicts` and `reasons` (rows); letters run on from one list to the other."""
    kept = draft or {}
    verdicts, values = payload["verdicts"], presented["values"]
    return {
        "verdicts": control_rows(verdicts, range(len(verdicts)), values, [kept.get("verdict")]),
        "reasons": control_rows(
            payload["reasons"], presented["reasons"], values, [kept.get("reason")], letters_from=len(verdicts)
        ),
    }


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """The verdict and, where there are reasons, the reason."""
    orders = {"verdict": list(range(len(payload["verdicts"]))), "reason": presented["reasons"]}
    response: Json = {}
    errors: dict[str, str] = {}
    for name, order in orders.items():
        typed = one(fields, name)
        chosen = position(typed, len(order))
        if not order:
            continue
        if chosen is not None:
            response[name] = order[chosen]
        elif typed:
            errors[name] = f"That {name} is not on this page: choose one of those shown."
        else:
            errors[name] = f"Choose a {name}, or say that you don’t know."
    return Reading(errors=errors, draft=response) if errors else Reading(response=response)


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """Verdict and reason count half each (the verdict all, where there are no reasons); passed when both are right."""
    parts: list[Json] = []
    for name, options in (("verdict", payload["verdicts"]), ("reason", payload["reasons"])):
        if options:
            given = response.get(name)
            parts.append({"key": name, "score": float(given in right_places(options)), "given": given})
    score = sum(part["score"] for part in parts) / len(parts)
    return Marks(score, score == 1, parts)


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The verdict and the reason's text."""
    if "verdict" not in response:
        return DONT_KNOW
    told = str(payload["verdicts"][response["verdict"]]["text"])
    if "reason" in response:
        told = f"{told}: {payload['reasons'][response['reason']]['text']}"
    return clip(unmarked(fill(told, presented["values"])))


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `verdicts` and `reasons` (judged lists), `skipped`."""
    verdicts, values = payload["verdicts"], presented["values"]
    given = {name: [response[name]] if name in response else [] for name in ("verdict", "reason")}
    return {
        "skipped": not response,
        "verdicts": judged_list(verdicts, range(len(verdicts)), values, given["verdict"]),
        "reasons": judged_list(
            payload["reasons"], presented["reasons"], values, given["reason"], letters_from=len(verdicts)
        ),
    }


def guess_rate(payload: Json) -> float:
    """The chance to hit the verdict times the chance to hit a right reason."""
    reasons = payload["reasons"]
    return 1 / len(payload["verdicts"]) * (len(right_places(reasons)) / len(reasons) if reasons else 1)


def key(payload: Json) -> Json:
    """The right verdict and the right reasons."""
    return {"verdict": right_texts(payload["verdicts"]), "reasons": right_texts(payload["reasons"])}
