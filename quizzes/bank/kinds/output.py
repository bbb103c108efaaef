"""What does this code print? Typed, or chosen among options."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from msgspec.structs import replace

from quizzes.bank.kinds.base import (
    Context,
    Fields,
    Form,
    Kind,
    Marked,
    Part,
    Read,
    Seen,
    Work,
    Wrong,
    code_of,
)
from quizzes.bank.kinds.fields import one
from quizzes.bank.kinds.options import (
    CODES,
    FIXED,
    Option,
    Order,
    lacks_notes,
    parse_one_right,
    right_texts,
    shuffled_order,
    task_list,
)
from quizzes.bank.kinds.single import (
    FIELD as CHOICE,
)
from quizzes.bank.kinds.single import (
    ask_one,
    describe_one,
    feedback_one,
    mark_one,
    moved,
    one_right,
    read_one,
    right_one,
    wrong_ones,
)
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.params import fill
from quizzes.bank.shapes import Shape
from quizzes.markup.api import QuestionSource, Report, fences, of_type, stem_without

FENCE = "output"
TYPED = "answer"
MAX_OUTPUT = 4000


class Printed(Shape, frozen=True):
    """What is printed; it is typed when there are no options."""

    output: str
    options: tuple[Option, ...]


class Given(Shape, frozen=True):
    """What was typed, or the chosen option's place in the payload."""

    output: str | None = None
    option: int | None = None

    @property
    def skipped(self) -> bool:
        """Whether it means “I don’t know”."""
        return self.output is None and self.option is None


class GivenPart(Part, frozen=True):
    """Whether what was typed or chosen is right."""

    given: str | int | None


class Output(Kind[Printed, Order, Given, GivenPart]):
    """Predict the output."""

    name = "output"
    label = "Predict the output"
    rank = 30
    Payload = Printed
    Presented = Order
    Response = Given
    Part = GivenPart
    codes = {
        **CODES,
        "K140": "the output is missing",
        "K141": "there is a second output",
        "K142": "the output is empty",
        "K143": "there is no code that prints",
    }
    item_attributes = frozenset({FIXED})
    typed = True
    practises = "code"
    trial = 3
    paper = "quizzes/bank/kinds/output/paper.html"
    proved = "runs"
    spoiled = 1

    def claims(self, source: QuestionSource) -> bool:
        """A fence `output` beside a fence of code."""
        return bool(fences(source, FENCE))

    def parse(self, source: QuestionSource, report: Report) -> Printed | None:
        """Returns the output and the options."""
        faults = len(report.errors)
        shown = fences(source, FENCE)
        if len(fences(source)) == len(shown):
            mend = "show it in a fence ```python"
            report.error(
                "K143", "there is no code that prints", mend=mend, line=source.line, column=source.column
            )
        for extra in shown[1:]:
            report.error("K141", "there is a second output", mend="keep one fence ```output", line=extra.line)
        options: tuple[Option, ...] = ()
        if of_type(source, "tasks"):
            block = task_list(source, report)
            options = (parse_one_right(block, report) if block else None) or ()
        elif not shown:
            mend = "add a fence ```output, or options to choose from"
            report.error("K140", "the output is missing", mend=mend, line=source.line, column=source.column)
        for block in shown[:1]:
            if not block.text.strip():
                report.error(
                    "K142", "the output is empty", mend="write what the code prints", line=block.line
                )
        if len(report.errors) > faults:
            return None
        return Printed(tidy(shown[0].text) if shown else "", options)

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without output and options; the code stays."""
        return stem_without(source, [*of_type(source, "tasks"), *fences(source, FENCE)])

    def present(self, payload: Printed, *, seed: str) -> Order:
        """Returns the order of the options, if there are any."""
        return Order(shuffled_order(payload.options, f"{seed}:options"))

    def ask(self, payload: Printed, seen: Seen[Order], draft: Given) -> Context:
        """Returns the context of ask.html: `typed`; `rows` to choose from, or the `value` typed before."""
        context = ask_one(payload.options, seen, draft.option)
        return context | {"typed": not payload.options, "value": draft.output or ""}

    def read(self, payload: Printed, seen: Seen[Order], fields: Fields) -> Read[Given]:
        """Returns the text typed or the option chosen."""
        if payload.options:
            chosen, fault = read_one(seen.own.options, fields)
            return Read(errors={CHOICE: fault}) if fault else Read(response=Given(option=chosen))
        typed = tidy(one(fields, TYPED))
        if not typed.strip():
            return Read(errors={TYPED: "Type what the code prints, or say that you don’t know."})
        if len(typed) > MAX_OUTPUT:
            fault = f"Write at most {MAX_OUTPUT:,} characters."
            return Read(errors={TYPED: fault}, draft=Given(typed[:MAX_OUTPUT]))
        return Read(response=Given(typed))

    def mark(self, payload: Printed, seen: Seen[Order], response: Given) -> Marked[GivenPart]:
        """Right or wrong; blanks at the ends of lines and empty lines at the end do not count."""
        if payload.options:
            chosen = mark_one(payload.options, response.option)
            part = GivenPart(chosen.key, chosen.score, chosen.given)
        else:
            given = response.output
            right = given is not None and tidy(given) == _expected(payload, seen)
            part = GivenPart(FENCE, float(right), given)
        return Marked(part.score, part.score == 1, [part])

    def describe(self, payload: Printed, seen: Seen[Order], response: Given) -> str:
        """Returns the output as typed or chosen, its lines divided by bars."""
        if payload.options:
            return describe_one(payload.options, seen, response.option)
        return DONT_KNOW if response.output is None else clip(" | ".join(response.output.splitlines()))

    def feedback(
        self, payload: Printed, seen: Seen[Order], response: Given, marked: Marked[GivenPart]
    ) -> Context:
        """Returns the context of feedback.html: `typed`; `options`, or `given`, `expected` and where they part."""
        expected = _expected(payload, seen)
        given = response.output or ""
        return feedback_one(payload.options, seen, response.option) | {
            "skipped": response.skipped,
            "typed": not payload.options,
            "given": given,
            "expected": expected,
            "right": marked.passed,
            "differs": _first_difference(given, expected),
        }

    def guess_rate(self, payload: Printed) -> float:
        """One in the number of options; nothing where the output is typed."""
        return 1 / len(payload.options) if payload.options else 0.0

    def key(self, payload: Printed) -> Context:
        """Returns the output and the right option's text."""
        return {FENCE: payload.output, "right": right_texts(payload.options)}

    def right(self, payload: Printed, seen: Seen[Order]) -> Form:
        """Returns the output, or the right option."""
        if payload.options:
            return right_one(payload.options, seen.own.options)
        return {TYPED: [_expected(payload, seen)]}

    def wrong(self, payload: Printed, seen: Seen[Order]) -> Iterator[Wrong]:
        """Returns the wrong options, or other texts."""
        if payload.options:
            yield from wrong_ones(payload.options, seen.own.options)
            return
        for text in ("None", f"{_expected(payload, seen)} !", "nothing of the kind"):
            yield Wrong({TYPED: [text]})

    def prove(self, work: Work[Printed]) -> Iterator[str]:
        """The code of the question is run."""
        work.count("outputs")
        payload = work.payload
        for seen, _ in work.drawn():
            printed = tidy(work.printed(code_of(seen.fill(work.stem))))
            if payload.output and printed != tidy(seen.fill(payload.output)):
                yield f"prints “{printed}”, not “{tidy(seen.fill(payload.output))}”"
            for option in payload.options:
                text = seen.fill(option.text or option.rest).strip("`")
                if (text == printed) != option.right:
                    yield f"prints “{printed}”, so “{text}” is marked wrongly"

    def spoil(self, payload: Printed, rng: Random, *, stem: str) -> tuple[Printed, str] | None:
        """Another option is right, or another sign is printed."""
        if payload.options and (not payload.output or rng.random() < 0.5):
            options, told = moved(payload.options, rng)
            return replace(payload, options=options), told
        before = payload.output
        place = rng.choice([n for n, sign in enumerate(before) if sign.isalnum()])
        sign = before[place]
        other = str((int(sign) + 1) % 10) if sign.isdigit() else chr(ord(sign) + 1)
        after = before[:place] + other + before[place + 1 :]
        return replace(payload, output=after), f"output {before!r} -> {after!r}"

    def untold(self, payload: Printed) -> Iterator[str]:
        """Wrong options should say why they are wrong."""
        if lacks_notes(payload.options):
            yield "notes of wrong options"

    def right_option(self, payload: Printed) -> tuple[int, Sequence[str]] | None:
        """Returns where the right option stands, if there are options."""
        return one_right(payload.options) if payload.options else None


def tidy(text: str) -> str:
    """Returns the text without blanks at the ends of lines and without empty lines at its end."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def _expected(payload: Printed, seen: Seen[Order]) -> str:
    return tidy(fill(payload.output, seen.values))


def _first_difference(given: str, expected: str) -> int | None:
    """Returns the number (from 1) of the first line that is not as expected, or None."""
    ours, theirs = tidy(given).split("\n"), expected.split("\n")
    for number in range(max(len(ours), len(theirs))):
        if ours[number : number + 1] != theirs[number : number + 1]:
            return number + 1
    return None


KIND = Output()
