"""Gaps in texts and code: `{{gap}}`, never inside code spans or mathematics, and not `{{=expression}}`.

*Pieces* are a list of texts and, for each gap, its number from 0: `["A ", 0, " filter"]`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from quizzes.bank.braces import Braces, blanked, find_braces
from quizzes.bank.kinds import answers
from quizzes.bank.kinds.answers import Slot, lacks_near_misses, near_misses, parse_slot, with_reject
from quizzes.bank.kinds.base import Context, Fields, Form, Read, Wrong
from quizzes.bank.kinds.fields import MAX_TYPED, one
from quizzes.bank.kinds.patterns import PROGRAMS_LIMIT, size_of
from quizzes.bank.shapes import Shape
from quizzes.markup.api import Directive, Report

MAX_GAPS = 12
FENCE = "cloze"
"""The word behind the language of a fence that has gaps."""
MARK_IN_CODE = "ʘ"
"""Around a gap's number in shown code: a letter, so that highlighters take the whole for a name."""
CODES = {
    **answers.CODES,
    "K170": "there is no gap",
    "K171": "a gap is empty",
    "K175": "there are too many gaps",
}

_MARK = re.compile("\ue000(\\d+)\ue001")  # private characters around a gap's number, in Markdown and in HTML
_TAG = re.compile(r"(<[^>]*>)")


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap as written, with the place of its first brace."""

    text: str
    line: int
    column: int


class Gapped(Shape, frozen=True):
    """What was typed into the gaps."""

    gaps: tuple[str, ...] | None = None

    def texts(self, count: int) -> tuple[str, ...]:
        """Returns the texts of so many gaps, empty where nothing was typed."""
        return self.gaps if self.gaps is not None else ("",) * count


def split_text(text: str, *, line: int, column: int) -> list[str | Gap]:
    """Markdown cut at its gaps; `line` and `column` say where the text begins."""
    return _split(find_braces(text), text, line, column)


def split_code(code: str, *, line: int, column: int) -> list[str | Gap]:
    """Code cut at its gaps."""
    return _split(find_braces(code, code=True), code, line, column)


def holds_gap(text: str) -> bool:
    """Returns whether Markdown holds a gap."""
    return "{{" in text and any(braces.role == "gap" for braces in find_braces(text))


def _split(found_braces: Iterable[Braces], text: str, line: int, column: int) -> list[str | Gap]:
    found: list[str | Gap] = []
    position = counted = 0
    for braces in found_braces:
        if braces.role != "gap":
            continue
        start = braces.start
        line += text.count("\n", counted, start)
        counted = start
        newline = text.rfind("\n", 0, start)
        at_column = start - newline if newline >= 0 else column + start
        found.append(text[position:start])
        content = text[start + 2 : braces.end - 2].strip()
        found.append(Gap(content, line, at_column))
        position = braces.end
    found.append(text[position:])
    return [piece for piece in found if piece != ""]


def parse_gaps(
    pieces: Sequence[str | Gap], rejects: Sequence[Directive], report: Report, *, line: int, exact: bool
) -> tuple[tuple[str | int, ...], tuple[Slot, ...]] | None:
    """Pieces, and a slot for every gap, or None after an error was reported.

    `Reject 2: …` belongs to the second gap, `Reject: …` to the first; `exact` slots hold code.
    """
    gaps = [piece for piece in pieces if isinstance(piece, Gap)]
    report.spend(len(gaps), line)
    if len(gaps) > MAX_GAPS:
        cause = f"there are {len(gaps)} gaps, more than {MAX_GAPS}"
        report.error(
            "K175", cause, mend="divide the question", line=gaps[MAX_GAPS].line, column=gaps[MAX_GAPS].column
        )
        return None
    slots = [_slot(gap, report, exact=exact) for gap in gaps]
    if not gaps:
        report.error(
            "K170", "there is no gap", mend="put what is asked for in braces, as in {{dropout}}", line=line
        )
        return None
    faults = len(report.errors)
    if (
        size_of([pattern for slot in slots if slot is not None for pattern in slot.patterns])
        > 2 * PROGRAMS_LIMIT
    ):
        cause = "the regular expressions of all gaps are too large together"
        report.error("K182", cause, mend="list spellings with bars between them instead", line=line)
    for reject in rejects:
        number = int(reject.argument) if reject.argument.isdecimal() else 1 if not reject.argument else 0
        if not 1 <= number <= len(gaps):
            cause = f"“Reject {reject.argument}” belongs to no gap"
            mend = f"number it from 1 to {len(gaps)}"
            report.error("K193", cause, mend=mend, line=reject.line, column=reject.column)
            continue
        slot = slots[number - 1]
        if slot is not None:
            slots[number - 1] = with_reject(slot, reject, report, exact=exact)
    sound = [slot for slot in slots if slot is not None]
    if len(sound) < len(gaps) or len(report.errors) > faults:
        return None
    numbers = iter(range(len(gaps)))
    return tuple(next(numbers) if isinstance(piece, Gap) else piece for piece in pieces), tuple(sound)


def _slot(gap: Gap, report: Report, *, exact: bool) -> Slot | None:
    if not gap.text:
        report.error(
            "K171",
            "a gap is empty",
            mend="write the answer between the braces",
            line=gap.line,
            column=gap.column,
        )
        return None
    return parse_slot(gap.text, report, line=gap.line, column=gap.column, exact=exact)


def read_gaps(fields: Fields, count: int, *, name: str = "gap") -> Read[Gapped]:
    """Returns the texts typed into `gap-0`, `gap-1`, …: all are needed; `name` is what the page calls one."""
    texts = [one(fields, f"gap-{number}").strip() for number in range(count)]
    errors: dict[str, str] = {}
    for number, text in enumerate(texts):
        if not text:
            errors[f"gap-{number}"] = (
                f"{name.capitalize()} {number + 1} is empty: fill it, or write ? if you don’t know this one."
                if count > 1
                else f"Fill the {name}, or say that you don’t know."
            )
        elif len(text) > MAX_TYPED:
            errors[f"gap-{number}"] = f"Write at most {MAX_TYPED} characters."
    if errors:
        return Read(errors=errors, draft=Gapped(tuple(texts)))
    return Read(response=Gapped(tuple(texts)))


def gap_controls(slots: Sequence[Slot], draft: Gapped) -> list[Context]:
    """Returns what the templates need for one text field per gap; nothing in it tells the answer."""
    typed = draft.gaps or ()
    return [
        {
            "name": f"gap-{number}",
            "number": number + 1,
            "value": typed[number] if number < len(typed) else "",
            "holds_number": slot.number is not None,
        }
        for number, slot in enumerate(slots)
    ]


def gap_key(slots: Sequence[Slot]) -> Context:
    """Returns what decides the marking of gaps."""
    return {
        "gaps": [
            [
                slot.aliases,
                [pattern.to_json() for pattern in slot.patterns],
                slot.number.to_json() if slot.number is not None else None,
                [reject.texts for reject in slot.rejects],
            ]
            for slot in slots
        ]
    }


def marked(pieces: Sequence[str | int]) -> str:
    """Returns the Markdown of pieces with a mark for each gap; a gap that was never closed is blanked."""
    return "".join(f"\ue000{piece}\ue001" if isinstance(piece, int) else blanked(piece) for piece in pieces)


def fill_marks(html: str, contents: Sequence[str]) -> str:
    """HTML made from marked Markdown, with contents (HTML too) for the marks; inside tags nothing is replaced."""

    def content(match: re.Match[str]) -> str:
        number = int(match[1])
        return contents[number] if number < len(contents) else ""

    parts = _TAG.split(html)
    return "".join(part if part.startswith("<") else _MARK.sub(content, part) for part in parts)


def marks_in(html: str) -> set[int]:
    """Returns the numbers of the gaps that `fill_marks` would reach."""
    return {
        int(match[1])
        for part in _TAG.split(html)
        if not part.startswith("<")
        for match in _MARK.finditer(part)
    }


def right_gaps(texts: Iterable[str]) -> Form:
    """Returns the form that types these texts."""
    return {f"gap-{number}": [text] for number, text in enumerate(texts)}


def wrong_gaps(slots: Sequence[Slot], right: Form) -> Iterator[Wrong]:
    """The near misses, each in its gap, and something that nothing of the kind is."""
    yield Wrong(right_gaps("no idea" for _ in slots))
    for number, slot in enumerate(slots):
        for text, note in near_misses(slot):
            yield Wrong({**right, f"gap-{number}": [text]}, (note,))
        yield Wrong({**right, f"gap-{number}": ["nothing of the kind"]})


def untold_gaps(slots: Sequence[Slot]) -> Iterator[str]:
    """What gaps should tell and these do not."""
    if lacks_near_misses(slots):
        yield "near misses"
