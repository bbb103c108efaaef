"""Code with gaps; nothing is run.

Its slots hold aliases and near misses only.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from quizzes.bank.braces import blanked
from quizzes.bank.kinds.answers import Slot, near_misses
from quizzes.bank.kinds.base import (
    Context,
    Fields,
    Form,
    Kind,
    Marked,
    Nothing,
    Part,
    Parts,
    Read,
    Seen,
    Work,
    Wrong,
)
from quizzes.bank.kinds.gaps import (
    CODES,
    FENCE,
    MARK_IN_CODE,
    Gapped,
    gap_controls,
    gap_key,
    parse_gaps,
    read_gaps,
    right_gaps,
    split_code,
    untold_gaps,
    wrong_gaps,
)
from quizzes.bank.kinds.typed import typed_part
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.params import fill
from quizzes.bank.shapes import Shape
from quizzes.markup.api import REJECT, QuestionSource, Report, directives, fences, stem_without

_SILENT = {
    tokenize.ENCODING,
    tokenize.NEWLINE,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
    tokenize.COMMENT,
}


class GappedCode(Shape, frozen=True):
    """The code in pieces, with a number for each gap, and what is accepted in the gaps."""

    language: str
    pieces: tuple[str | int, ...]
    gaps: tuple[Slot, ...]

    def filled(self, texts: list[str]) -> str:
        """Returns the code with these texts in its gaps."""
        return "".join(texts[piece] if isinstance(piece, int) else piece for piece in self.pieces)


class GapPart(Part, frozen=True):
    """Whether a gap agrees; `note` explains a near miss."""

    note: str


class Code(Kind[GappedCode, Nothing, Gapped, GapPart]):
    """Complete the code."""

    name = "code"
    label = "Complete the code"
    rank = 40
    Payload = GappedCode
    Presented = Nothing
    Response = Gapped
    Part = GapPart
    words = Parts("blanks")
    codes = {
        **CODES,
        "K176": "there is no code with gaps",
        "K177": "there is a second fence with gaps",
    }
    directives = (REJECT,)
    typed = True
    gaps_in_code = True
    practises = "code"
    paper = "quizzes/bank/kinds/code/paper.html"
    proved = "must"
    spoiled = 1

    def claims(self, source: QuestionSource) -> bool:
        """A fence with the word `cloze` behind its language."""
        return bool(fences(source, FENCE))

    def parse(self, source: QuestionSource, report: Report) -> GappedCode | None:
        """Returns the code and its gaps."""
        faults = len(report.errors)
        found = fences(source, FENCE)
        if not found:
            mend = "write the code in a fence ```python cloze, with {{gaps}}"
            report.error(
                "K176", "there is no code with gaps", mend=mend, line=source.line, column=source.column
            )
            return None
        for extra in found[1:]:
            cause = f"there is a second fence with gaps (the first is on line {found[0].line})"
            report.error("K177", cause, mend="join them, or take “cloze” off one", line=extra.line)
        block = found[0]
        pieces = split_code(block.text, line=block.line + 1, column=1)
        gapped = parse_gaps(pieces, directives(source, REJECT), report, line=block.line, exact=True)
        if gapped is None or len(report.errors) > faults:
            return None
        return GappedCode(block.info.split()[0].removesuffix(FENCE), *gapped)

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without the code that has the gaps."""
        return stem_without(source, fences(source, FENCE))

    def present(self, payload: GappedCode, *, seed: str) -> Nothing:
        """Nothing is drawn."""
        return Nothing()

    def ask(self, payload: GappedCode, seen: Seen[Nothing], draft: Gapped) -> Context:
        """Returns the context of ask.html: `code` with markers, its `language`, and `gaps`, the fields in it."""
        text = "".join(
            f"{MARK_IN_CODE}{piece}{MARK_IN_CODE}" if isinstance(piece, int) else blanked(piece, code=True)
            for piece in payload.pieces
        )
        return {
            "code": seen.fill(text),
            "language": payload.language,
            "gaps": gap_controls(payload.gaps, draft),
        }

    def read(self, payload: GappedCode, seen: Seen[Nothing], fields: Fields) -> Read[Gapped]:
        """Returns a text for every gap."""
        return read_gaps(fields, len(payload.gaps), name="blank")

    def mark(self, payload: GappedCode, seen: Seen[Nothing], response: Gapped) -> Marked[GapPart]:
        """Returns the share of gaps that agree token for token; passed when all do."""
        parts = []
        for number, (slot, text) in enumerate(_filled(payload, response)):
            right = any(same_tokens(text, fill(alias, seen.values)) for alias in slot.aliases)
            notes = [note for wrong, note in near_misses(slot) if same_tokens(text, wrong)]
            parts.append(GapPart(f"gap-{number}", float(right), notes[0] if notes and not right else ""))
        right_parts = sum(part.score == 1 for part in parts)
        return Marked(right_parts / len(parts), right_parts == len(parts), parts)

    def describe(self, payload: GappedCode, seen: Seen[Nothing], response: Gapped) -> str:
        """Returns the texts as typed."""
        return DONT_KNOW if response.gaps is None else clip("; ".join(response.gaps))

    def feedback(
        self, payload: GappedCode, seen: Seen[Nothing], response: Gapped, marked: Marked[GapPart]
    ) -> Context:
        """Returns the context of feedback.html: `parts`, `skipped`, and the `code` with the answers in its gaps."""
        answers = [fill(slot.aliases[0], seen.values) for slot in payload.gaps]
        parts = [
            typed_part(
                text,
                answers[number],
                skipped=response.gaps is None,
                right=part.score == 1,
                label=f"Blank {number + 1}" if len(answers) > 1 else "",
                also=slot.aliases[1:],
                note=seen.fill(part.note),
                as_code=True,
            )
            for number, ((slot, text), part) in enumerate(
                zip(_filled(payload, response), marked.parts, strict=True)
            )
        ]
        return {
            "skipped": response.gaps is None,
            "parts": parts,
            "code": seen.fill(payload.filled(answers)),
            "language": payload.language,
        }

    def key(self, payload: GappedCode) -> Context:
        """Returns what is accepted and what is not."""
        return gap_key(payload.gaps)

    def right(self, payload: GappedCode, seen: Seen[Nothing]) -> Form:
        """Returns the first spelling of each gap."""
        return right_gaps(slot.aliases[0] for slot in payload.gaps)

    def wrong(self, payload: GappedCode, seen: Seen[Nothing]) -> Iterator[Wrong]:
        """Returns the near misses of each gap."""
        return wrong_gaps(payload.gaps, self.right(payload, seen))

    def prove(self, work: Work[GappedCode]) -> Iterator[str]:
        """The function takes the completed code and raises when it does not do what the question asks."""
        work.count("code")
        gaps = work.payload.gaps
        first = [gap.aliases[0] for gap in gaps]
        for number, gap in enumerate(gaps):
            near = [text for text, _ in near_misses(gap)]
            for text in [*gap.aliases, *near]:
                fault = work.raised(work.payload.filled([*first[:number], text, *first[number + 1 :]]))
                if fault and text in gap.aliases:
                    yield f"does not work with “{text}” in gap {number + 1}: {fault}"
                elif not fault and text in near:
                    yield f"works with the near miss “{text}” in gap {number + 1}"

    def spoil(self, payload: GappedCode, rng: Random, *, stem: str) -> tuple[GappedCode, str] | None:
        """A gap takes a near miss, or something that is not there, for the answer."""
        number = rng.randrange(len(payload.gaps))
        gap = payload.gaps[number]
        wrong = rng.choice([*(text for text, _ in near_misses(gap)), f"{gap.aliases[0]}_wrong"])
        spoilt = replace(gap, aliases=(wrong,), rejects=())
        gaps = tuple(spoilt if place == number else one for place, one in enumerate(payload.gaps))
        return replace(payload, gaps=gaps), f"gap {gap.aliases[0]} -> {wrong}"

    def untold(self, payload: GappedCode) -> Iterator[str]:
        """Near misses should be named, with their reason."""
        return untold_gaps(payload.gaps)


def same_tokens(one: str, other: str) -> bool:
    """Returns whether two pieces of code hold the same tokens, whatever the blanks between them."""
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


def _filled(payload: GappedCode, response: Gapped) -> Iterator[tuple[Slot, str]]:
    return zip(payload.gaps, response.texts(len(payload.gaps)), strict=True)


KIND = Code()
