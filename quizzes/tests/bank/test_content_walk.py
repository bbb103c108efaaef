"""Every question of the built-in bank, shown, answered rightly and answered wrongly in every way it names."""

from __future__ import annotations

import html
import math
import re
from itertools import permutations

import pytest
from django.template.loader import render_to_string

from proof.bank import Item, read_bank
from quizzes.bank import asking
from quizzes.bank.params import fill
from quizzes.bank.text import render
from quizzes.tests.bank.kinds.packs import Asked, Json, right_form

BANK = read_bank()
SEEDS = ("one", "two", "three")

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
        for wrong in asking.wrong_forms(one.spec, one.presented):
            tried += 1
            form, notes = wrong.form, wrong.notes
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


SCENARIOS = [item for item in BANK if item.spec["kind"] == "recall"]


@pytest.mark.parametrize("item", SCENARIOS, ids=[item.slug for item in SCENARIOS])
def test_a_model_answer_is_found_by_the_cues_of_its_scenario(item: Item) -> None:
    one = seen(item, SEEDS[0])
    draft: Json = {"stage": "tick", "text": item.spec["model_answer"]}
    points = asking.ask(one.spec, one.presented, draft)["points"]
    found = [point for point in points if point["words"]]
    assert len(found) >= 0.8 * len(points), [point["text"] for point in points if not point["words"]]
    assert not [point["warnings"] for point in points if point["warnings"]]
