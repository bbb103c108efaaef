"""A short answer in words."""

from __future__ import annotations

from collections.abc import Iterator

from quizzes.bank.kinds.answers import (
    CODES,
    Slot,
    TypedPart,
    also_accepted,
    example,
    judge_slot,
    lacks_near_misses,
    near_misses,
    parse_slot,
    shown,
    with_reject,
)
from quizzes.bank.kinds.base import Context, Fields, Form, Kind, Marked, Nothing, Read, Seen, Work, Wrong
from quizzes.bank.kinds.fields import MAX_TYPED, one
from quizzes.bank.kinds.gaps import gap_key
from quizzes.bank.kinds.typed import typed_part
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.shapes import Shape
from quizzes.markup.api import ANSWER, REJECT, TRAP, QuestionSource, Report, directives, stem_without

FIELD = "answer"


class Word(Shape, frozen=True):
    """What is accepted, and the right answer's note in Markdown."""

    slot: Slot
    note: str


class Typed(Shape, frozen=True):
    """The text as typed."""

    answer: str | None = None


class Short(Kind[Word, Nothing, Typed, TypedPart]):
    """Short answer."""

    name = "short"
    label = "Short answer"
    rank = 110
    Payload = Word
    Presented = Nothing
    Response = Typed
    Part = TypedPart
    codes = {**CODES, "K190": "there is no answer", "K196": "there is a second answer"}
    directives = (ANSWER, TRAP, REJECT)
    asks_for = "an “Answer:” line"
    typed = True
    trial = 5
    proved = "may"

    def claims(self, source: QuestionSource) -> bool:
        """A line `Answer: …`."""
        return bool(directives(source, ANSWER))

    def parse(self, source: QuestionSource, report: Report) -> Word | None:
        """Returns what is accepted."""
        faults = len(report.errors)
        answers = directives(source, ANSWER)
        if not answers:
            mend = "write “Answer: dropout | drop-out”"
            report.error("K190", "there is no answer", mend=mend, line=source.line, column=source.column)
            return None
        for extra in answers[1:]:
            mend = "put all spellings into one line, with bars between them"
            report.error("K196", "there is a second answer", mend=mend, line=extra.line, column=extra.column)
        for trap in directives(source, TRAP):
            cause = "a Trap belongs to numbers"
            report.error(
                "K195", cause, mend="write “Reject: …” for a wrong word", line=trap.line, column=trap.column
            )
        slot = parse_slot(answers[0].text, report, line=answers[0].line, column=answers[0].column)
        for reject in directives(source, REJECT):
            if reject.argument not in {"", "1"}:
                cause = f"“Reject {reject.argument}” belongs to no answer"
                report.error(
                    "K193", cause, mend="leave the number out", line=reject.line, column=reject.column
                )
            elif slot is not None:
                slot = with_reject(slot, reject, report)
        return Word(slot, answers[0].note) if slot is not None and len(report.errors) == faults else None

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without its directives."""
        return stem_without(source, [])

    def present(self, payload: Word, *, seed: str) -> Nothing:
        """Nothing is drawn."""
        return Nothing()

    def ask(self, payload: Word, seen: Seen[Nothing], draft: Typed) -> Context:
        """Returns the context of ask.html: the `value` typed before."""
        return {"value": draft.answer or ""}

    def read(self, payload: Word, seen: Seen[Nothing], fields: Fields) -> Read[Typed]:
        """Returns the text typed."""
        typed = one(fields, FIELD).strip()
        if not typed:
            return Read(errors={FIELD: "Type an answer, or say that you don’t know."})
        if len(typed) > MAX_TYPED:
            cause = f"Write at most {MAX_TYPED} characters: a word or two will do."
            return Read(errors={FIELD: cause}, draft=Typed(typed[:MAX_TYPED]))
        return Read(response=Typed(typed))

    def mark(self, payload: Word, seen: Seen[Nothing], response: Typed) -> Marked[TypedPart]:
        """Right or wrong; repaired when a slip was forgiven."""
        judged = judge_slot(payload.slot, response.answer or "", seen.values)
        part = TypedPart(FIELD, float(judged.right), judged.note, judged.slip)
        return Marked(part.score, judged.right, [part], repaired=judged.slip)

    def describe(self, payload: Word, seen: Seen[Nothing], response: Typed) -> str:
        """Returns the text as typed."""
        return DONT_KNOW if response.answer is None else clip(response.answer)

    def feedback(
        self, payload: Word, seen: Seen[Nothing], response: Typed, marked: Marked[TypedPart]
    ) -> Context:
        """Returns the context of feedback.html: `parts` (one) and `skipped`."""
        part = marked.parts[0]
        judged = typed_part(
            response.answer or "",
            shown(payload.slot, seen.values),
            skipped=response.answer is None,
            right=part.score == 1,
            also=also_accepted(payload.slot),
            slip=part.slip,
            note=seen.fill(part.note),
            right_note=seen.fill(payload.note),
        )
        return {"skipped": response.answer is None, "parts": [judged]}

    def key(self, payload: Word) -> Context:
        """Returns what is accepted and what is not."""
        return gap_key([payload.slot])

    def right(self, payload: Word, seen: Seen[Nothing]) -> Form:
        """Returns the first spelling."""
        return {FIELD: [example(payload.slot, seen.values)]}

    def wrong(self, payload: Word, seen: Seen[Nothing]) -> Iterator[Wrong]:
        """Returns the near misses, and something that is nothing of the kind."""
        yield Wrong({FIELD: ["no idea"]})
        for text, note in near_misses(payload.slot):
            yield Wrong({FIELD: [text]}, (note,))
        yield Wrong({FIELD: ["nothing of the kind"]})

    def prove(self, work: Work[Word]) -> Iterator[str]:
        """The function gives texts that must be accepted."""
        work.count("further")
        for seen, _ in work.drawn():
            for text in work.called():
                if not work.marks(seen, {FIELD: [text]}).passed:
                    yield f"does not accept “{text}”"
            return

    def untold(self, payload: Word) -> Iterator[str]:
        """Near misses should be named, with their reason."""
        if lacks_near_misses([payload.slot]):
            yield "near misses"


KIND = Short()
