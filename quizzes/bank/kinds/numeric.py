"""One number, or several named ones.

Payload: `{"parts": [{"key", "label", "spec", "note", "traps": [{"spec", "note"}]}]}` with number specs (numbers.py).
Response: `{"parts": {key: {"text", "value"}}}`: as typed, and as read.
"""

from __future__ import annotations

import re

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.fields import one
from quizzes.bank.kinds.numbers import (
    MAX_LENGTH,
    NotANumberError,
    allowed,
    is_number,
    literal_overlap,
    parse_number,
    read_number,
    written,
)
from quizzes.bank.kinds.typed import typed_part
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.params import fill
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import QuestionSource
from quizzes.markup.structure import Directive, directives, stem_without
from quizzes.markup.unicode import normalized

NAME = "numeric"
LABEL = "Number"
PARTS: Parts | None = Parts("numbers")
MAX_PARTS = 20
MAX_TRAPS = 60
ONLY = "answer"
"""The key, and the field's name, of a part without a name; a named part's field is `part-<key>`."""


def claims(source: QuestionSource) -> bool:
    """Lines `Answer: …` that hold numbers."""
    answers = directives(source, "Answer")
    return bool(answers) and all(is_number(answer.text) for answer in answers)


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    answers = directives(source, "Answer")
    if not answers:
        mend = "write “Answer: 0.75 ± 0.01”"
        report.error("K190", "there is no answer", mend=mend, line=source.line, column=source.column)
        return None
    parts: dict[str, Json] = {}
    if len(answers) > MAX_PARTS:
        cause = f"there are {len(answers)} answers, more than {MAX_PARTS}"
        report.error("K208", cause, mend="divide the question", line=answers[MAX_PARTS].line)
        return None
    for answer in answers:
        part = _part(answer, report)
        if part["key"] in parts:
            name = f"“{answer.argument}”" if answer.argument else "without a name"
            cause = f"there is a second answer {name}"
            mend = "name each part: “Answer (mean): 1.5”"
            report.error("K206", cause, mend=mend, line=answer.line, column=answer.column)
        elif not answer.argument and any(other.argument for other in answers):
            mend = "name it: “Answer (mean): 1.5”"
            report.error("K207", "one of several answers has no name", mend=mend, line=answer.line)
        parts.setdefault(part["key"], part)
    traps = directives(source, "Trap")
    if len(traps) > MAX_TRAPS:
        cause = f"there are {len(traps)} traps, more than {MAX_TRAPS}"
        report.error("K208", cause, mend="keep the best", line=traps[MAX_TRAPS].line)
        return None
    for trap in traps:
        _add_trap(parts, trap, report)
    for reject in directives(source, "Reject"):
        mend = "write “Trap: …” for a wrong number"
        report.error("K195", "a Reject belongs to words", mend=mend, line=reject.line, column=reject.column)
    return {"parts": list(parts.values())} if len(report.errors) == faults else None


def _part(answer: Directive, report: Report) -> Json:
    spec = parse_number(answer.text, report, line=answer.line, column=answer.column)
    return {
        "key": _slug(answer.argument),
        "label": answer.argument,
        "spec": spec,
        "note": answer.note,
        "traps": [],
    }


def _slug(label: str) -> str:
    letters = normalized("NFKD", label).casefold()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or (label.encode().hex() if label else ONLY)


def _add_trap(parts: dict[str, Json], trap: Directive, report: Report) -> None:
    part = parts.get(_slug(trap.argument))
    spec = parse_number(trap.text, report, line=trap.line, column=trap.column)
    if part is None:
        cause = f"this trap belongs to no answer{f' named “{trap.argument}”' if trap.argument else ''}"
        names = ", ".join(part["label"] for part in parts.values() if part["label"])
        mend = f"name one of its answers: {names}" if names else "leave the name out"
        report.error("K204", cause, mend=mend, line=trap.line, column=trap.column)
        return
    if not trap.note:
        mend = "say in a quote below it (“> …”) what went wrong"
        report.note("K205", "a trap has no note", mend=mend, line=trap.line, column=trap.column)
    if spec is None or part["spec"] is None:
        return
    if literal_overlap(part["spec"], spec):
        cause = f"the trap {trap.text} is accepted as the answer"
        mend = "narrow the answer's tolerance or take the trap out"
        report.error("K203", cause, mend=mend, line=trap.line, column=trap.column)
    if any(spec == known["spec"] for known in part["traps"]):
        cause = f"the trap {trap.text} is given twice"
        report.error("K209", cause, mend="keep one of them", line=trap.line, column=trap.column)
    part["traps"].append({"spec": spec, "note": trap.note})


def stem(source: QuestionSource) -> str:
    """The body without its directives."""
    return stem_without(source, [])


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """Nothing but the values is drawn."""
    return {}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `parts`, a field each."""
    typed = (draft or {}).get("parts", {})
    return {
        "parts": [
            {
                "name": _field(part),
                "label": part["label"],
                "unit": part["spec"]["unit"],
                "value": _typed(typed.get(part["key"], "")),
            }
            for part in payload["parts"]
        ]
    }


def _typed(kept: str | Json) -> str:
    """The text of a part, as a draft keeps it or as a response does."""
    return kept if isinstance(kept, str) else str(kept["text"])


def _field(part: Json) -> str:
    return ONLY if part["key"] == ONLY else f"part-{part['key']}"


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """A number for every part."""
    typed = {part["key"]: one(fields, _field(part)).strip() for part in payload["parts"]}
    errors: dict[str, str] = {}
    response: Json = {}
    for part in payload["parts"]:
        text = typed[part["key"]]
        if not text:
            errors[_field(part)] = "Type a number, or say that you don’t know."
            continue
        try:
            response[part["key"]] = {"text": text, "value": read_number(text, part["spec"]["unit"])}
        except NotANumberError as fault:
            errors[_field(part)] = str(fault)
    if errors:
        return Reading(
            errors=errors, draft={"parts": {key: text[:MAX_LENGTH] for key, text in typed.items()}}
        )
    return Reading(response={"parts": response})


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """The share of right parts; passed when all are. A part's `trap` is the trap it fell into, if any."""
    values = presented["values"]
    given = response.get("parts", {})
    parts: list[Json] = []
    for part in payload["parts"]:
        number = given[part["key"]]["value"] if part["key"] in given else None
        right = number is not None and allowed(part["spec"], values).holds(number)
        trap = None if right or number is None else _trap(part, number, values)
        parts.append({"key": part["key"], "score": float(right), "trap": trap})
    right_parts = sum(part["score"] == 1 for part in parts)
    return Marks(right_parts / len(parts), right_parts == len(parts), parts)


def _trap(part: Json, number: float, values: Json) -> int | None:
    """The place of the trap whose range holds the number; of several, the one whose value is nearest."""
    ranges = [allowed(trap["spec"], values, like=part["spec"]) for trap in part["traps"]]
    holding = [place for place, accepted in enumerate(ranges) if accepted.holds(number)]
    return min(holding, key=lambda place: abs(ranges[place].value - number), default=None)


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The numbers as typed, with their parts' names."""
    if "parts" not in response:
        return DONT_KNOW
    told = [
        f"{part['label']}: {response['parts'][part['key']]['text']}".removeprefix(": ")
        for part in payload["parts"]
    ]
    return clip("; ".join(told))


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `parts` and `skipped`."""
    values = presented["values"]
    given = response.get("parts", {})
    parts = []
    for part, judged in zip(payload["parts"], marks.parts, strict=True):
        trap = judged["trap"]
        parts.append(
            typed_part(
                given[part["key"]]["text"] if part["key"] in given else "",
                written(part["spec"], values),
                skipped=not response,
                right=judged["score"] == 1,
                label=part["label"],
                note=fill(part["traps"][trap]["note"], values) if trap is not None else "",
                right_note=fill(part["note"], values),
            )
        )
    return {"skipped": not response, "parts": parts}


def guess_rate(payload: Json) -> float:
    """Nothing: it is typed."""
    return 0.0


def key(payload: Json) -> Json:
    """The parts with their values and tolerances."""
    return {"parts": [[part["key"], part["spec"]] for part in payload["parts"]]}
