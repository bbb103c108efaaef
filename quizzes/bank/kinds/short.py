"""A short answer in words.

Payload: `{"slot": slot, "note": Markdown}` (answers.py). Response: `{"answer": text}`.
"""

from __future__ import annotations

from quizzes.bank.kinds.answers import add_reject, also_accepted, judge_slot, parse_slot, shown
from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.fields import MAX_TYPED, one
from quizzes.bank.kinds.gaps import gap_key
from quizzes.bank.kinds.typed import typed_part
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.params import fill
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import QuestionSource
from quizzes.markup.structure import directives, stem_without

NAME = "short"
LABEL = "Short answer"
PARTS: Parts | None = None
FIELD = "answer"


def claims(source: QuestionSource) -> bool:
    """A line `Answer: …`."""
    return bool(directives(source, "Answer"))


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    answers = directives(source, "Answer")
    if not answers:
        mend = "write “Answer: dropout | drop-out”"
        report.error("K190", "there is no answer", mend=mend, line=source.line, column=source.column)
        return None
    for extra in answers[1:]:
        mend = "put all spellings into one line, with bars between them"
        report.error("K196", "there is a second answer", mend=mend, line=extra.line, column=extra.column)
    for trap in directives(source, "Trap"):
        cause = "a Trap belongs to numbers"
        report.error(
            "K195", cause, mend="write “Reject: …” for a wrong word", line=trap.line, column=trap.column
        )
    slot = parse_slot(answers[0].text, report, line=answers[0].line, column=answers[0].column)
    for reject in directives(source, "Reject"):
        if reject.argument not in {"", "1"}:
            cause = f"“Reject {reject.argument}” belongs to no answer"
            report.error("K193", cause, mend="leave the number out", line=reject.line, column=reject.column)
        elif slot is not None:
            add_reject(slot, reject, report)
    return {"slot": slot, "note": answers[0].note} if len(report.errors) == faults else None


def stem(source: QuestionSource) -> str:
    """The body without its directives."""
    return stem_without(source, [])


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """Nothing is drawn."""
    return {}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: the `value` typed before."""
    return {"value": (draft or {}).get(FIELD, "")}


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """The text typed."""
    typed = one(fields, FIELD).strip()
    if not typed:
        return Reading(errors={FIELD: "Type an answer, or say that you don’t know."})
    if len(typed) > MAX_TYPED:
        cause = f"Write at most {MAX_TYPED} characters: a word or two will do."
        return Reading(errors={FIELD: cause}, draft={FIELD: typed[:MAX_TYPED]})
    return Reading(response={FIELD: typed})


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """Right or wrong; repaired when a slip was forgiven."""
    judged = judge_slot(payload["slot"], response.get(FIELD, ""), presented["values"])
    part = {"key": FIELD, "score": float(judged.right), "slip": judged.slip, "note": judged.note}
    return Marks(float(judged.right), judged.right, [part], repaired=judged.slip)


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The text as typed."""
    return clip(response[FIELD]) if FIELD in response else DONT_KNOW


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `parts` (one) and `skipped`."""
    values = presented["values"]
    part = marks.parts[0]
    judged = typed_part(
        response.get(FIELD, ""),
        shown(payload["slot"], values),
        skipped=not response,
        right=part["score"] == 1,
        also=also_accepted(payload["slot"]),
        slip=part["slip"],
        note=fill(part["note"], values),
        right_note=fill(payload["note"], values),
    )
    return {"skipped": not response, "parts": [judged]}


def guess_rate(payload: Json) -> float:
    """Nothing: it is typed."""
    return 0.0


def key(payload: Json) -> Json:
    """What is accepted and what is not."""
    return gap_key([payload["slot"]])
