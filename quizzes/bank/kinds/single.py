"""Choosing one of several options: what all kinds share that do so."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from random import Random

from msgspec.structs import replace

from quizzes.bank.kinds.base import Context, Fields, Form, Kind, Marked, P, Part, Read, Seen, Wrong
from quizzes.bank.kinds.fields import one, position
from quizzes.bank.kinds.options import (
    Option,
    Order,
    control_rows,
    judged_list,
    lacks_notes,
    right_places,
    right_texts,
    shuffled_order,
)
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.shapes import Shape

FIELD = "choice"


class Chosen(Shape, frozen=True):
    """The chosen option's place in the payload."""

    option: int | None = None


class ChosenPart(Part, frozen=True):
    """Whether the chosen option is right."""

    given: int | None


def ask_one(options: Sequence[Option], seen: Seen[Order], ticked: int | None) -> Context:
    """Context of the controls: one radio button per option."""
    return {"rows": control_rows(options, seen.own.options, seen.values, [ticked])}


def read_one(order: Sequence[int], fields: Fields) -> tuple[int | None, str]:
    """Returns the option whose place on the page the field names, or None and what is wrong."""
    typed = one(fields, FIELD)
    if not typed:
        return None, "Choose one, or say that you don’t know."
    chosen = position(typed, len(order))
    if chosen is None:
        return None, "That option is not on this page: choose one of those shown."
    return order[chosen], ""


def mark_one(options: Sequence[Option], given: int | None) -> ChosenPart:
    """Right or wrong."""
    return ChosenPart(FIELD, float(given in right_places(options)), given)


def describe_one(options: Sequence[Option], seen: Seen[Order], given: int | None) -> str:
    """Returns the chosen option's text."""
    if given is None:
        return DONT_KNOW
    return clip(unmarked(seen.fill(options[given].text or options[given].rest)))


def feedback_one(options: Sequence[Option], seen: Seen[Order], given: int | None) -> Context:
    """Context of the judged options."""
    chosen = [] if given is None else [given]
    return {
        "skipped": given is None,
        "options": judged_list(options, seen.own.options, seen.values, chosen),
    }


def right_one(options: Sequence[Option], order: Sequence[int]) -> Form:
    """Returns the form that chooses the right option."""
    return {FIELD: [str(order.index(right_places(options)[0]))]}


def wrong_ones(options: Sequence[Option], order: Sequence[int]) -> Iterator[Wrong]:
    """The forms that choose a wrong one, as they are listed."""
    for place, option in enumerate(options):
        if not option.right:
            yield Wrong({FIELD: [str(order.index(place))]}, (option.note,))


def moved(options: Sequence[Option], rng: Random) -> tuple[tuple[Option, ...], str]:
    """Returns the options with another one marked right, and what was done."""
    other = rng.choice([option for option in options if not option.right])
    changed = tuple(replace(option, right=option is other) for option in options)
    return changed, f"key moved to “{other.text or other.rest}”"


def marked_wrongly(options: Sequence[Option], words: str) -> Iterator[str]:
    """The options marked otherwise than by whether they hold the words of the right one."""
    for option in options:
        if (words in option.text) != option.right:
            yield f"marks “{option.text}” wrongly: “{words}” is right"


class OneOfSeveral(Kind[P, Order, Chosen, ChosenPart]):
    """A kind whose answer is one of its options."""

    Presented = Order
    Response = Chosen
    Part = ChosenPart
    paper = "quizzes/bank/kinds/options/paper.html"

    @abstractmethod
    def options(self, payload: P) -> tuple[Option, ...]:
        """Returns the options."""

    def present(self, payload: P, *, seed: str) -> Order:
        """Returns the order of the options."""
        return Order(shuffled_order(self.options(payload), f"{seed}:options"))

    def ask(self, payload: P, seen: Seen[Order], draft: Chosen) -> Context:
        """Returns the context of ask.html: `rows`."""
        return ask_one(self.options(payload), seen, draft.option)

    def read(self, payload: P, seen: Seen[Order], fields: Fields) -> Read[Chosen]:
        """Returns the chosen option."""
        chosen, fault = read_one(seen.own.options, fields)
        return Read(errors={FIELD: fault}) if fault else Read(response=Chosen(chosen))

    def mark(self, payload: P, seen: Seen[Order], response: Chosen) -> Marked[ChosenPart]:
        """Right or wrong."""
        part = mark_one(self.options(payload), response.option)
        return Marked(part.score, part.score == 1, [part])

    def describe(self, payload: P, seen: Seen[Order], response: Chosen) -> str:
        """Returns the chosen option's text."""
        return describe_one(self.options(payload), seen, response.option)

    def feedback(
        self, payload: P, seen: Seen[Order], response: Chosen, marked: Marked[ChosenPart]
    ) -> Context:
        """Returns the context of feedback.html: `options`, `skipped`."""
        return feedback_one(self.options(payload), seen, response.option)

    def guess_rate(self, payload: P) -> float:
        """One in the number of options."""
        return 1 / len(self.options(payload))

    def key(self, payload: P) -> Context:
        """Returns the right option's text."""
        return {"right": right_texts(self.options(payload))}

    def offered(self, payload: P) -> Sequence[Chosen]:
        """Returns every option."""
        return [Chosen(place) for place in range(len(self.options(payload)))]

    def right(self, payload: P, seen: Seen[Order]) -> Form:
        """Returns the right option."""
        return right_one(self.options(payload), seen.own.options)

    def wrong(self, payload: P, seen: Seen[Order]) -> Iterator[Wrong]:
        """Returns the wrong options."""
        return wrong_ones(self.options(payload), seen.own.options)

    def untold(self, payload: P) -> Iterator[str]:
        """Wrong options should say why they are wrong."""
        if lacks_notes(self.options(payload)):
            yield "notes of wrong options"

    def right_option(self, payload: P) -> tuple[int, Sequence[str]] | None:
        """Returns where the right one stands among all."""
        return one_right(self.options(payload))


def one_right(options: Sequence[Option]) -> tuple[int, Sequence[str]]:
    """Returns the place of the right option, and the texts of all."""
    return right_places(options)[0], [f"{option.text}{option.rest}" for option in options]
