"""Cloze, short, code and typed outputs."""

from __future__ import annotations

import pytest

from quizzes.bank import asking
from quizzes.bank.changes import change_between
from quizzes.bank.kinds.code import same_tokens
from quizzes.bank.models import Version
from quizzes.tests.bank.kinds.packs import asked, right_form, spec_of
from quizzes.tests.bank.kinds.samples import SAMPLES

KALMAN, SHARE, LISTS = SAMPLES["cloze"]
DROPOUT, EQUIVARIANT, NORM = SAMPLES["short"]
DETACH, GUARD, FUSION = SAMPLES["code"]
PRINTS = SAMPLES["output"][0]


@pytest.mark.parametrize(
    "typed", ["dropout", "Drop-Out", "the dropout", "“dropout”", "Dropout layer", "dropout."]
)
def test_spellings_that_do_not_matter_are_accepted(typed: str) -> None:
    marks = asked(DROPOUT).marks({"answer": [typed]})
    assert marks.passed
    assert not marks.repaired


def test_one_slip_is_forgiven_and_told() -> None:
    one = asked(DROPOUT)
    marks = one.marks({"answer": ["droput"]})
    assert marks.passed
    assert marks.repaired
    page = one.feedback({"answer": ["droput"]})
    assert "A slip of the keys was forgiven" in page
    assert "<strong>dropout</strong>" in page


@pytest.mark.parametrize("typed", ["dropconnect", "Drop Connect", "dropconect"])
def test_a_near_miss_loses_and_shows_its_note(typed: str) -> None:
    one = asked(DROPOUT)
    assert not one.marks({"answer": [typed]}).passed
    page = one.feedback({"answer": [typed]})
    assert "it zeroes weights" in page
    assert "by Srivastava" in page  # the right answer explains itself too


def test_another_wrong_word_shows_no_note_of_a_near_miss() -> None:
    page = asked(DROPOUT).feedback({"answer": ["early stopping"]})
    assert "it zeroes weights" not in page
    assert "is-wrong" in page


@pytest.mark.parametrize(
    ("typed", "passed"), [("L2", True), ("l2", True), ("L1", False), ("L3", False), ("Ridge", True)]
)
def test_words_with_digits_have_no_slips(typed: str, passed: bool) -> None:
    assert asked(NORM).marks({"answer": [typed]}).passed is passed


def test_invariant_is_never_taken_for_equivariant() -> None:
    one = asked(EQUIVARIANT)
    for typed in ("invariant", "invarient", "invariance"):
        assert not one.marks({"answer": [typed]}).passed
        assert "it stays the same" in one.feedback({"answer": [typed]})
    assert one.marks({"answer": ["equivarient"]}).repaired


def test_gaps_are_marked_one_by_one() -> None:
    one = asked(KALMAN)
    marks = one.marks({"gap-0": ["Kalmann"], "gap-1": ["k means"]})
    assert marks.score == 0.5
    assert not marks.passed
    assert marks.repaired
    page = one.feedback({"gap-0": ["Kalmann"], "gap-1": ["k means"]})
    assert "it clusters" in page
    assert "it samples" not in page
    assert '<span class="blank is-right">Kalman</span>' in page
    assert '<span class="blank is-missed">Hungarian</span>' in page


def test_a_near_miss_belongs_to_its_gap_only() -> None:
    one = asked(KALMAN)
    assert "it samples" not in one.feedback({"gap-0": ["Kalman"], "gap-1": ["particle"]})
    assert "it samples" in one.feedback({"gap-0": ["particle"], "gap-1": ["Hungarian"]})


def test_an_empty_gap_among_filled_ones_is_an_error_of_its_own() -> None:
    one = asked(KALMAN)
    reading = asking.read(one.spec, one.presented, {"gap-0": ["Kalman"], "gap-1": [" "]})
    assert list(reading.errors) == ["gap-1"]
    page = one.page(reading.draft, reading.errors)
    assert 'value="Kalman"' in page
    assert page.count("aria-invalid") == 1


def test_the_stem_ends_where_the_gaps_begin() -> None:
    one = asked(KALMAN)
    assert one.spec["stem"] == "First some context."
    page = one.page()
    assert page.count('class="gap-input"') == 2
    assert page.index("predicts with a") < page.index('name="gap-0"') < page.index("filter and matches")


def test_gaps_may_stand_in_lists_emphasis_and_tables_but_not_in_code() -> None:
    page = asked(LISTS).page()
    assert page.count('class="gap-input"') == 3
    assert "<strong><input" in page
    assert page.index("<table") < page.index('name="gap-2"') < page.index("</table>")
    assert "<code>{{this}}</code>" in asked(SHARE).page()


def test_a_gap_may_want_a_number() -> None:
    one = asked(SHARE)
    assert 'inputmode="decimal"' in one.page()
    for typed, passed in (("0.9", True), ("0,895", True), ("9/10", True), ("0.92", False), ("most", False)):
        assert one.marks({"gap-0": [typed]}).passed is passed


def test_what_was_typed_is_text_and_never_markup() -> None:
    hostile = '"><script>alert(1)</script>'
    for text in (KALMAN, GUARD):
        one = asked(text)
        form = {name: [hostile] for name in right_form(one)}
        for page in (one.page({"gaps": [hostile] * 3}), one.feedback(form)):
            assert "<script" not in page
            assert "&lt;script" in page


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1/s1**2 + 1/s2**2", "1 / s1 ** 2+1/s2**2", True),
        ("keepdim=True", "keepdim = True", True),
        ("a[ 0", "a[0", True),
        ("True", "true", False),
        ("not in", "notin", False),
        ("1.0", "1.00", False),
        ("'a b'", "'ab'", False),
        ("detach()", "detach", False),
        ("x # why", "x", True),
        ("(", "(", True),
        ("$", "$", True),
    ],
)
def test_code_is_compared_token_for_token(one: str, other: str, same: bool) -> None:
    assert same_tokens(one, other) is same
    assert same_tokens(other, one) is same


def test_code_without_tokens_is_no_answer() -> None:
    assert not same_tokens("", "")
    assert not same_tokens("# only a remark", "# only a remark")


def test_gaps_in_code_are_fields_in_the_highlighted_code() -> None:
    page = asked(GUARD).page()
    code = page[page.index("<pre") : page.index("</pre>")]
    assert [code.count(f'name="gap-{n}"') for n in range(4)] == [1, 1, 1, 0]
    assert [code.count(f'aria-label="Blank {n}"') for n in (1, 2, 3)] == [1, 1, 1]
    assert page.count("<input") == 3
    assert "clip_grad_norm_" not in page
    assert "ʘ" not in page


def test_a_variant_of_a_gap_is_accepted_and_the_code_shown_whole() -> None:
    one = asked(GUARD)
    marks = one.marks({"gap-0": ["clip_grad_norm_"], "gap-1": ["1"], "gap-2": ["not  in"]})
    assert marks.passed
    page = one.feedback({"gap-0": ["clip_grad_norm"], "gap-1": ["1"], "gap-2": ["not in"]})
    assert "Also accepted" not in page.split("Blank 2")[1]
    assert '<code class="is-wrong">clip_grad_norm</code>' in page
    assert "Right answer: <code>clip_grad_norm_</code>" in page


def test_a_rejected_call_shows_its_note() -> None:
    one = asked(DETACH)
    assert "it stays connected" in one.feedback({"gap-0": ["clone"]})
    assert "it stays connected" not in one.feedback({"gap-0": ["item"]})
    assert one.marks({"gap-0": ["Detach"]}).score == 0


@pytest.mark.parametrize(
    ("typed", "passed"),
    [
        ("[1, 2]\nok", True),
        ("[1, 2]  \r\nok\r\n\r\n", True),
        ("[1, 2]\rok", True),
        ("[1,2]\nok", False),
        ("[1, 2]\n\nok", False),
        (" [1, 2]\nok", False),
    ],
)
def test_blanks_at_the_ends_of_lines_do_not_count_in_outputs(typed: str, passed: bool) -> None:
    assert asked(PRINTS).marks({"answer": [typed]}).passed is passed


def test_the_first_line_that_differs_is_named() -> None:
    one = asked(PRINTS)
    page = one.feedback({"answer": ["[1, 2]\nOK"]})
    assert "Line 2 is the first that differs" in page
    assert page.count("<pre") == 2
    assert one.described({"answer": ["[1, 2]\nOK"]}) == "[1, 2] | OK"


def test_the_code_stays_in_the_stem_and_the_output_does_not() -> None:
    stem = asked(PRINTS).spec["stem"]
    assert 'print("ok")' in stem
    assert "```output" not in stem


def test_an_empty_blank_in_code_is_named_and_looks_like_no_value() -> None:
    page = asked(DETACH).page()
    assert 'placeholder="blank 1"' in page
    assert 'placeholder="1"' not in page


def test_code_below_a_gap_is_shown_where_it_stands() -> None:
    text = "## Fill in. {#q}\n\nIt is {{one}}.\n\n```python\nx = net(y)\n```\n\nAnd {{two}}.\n"
    page = asked(text).page()
    assert page.index('name="gap-0"') < page.index("net") < page.index('name="gap-1"')


def test_another_pattern_of_a_gap_is_another_key() -> None:
    before, after = (
        spec_of(f"## Fill in. {{#q}}\n\nIt is {{{{equivariant|/{pattern}/}}}}.\n")
        for pattern in ("equi.*ance", "inv.*")
    )
    assert change_between(before, after) == Version.Change.KEY
