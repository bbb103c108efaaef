"""Steps to put in order."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from quizzes.bank.kinds.base import Context, Fields, Form, Kind, Marked, Part, Parts, Read, Seen, Wrong
from quizzes.bank.kinds.fields import one, position
from quizzes.bank.kinds.gaps import holds_gap
from quizzes.bank.kinds.options import CODES, LETTERS
from quizzes.bank.kinds.spelling import plain
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.shapes import Shape
from quizzes.bank.shuffling import shuffled
from quizzes.markup.api import Block, QuestionSource, Report, answered_elsewhere, of_type, stem_without

MIN_STEPS = 3
MAX_STEPS = 10
ALSO = "also"
"""The attribute that lists further right orders."""


class Step(Shape, frozen=True):
    """One step; `rest` is Markdown below its first paragraph."""

    text: str
    rest: str
    note: str


class Steps(Shape, frozen=True):
    """The steps in the right order, and further right orders of their places."""

    steps: tuple[Step, ...]
    also: tuple[tuple[int, ...], ...]

    @property
    def right_orders(self) -> list[tuple[int, ...]]:
        """Every right order, the listed one first."""
        return [tuple(range(len(self.steps))), *self.also]


class Shuffled(Shape, frozen=True):
    """The places of the steps in the order on the page."""

    steps: tuple[int, ...]


class Ordered(Shape, frozen=True):
    """The steps' places in the learner's order; of a draft, the places given to the steps on the page."""

    order: tuple[int, ...] | None = None
    places: dict[str, int] | None = None


class StepPart(Part, frozen=True):
    """Whether the step given at a place is the one expected there; nothing was given where the order is unknown."""

    expected: int
    given: int | None = None


class Order(Kind[Steps, Shuffled, Ordered, StepPart]):
    """Put in order."""

    name = "order"
    label = "Put in order"
    rank = 80
    Payload = Steps
    Presented = Shuffled
    Response = Ordered
    Part = StepPart
    words = Parts("steps", right="in place", wrong_one="is out of place", wrong_many="are out of place")
    codes = {
        "K106": CODES["K106"],
        "K160": "there is no numbered list of steps",
        "K161": "too few or too many steps",
        "K162": "two steps are equal",
        "K163": "also= holds something that is no order of the steps",
        "K164": "also= repeats an order",
        "K165": "there is a second numbered list",
    }
    attributes = frozenset({ALSO})
    asks_for = "a numbered list"
    paper = "quizzes/bank/kinds/order/paper.html"

    def claims(self, source: QuestionSource) -> bool:
        """A numbered list, where nothing else in the body says what is asked for."""
        if answered_elsewhere(source) or any(
            holds_gap(block.text) for block in source.body if block.type != "fence"
        ):
            return False
        return bool(of_type(source, "numbers"))

    def parse(self, source: QuestionSource, report: Report) -> Steps | None:
        """Returns the steps and the other right orders."""
        faults = len(report.errors)
        lists = of_type(source, "numbers")
        if not lists:
            mend = "list the steps as “1. …”, “2. …” in the right order"
            report.error(
                "K160", "there is no numbered list", mend=mend, line=source.line, column=source.column
            )
            return None
        for extra in lists[1:]:
            cause = f"there is a second numbered list (the first is on line {lists[0].line})"
            report.error("K165", cause, mend="join them, or use bullets for the other one", line=extra.line)
        steps = _steps(lists[0], report)
        also = _also(source, len(steps), report)
        return Steps(steps, also) if len(report.errors) == faults else None

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without the steps."""
        return stem_without(source, of_type(source, "numbers"))

    def present(self, payload: Steps, *, seed: str) -> Shuffled:
        """Returns the steps shuffled, in an order that would not pass: it may be sent when nothing was moved."""
        places = range(len(payload.steps))
        passing = payload.right_orders
        orders = (tuple(shuffled(places, seed=f"{seed}:steps:{attempt}")) for attempt in range(50))
        failing = (order for order in orders if order not in passing)
        return Shuffled(next(failing, tuple(reversed(places))))

    def ask(self, payload: Steps, seen: Seen[Shuffled], draft: Ordered) -> Context:
        """Returns the context of ask.html: `steps`, each with a select of places, and `count`."""
        typed = _places(seen.own.steps, draft)
        count = len(payload.steps)
        return {
            "count": count,
            "steps": [
                {
                    "name": f"place-{number}",
                    "letter": LETTERS[number],
                    "text": seen.fill(payload.steps[place].text),
                    "rest": seen.fill(payload.steps[place].rest),
                    "places": [
                        {"value": n, "selected": typed.get(str(number)) == n} for n in range(1, count + 1)
                    ],
                }
                for number, place in enumerate(seen.own.steps)
            ],
        }

    def read(self, payload: Steps, seen: Seen[Shuffled], fields: Fields) -> Read[Ordered]:
        """Returns a place from 1 for every step on the page, each place once."""
        count = len(payload.steps)
        places: dict[str, int] = {}
        errors: dict[str, str] = {}
        taken: dict[int, int] = {}
        for number in range(count):
            name, typed = f"place-{number}", one(fields, f"place-{number}")
            place = position(typed, count + 1)
            if not place:
                errors[name] = f"Give this step a place from 1 to {count}."
                continue
            places[str(number)] = place
            if place in taken:
                errors[name] = f"Place {place} is taken by another step: give each step its own."
            taken[place] = number
        if errors:
            return Read(errors=errors, draft=Ordered(places=places))
        return Read(response=Ordered(tuple(seen.own.steps[taken[place]] for place in range(1, count + 1))))

    def mark(self, payload: Steps, seen: Seen[Shuffled], response: Ordered) -> Marked[StepPart]:
        """Returns the share of pairs in the right order, against the nearest right order; passed when all are.

        Nothing but the order of the steps is asked for, so that a swap the author did not list is a wrong answer.
        """
        given = response.order
        if given is None:
            return Marked(
                0.0, passed=False, parts=[StepPart(f"place-{n}", 0.0, n) for n in range(len(payload.steps))]
            )
        target = max(payload.right_orders, key=lambda order: _pairs_in_order(given, order))
        agreeing = _pairs_in_order(given, target)
        pairs = math.comb(len(given), 2)
        parts = [
            StepPart(f"place-{n}", float(step == wanted), wanted, step)
            for n, (step, wanted) in enumerate(zip(given, target, strict=True))
        ]
        return Marked(agreeing / pairs, agreeing == pairs, parts)

    def describe(self, payload: Steps, seen: Seen[Shuffled], response: Ordered) -> str:
        """Returns the steps in the learner's order, with arrows between them."""
        if response.order is None:
            return DONT_KNOW
        told = " → ".join(payload.steps[place].text for place in response.order)
        return clip(unmarked(seen.fill(told)))

    def feedback(
        self, payload: Steps, seen: Seen[Shuffled], response: Ordered, marked: Marked[StepPart]
    ) -> Context:
        """Returns the context of feedback.html: `steps` in the right order with the places given, and `skipped`."""
        given = response.order
        steps = []
        for number, part in enumerate(marked.parts, start=1):
            step = payload.steps[part.expected]
            place = given.index(part.expected) + 1 if given else None
            steps.append(
                {
                    "place": number,
                    "given": place,
                    "text": seen.fill(step.text),
                    "rest": seen.fill(step.rest),
                    "note": seen.fill(step.note),
                    "state": "missed" if place is None else "right" if place == number else "wrong",
                }
            )
        return {"skipped": given is None, "steps": steps, "alternatives": bool(payload.also)}

    def guess_rate(self, payload: Steps) -> float:
        """Returns the share of all orders that pass."""
        return len(payload.right_orders) / math.factorial(len(payload.steps))

    def key(self, payload: Steps) -> Context:
        """Returns the steps in their order, and the other right orders."""
        return {"steps": [step.text for step in payload.steps], ALSO: payload.also}

    def right(self, payload: Steps, seen: Seen[Shuffled]) -> Form:
        """Returns the listed order."""
        return {f"place-{n}": [str(step + 1)] for n, step in enumerate(seen.own.steps)}

    def wrong(self, payload: Steps, seen: Seen[Shuffled]) -> Iterator[Wrong]:
        """Two neighbours are taken for one another; then the order is turned round."""
        count = len(payload.steps)
        right = self.right(payload, seen)
        names = {int(place): name for name, (place,) in right.items()}
        for first in sorted(range(1, count), key=lambda first: first != 2):
            order = list(range(count))
            order[first - 1], order[first] = order[first], order[first - 1]
            if tuple(order) not in payload.also:
                swapped = {names[first]: [str(first + 1)], names[first + 1]: [str(first)]}
                notes = (payload.steps[step].note for step in order[first - 1 : first + 1])
                yield Wrong({**right, **swapped}, () if payload.also else tuple(filter(None, notes)))
        yield Wrong({name: [str(count + 1 - place)] for place, name in names.items()})

    def untold(self, payload: Steps) -> Iterator[str]:
        """Some step should say why it stands where it does."""
        if not any(step.note for step in payload.steps):
            yield "notes of steps"


def _steps(block: Block, report: Report) -> tuple[Step, ...]:
    items = block.items
    if not MIN_STEPS <= len(items) <= MAX_STEPS:
        cause = f"there are {len(items)} steps"
        report.error(
            "K161", cause, mend=f"give {MIN_STEPS} to {MAX_STEPS}", line=block.line, column=block.column
        )
    first: dict[str, int] = {}
    for item in items:
        text = plain(f"{item.text}\n{item.rest}")
        if not text:
            report.error("K106", "a step is empty", mend="write its text", line=item.line, column=item.column)
        elif text in first:
            cause = f"this step equals the one on line {first[text]}"
            report.error("K162", cause, mend="change or drop one of them", line=item.line, column=item.column)
        first.setdefault(text, item.line)
    return tuple(Step(item.text.strip(), item.rest.strip(), item.note.strip()) for item in items)


def _also(source: QuestionSource, count: int, report: Report) -> tuple[tuple[int, ...], ...]:
    attribute = source.attributes.get(ALSO)
    if attribute is None:
        return ()
    listed = tuple(range(count))
    orders: list[tuple[int, ...]] = []
    for written in attribute.value.split(";"):
        order = tuple(int(number) - 1 for number in re.findall(r"\d{1,3}", written))
        sound = bool(re.fullmatch(r"[\d\s,]*", written)) and sorted(order) == list(listed)
        if not sound:
            code, cause = "K163", f"“{written.strip()}” is no order of the {count} steps"
            mend = f"write every number from 1 to {count} once, in another right order"
        elif order == listed or order in orders:
            code, cause = "K164", f"the order “{written.strip()}” is given already"
            mend = "take it out of also="
        else:
            orders.append(order)
            continue
        report.error(code, cause, mend=mend, line=attribute.line, column=attribute.column)
    return tuple(orders)


def _places(shown: Sequence[int], kept: Ordered) -> Mapping[str, int]:
    """Returns the places given to the steps on the page, as a draft keeps them or as a response does."""
    if kept.order is not None:
        return {str(shown.index(step)): place for place, step in enumerate(kept.order, start=1)}
    return kept.places or {}


def _pairs_in_order(given: Sequence[int], target: Sequence[int]) -> int:
    """Returns how many pairs of steps stand in the same order in both."""
    rank = {step: place for place, step in enumerate(target)}
    return sum(rank[one_step] < rank[other] for one_step, other in combinations(given, 2))


KIND = Order()
