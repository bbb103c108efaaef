"""The built-in bank covers every fact and gives nothing away, and the report would say so if it did not."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest

from proof.bank import Item, Json, read_bank
from proof.report import out_of_bounds, read_facts, report


@pytest.fixture(scope="module")
def bank() -> list[Item]:
    return read_bank()


def test_the_bank_keeps_its_bounds(bank: list[Item]) -> None:
    figures = report(bank, read_facts())
    assert out_of_bounds(figures) == []
    assert figures.covered == figures.facts >= 227


def test_a_fact_is_told_once_and_has_a_topic_of_the_bank(bank: list[Item]) -> None:
    facts = read_facts()
    assert len({fact["id"] for fact in facts}) == len(facts)
    assert {fact["topic"] for fact in facts} == {item.topic for item in bank}
    assert all(fact["id"].startswith(f"Q{fact['topic']:02}.") for fact in facts)


def test_every_fact_has_a_question_besides_the_scenario(bank: list[Item]) -> None:
    atomic = {cover for item in bank if item.spec["kind"] != "recall" for cover in item.spec["covers"]}
    assert {fact["id"] for fact in read_facts()} <= atomic


def _long(spec: Json) -> None:
    spec["explanation"] = "word " * 121


def _brief(spec: Json) -> None:
    spec["model_answer"] = "word " * 149


def _silent(spec: Json) -> None:
    spec["say_it"] = ""


def _untold(spec: Json) -> None:
    next(option for option in spec["payload"]["options"] if not option["right"])["note"] = ""


def _untrapped(spec: Json) -> None:
    for part in spec["payload"]["parts"]:
        part["traps"] = []


def _near(spec: Json) -> None:
    for gap in spec["payload"]["gaps"]:
        gap["rejects"] = []


def _strange(spec: Json) -> None:
    spec["covers"] = [*spec["covers"], "Q99.x1"]


SPOILT: list[tuple[str, Callable[[Json], None], str]] = [
    ("numeric", _long, "explanations outside"),
    ("recall", _brief, "model answers outside"),
    ("match", _silent, "missing a sentence to say"),
    ("choice", _untold, "missing notes of wrong options"),
    ("numeric", _untrapped, "missing traps"),
    ("code", _near, "missing near misses"),
    ("order", _strange, "covers that are no facts"),
]


@pytest.mark.parametrize(("kind", "spoil", "said"), SPOILT, ids=[said for _, _, said in SPOILT])
def test_a_question_out_of_bounds_is_named(
    bank: list[Item], kind: str, spoil: Callable[[Json], None], said: str
) -> None:
    place = next(n for n, item in enumerate(bank) if item.spec["kind"] == kind)
    one = copy.deepcopy(bank[place])
    spoil(one.spec)
    (sentence,) = out_of_bounds(report([*bank[:place], one, *bank[place + 1 :]], read_facts()))
    assert sentence.startswith(said)
    assert one.slug in sentence or "Q99.x1" in sentence


def test_a_fact_without_a_question_is_named(bank: list[Item]) -> None:
    facts = [*read_facts(), {"id": "Q01.new", "topic": 1, "claim": "Something nobody asks"}]
    assert out_of_bounds(report(bank, facts)) == ["facts without a question: Q01.new"]


def test_a_question_asked_twice_is_named(bank: list[Item]) -> None:
    one = bank[0]
    again = Item("T01-A99", one.topic, one.path, one.line, one.spec)
    assert report([*bank, again], read_facts()).alike == [f"{one.slug} and T01-A99"]


def test_right_options_that_always_stand_first_are_named(bank: list[Item]) -> None:
    spoilt = copy.deepcopy(bank)
    for item in spoilt:
        if item.spec["kind"] in {"choice", "bug"}:
            item.spec["payload"]["options"].sort(key=lambda option: not option["right"])
    said = " ".join(out_of_bounds(report(spoilt, read_facts())))
    assert "right options as written stand in place 1" in said
    assert "as shown" not in said


def test_right_options_that_are_always_longest_are_named(bank: list[Item]) -> None:
    spoilt = copy.deepcopy(bank)
    for item in spoilt:
        for option in item.spec["payload"].get("options", []):
            option["text"] += " and more of it" * 20 * option["right"]
    (sentence,) = out_of_bounds(report(spoilt, read_facts()))
    assert sentence == "the longest option is right in 100% of cases"
