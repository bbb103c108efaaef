"""Steps to put in order.

Payload: `{"steps": [{"text", "rest", "note"}], "also": [[place, …], …]}`: the steps in the right order, and further
right orders. Presented: `{"steps": [place, …]}`. Response: `{"order": [place, …]}`, the learner's order.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import combinations

from quizzes.bank.kinds.base import Fields, Json, Marks, Parts, Reading
from quizzes.bank.kinds.bodies import answered_elsewhere, of_type, stem_without
from quizzes.bank.kinds.fields import one, position
from quizzes.bank.kinds.gaps import holds_gap
from quizzes.bank.kinds.options import LETTERS
from quizzes.bank.kinds.spelling import plain
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.packs.diagnostics import Report
from quizzes.bank.packs.source import Block, QuestionSource
from quizzes.bank.params import fill
from quizzes.bank.shuffling import shuffled

NAME = "order"
LABEL = "Put in order"
PARTS: Parts | None = Parts(
    "steps", right="in place", wrong_one="is out of place", wrong_many="are out of place"
)
MIN_STEPS = 3
MAX_STEPS = 10


def claims(source: QuestionSource) -> bool:
    """A numbered list, where nothing else in the body says what is asked for."""
    if answered_elsewhere(source) or any(
        holds_gap(block.text) for block in source.body if block.type != "fence"
    ):
        return False
    return bool(of_type(source, "numbers"))


def parse(source: QuestionSource, report: Report) -> Json | None:
    """The payload, or None after at least one error was reported."""
    faults = len(report.errors)
    lists = of_type(source, "numbers")
    if not lists:
        mend = "list the steps as “1. …”, “2. …” in the right order"
        report.error("K160", "there is no numbered list", mend=mend, line=source.line, column=source.column)
        return None
    for extra in lists[1:]:
        cause = f"there is a second numbered list (the first is on line {lists[0].line})"
        report.error("K165", cause, mend="join them, or use bullets for the other one", line=extra.line)
    steps = _steps(lists[0], report)
    also = _also(source, len(steps), report)
    return {"steps": steps, "also": also} if len(report.errors) == faults else None


def _steps(block: Block, report: Report) -> list[Json]:
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
    return [
        {"text": item.text.strip(), "rest": item.rest.strip(), "note": item.note.strip()} for item in items
    ]


def _also(source: QuestionSource, count: int, report: Report) -> list[list[int]]:
    attribute = source.attributes.get("also")
    if attribute is None:
        return []
    orders: list[list[int]] = []
    for written in attribute.value.split(";"):
        order = [int(number) - 1 for number in re.findall(r"\d{1,3}", written)]
        sound = bool(re.fullmatch(r"[\d\s,]*", written)) and sorted(order) == list(range(count))
        if not sound:
            code, cause = "K163", f"“{written.strip()}” is no order of the {count} steps"
            mend = f"write every number from 1 to {count} once, in another right order"
        elif order == list(range(count)) or order in orders:
            code, cause = "K164", f"the order “{written.strip()}” is given already"
            mend = "take it out of also="
        else:
            orders.append(order)
            continue
        report.error(code, cause, mend=mend, line=attribute.line, column=attribute.column)
    return orders


def stem(source: QuestionSource) -> str:
    """The body without the steps."""
    return stem_without(source, of_type(source, "numbers"))


def right_orders(payload: Json) -> list[list[int]]:
    """Every right order, the listed one first."""
    return [list(range(len(payload["steps"]))), *payload["also"]]


def present(payload: Json, *, values: Json, seed: str) -> Json:
    """The steps shuffled, in an order that would not pass: it may be what is sent when nothing was moved."""
    places = range(len(payload["steps"]))
    passing = right_orders(payload)
    orders = (shuffled(places, seed=f"{seed}:steps:{attempt}") for attempt in range(50))
    failing = (order for order in orders if order not in passing)
    return {"steps": next(failing, list(reversed(places)))}


def ask(payload: Json, presented: Json, draft: Json | None) -> Json:
    """Context of ask.html: `steps`, each with a select of places, and `count`."""
    typed = _places(presented, draft or {})
    count = len(payload["steps"])
    return {
        "count": count,
        "steps": [
            {
                "name": f"place-{number}",
                "letter": LETTERS[number],
                "text": fill(payload["steps"][place]["text"], presented["values"]),
                "rest": fill(payload["steps"][place]["rest"], presented["values"]),
                "places": [
                    {"value": n, "selected": typed.get(str(number)) == n} for n in range(1, count + 1)
                ],
            }
            for number, place in enumerate(presented["steps"])
        ],
    }


def _places(presented: Json, kept: Json) -> Json:
    """The places given to the steps on the page, as a draft keeps them or as a response does."""
    if "order" in kept:
        return {
            str(presented["steps"].index(step)): place for place, step in enumerate(kept["order"], start=1)
        }
    places: Json = kept.get("places", {})
    return places


def read(payload: Json, presented: Json, fields: Fields) -> Reading:
    """A place from 1 for every step on the page, each place once."""
    count = len(payload["steps"])
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
        return Reading(errors=errors, draft={"places": places})
    return Reading(response={"order": [presented["steps"][taken[place]] for place in range(1, count + 1)]})


def mark(payload: Json, presented: Json, response: Json) -> Marks:
    """The share of pairs in the right order, against the nearest right order; passed when all are.

    Nothing but the order of the steps is asked for, so that a swap the author did not list is a wrong answer.
    """
    given = response.get("order")
    if given is None:
        parts = [{"key": f"place-{n}", "score": 0.0, "expected": n} for n in range(len(payload["steps"]))]
        return Marks(0.0, passed=False, parts=parts)
    target = max(right_orders(payload), key=lambda order: _pairs_in_order(given, order))
    agreeing = _pairs_in_order(given, target)
    pairs = math.comb(len(given), 2)
    parts = [
        {"key": f"place-{n}", "score": float(step == wanted), "given": step, "expected": wanted}
        for n, (step, wanted) in enumerate(zip(given, target, strict=True))
    ]
    return Marks(agreeing / pairs, agreeing == pairs, parts)


def _pairs_in_order(given: Sequence[int], target: Sequence[int]) -> int:
    """How many pairs of steps stand in the same order in both."""
    rank = {step: place for place, step in enumerate(target)}
    return sum(rank[one_step] < rank[other] for one_step, other in combinations(given, 2))


def describe(payload: Json, presented: Json, response: Json) -> str:
    """The steps in the learner's order, with arrows between them."""
    if "order" not in response:
        return DONT_KNOW
    told = " → ".join(payload["steps"][place]["text"] for place in response["order"])
    return clip(unmarked(fill(told, presented["values"])))


def feedback(payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
    """Context of feedback.html: `steps` in the right order, with the place each was given, and `skipped`."""
    given = response.get("order")
    steps = []
    for number, part in enumerate(marks.parts):
        step = payload["steps"][part["expected"]]
        place = given.index(part["expected"]) + 1 if given else None
        steps.append(
            {
                "place": number + 1,
                "given": place,
                "text": fill(step["text"], presented["values"]),
                "rest": fill(step["rest"], presented["values"]),
                "note": fill(step["note"], presented["values"]),
                "state": "missed" if place is None else "right" if place == number + 1 else "wrong",
            }
        )
    return {
        "skipped": not response,
        "steps": steps,
        "alternatives": bool(payload["also"]),
    }


def guess_rate(payload: Json) -> float:
    """The share of all orders that pass."""
    return len(right_orders(payload)) / math.factorial(len(payload["steps"]))


def key(payload: Json) -> Json:
    """The steps in their order, and the other right orders."""
    return {"steps": [step["text"] for step in payload["steps"]], "also": payload["also"]}
