"""Every question of the built-in bank, shown, answered rightly and answered wrongly in every way it names."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Callable, Iterator
from itertools import permutations

import pytest
from django.template.loader import render_to_string

from proof.bank import Item, read_bank
from quizzes.bank import asking
from quizzes.bank.params import fill
from quizzes.bank.text import render
from quizzes.tests.bank.kinds.packs import Asked, Form, Json, right_form

BANK = read_bank()
SEEDS = ("one", "two", "three")

Wrong = Iterator[tuple[Form, list[str]]]
every_question = pytest.mark.parametrize("item", BANK, ids=[item.slug for item in BANK])


def words_of(page: str) -> str:
    """What a page says, without its tags and with single blanks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def seen(item: Item, seed: str) -> Asked:
    return Asked(item.spec, asking.present(item.spec, seed=seed))


@every_question
def test_the_right_answer_scores_full_and_every_page_is_made(item: Item) -> None:
    for seed in SEEDS:
        one = seen(item, seed)
        assert one.page()
        form = right_form(one)
        marks = one.marks(form)
        assert math.isclose(marks.score, 1)
        assert (marks.passed, marks.repaired, marks.must_missed) == (True, False, False)
        assert "is-wrong" not in one.feedback(form)
        assert one.page(one.response(form))
        assert "is-wrong" not in one.feedback({"skip": ["1"]})
        context = asking.feedback(one.spec, one.presented, {}, one.marks({"skip": ["1"]}))
        texts = [context[name] for name in ("prompt", "stem", "explanation", "model_answer", "say_it")]
        shown = [render(text) for text in [*texts, *context["follow_ups"], *context["mistakes"]]]
        assert "{{" not in "".join(shown)


@every_question
def test_every_wrong_answer_it_names_scores_less_and_shows_its_own_note(item: Item) -> None:
    tried = 0
    for seed in SEEDS:
        one = seen(item, seed)
        for form, notes in _WRONG[one.spec["kind"]](one):
            tried += 1
            response = one.response(form)
            marks = asking.mark(one.spec, one.presented, response)
            assert marks.score < 1 or marks.must_missed, form
            assert all(notes), form
            if seed != SEEDS[0]:
                continue
            context = asking.feedback(one.spec, one.presented, response, marks)
            page = words_of(render_to_string(context["feedback_template"], {**context, "said": context}))
            for note in notes:
                assert words_of(str(render(fill(note, one.presented["values"])))) in page, form
    assert tried >= 2 * len(SEEDS)


def _single(one: Asked) -> Wrong:
    for position, place in enumerate(one.presented["options"]):
        option = one.payload["options"][place]
        if not option["right"]:
            yield {"choice": [str(position)]}, [option["note"]]


def _multi(one: Asked) -> Wrong:
    right = set(right_form(one)["option"])
    for position, place in enumerate(one.presented["options"]):
        option = one.payload["options"][place]
        given = right ^ {str(position)}
        if given:
            yield {"option": sorted(given)}, [] if option["right"] else [option["note"]]


def _truefalse(one: Asked) -> Wrong:
    right = right_form(one)
    for position, verdict in enumerate(one.payload["verdicts"]):
        if not verdict["right"]:
            yield {**right, "verdict": [str(position)]}, [verdict["note"]]
    for position, place in enumerate(one.presented["reasons"]):
        reason = one.payload["reasons"][place]
        if not reason["right"]:
            yield {**right, "reason": [str(position)]}, [reason["note"]]


ORDERS = [item for item in BANK if item.spec["kind"] == "order"]


@pytest.mark.parametrize("item", ORDERS, ids=[item.slug for item in ORDERS])
def test_no_order_passes_but_those_its_author_allows(item: Item) -> None:
    payload, presented = item.spec["payload"], asking.present(item.spec, seed="one")
    places = range(len(payload["steps"]))
    passing = {
        given
        for given in permutations(places)
        if asking.mark(item.spec, presented, {"order": list(given)}).passed
    }
    assert passing == {tuple(places), *map(tuple, payload["also"])}
    assert asking.guess_rate(item.spec) == pytest.approx(len(passing) / math.factorial(len(places)))


def _match(one: Asked) -> Wrong:
    right = right_form(one)
    rights = [str(position) for position in range(len(one.presented["rights"]))]
    for name, (given,) in right.items():
        yield {**right, name: [next(other for other in rights if other != given)]}, []


def _order(one: Asked) -> Wrong:
    right = right_form(one)
    places = {int(place): name for name, (place,) in right.items()}
    allowed = {tuple(order) for order in one.payload["also"]}
    for place in range(1, len(places)):
        order = list(range(len(places)))
        order[place - 1], order[place] = order[place], order[place - 1]
        moved = [one.payload["steps"][step]["note"] for step in order[place - 1 : place + 1]]
        if tuple(order) not in allowed:
            swapped = {places[place]: [str(place + 1)], places[place + 1]: [str(place)]}
            yield {**right, **swapped}, [] if allowed else [note for note in moved if note]
    yield {name: [str(len(places) + 1 - place)] for place, name in places.items()}, []


def _gaps(one: Asked) -> Wrong:
    right = right_form(one)
    for number, gap in enumerate(one.payload["gaps"]):
        for reject in gap["rejects"]:
            for text in reject["texts"]:
                yield {**right, f"gap-{number}": [text]}, [reject["note"]]
        yield {**right, f"gap-{number}": ["nothing of the kind"]}, []


def _short(one: Asked) -> Wrong:
    for reject in one.payload["slot"]["rejects"]:
        for text in reject["texts"]:
            yield {"answer": [text]}, [reject["note"]]
    yield {"answer": ["nothing of the kind"]}, []


def _numeric(one: Asked) -> Wrong:
    right = right_form(one)
    for part in one.payload["parts"]:
        name = "answer" if part["key"] == "answer" else f"part-{part['key']}"
        for trap in part["traps"]:
            yield {**right, name: [fill(trap["spec"]["value"], one.presented["values"])]}, [trap["note"]]
        yield {**right, name: ["-123456789"]}, []


def _output(one: Asked) -> Wrong:
    if one.payload["options"]:
        yield from _single(one)
        return
    for text in (f"{one.payload['output']} !", "nothing of the kind"):
        yield {"answer": [text]}, []


def _recall(one: Asked) -> Wrong:
    right = right_form(one)
    yield {**right, "point": []}, []
    for number, point in enumerate(one.payload["points"]):
        if point["weight"]:
            ticked = [place for place in right["point"] if place != str(number)]
            yield {**right, "point": ticked}, [point["text"]]


_WRONG: dict[str, Callable[[Asked], Wrong]] = {
    "bug": _single,
    "choice": _single,
    "cloze": _gaps,
    "code": _gaps,
    "match": _match,
    "multi": _multi,
    "numeric": _numeric,
    "order": _order,
    "output": _output,
    "recall": _recall,
    "short": _short,
    "truefalse": _truefalse,
}


SCENARIOS = [item for item in BANK if item.spec["kind"] == "recall"]


@pytest.mark.parametrize("item", SCENARIOS, ids=[item.slug for item in SCENARIOS])
def test_a_model_answer_is_found_by_the_cues_of_its_scenario(item: Item) -> None:
    one = seen(item, SEEDS[0])
    draft: Json = {"stage": "tick", "text": item.spec["model_answer"]}
    points = asking.ask(one.spec, one.presented, draft)["points"]
    found = [point for point in points if point["words"]]
    assert len(found) >= 0.8 * len(points), [point["text"] for point in points if not point["words"]]
    assert not [point["warnings"] for point in points if point["warnings"]]
