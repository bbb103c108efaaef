"""One number, or several named ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

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
    Values,
    Work,
    Wrong,
)
from quizzes.bank.kinds.fields import one
from quizzes.bank.kinds.numbers import (
    CODES,
    MAX_LENGTH,
    NotANumberError,
    allowed,
    is_number,
    literal_overlap,
    parse_number,
    read_number,
    written,
)
from quizzes.bank.kinds.numeric.proof import check_numbers, spoilt_number
from quizzes.bank.kinds.numeric.shapes import ONLY, Number, Numbers, Trap
from quizzes.bank.kinds.typed import typed_part
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.shapes import Shape
from quizzes.markup.api import (
    ANSWER,
    REJECT,
    TRAP,
    Directive,
    QuestionSource,
    Report,
    directives,
    normalized,
    stem_without,
)

MAX_PARTS = 20
MAX_TRAPS = 60


class TypedNumber(Shape, frozen=True):
    """A number as typed, and as read."""

    text: str
    value: float


class Typed(Shape, frozen=True):
    """The numbers by the keys of their parts; of a draft, the texts."""

    parts: dict[str, TypedNumber | str] | None = None

    def text(self, key: str) -> str:
        """Returns what was typed for a part, "" when nothing was."""
        given = (self.parts or {}).get(key, "")
        return given if isinstance(given, str) else given.text

    def value(self, key: str) -> float | None:
        """Returns the number of a part, None when there is none."""
        given = (self.parts or {}).get(key)
        return given.value if isinstance(given, TypedNumber) else None


class NumberPart(Part, frozen=True):
    """Whether a number is right, or the place of the trap it fell into."""

    trap: int | None


class Numeric(Kind[Numbers, Nothing, Typed, NumberPart]):
    """Numbers."""

    name = "numeric"
    label = "Number"
    rank = 100
    Payload = Numbers
    Presented = Nothing
    Response = Typed
    Part = NumberPart
    words = Parts("numbers")
    codes = {
        **CODES,
        "K190": "there is no answer",
        "K195": "a Trap among words, or a Reject among numbers",
        "K203": "a trap is accepted as the answer",
        "K204": "a trap belongs to no answer",
        "K205": "note: a trap has no note",
        "K206": "two answers have the same name",
        "K207": "one of several answers has no name",
        "K208": "too many answers or traps",
        "K209": "a trap is given twice",
    }
    directives = (ANSWER, TRAP, REJECT)
    asks_for = "an “Answer:” line"
    typed = True
    practises = "numbers"
    trial = 4
    paper = "quizzes/bank/kinds/numeric/paper.html"
    proved = "must"
    spoiled = 2

    def claims(self, source: QuestionSource) -> bool:
        """Lines `Answer: …` that hold numbers."""
        answers = directives(source, ANSWER)
        return bool(answers) and all(is_number(answer.text) for answer in answers)

    def parse(self, source: QuestionSource, report: Report) -> Numbers | None:
        """Returns the parts with their traps."""
        faults = len(report.errors)
        answers = directives(source, ANSWER)
        if not answers:
            mend = "write “Answer: 0.75 ± 0.01”"
            report.error("K190", "there is no answer", mend=mend, line=source.line, column=source.column)
            return None
        if len(answers) > MAX_PARTS:
            cause = f"there are {len(answers)} answers, more than {MAX_PARTS}"
            report.error("K208", cause, mend="divide the question", line=answers[MAX_PARTS].line)
            return None
        parts = _parts(answers, report)
        traps = directives(source, TRAP)
        if len(traps) > MAX_TRAPS:
            cause = f"there are {len(traps)} traps, more than {MAX_TRAPS}"
            report.error("K208", cause, mend="keep the best", line=traps[MAX_TRAPS].line)
            return None
        for trap in traps:
            _add_trap(parts, trap, report)
        for reject in directives(source, REJECT):
            mend = "write “Trap: …” for a wrong number"
            report.error(
                "K195", "a Reject belongs to words", mend=mend, line=reject.line, column=reject.column
            )
        sound = tuple(part for part in parts.values() if part is not None)
        return Numbers(sound) if len(report.errors) == faults else None

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without its directives."""
        return stem_without(source, [])

    def present(self, payload: Numbers, *, seed: str) -> Nothing:
        """Nothing but the values is drawn."""
        return Nothing()

    def ask(self, payload: Numbers, seen: Seen[Nothing], draft: Typed) -> Context:
        """Returns the context of ask.html: `parts`, a field each."""
        return {
            "parts": [
                {
                    "name": part.field,
                    "label": part.label,
                    "unit": part.spec.unit,
                    "value": draft.text(part.key),
                }
                for part in payload.parts
            ]
        }

    def read(self, payload: Numbers, seen: Seen[Nothing], fields: Fields) -> Read[Typed]:
        """Returns a number for every part."""
        typed = {part.key: one(fields, part.field).strip() for part in payload.parts}
        errors: dict[str, str] = {}
        found: dict[str, TypedNumber | str] = {}
        for part in payload.parts:
            text = typed[part.key]
            if not text:
                errors[part.field] = "Type a number, or say that you don’t know."
                continue
            try:
                found[part.key] = TypedNumber(text, read_number(text, part.spec.unit))
            except NotANumberError as fault:
                errors[part.field] = str(fault)
        if errors:
            return Read(errors=errors, draft=Typed({key: text[:MAX_LENGTH] for key, text in typed.items()}))
        return Read(response=Typed(found))

    def mark(self, payload: Numbers, seen: Seen[Nothing], response: Typed) -> Marked[NumberPart]:
        """Returns the share of right parts; passed when all are. A part's `trap` is the trap it fell into, if any."""
        parts = []
        for part in payload.parts:
            number = response.value(part.key)
            right = number is not None and allowed(part.spec, seen.values).holds(number)
            trap = None if right or number is None else _trap_of(part, number, seen.values)
            parts.append(NumberPart(part.key, float(right), trap))
        right_parts = sum(part.score == 1 for part in parts)
        return Marked(right_parts / len(parts), right_parts == len(parts), parts)

    def describe(self, payload: Numbers, seen: Seen[Nothing], response: Typed) -> str:
        """Returns the numbers as typed, with their parts' names."""
        if response.parts is None:
            return DONT_KNOW
        told = [f"{part.label}: {response.text(part.key)}".removeprefix(": ") for part in payload.parts]
        return clip("; ".join(told))

    def feedback(
        self, payload: Numbers, seen: Seen[Nothing], response: Typed, marked: Marked[NumberPart]
    ) -> Context:
        """Returns the context of feedback.html: `parts` and `skipped`."""
        parts = [
            typed_part(
                response.text(part.key),
                written(part.spec, seen.values),
                skipped=response.parts is None,
                right=judged.score == 1,
                label=part.label,
                note=seen.fill(part.traps[judged.trap].note) if judged.trap is not None else "",
                right_note=seen.fill(part.note),
            )
            for part, judged in zip(payload.parts, marked.parts, strict=True)
        ]
        return {"skipped": response.parts is None, "parts": parts}

    def key(self, payload: Numbers) -> Context:
        """Returns the parts with their values and tolerances."""
        return {"parts": [[part.key, part.spec.to_json()] for part in payload.parts]}

    def right(self, payload: Numbers, seen: Seen[Nothing]) -> Form:
        """Returns the value, or the lower end, of each part."""
        return {part.field: [seen.fill(part.spec.value or part.spec.low)] for part in payload.parts}

    def wrong(self, payload: Numbers, seen: Seen[Nothing]) -> Iterator[Wrong]:
        """Returns the traps, and a number that is nothing of the kind."""
        right = self.right(payload, seen)
        for part in payload.parts:
            for trap in part.traps:
                yield Wrong({**right, part.field: [seen.fill(trap.spec.value)]}, (trap.note,))
        for part in payload.parts:
            yield Wrong({**right, part.field: ["-123456789"]})

    def prove(self, work: Work[Numbers]) -> Iterator[str]:
        """The function takes the parameters and gives `[answer, trap, …]`, a dictionary of such lists for parts."""
        work.count("numbers", len(work.payload.parts))
        work.count("traps", sum(len(part.traps) for part in work.payload.parts))
        for seen, drawn in work.drawn():
            faults = check_numbers(work, seen, work.called(**drawn))
            if faults:
                where = ", ".join(f"{name} = {value}" for name, value in seen.values.items())
                yield from (f"{fault}{f' when {where}' if where else ''}" for fault in faults)
                return

    def spoil(self, payload: Numbers, rng: Random, *, stem: str) -> tuple[Numbers, str] | None:
        """Another answer, another trap, or a tolerance that takes in everything."""
        return spoilt_number(payload, rng)

    def untold(self, payload: Numbers) -> Iterator[str]:
        """Traps should be named, with their reason."""
        traps = [trap for part in payload.parts for trap in part.traps]
        if not traps or not all(trap.note for trap in traps):
            yield "traps"


def _parts(answers: list[Directive], report: Report) -> dict[str, Number | None]:
    parts: dict[str, Number | None] = {}
    for answer in answers:
        spec = parse_number(answer.text, report, line=answer.line, column=answer.column)
        key = _slug(answer.argument)
        if key in parts:
            name = f"“{answer.argument}”" if answer.argument else "without a name"
            cause = f"there is a second answer {name}"
            mend = "name each part: “Answer (mean): 1.5”"
            report.error("K206", cause, mend=mend, line=answer.line, column=answer.column)
        elif not answer.argument and any(other.argument for other in answers):
            mend = "name it: “Answer (mean): 1.5”"
            report.error("K207", "one of several answers has no name", mend=mend, line=answer.line)
        parts.setdefault(key, None if spec is None else Number(key, answer.argument, spec, answer.note, ()))
    return parts


def _slug(label: str) -> str:
    letters = normalized("NFKD", label).casefold()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-") or (label.encode().hex() if label else ONLY)


def _add_trap(parts: dict[str, Number | None], trap: Directive, report: Report) -> None:
    key = _slug(trap.argument)
    spec = parse_number(trap.text, report, line=trap.line, column=trap.column)
    if key not in parts:
        cause = f"this trap belongs to no answer{f' named “{trap.argument}”' if trap.argument else ''}"
        names = ", ".join(part.label for part in parts.values() if part is not None and part.label)
        mend = f"name one of its answers: {names}" if names else "leave the name out"
        report.error("K204", cause, mend=mend, line=trap.line, column=trap.column)
        return
    if not trap.note:
        mend = "say in a quote below it (“> …”) what went wrong"
        report.note("K205", "a trap has no note", mend=mend, line=trap.line, column=trap.column)
    part = parts[key]
    if spec is None or part is None:
        return
    if literal_overlap(part.spec, spec):
        cause = f"the trap {trap.text} is accepted as the answer"
        mend = "narrow the answer's tolerance or take the trap out"
        report.error("K203", cause, mend=mend, line=trap.line, column=trap.column)
    if any(spec == known.spec for known in part.traps):
        cause = f"the trap {trap.text} is given twice"
        report.error("K209", cause, mend="keep one of them", line=trap.line, column=trap.column)
    parts[key] = replace(part, traps=(*part.traps, Trap(spec, trap.note)))


def _trap_of(part: Number, number: float, values: Values) -> int | None:
    """Returns the place of the trap whose range holds the number; of several, the one whose value is nearest."""
    ranges = [allowed(trap.spec, values, like=part.spec) for trap in part.traps]
    holding = [place for place, accepted in enumerate(ranges) if accepted.holds(number)]
    return min(holding, key=lambda place: abs(ranges[place].value - number), default=None)


KIND = Numeric()
