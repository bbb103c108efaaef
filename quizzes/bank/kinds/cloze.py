"""Gaps in a text."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from quizzes.bank.kinds.answers import Slot, TypedPart, also_accepted, example, judge_slot, shown
from quizzes.bank.kinds.base import Context, Fields, Form, Kind, Marked, Nothing, Parts, Read, Seen, Wrong
from quizzes.bank.kinds.gaps import (
    CODES,
    Gap,
    Gapped,
    gap_controls,
    gap_key,
    holds_gap,
    marked,
    marks_in,
    parse_gaps,
    read_gaps,
    right_gaps,
    split_text,
    untold_gaps,
    wrong_gaps,
)
from quizzes.bank.kinds.typed import typed_part
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.shapes import Shape
from quizzes.bank.text import seen as text_seen
from quizzes.markup.api import REJECT, Block, QuestionSource, Report, as_markdown, directives, prose

# What reading a text costs: little a sign, much a sign that may be Markdown.
TEXT_READ_A_UNIT = 20
MARKS_OF_MARKDOWN = "*_`[]!&<>~\\$"


class GappedText(Shape, frozen=True):
    """The text in pieces, with a number for each gap, and what is accepted in the gaps."""

    pieces: tuple[str | int, ...]
    gaps: tuple[Slot, ...]


class Cloze(Kind[GappedText, Nothing, Gapped, TypedPart]):
    """Fill the gaps."""

    name = "cloze"
    label = "Fill the gaps"
    rank = 90
    Payload = GappedText
    Presented = Nothing
    Response = Gapped
    Part = TypedPart
    words = Parts("gaps")
    codes = {
        **CODES,
        "K172": "a gap stands where nobody can type",
        "K174": "a gap stands in the heading",
    }
    directives = (REJECT,)
    asks_for = "{{gaps}}"
    typed = True
    gaps_in_text = gaps_in_code = True
    paper = "quizzes/bank/kinds/cloze/paper.html"

    def claims(self, source: QuestionSource) -> bool:
        """A gap in the text of the body or, by mistake, in the heading."""
        return holds_gap(source.prompt) or bool(_gap_blocks(source))

    def parse(self, source: QuestionSource, report: Report) -> GappedText | None:
        """Returns the text from the first block with a gap on, and its gaps."""
        faults = len(report.errors)
        if holds_gap(source.prompt):
            mend = "ask in the heading, and put the sentence with the gap below it"
            report.error(
                "K174", "a gap stands in the heading", mend=mend, line=source.line, column=source.column
            )
            return None
        pieces: list[str | Gap] = []
        for block in _from_first_gap(source):
            if pieces:
                pieces.append("\n\n")
            if block.type == "fence":
                pieces.append(as_markdown([block]))
            else:
                text = as_markdown([block]) if block.type == "quote" else block.text
                pieces.extend(split_text(text, line=block.line, column=block.column))
        found = parse_gaps(pieces, directives(source, REJECT), report, line=source.line, exact=False)
        if found is None:
            return None
        payload = GappedText(*found)
        _check_places(payload, [piece for piece in pieces if isinstance(piece, Gap)], report)
        return payload if len(report.errors) == faults else None

    def stem(self, source: QuestionSource) -> str:
        """Returns the body up to the first block with a gap."""
        shown_below = _from_first_gap(source)
        return as_markdown(block for block in prose(source) if block not in shown_below)

    def present(self, payload: GappedText, *, seed: str) -> Nothing:
        """Nothing is drawn."""
        return Nothing()

    def ask(self, payload: GappedText, seen: Seen[Nothing], draft: Gapped) -> Context:
        """Returns the context of ask.html: `text`, Markdown with markers, and `gaps`, the fields that replace them."""
        return {"text": seen.fill(_marked(payload)), "gaps": gap_controls(payload.gaps, draft)}

    def read(self, payload: GappedText, seen: Seen[Nothing], fields: Fields) -> Read[Gapped]:
        """Returns a text for every gap."""
        return read_gaps(fields, len(payload.gaps))

    def mark(self, payload: GappedText, seen: Seen[Nothing], response: Gapped) -> Marked[TypedPart]:
        """Returns the share of right gaps; passed when all are, repaired when a slip was forgiven."""
        parts = []
        for number, (slot, text) in enumerate(_filled(payload, response)):
            judged = judge_slot(slot, text, seen.values)
            parts.append(TypedPart(f"gap-{number}", float(judged.right), judged.note, judged.slip))
        right = sum(part.score == 1 for part in parts)
        return Marked(
            right / len(parts), right == len(parts), parts, repaired=any(part.slip for part in parts)
        )

    def describe(self, payload: GappedText, seen: Seen[Nothing], response: Gapped) -> str:
        """Returns the texts as typed."""
        return DONT_KNOW if response.gaps is None else clip("; ".join(response.gaps))

    def feedback(
        self, payload: GappedText, seen: Seen[Nothing], response: Gapped, marked: Marked[TypedPart]
    ) -> Context:
        """Returns the context of feedback.html: `parts`, `skipped`, and the `text` with its markers for the answers."""
        parts = [
            typed_part(
                text,
                shown(slot, seen.values),
                skipped=response.gaps is None,
                right=part.score == 1,
                label=f"Gap {number + 1}" if len(payload.gaps) > 1 else "",
                also=also_accepted(slot),
                slip=part.slip,
                note=seen.fill(part.note),
            )
            for number, ((slot, text), part) in enumerate(
                zip(_filled(payload, response), marked.parts, strict=True)
            )
        ]
        text = seen.fill(_marked(payload))
        return {"skipped": response.gaps is None, "text": text, "parts": parts}

    def key(self, payload: GappedText) -> Context:
        """Returns what is accepted and what is not."""
        return gap_key(payload.gaps)

    def right(self, payload: GappedText, seen: Seen[Nothing]) -> Form:
        """Returns the first spelling of each gap."""
        return right_gaps(example(slot, seen.values) for slot in payload.gaps)

    def wrong(self, payload: GappedText, seen: Seen[Nothing]) -> Iterator[Wrong]:
        """Returns the near misses of each gap."""
        return wrong_gaps(payload.gaps, self.right(payload, seen))

    def untold(self, payload: GappedText) -> Iterator[str]:
        """Near misses should be named, with their reason."""
        return untold_gaps(payload.gaps)


def _filled(payload: GappedText, response: Gapped) -> Iterator[tuple[Slot, str]]:
    return zip(payload.gaps, response.texts(len(payload.gaps)), strict=True)


def _marked(payload: GappedText) -> str:
    return marked(payload.pieces)


def _check_places(payload: GappedText, gaps: list[Gap], report: Report) -> None:
    text = _marked(payload)
    marks_of_markdown = sum(text.count(sign) for sign in MARKS_OF_MARKDOWN)
    report.spend(1 + len(text) // TEXT_READ_A_UNIT + 2 * marks_of_markdown, gaps[0].line)
    reached = marks_in(escape(text_seen(text)))
    for number, gap in enumerate(gaps):
        if number not in reached:
            mend = "put it into plain text, not into an address or a formula"
            report.error("K172", "nobody can type into this gap", mend=mend, line=gap.line, column=gap.column)


def _gap_blocks(source: QuestionSource) -> list[Block]:
    return [block for block in prose(source) if block.type != "fence" and holds_gap(block.text)]


def _from_first_gap(source: QuestionSource) -> list[Block]:
    with_gaps = _gap_blocks(source)
    return [block for block in prose(source) if with_gaps and block.line >= with_gaps[0].line]


KIND = Cloze()
