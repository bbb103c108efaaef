"""Code with gaps; nothing is run.

Payload: `{"language", "pieces": [code or gap's number, …], "gaps": [slot, …]}` (gaps.py, answers.py: aliases and near
misses only). Response: `{"gaps": [text, …]}`.
"""

from __future__ import annotations

import io
import re
import tokenize

from quizzes.bank.braces import blanked
from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.gaps import gap_controls, gap_key, parse_gaps, read_gaps, split_code
from quizzes.bank.kinds.typed import typed_part
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.params import fill
from quizzes.markup.diagnostics import Report
from quizzes.markup.source import QuestionSource
from quizzes.markup.structure import directives, fences, stem_without

NAME = "code"
LABEL = "Complete the code"
PARTS: Parts | None = Parts("blanks")
BLANK = "ʘ"
"""Around a gap's number in the context's `code`: a letter, so that highlighters take the whole for a name."""

_SILENT = {
    tokenize.ENCODING,
    tokenize.NEWLINE,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.COMMENT,
}


def claims(source: QuestionSource) -> bool:
    """A fence with the word `cloze` behind its language."""
    return bool(fences(source, "cloze"))


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    found = fences(source, "cloze")
    if not found:
        mend = "write the code in a fence ```python cloze, with {{gaps}}"
        report.error("K176", "there is no code with gaps", mend=mend, line=source.line, column=source.column)
        return None
    for extra in found[1:]:
        cause = f"there is a second fence with gaps (the first is on line {found[0].line})"
        report.error("K177", cause, mend="join them, or take “cloze” off one", line=extra.line)
    block = found[0]
    pieces = split_code(block.text, line=block.line + 1, column=1)
    payload = parse_gaps(pieces, directives(source, "Reject"), report, line=block.line, exact=True)
    if payload is None or len(report.errors) > faults:
        return None
    return {"language": block.info.split()[0].removesuffix("cloze"), **payload}


def stem(source: QuestionSource) -> str:
    """The body without the code that has the gaps."""
    return stem_without(source, fences(source, "cloze"))


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """Nothing is drawn."""
    return {}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `code` with markers, its `language`, and `gaps`, the fields that stand in it."""
    return {
        "code": _marked(payload, presented),
        "language": payload["language"],
        "gaps": gap_controls(payload["gaps"], draft),
    }


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """A text for every gap."""
    return read_gaps(fields, len(payload["gaps"]), name="blank")


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """The share of gaps that agree token for token; passed when all do."""
    values = presented["values"]
    given = response.get("gaps") or [""] * len(payload["gaps"])
    parts: list[Json] = []
    for number, (slot, text) in enumerate(zip(payload["gaps"], given, strict=True)):
        right = any(same_tokens(text, fill(alias, values)) for alias in slot["aliases"])
        notes = [
            reject["note"]
            for reject in slot["rejects"]
            if any(same_tokens(text, wrong) for wrong in reject["texts"])
        ]
        parts.append(
            {"key": f"gap-{number}", "score": float(right), "note": notes[0] if notes and not right else ""}
        )
    right_parts = sum(part["score"] == 1 for part in parts)
    return Marks(right_parts / len(parts), right_parts == len(parts), parts)


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The texts as typed."""
    return clip("; ".join(response["gaps"])) if "gaps" in response else DONT_KNOW


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `parts`, `skipped`, and the `code` with the answers in its gaps."""
    values = presented["values"]
    given = response.get("gaps") or [""] * len(payload["gaps"])
    parts = []
    for number, (slot, text, part) in enumerate(zip(payload["gaps"], given, marks.parts, strict=True)):
        parts.append(
            typed_part(
                text,
                fill(slot["aliases"][0], values),
                skipped=not response,
                right=part["score"] == 1,
                label=f"Blank {number + 1}" if len(given) > 1 else "",
                also=slot["aliases"][1:],
                note=fill(part["note"], values),
                as_code=True,
            )
        )
    answers = [part["expected"] for part in parts]
    whole = "".join(answers[piece] if isinstance(piece, int) else piece for piece in payload["pieces"])
    return {
        "skipped": not response,
        "parts": parts,
        "code": fill(whole, values),
        "language": payload["language"],
    }


def same_tokens(one: str, other: str) -> bool:
    """Whether two pieces of code hold the same tokens, whatever the blanks between them."""
    ours = _tokens(one)
    return bool(ours) and ours == _tokens(other)


def _tokens(text: str) -> list[str]:
    try:
        found = [
            token.string
            for token in tokenize.generate_tokens(io.StringIO(text.strip()).readline)
            if token.type not in _SILENT
        ]
    except (tokenize.TokenError, SyntaxError, ValueError):  # a piece like "(" or "a[" is no whole
        found = re.findall(r"\w+|[^\w\s]", text)
    return [token for token in found if token.strip()]


def _marked(payload: Json, presented: Json) -> str:
    text = "".join(
        f"{BLANK}{piece}{BLANK}" if isinstance(piece, int) else blanked(piece, code=True)
        for piece in payload["pieces"]
    )
    return fill(text, presented["values"])


def guess_rate(payload: Json) -> float:
    """Nothing: it is typed."""
    return 0.0


def key(payload: Json) -> Json:
    """What is accepted and what is not."""
    return gap_key(payload["gaps"])
