"""Lists of options: reading them from task lists, shuffling, showing them before and after the answer.

Options are known by their place in the payload; forms speak of places on the page.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from quizzes.bank.kinds.base import Context, Values
from quizzes.bank.kinds.spelling import plain
from quizzes.bank.params import fill
from quizzes.bank.shapes import Shape
from quizzes.bank.shuffling import shuffled
from quizzes.markup.api import Block, ListItem, QuestionSource, Report, of_type

MAX_OPTIONS = 10
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIXED = "fixed"
"""The attribute that keeps an option at its end of the list."""
CODES = {
    "K101": "there is no list of options",
    "K102": "no option is marked right",
    "K103": "more than one option is marked right",
    "K104": "there is only one option",
    "K105": "two options are equal",
    "K106": "an option or a step is empty",
    "K107": "note: a wrong option has no note",
    "K108": "note: an attribute means nothing here",
    "K109": "there is a second list of options",
    "K111": "there are too many options",
}
ASKS_FOR = "options (- [x] …)"


class Option(Shape, frozen=True):
    """One option; `rest` is Markdown below its first paragraph, `fixed` keeps it at its end of the list."""

    text: str
    rest: str
    right: bool
    note: str
    fixed: bool

    @property
    def said(self) -> str:
        """What it says, as one text."""
        return f"{self.text}\n{self.rest}".strip()


class Order(Shape, frozen=True):
    """The places of options in the order on the page."""

    options: tuple[int, ...]


def task_list(source: QuestionSource, report: Report) -> Block | None:
    """Returns the one task list of the body, or None after an error was reported."""
    found = of_type(source, "tasks")
    if not found:
        mend = "list the options as “- [x] right” and “- [ ] wrong”"
        report.error("K101", "there is no list of options", mend=mend, line=source.line, column=source.column)
        return None
    for extra in found[1:]:
        cause = f"there is a second list of options (the first is on line {found[0].line})"
        report.error("K109", cause, mend="join the lists: no text may stand between options", line=extra.line)
    return found[0] if len(found) == 1 else None


def parse_options(block: Block, report: Report) -> tuple[Option, ...] | None:
    """Returns the options of a task list, or None after an error was reported; how many are right is not looked at."""
    faults = len(report.errors)
    options = tuple(_option(item, report) for item in block.items)
    if len(options) < 2:
        report.error(
            "K104", "there is only one option", mend="give at least two", line=block.line, column=block.column
        )
    if len(options) > MAX_OPTIONS:
        cause = f"there are {len(options)} options, more than {MAX_OPTIONS}"
        report.error("K111", cause, mend="keep the best", line=block.items[MAX_OPTIONS].line)
    first: dict[str, int] = {}
    for item in block.items:
        text = plain(f"{item.text}\n{item.rest}")
        if text and text in first:
            cause = f"this option equals the one on line {first[text]}"
            report.error("K105", cause, mend="change or drop one of them", line=item.line, column=item.column)
        first.setdefault(text, item.line)
    return options if len(report.errors) == faults else None


def _option(item: ListItem, report: Report) -> Option:
    if not item.text.strip() and not item.rest.strip():
        report.error(
            "K106",
            "an option is empty",
            mend="write its text behind the box",
            line=item.line,
            column=item.column,
        )
    for name, attribute in item.attributes.items():
        if name != FIXED:
            cause = f"“{name}” means nothing on an option"
            report.note("K108", cause, mend="take it out", line=attribute.line, column=attribute.column)
    return Option(
        text=item.text.strip(),
        rest=item.rest.strip(),
        right=bool(item.checked),
        note=item.note.strip(),
        fixed=FIXED in item.attributes,
    )


def parse_one_right(block: Block, report: Report) -> tuple[Option, ...] | None:
    """Returns the options of a list with exactly one `[x]`, or None after an error was reported."""
    options = parse_options(block, report)
    right = [item for item in block.items if item.checked]
    if not right:
        report_no_right(block, report)
    for extra in right[1:]:
        cause = f"a second option is marked right (the first is on line {right[0].line})"
        report.error("K103", cause, mend="mark one only", line=extra.line, column=extra.column)
    ask_for_notes(block, report)
    return options if len(right) == 1 else None


def report_no_right(block: Block, report: Report) -> None:
    """Report that no option is marked."""
    report.error(
        "K102", "no option is marked right", mend="write [x] in its box", line=block.line, column=block.column
    )


def ask_for_notes(block: Block, report: Report) -> None:
    """Remark on every wrong option that does not say why it is wrong."""
    for item in block.items:
        if item.checked is False and not item.note.strip():
            cause = "a wrong option has no note"
            mend = "say below it, in a quote (“> …”), why it tempts and why it is wrong"
            report.note("K107", cause, mend=mend, line=item.line, column=item.column)


def shuffled_order(options: Sequence[Option], seed: str) -> tuple[int, ...]:
    """Returns the options' places in the order to show: shuffled, the fixed ones last."""
    free = [number for number, option in enumerate(options) if not option.fixed]
    fixed = [number for number, option in enumerate(options) if option.fixed]
    return (*shuffled(free, seed=seed), *fixed)


def right_places(options: Sequence[Option]) -> list[int]:
    """Returns the places of the right options."""
    return [number for number, option in enumerate(options) if option.right]


def right_texts(options: Sequence[Option]) -> list[str]:
    """Returns the texts of the right options, sorted: what decides the marking, in whatever order they are listed."""
    return sorted(option.said for option in options if option.right)


def control_rows(
    options: Sequence[Option],
    order: Sequence[int],
    values: Values,
    ticked: Collection[int | None] = (),
    *,
    letters_from: int = 0,
) -> list[Context]:
    """Returns one row per option on the page, before the answer. Nothing in it tells which is right."""
    return [
        {
            "value": position,
            "letter": LETTERS[letters_from + position],
            "text": fill(options[place].text, values),
            "rest": fill(options[place].rest, values),
            "checked": place in ticked,
        }
        for position, place in enumerate(order)
    ]


def judged_list(
    options: Sequence[Option],
    order: Sequence[int],
    values: Values,
    given: Collection[int],
    *,
    letters_from: int = 0,
    several: bool = False,
) -> Context:
    """The options after the answer: `rows`, one each, and `others`, those neither chosen nor right that have a note.

    A row's `state` is "right" (chosen, and right), "wrong" (chosen, and wrong), "missed" (right, not chosen) or "", and
    its `word` says so. `several` means that all right ones were asked for.
    """
    hit = any(option.right for place, option in enumerate(options) if place in given)
    missed = "Missed" if several and given else "Also right" if hit else "Right answer"
    words = {"right": "Your answer: right", "wrong": "Your answer: wrong", "missed": missed, "": ""}
    rows = []
    for position, place in enumerate(order):
        option = options[place]
        state = ("right" if option.right else "wrong") if place in given else "missed" if option.right else ""
        rows.append(
            {
                "letter": LETTERS[letters_from + position],
                "text": fill(option.text, values),
                "rest": fill(option.rest, values),
                "note": fill(option.note, values),
                "state": state,
                "word": words[state],
            }
        )
    return {"rows": rows, "others": [row for row in rows if not row["state"] and row["note"]]}


def lacks_notes(options: Sequence[Option]) -> bool:
    """Returns whether a wrong option does not say why it is wrong."""
    return any(not option.right and not option.note for option in options)
