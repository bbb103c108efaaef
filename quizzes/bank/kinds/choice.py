"""One right answer among several options."""

from __future__ import annotations

from collections.abc import Iterator

from quizzes.bank.kinds.base import Work
from quizzes.bank.kinds.options import ASKS_FOR, CODES, FIXED, Option, parse_one_right, task_list
from quizzes.bank.kinds.single import OneOfSeveral, marked_wrongly
from quizzes.bank.shapes import Shape
from quizzes.markup.api import QuestionSource, Report, of_type, stem_without


class Choices(Shape, frozen=True):
    """The options, one of them right."""

    options: tuple[Option, ...]


class Choice(OneOfSeveral[Choices]):
    """Single choice."""

    name = "choice"
    label = "Single choice"
    rank = 50
    Payload = Choices
    codes = CODES
    item_attributes = frozenset({FIXED})
    asks_for = ASKS_FOR
    trial = 6
    proved = "may"

    def claims(self, source: QuestionSource) -> bool:
        """A task list with at most one `[x]`."""
        return any(
            sum(bool(item.checked) for item in block.items) < 2 for block in of_type(source, "tasks")[:1]
        )

    def parse(self, source: QuestionSource, report: Report) -> Choices | None:
        """Returns the options."""
        block = task_list(source, report)
        options = parse_one_right(block, report) if block else None
        return None if options is None else Choices(options)

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without the options."""
        return stem_without(source, of_type(source, "tasks"))

    def options(self, payload: Choices) -> tuple[Option, ...]:
        """Returns the options."""
        return payload.options

    def prove(self, work: Work[Choices]) -> Iterator[str]:
        """The function gives a text: words that stand in the right option and in no other."""
        work.count("further")
        return marked_wrongly(work.payload.options, work.called())


KIND = Choice()
