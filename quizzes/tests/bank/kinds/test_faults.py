"""Every fault an author can make is found, on its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnprep.tests.examples import examples
from quizzes.bank import asking
from quizzes.bank.kinds import CODES
from quizzes.bank.packs.build import lint
from quizzes.tests.bank.kinds.packs import HEAD, TAIL, Asked, codes, faults
from quizzes.tests.bank.kinds.samples import FAULTS, QUESTIONS, SAMPLES

NOTES = {code for code, meaning in CODES.items() if meaning.startswith("note: ")}


@pytest.mark.parametrize(("code", "line", "text"), FAULTS)
def test_a_fault_is_found_on_its_line(code: str, line: int, text: str) -> None:
    found = faults(text)
    assert (code, line, "note" if code in NOTES else "error") in found


@pytest.mark.parametrize(("code", "line", "text"), [fault for fault in FAULTS if fault[0] not in NOTES])
def test_a_fault_brings_no_other_errors_with_it(code: str, line: int, text: str) -> None:
    errors = {found for found, _, severity in faults(text) if severity == "error"}
    assert errors <= {code, "NN043", "NN055", "NN057"}


def test_every_code_has_a_fault_that_shows_it() -> None:
    assert {code for code, _, _ in FAULTS} == set(CODES)


@pytest.mark.parametrize(("code", "line", "text"), FAULTS)
def test_a_fault_says_how_to_mend_it(code: str, line: int, text: str) -> None:
    _, report = lint(HEAD + text + TAIL)
    for fault in report.diagnostics:
        if fault.code == code:
            assert fault.cause
            assert fault.mend
            assert not fault.cause.endswith(".")
            assert not fault.mend.endswith(".")
            assert fault.column >= 1


def test_an_error_of_one_question_keeps_the_file_out_and_the_notes_do_not() -> None:
    draft, report = lint(HEAD + FAULTS[0][2] + TAIL)
    assert draft is None
    assert report.errors
    draft, report = lint(HEAD + "## Which? {#q}\n\n- [x] a\n- [ ] b" + TAIL)
    assert draft is not None
    assert report.diagnostics


@pytest.mark.parametrize(("kind", "number"), QUESTIONS)
def test_sound_questions_have_no_errors_and_few_notes(kind: str, number: int) -> None:
    assert codes(SAMPLES[kind][number]) <= {"K123"}


def test_columns_point_into_the_line() -> None:
    _, report = lint(HEAD + "## Fill. {#q}\n\nIt is {{this}} or {{}}." + TAIL)
    assert [(fault.line, fault.column) for fault in report.errors] == [(HEAD.count("\n") + 3, 19)]
    _, report = lint(HEAD + "## Fill. {#q}\n\n```python cloze\nx = {{}}\n```" + TAIL)
    assert [(fault.line, fault.column) for fault in report.errors] == [(HEAD.count("\n") + 4, 5)]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("numeric", "## How many? {#q}\n\n1. first\n2. second\n3. third\n\nAnswer: 3"),
        ("numeric", "## How many? {#q}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nAnswer: 3"),
        ("cloze", "## Fill. {#q}\n\n1. {{first}}\n2. second\n3. third"),
        ("recall", "## Say. {#q}\n\n1. first\n2. second\n3. third\n\n### Key points\n\n- a\n- b"),
        ("short", "## Name. {#q}\n\nAnswer: 3D convolution"),
        ("choice", "## Which? {#q}\n\n```python\nx\n```\n\n- [x] a\n- [ ] b"),
        ("choice", "## Which is it? {#q}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] a\n- [ ] b"),
        ("truefalse", "## So? {#q}\n\n- [x] True.\n- [ ] False."),
    ],
)
def test_a_stem_may_hold_what_would_be_another_kind(kind: str, text: str) -> None:
    draft, report = lint(HEAD + text + TAIL)
    assert draft is not None, report.errors
    assert draft.questions[0].spec["kind"] == kind


@settings(deadline=None, max_examples=examples(150))
@given(
    st.sampled_from(QUESTIONS),
    st.integers(0, 400),
    st.integers(0, 12),
    st.text(alphabet="-[]x {}|#=`$>:±1a\n", max_size=4),
)
def test_a_spoilt_question_is_refused_or_asked_but_never_crashes(
    question: tuple[str, int], start: int, length: int, put: str
) -> None:
    text = SAMPLES[question[0]][question[1]].strip()
    spoilt = text[:start] + put + text[start + length :]
    draft, report = lint(HEAD + spoilt + TAIL)
    assert draft is not None or report.errors
    for stored in draft.questions if draft else ():
        one = Asked(stored.spec, asking.present(stored.spec, seed="one"))
        reading = asking.read(one.spec, one.presented, {})
        one.page(reading.draft, reading.errors)
        one.feedback({"skip": ["1"]})
