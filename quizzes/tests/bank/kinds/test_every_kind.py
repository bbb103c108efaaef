"""What holds for all kinds, on three or more questions of each."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest
from django.template.loader import get_template, render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.bank import asking, kinds
from quizzes.bank.kinds import CODES, KINDS
from quizzes.bank.kinds.base import AnyKind
from quizzes.management.demo.responses import can_be_answered, response_to
from quizzes.tests.bank.kinds.packs import Asked, Form, asked, right_form, seeds, spec_of
from quizzes.tests.bank.kinds.samples import QUESTIONS, SAMPLES

every_question = pytest.mark.parametrize(("kind", "number"), QUESTIONS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_kind_is_whole(kind: AnyKind) -> None:
    assert kind.name.isidentifier()
    assert kind.label
    assert len(SAMPLES[kind.name]) >= 3
    for template in ("ask", "feedback"):
        get_template(f"quizzes/bank/kinds/{kind.name}/{template}.html")
    get_template(kind.paper)


def test_no_two_kinds_share_a_name_a_rank_or_a_meaning() -> None:
    for facts in ("name", "label", "rank"):
        found = [getattr(kind, facts) for kind in KINDS.values()]
        assert len(set(found)) == len(found), facts
    for kind in KINDS.values():
        assert all(CODES[code] == meaning for code, meaning in kind.codes.items())
    assert sorted(asking.kinds_to_try()) == sorted(set(asking.kinds_to_try()))


@every_question
def test_a_kind_is_inferred_from_the_structure(kind: str, number: int) -> None:
    assert spec_of(SAMPLES[kind][number])["kind"] == kind


@every_question
def test_payload_presented_and_response_are_json(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    response = one.response(right_form(one))
    for value in (one.spec, one.presented, response, one.marks(right_form(one)).parts):
        assert json.loads(json.dumps(value, allow_nan=False)) == value


@every_question
def test_the_right_answer_scores_one_and_passes_whatever_the_seed(kind: str, number: int) -> None:
    for seed in seeds(8):
        one = asked(SAMPLES[kind][number], seed)
        marks = one.marks(right_form(one))
        assert math.isclose(marks.score, 1)
        assert marks.passed
        assert not marks.must_missed
        assert not marks.repaired
        assert marks.recall == (KINDS[kind].practises == "explain")


@every_question
def test_the_same_seed_shows_the_same(kind: str, number: int) -> None:
    text = SAMPLES[kind][number]
    for seed in seeds(4):
        assert asked(text, seed) == asked(text, seed)


@every_question
def test_not_knowing_scores_nothing_and_is_told_and_shown(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    skipped: Form = {"skip": ["1"]}
    assert one.response(skipped) == {}
    marks = one.marks(skipped)
    assert (marks.score, marks.passed) == (0, False)
    assert one.described(skipped) == "Don’t know"
    page = one.feedback(skipped)
    assert "Your answer" not in page
    assert "nearest to yours" not in page
    assert "is-wrong" not in page


@every_question
def test_an_empty_form_is_an_error_that_says_what_to_do(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    reading = asking.read(one.spec, one.presented, {})
    if reading.draft is not None and not reading.errors:  # it is asked in two steps
        assert reading.unmoved != reading.draft
        return
    assert reading.response is None
    assert reading.errors
    page = one.page(reading.draft, reading.errors)
    for field, sentence in reading.errors.items():
        assert sentence.endswith(".")
        assert f'name="{field}"' in page
        assert f'id="error-{field}"' in page
        assert "aria-describedby" in page


@every_question
def test_the_question_keeps_its_secrets(kind: str, number: int) -> None:
    for seed in seeds(3):
        one = asked(SAMPLES[kind][number], seed)
        page = one.page()
        shown = page + asking.ask(one.spec, one.presented)["stem"]
        assert "SECRET" not in shown
        assert "checked" not in page
        assert "selected" not in page
        assert "{{" not in shown.replace("{{this}}", "")


@every_question
def test_on_paper_there_is_room_to_answer_and_no_secret(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    ask = asking.ask(one.spec, one.presented)
    page = render_to_string("quizzes/authoring/printed_question.html", {"ask": ask})
    assert re.search('class="paper-(?:box|blank|lines)"', page)
    assert not re.search(r"SECRET|<input|<select|<textarea|\{\{", page.replace("{{this}}", ""))


@every_question
def test_simulated_learners_answer_it_rightly_and_wrongly(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    marked_by_the_learner = KINDS[kind].practises == "explain"
    assert can_be_answered(one.spec) != marked_by_the_learner
    for right in (True, False):
        answers = [response_to(one.spec, one.presented, right=right, seed=seed) for seed in seeds(12)]
        assert {asking.mark(one.spec, one.presented, answer).passed for answer in answers} == {right}
        assert any(answers), "some try"


@every_question
def test_wrong_answers_are_wrong(kind: str, number: int) -> None:
    for seed in seeds(3):
        one = asked(SAMPLES[kind][number], seed)
        wrong = asking.wrong_forms(one.spec, one.presented)
        assert any(not one.marks(example.form).passed for example in wrong)
        for example in wrong:
            marks = one.marks(example.form)
            assert marks.score < 1 or marks.must_missed


@every_question
def test_the_answer_explains_itself(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    page = one.feedback(right_form(one))
    assert "is-right" in page
    assert "is-wrong" not in page
    assert "{{" not in page.replace("{{this}}", "")
    assert re.search(r"\b(Right|right|Held)\b", page)


@every_question
def test_what_was_entered_is_kept(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    form = right_form(one)
    page = one.page(one.response(form))
    for field, values in form.items():
        for value in values:
            if "stage" in form and field == "text":
                continue
            assert _holds(page, field, value), (field, value)


def _holds(page: str, field: str, value: str) -> bool:
    """Whether the control of that name has that value: typed, ticked or selected."""
    control = re.search(rf'<(input|select|textarea)[^>]*name="{field}"[^>]*>', page)
    assert control is not None
    tag = control[1]
    if tag == "select":
        select = page[control.start() : page.index("</select>", control.start())]
        return f'<option value="{value}" selected>' in select
    if tag == "textarea":
        return value.replace('"', "&quot;") in page
    controls = re.findall(rf'<input[^>]*name="{field}"[^>]*>', page)
    escaped = value.replace('"', "&quot;")
    return any(
        f'value="{escaped}"' in found
        and ("checked" in found or 'type="text"' in found or 'type="hidden"' in found)
        for found in controls
    )


@every_question
def test_the_stem_says_what_is_asked_and_not_what_is_right(kind: str, number: int) -> None:
    stem = spec_of(SAMPLES[kind][number])["stem"]
    for line in stem.splitlines():
        assert not line.startswith(("Answer", "Trap", "Reject", "Params", "Let", "- [", "```output", "1. "))


@every_question
def test_the_chance_to_guess_is_a_chance(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    rate = asking.guess_rate(one.spec)
    assert 0 <= rate <= 0.5
    can_be_chosen = re.search(r'<select|type="(?:radio|checkbox)"', one.page()) is not None
    assert (rate > 0) == can_be_chosen


@every_question
def test_a_page_holds_no_form_no_script_and_no_style_of_its_own(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    for page in (one.page(), one.feedback(right_form(one)), one.feedback({"skip": ["1"]})):
        assert not re.search(r"<form|<button|<script|\sstyle=|\son\w+=", page)


@every_question
def test_every_control_has_a_name_a_label_and_an_id_of_its_own(kind: str, number: int) -> None:
    one = asked(SAMPLES[kind][number])
    page = one.page()
    identifiers = re.findall(r'\sid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))
    for control in re.finditer(r"<(?:input|select|textarea)\b[^>]*>", page):
        if 'type="hidden"' in control[0]:
            continue
        assert 'name="' in control[0]
        before = page[: control.start()]
        inside_label = before.rfind("<label") > before.rfind("</label>")
        own = re.search(r'\sid="([^"]+)"', control[0])
        labelled = own is not None and f' for="{own[1]}"' in page
        assert inside_label or labelled or "aria-label=" in control[0]
        if 'type="text"' in control[0]:
            assert 'autocomplete="off"' in control[0]
            assert 'spellcheck="false"' in control[0]


CHOICES = ["choice", "option", "verdict", "reason", "stage", "point", "easy", "pair-0", "place-0"]
FIELDS = st.sampled_from([*CHOICES, "answer", "text", "part-valid-side", "gap-0", "gap-1"])
VALUES = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "1",
            "2",
            "-1",
            "99999",
            "01",
            "²",
            "tick",
            "\0",
            "\ud800",
            "1e999",
            "0/0",
            "1/0",
            "nan",
            "[",
            "(",
        ]
    ),
    st.text(max_size=30),
    st.integers(-5, 12).map(str),
)


@settings(deadline=None, max_examples=examples(60))
@given(form=st.dictionaries(FIELDS, st.lists(VALUES, max_size=4), max_size=9), seed=st.sampled_from(seeds(3)))
def test_hostile_forms_are_read_without_a_crash(form: Form, seed: str) -> None:
    for one in _all_asked(seed):
        reading = asking.read(one.spec, one.presented, form)
        assert (reading.response is not None) + bool(reading.errors) <= 1
        one.page(reading.draft, reading.errors)
        if reading.response is not None:
            json.dumps(reading.response, allow_nan=False).encode()
            marks = asking.mark(one.spec, one.presented, reading.response)
            assert 0 <= marks.score <= 1
            assert 0 < len(asking.describe(one.spec, one.presented, reading.response)) <= 200
            asking.feedback(one.spec, one.presented, reading.response, marks)


_CACHE: dict[str, list[Asked]] = {}


def _all_asked(seed: str) -> list[Asked]:
    if seed not in _CACHE:
        _CACHE[seed] = [asked(SAMPLES[kind][number], seed) for kind, number in QUESTIONS]
    return _CACHE[seed]


@pytest.mark.parametrize(
    "kind", [name for name, kind in KINDS.items() if kind.typed or kind.practises == "explain"]
)
def test_long_answers_are_told_in_two_hundred_characters(kind: str) -> None:
    one = asked(SAMPLES[kind][0])
    form = right_form(one)
    for field in form:
        if field not in {"stage", "point"}:
            form[field] = ["word " * 39]
    reading = asking.read(one.spec, one.presented, form)
    if reading.response is None:  # numbers are no words
        assert reading.errors
    else:
        assert len(asking.describe(one.spec, one.presented, reading.response)) <= 200


def test_texts_without_end_are_refused() -> None:
    for kind, field in (
        ("short", "answer"),
        ("cloze", "gap-0"),
        ("output", "answer"),
        ("numeric", "answer"),
        ("recall", "text"),
    ):
        one = asked(SAMPLES[kind][0])
        assert field in one.errors({**right_form(one), field: ["1" * 20_000]})


def test_every_code_is_used_and_every_used_code_is_told() -> None:
    folder = Path(kinds.__file__).parent
    texts = [path.read_text(encoding="utf-8") for path in folder.rglob("*.py")]
    said = Counter(code for text in texts for code in re.findall(r'"(K\d{3})"', text))
    told = Counter(code for text in texts for code in re.findall(r'"(K\d{3})":', text))
    assert set(told) == set(CODES)
    assert not [code for code in CODES if said[code] == told[code]], "told and never used"
