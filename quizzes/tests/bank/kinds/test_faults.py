"""Every fault an author can make is found, on its line."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.bank import asking
from quizzes.bank.kinds import CODES
from quizzes.bank.packs.build import lint
from quizzes.tests.bank.kinds.packs import HEAD, TAIL, Asked, codes, faults
from quizzes.tests.bank.kinds.samples import QUESTIONS, SAMPLES

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K101", 1, "## Which? {#q type=choice}\n\nNo options at all."),
    ("K102", 3, "## Which? {#q}\n\n- [ ] a\n  > no\n- [ ] b\n  > no"),
    ("K103", 5, "## Which? {#q type=choice}\n\n- [x] a\n- [ ] b\n- [x] c"),
    ("K104", 3, "## Which? {#q}\n\n- [x] a"),
    ("K105", 4, "## Which? {#q}\n\n- [x] a\n- [ ] a"),
    ("K106", 4, "## Which? {#q}\n\n- [x] a\n- [ ]\n- [ ] c"),
    ("K107", 4, "## Which? {#q}\n\n- [x] a\n- [ ] b"),
    ("K108", 4, "## Which? {#q}\n\n- [x] a\n- [ ] b {weight=2}\n  > no"),
    ("K109", 8, "## Which? {#q}\n\n- [x] a\n- [ ] b\n\nand\n\n- [ ] c\n- [ ] d"),
    ("K110", 3, "## Which? {#q}\n\n- [x] a\n- [x] b"),
    ("K110", 8, "## So? {#q}\n\n- [x] True\n- [ ] False\n\n### Reasons\n\n- [x] a\n- [x] b"),
    ("K111", 13, "## Which? {#q}\n\n- [x] a\n" + "\n".join(f"- [ ] b{n}" for n in range(10))),
    ("K112", 3, "## Which? {#q type=multi}\n\n- [x] a\n- [ ] b"),
    ("K120", 4, "## So? {#q}\n\n- [x] True\n- [ ] Untrue\n\n### Reasons\n\n- [x] a\n- [ ] b"),
    ("K122", 6, "## So? {#q}\n\n- [x] True\n- [ ] False\n\n### Reasons\n\n- a\n- b"),
    ("K123", 1, "## So? {#q}\n\n- [x] True\n- [ ] False"),
    ("K102", 8, "## So? {#q}\n\n- [x] True\n- [ ] False\n\n### Reasons\n\n- [ ] a\n- [ ] b"),
    ("K130", 1, "## Why? {#q}\n\n- [x] a\n- [ ] b\n\n### Fix\n\nSo."),
    ("K131", 1, "## Why? {#q type=bug}\n\n```python\nx\n```\n\n- [x] a\n- [ ] b"),
    ("K140", 1, "## Out? {#q type=output}\n\n```python\nprint(1)\n```"),
    ("K141", 11, "## Out? {#q}\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n\n```output\n2\n```"),
    ("K142", 7, "## Out? {#q}\n\n```python\nprint()\n```\n\n```output\n\n```"),
    ("K143", 1, "## Out? {#q}\n\n```output\n1\n```"),
    ("K150", 1, "## Match. {#q type=match}\n\nNothing."),
    ("K151", 3, "## Match. {#q type=match}\n\n| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |"),
    ("K152", 5, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | |\n| 2 | x |\n| 3 | y |"),
    ("K153", 6, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| 1 | y |\n| 2 | z |"),
    ("K154", 3, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| | y |"),
    ("K155", 7, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| 2 | y |\n| | x |"),
    ("K156", 9, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| 2 | y |\n\nand\n| c | d |\n|---|---|\n| 3 | z |"),
    ("K157", 3, "## Match. {#q}\n\n| a | b |\n|---|---|\n| 1 | x |\n| 2 | x |"),
    ("K160", 1, "## Order. {#q type=order}\n\nNothing."),
    ("K161", 3, "## Order. {#q}\n\n1. a\n2. b"),
    ("K162", 5, "## Order. {#q}\n\n1. a\n2. b\n3. a"),
    ("K106", 4, "## Order. {#q}\n\n1. a\n2.\n3. c"),
    ("K163", 1, '## Order. {#q also="1 2"}\n\n1. a\n2. b\n3. c'),
    ("K163", 1, '## Order. {#q also="1 2 2"}\n\n1. a\n2. b\n3. c'),
    ("K164", 1, '## Order. {#q also="1 2 3"}\n\n1. a\n2. b\n3. c'),
    ("K164", 1, '## Order. {#q also="2 1 3; 2 1 3"}\n\n1. a\n2. b\n3. c'),
    ("K165", 9, "## Order. {#q}\n\n1. a\n2. b\n3. c\n\nand\n\n1) d\n2) e"),
    ("K170", 1, "## Fill. {#q type=cloze}\n\nNothing to fill."),
    ("K171", 4, "## Fill. {#q}\n\nIt is {{this}}\nor {{ }}."),
    ("K172", 3, "## Fill. {#q}\n\nSee [there](https://example.org/{{gap}})."),
    ("K174", 1, "## It is {{this}}. {#q}\n\nSo."),
    ("K175", 3, "## Fill. {#q}\n\n" + " ".join(f"{{{{g{n}}}}}" for n in range(13))),
    ("K176", 1, "## Fill. {#q type=code}\n\n```python\nx = 1\n```"),
    ("K177", 7, "## Fill. {#q}\n\n```python cloze\nx = {{1}}\n```\n\n```python cloze\ny = {{2}}\n```"),
    ("K171", 5, "## Fill. {#q}\n\n```python cloze\nx = {{1}}\ny = {{}}\n```"),
    ("K180", 3, "## Name? {#q}\n\nAnswer: dropout | /drop(out/"),
    ("K181", 3, "## Name? {#q}\n\nAnswer: /(?=a)b/"),
    ("K208", 64, "## How many? {#q}\n\nAnswer: -1\n" + "\n".join(f"Trap: {n}" for n in range(99))),
    ("K208", 23, "## How many? {#q}\n\n" + "\n".join(f"Answer (p{n}): {n}" for n in range(21))),
    ("K219", 5, '## Why? {#q}\n\n### Key points\n\n- a {cues="' + "b|" * 40 + 'b"}'),
    ("K183", 3, "## Name? {#q}\n\nAnswer: " + "a" * 301),
    ("K182", 3, "## Name? {#q}\n\nAnswer: /drop/gi"),
    ("K190", 1, "## Name? {#q type=short}\n\nNothing."),
    ("K190", 1, "## Name? {#q type=numeric}\n\nNothing."),
    ("K191", 3, "## Name? {#q}\n\nAnswer: dropout |"),
    ("K191", 3, "## Name? {#q}\n\nAnswer:"),
    ("K192", 5, "## Name? {#q}\n\nAnswer: drop-out\n\nReject: Dropout"),
    ("K192", 5, "## Fill. {#q}\n\n{{ridge}} is it.\n\nReject: the ridge"),
    ("K193", 5, "## Fill. {#q}\n\n{{ridge}} is it.\n\nReject 2: lasso"),
    ("K193", 5, "## Name? {#q}\n\nAnswer: ridge\n\nReject 2: lasso"),
    ("K194", 5, "## Name? {#q}\n\nAnswer: ridge\n\nReject: lasso |"),
    ("K195", 5, "## Name? {#q}\n\nAnswer: ridge\n\nTrap: lasso"),
    ("K195", 5, "## How many? {#q}\n\nAnswer: 3\n\nReject: 4"),
    ("K196", 5, "## Name? {#q}\n\nAnswer: ridge\n\nAnswer: L2"),
    ("K200", 3, "## How many? {#q type=numeric}\n\nAnswer: three"),
    ("K200", 3, "## How many? {#q}\n\nAnswer: 3/4"),
    ("K200", 3, "## How many? {#q}\n\nAnswer: 1e999"),
    ("K200", 5, "## How many? {#q}\n\nAnswer: 3\n\nTrap: four\n> no"),
    ("K200", 3, "## How much? {#q}\n\nIt is {{#much}}."),
    ("K201", 3, "## How many? {#q}\n\nAnswer: 3 ± -1"),
    ("K202", 3, "## How many? {#q}\n\nAnswer: [3, 2]"),
    ("K203", 5, "## How much? {#q}\n\nAnswer: 0.7 ± 0.05\n\nTrap: 0.72\n> no"),
    ("K204", 5, "## How much? {#q}\n\nAnswer: 0.7\n\nTrap (mean): 0.3\n> no"),
    ("K204", 7, "## How much? {#q}\n\nAnswer (a): 0.7\n\nAnswer (b): 1\n\nTrap: 0.3\n> no"),
    ("K205", 5, "## How much? {#q}\n\nAnswer: 0.7\n\nTrap: 0.3"),
    ("K206", 5, "## How much? {#q}\n\nAnswer: 0.7\n\nAnswer: 0.3"),
    ("K206", 5, "## How much? {#q}\n\nAnswer (The mean): 0.7\n\nAnswer (the mean): 0.3"),
    ("K207", 5, "## How much? {#q}\n\nAnswer (mean): 0.7\n\nAnswer: 0.3"),
    ("K209", 8, "## How much? {#q}\n\nAnswer: 0.7\n\nTrap: 0.3\n> no\n\nTrap: 0.3\n> no"),
    ("K210", 1, "## Explain. {#q type=recall}\n\nPlease."),
    ("K210", 3, "## Explain. {#q}\n\n### Key points\n\nNo bullets."),
    ("K211", 5, "## Explain. {#q}\n\n### Key points\n\n- a {weight=4}\n- b"),
    ("K212", 5, "## Explain. {#q}\n\n### Key points\n\n- a {optional must}\n- b"),
    ("K212", 5, "## Explain. {#q}\n\n### Key points\n\n- a {optional weight=2}\n- b"),
    ("K213", 5, '## Explain. {#q}\n\n### Key points\n\n- a {cues="x,,y"}\n- b'),
    ("K213", 6, '## Explain. {#q}\n\n### Key points\n\n- a\n- b {warn="x|"}'),
    ("K214", 6, "## Explain. {#q}\n\n### Key points\n\n- The point\n- the point"),
    ("K214", 6, "## Explain. {#q}\n\n### Key points\n\n- a\n- {must}"),
    ("K215", 5, "## Explain. {#q}\n\n### Key points\n\n- a {optional}\n- b {optional}"),
    ("K216", 5, "## Explain. {#q}\n\n### Key points\n\n- a\n- b"),
    ("K218", 5, '## Explain. {#q}\n\n### Key points\n\n- a {cues="x, 1,800|few"}\n- b'),
    ("K217", 45, "## Explain. {#q}\n\n### Key points\n\n" + "\n".join(f"- p{n}" for n in range(41))),
    ("K108", 5, "## Explain. {#q}\n\n### Key points\n\n- a {fixed}\n- b"),
]  # fmt: skip
NOTES = {"K107", "K108", "K123", "K205", "K216", "K218"}


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


@settings(deadline=None, max_examples=150)
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
