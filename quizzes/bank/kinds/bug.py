"""Code with a fault: choose the cause, then see the fix."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from msgspec.structs import replace

from quizzes.bank.kinds.base import Context, Marked, Seen, Work, code_of
from quizzes.bank.kinds.options import ASKS_FOR, CODES, FIXED, Option, Order, parse_one_right, task_list
from quizzes.bank.kinds.single import Chosen, ChosenPart, OneOfSeveral, marked_wrongly, moved
from quizzes.bank.shapes import Shape
from quizzes.markup.api import QuestionSource, Report, fences, of_type, stem_without

_SECTION = "fix"


class Fault(Shape, frozen=True):
    """The causes, one of them right, and the fix in Markdown."""

    options: tuple[Option, ...]
    fix: str


class Bug(OneOfSeveral[Fault]):
    """Find the bug."""

    name = "bug"
    label = "Find the bug"
    rank = 10
    Payload = Fault
    codes = {**CODES, "K130": "a bug without code", "K131": "a bug without a fix"}
    sections = (_SECTION,)
    item_attributes = frozenset({FIXED})
    asks_for = ASKS_FOR
    practises = "code"
    trial = 1
    proved = "must"
    spoiled = 1

    def claims(self, source: QuestionSource) -> bool:
        """A task list and a section Fix."""
        return _SECTION in source.sections and bool(of_type(source, "tasks"))

    def parse(self, source: QuestionSource, report: Report) -> Fault | None:
        """Returns the causes and the fix."""
        faults = len(report.errors)
        if not fences(source):
            mend = "show the code between two lines of ```, the first with “python” behind it"
            report.error("K130", "there is no code", mend=mend, line=source.line, column=source.column)
        fix = source.sections.get(_SECTION)
        if fix is None or not fix.text.strip():
            mend = "add “### Fix” with the code as it should be"
            line = source.line if fix is None else fix.line
            report.error("K131", "there is no fix", mend=mend, line=line)
        block = task_list(source, report)
        options = parse_one_right(block, report) if block else None
        if options is None or fix is None or len(report.errors) > faults:
            return None
        return Fault(options, fix.text.strip())

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without the options; the code stays."""
        return stem_without(source, of_type(source, "tasks"))

    def options(self, payload: Fault) -> tuple[Option, ...]:
        """Returns the causes."""
        return payload.options

    def feedback(
        self, payload: Fault, seen: Seen[Order], response: Chosen, marked: Marked[ChosenPart]
    ) -> Context:
        """Returns the context of feedback.html: `options`, `skipped`, and the `fix`."""
        return {**super().feedback(payload, seen, response, marked), "fix": seen.fill(payload.fix)}

    def prove(self, work: Work[Fault]) -> Iterator[str]:
        """The function takes the code and the fix, shows that one fails, and gives words of the right cause."""
        work.count("bugs")
        return marked_wrongly(
            work.payload.options, work.called(code_of(work.stem), code_of(work.payload.fix))
        )

    def spoil(self, payload: Fault, rng: Random, *, stem: str) -> tuple[Fault, str] | None:
        """Another cause is right, or the fix is the faulty code."""
        if rng.random() < 0.5:
            options, told = moved(payload.options, rng)
            return replace(payload, options=options), told
        return replace(payload, fix=f"```python\n{code_of(stem)}```"), "the fix is the faulty code"


KIND = Bug()
