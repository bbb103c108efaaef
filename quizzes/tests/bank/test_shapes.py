"""What is stored as JSON is read into shapes and written again, whatever its age; what is of a later day is refused."""

from __future__ import annotations

import json

import pytest

from quizzes.bank import asking
from quizzes.bank.packs.build import spec_hash
from quizzes.bank.shapes import SCHEMA, SCHEMA_KEY, UnreadableError
from quizzes.bank.spec import Spec, payload_of
from quizzes.tests.bank.kinds.packs import Json, asked, right_form
from quizzes.tests.bank.kinds.samples import QUESTIONS, SAMPLES

every_question = pytest.mark.parametrize(("kind", "number"), QUESTIONS)


def without_number(stored: Json) -> Json:
    """As rows were stored before shapes had a number."""
    return {key: value for key, value in stored.items() if key != SCHEMA_KEY}


@every_question
def test_what_is_read_is_written_as_it_was(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    found, payload = payload_of(one.spec)
    assert payload.to_json() == one.payload
    assert Spec.from_json(one.spec).to_json() == one.spec
    response = one.response(right_form(one))
    assert found.Response.from_json(response).to_json() == response
    assert found.Response.from_json({}).to_json() == {}
    marks = one.marks(right_form(one))
    assert [found.Part.from_json(part).to_json() for part in marks.parts] == marks.parts


@every_question
def test_rows_without_a_number_are_of_the_first_schema(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    form = right_form(one)
    spec, presented = without_number(one.spec), without_number(one.presented)
    response = one.response(form)
    assert (one.spec[SCHEMA_KEY], one.presented[SCHEMA_KEY]) == (SCHEMA, SCHEMA)
    assert spec_hash(spec) == spec_hash(one.spec)
    assert asking.mark(spec, presented, response) == one.marks(form)
    assert asking.ask(spec, presented) == asking.ask(one.spec, one.presented)
    marks = asking.mark(spec, presented, {})
    assert asking.feedback(spec, presented, {}, marks)["skipped"]


def test_shapes_are_frozen() -> None:
    _, payload = payload_of(asked(SAMPLES["choice"][0]).spec)
    with pytest.raises(AttributeError):
        payload.options = ()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ({SCHEMA_KEY: SCHEMA + 1}, "schema 2 is not known here"),
        ({"kind": "riddle"}, "'riddle' is no kind of question"),
        ({"payload": {"options": "all"}}, "Expected `array`, got `str` - at `$.options`"),
    ],
)
def test_what_cannot_be_read_is_refused_and_says_why(spoil: Json, said: str) -> None:
    one = asked(SAMPLES["choice"][0])
    with pytest.raises(UnreadableError, match="^.*" + said.replace("$", r"\$")):
        asking.mark({**one.spec, **spoil}, one.presented, {})


def test_a_later_showing_is_refused_too() -> None:
    one = asked(SAMPLES["choice"][0])
    with pytest.raises(UnreadableError, match="schema"):
        asking.mark(one.spec, {**one.presented, SCHEMA_KEY: 99}, {})


def test_stored_objects_survive_the_database() -> None:
    for kind, number in QUESTIONS:
        one = asked(SAMPLES[kind][number])
        assert json.loads(json.dumps([one.spec, one.presented])) == [one.spec, one.presented]
