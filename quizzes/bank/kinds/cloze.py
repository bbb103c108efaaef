"""Gaps in a text.

Payload: `{"pieces": [text or gap's number, …], "gaps": [slot, …]}` (gaps.py, answers.py).
Response: `{"gaps": [text, …]}`.
"""

from __future__ import annotations

from html import escape

from quizzes.bank.kinds.answers import also_accepted, judge_slot, shown
from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.gaps import (
    Gap,
    gap_controls,
    gap_key,
    holds_gap,
    marked,
    marks_in,
    parse_gaps,
    read_gaps,
    split_text,
)
from quizzes.bank.kinds.typed import typed_part
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.params import fill
from quizzes.bank.text import seen
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import Block, QuestionSource
from quizzes.markup.structure import as_markdown, directives, prose

NAME = "cloze"
LABEL = "Fill the gaps"
# What reading a text costs: little a sign, much a sign that may be Markdown.
TEXT_READ_A_UNIT = 20
MARKS_OF_MARKDOWN = "*_`[]!&<>~\\$"
PARTS: Parts | None = Parts("gaps")


def claims(source: QuestionSource) -> bool:
    """A gap in the text of the body or, by mistake, in the heading."""
    return holds_gap(source.prompt) or bool(_gap_blocks(source))


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    if holds_gap(source.prompt):
        mend = "ask in the heading, and put the sentence with the gap below it"
        report.error("K174", "a gap stands in the heading", mend=mend, line=source.line, column=source.column)
        return None
    pieces: list[str | Gap] = []
    for block in _from_first_gap(source):
        if pieces:
            pieces.append("\n\n")
        if block.type == "fence":
            pieces.append(as_markdown([block]))
        elif block.type == "quote":
            text = as_markdown([block])
            pieces.extend(split_text(text, line=block.line, column=block.column))
        else:
            pieces.extend(split_text(block.text, line=block.line, column=block.column))
    payload = parse_gaps(pieces, directives(source, "Reject"), report, line=source.line, exact=False)
    if payload is not None:
        _check_places(payload, [piece for piece in pieces if isinstance(piece, Gap)], report)
    return payload if len(report.errors) == faults else None


def _check_places(payload: Json, gaps: list[Gap], report: Report) -> None:
    text = marked(payload["pieces"])
    marks_of_markdown = sum(text.count(sign) for sign in MARKS_OF_MARKDOWN)
    report.spend(1 + len(text) // TEXT_READ_A_UNIT + 2 * marks_of_markdown, gaps[0].line)
    reached = marks_in(escape(seen(text)))
    for number, gap in enumerate(gaps):
        if number not in reached:
            mend = "put it into plain text, not into an address or a formula"
            report.error("K172", "nobody can type into this gap", mend=mend, line=gap.line, column=gap.column)


def _gap_blocks(source: QuestionSource) -> list[Block]:
    return [block for block in prose(source) if block.type != "fence" and holds_gap(block.text)]


def _from_first_gap(source: QuestionSource) -> list[Block]:
    with_gaps = _gap_blocks(source)
    return [block for block in prose(source) if with_gaps and block.line >= with_gaps[0].line]


def stem(source: QuestionSource) -> str:
    """The body up to the first block with a gap."""
    shown_below = _from_first_gap(source)
    return as_markdown(block for block in prose(source) if block not in shown_below)


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """Nothing is drawn."""
    return {}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `text`, Markdown with markers, and `gaps`, the fields that replace them."""
    return {"text": _marked(payload, presented), "gaps": gap_controls(payload["gaps"], draft)}


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """A text for every gap."""
    return read_gaps(fields, len(payload["gaps"]))


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """The share of right gaps; passed when all are, repaired when a slip was forgiven."""
    given = response.get("gaps") or [""] * len(payload["gaps"])
    parts: list[Json] = []
    for number, (slot, text) in enumerate(zip(payload["gaps"], given, strict=True)):
        judged = judge_slot(slot, text, presented["values"])
        parts.append(
            {"key": f"gap-{number}", "score": float(judged.right), "slip": judged.slip, "note": judged.note}
        )
    right = sum(part["score"] == 1 for part in parts)
    return Marks(right / len(parts), right == len(parts), parts, repaired=any(part["slip"] for part in parts))


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The texts as typed."""
    return clip("; ".join(response["gaps"])) if "gaps" in response else DONT_KNOW


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `parts`, `skipped`, and the `text` with its markers for `gaps`, the answers."""
    values = presented["values"]
    given = response.get("gaps") or [""] * len(payload["gaps"])
    parts = []
    for number, (slot, text, part) in enumerate(zip(payload["gaps"], given, marks.parts, strict=True)):
        parts.append(
            typed_part(
                text,
                shown(slot, values),
                skipped=not response,
                right=part["score"] == 1,
                label=f"Gap {number + 1}" if len(given) > 1 else "",
                also=also_accepted(slot),
                slip=part["slip"],
                note=fill(part["note"], values),
            )
        )
    return {"skipped": not response, "text": _marked(payload, presented), "parts": parts}


def _marked(payload: Json, presented: Json) -> str:
    return fill(marked(payload["pieces"]), presented["values"])


def guess_rate(payload: Json) -> float:
    """Nothing: it is typed."""
    return 0.0


def key(payload: Json) -> Json:
    """What is accepted and what is not."""
    return gap_key(payload["gaps"])
