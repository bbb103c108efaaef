"""Several right answers among the options; each option is judged."""

from __future__ import annotations

from collections.abc import Iterator

from quizzes.bank.kinds.base import Context, Fields, Form, Kind, Marked, Part, Parts, Read, Seen, Work, Wrong
from quizzes.bank.kinds.fields import many, positions
from quizzes.bank.kinds.options import (
    ASKS_FOR,
    CODES,
    FIXED,
    Option,
    Order,
    ask_for_notes,
    control_rows,
    judged_list,
    lacks_notes,
    parse_options,
    report_no_right,
    right_places,
    right_texts,
    shuffled_order,
    task_list,
)
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.shapes import Shape
from quizzes.markup.api import QuestionSource, Report, of_type, stem_without

FIELD = "option"


class Choices(Shape, frozen=True):
    """The options, two or more of them right."""

    options: tuple[Option, ...]


class Ticked(Shape, frozen=True):
    """The places of the ticked options in the payload."""

    options: tuple[int, ...] | None = None


class OptionPart(Part, frozen=True):
    """Whether an option was judged rightly, and whether it was ticked."""

    given: bool


class Multi(Kind[Choices, Order, Ticked, OptionPart]):
    """Multiple choice."""

    name = "multi"
    label = "Multiple choice"
    rank = 60
    Payload = Choices
    Presented = Order
    Response = Ticked
    Part = OptionPart
    words = Parts("options", right="judged rightly")
    codes = {
        **CODES,
        "K110": "every option, or every reason, is marked right",
        "K112": "multiple choice with only one right option",
    }
    item_attributes = frozenset({FIXED})
    asks_for = ASKS_FOR
    paper = "quizzes/bank/kinds/options/paper.html"
    proved = "may"

    def claims(self, source: QuestionSource) -> bool:
        """A task list with two or more `[x]`."""
        return any(
            sum(bool(item.checked) for item in block.items) >= 2 for block in of_type(source, "tasks")[:1]
        )

    def parse(self, source: QuestionSource, report: Report) -> Choices | None:
        """Returns the options."""
        block = task_list(source, report)
        options = parse_options(block, report) if block else None
        if block is None:
            return None
        right = sum(bool(item.checked) for item in block.items)
        line, column = block.line, block.column
        if not right:
            report_no_right(block, report)
        elif right == 1:
            mend = "mark the others that are right, or leave type=multi out"
            report.error("K112", "only one option is marked right", mend=mend, line=line, column=column)
        elif right == len(block.items):
            mend = "add an option that is wrong"
            report.error("K110", "every option is marked right", mend=mend, line=line, column=column)
        ask_for_notes(block, report)
        return Choices(options) if options and 2 <= right < len(block.items) else None

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without the options."""
        return stem_without(source, of_type(source, "tasks"))

    def present(self, payload: Choices, *, seed: str) -> Order:
        """Returns the order of the options."""
        return Order(shuffled_order(payload.options, f"{seed}:options"))

    def ask(self, payload: Choices, seen: Seen[Order], draft: Ticked) -> Context:
        """Returns the context of ask.html: `rows`."""
        return {"rows": control_rows(payload.options, seen.own.options, seen.values, draft.options or ())}

    def read(self, payload: Choices, seen: Seen[Order], fields: Fields) -> Read[Ticked]:
        """Returns the ticked options; none at all is an error."""
        order = seen.own.options
        typed = many(fields, FIELD)
        if not typed:
            return Read(errors={FIELD: "Choose at least one, or say that you don’t know."})
        chosen = positions(typed, len(order))
        if chosen is None:
            return Read(errors={FIELD: "One of these options is not on this page: choose from those shown."})
        return Read(response=Ticked(tuple(sorted(order[number] for number in chosen))))

    def mark(self, payload: Choices, seen: Seen[Order], response: Ticked) -> Marked[OptionPart]:
        """Returns the share of options judged rightly; passed when all are."""
        right = right_places(payload.options)
        given = response.options
        parts = [
            OptionPart(
                f"option-{place}",
                float(given is not None and (place in given) == (place in right)),
                given is not None and place in given,
            )
            for place in range(len(payload.options))
        ]
        score = sum(part.score for part in parts) / len(parts)
        return Marked(score, all(part.score for part in parts), parts)

    def describe(self, payload: Choices, seen: Seen[Order], response: Ticked) -> str:
        """Returns the texts of the ticked options."""
        if response.options is None:
            return DONT_KNOW
        texts = [payload.options[place].text for place in response.options]
        return clip(unmarked(seen.fill("; ".join(texts))))

    def feedback(
        self, payload: Choices, seen: Seen[Order], response: Ticked, marked: Marked[OptionPart]
    ) -> Context:
        """Returns the context of feedback.html: `options` and `skipped`."""
        return {
            "skipped": response.options is None,
            "options": judged_list(
                payload.options, seen.own.options, seen.values, response.options or (), several=True
            ),
        }

    def guess_rate(self, payload: Choices) -> float:
        """One in the number of ways to tick or not to tick."""
        return float(0.5 ** len(payload.options))

    def key(self, payload: Choices) -> Context:
        """Returns the right options' texts."""
        return {"right": right_texts(payload.options)}

    def right(self, payload: Choices, seen: Seen[Order]) -> Form:
        """Returns all right options."""
        order = seen.own.options
        return {FIELD: [str(order.index(place)) for place in right_places(payload.options)]}

    def wrong(self, payload: Choices, seen: Seen[Order]) -> Iterator[Wrong]:
        """One right option is missing, or a wrong one is among them."""
        order = seen.own.options
        right = set(right_places(payload.options))
        for place in sorted(range(len(payload.options)), key=lambda place: place not in right):
            option = payload.options[place]
            given = sorted(order.index(one) for one in right ^ {place})
            yield Wrong({FIELD: [str(one) for one in given]}, () if option.right else (option.note,))

    def prove(self, work: Work[Choices]) -> Iterator[str]:
        """The function takes an option without its backticks and gives whether it is right."""
        work.count("further")
        for option in work.payload.options:
            if work.called(option.text.strip("`")) != option.right:
                yield f"marks “{option.text}” wrongly"

    def untold(self, payload: Choices) -> Iterator[str]:
        """Wrong options should say why they are wrong."""
        if lacks_notes(payload.options):
            yield "notes of wrong options"


KIND = Multi()
