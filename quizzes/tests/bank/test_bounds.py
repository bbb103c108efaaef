"""Whatever is written costs bounded work: counted in steps and units, never in seconds."""

from __future__ import annotations

import ast
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.hostile_shapes import SHAPES
from quizzes.authoring.forms import PackForm
from quizzes.bank import asking
from quizzes.bank.expressions import (
    FUNCTIONS,
    OPERATORS,
    SIZE_LIMIT,
    STEPS_LIMIT,
    Budget,
    ExpressionError,
    OutOfStepsError,
    evaluate,
    steps_of,
)
from quizzes.bank.kinds.gaps import Gap, split_text
from quizzes.bank.kinds.recall import matching_words
from quizzes.bank.packs.build import lint
from quizzes.bank.params import DRAW_STEPS, PLACEHOLDERS_LIMIT, Param, draw, fill
from quizzes.bank.text import COLOURED_LIMIT, highlight_inline, render
from quizzes.markup.diagnostics import ERRORS_LIMIT, NOTES_LIMIT, WORK_LIMIT, CheckStoppedError, Report
from quizzes.markup.markdown import BRACKETS_LIMIT
from quizzes.markup.tables import split_row
from quizzes.markup.unicode import MARKS_LIMIT, normalized
from quizzes.tests.bank.pack_examples import FRONT, pack_of

HOSTILE = (10**31, -(10**31), 10**5000, 1e308, -1e308, float("inf"), float("nan"), "text", None, 1j)
EDGES = (
    0,
    1,
    -1,
    0.5,
    -0.5,
    10**30,
    -(10**30),
    1e30,
    1e-300,
    1000,
    -1000,
    31,
    -31,
    8_000_000,
    -8_000_000,
    True,
)


@pytest.mark.parametrize("name", [*FUNCTIONS, *(kind.__name__ for kind in OPERATORS)])
@pytest.mark.parametrize("many", [1, 2, 3])
def test_no_function_or_operator_takes_a_hostile_argument(name: str, many: int) -> None:
    called = FUNCTIONS.get(name) or OPERATORS[getattr(ast, name)]
    for hostile in HOSTILE:
        for place in range(many):
            arguments: list[object] = [1] * many
            arguments[place] = hostile
            with pytest.raises(ExpressionError):
                called(*arguments)


@pytest.mark.parametrize("name", [*FUNCTIONS, *(kind.__name__ for kind in OPERATORS)])
def test_ordinary_arguments_give_ordinary_numbers_or_an_error(name: str) -> None:
    called = FUNCTIONS.get(name) or OPERATORS[getattr(ast, name)]
    for one in EDGES:
        for arguments in ([one], *([one, other] for other in EDGES)):
            try:
                assert abs(called(*arguments)) <= SIZE_LIMIT
            except (ExpressionError, TypeError, ValueError, ArithmeticError):
                continue


@pytest.mark.parametrize("digits", ["-8000000", "-31", "31", "10**9", "1.0", "10**400"])
def test_round_takes_few_digits(digits: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(f"round(a, {digits})", {"a": 1})
    assert fill(f"{{{{=round(a, {digits})}}}}", {"a": 1}) == f"{{{{=round(a, {digits})}}}}"


def test_round_still_rounds() -> None:
    assert [evaluate(f"round(1234.567{digits})", {}) for digits in ("", ", 1", ", -2", ", 30")] == [
        1235,
        1234.6,
        1200.0,
        1234.567,
    ]


def test_steps_are_counted_and_bounded() -> None:
    assert steps_of("a + min(b, 2) * 3") == 8
    with pytest.raises(ExpressionError):
        steps_of("(" + ")+(".join("+".join("a" * 9) for _ in range(9)) + ")")
    assert STEPS_LIMIT < 200
    budget = Budget(10)
    assert evaluate("a + b", {"a": 1, "b": 2}, budget) == 3
    assert budget.left == 7
    with pytest.raises(OutOfStepsError):
        evaluate("a + b + a + b + a", {"a": 1, "b": 2}, budget)
    assert budget.left == 0


def test_a_stored_question_is_drawn_within_its_budget() -> None:
    lets = [(f"x{n}", "a + a") for n in range(DRAW_STEPS)]
    with pytest.raises(OutOfStepsError):
        draw({"a": Param(low=1, high=9, step=1)}, lets, "seed")


def test_a_stored_hostile_question_is_shown_as_it_was_written() -> None:
    question = "## Add {{=z}}. {#q}\n\nParams: a = 1..2\n\nLet: z = a + 1\n\nAnswer: {{=z}}\n\n### Explanation\n\nSo."
    draft, _ = lint(pack_of(question))
    assert draft is not None
    spec = draft.questions[0].spec
    spec["lets"] = [["z", "round(a, -8000000)"]] * 3_000
    presented = asking.present(spec, seed="s")
    assert presented["values"] == {}
    assert asking.ask(spec, presented)["prompt"] == "Add {{=z}}."
    response = {"parts": {"answer": {"text": "1", "value": 1.0}}}
    marks = asking.mark(spec, presented, response)
    assert not marks.passed
    assert asking.feedback(spec, presented, response, marks)["parts"][0]["state"] == "wrong"


def test_patterns_of_all_gaps_are_bounded_together() -> None:
    gap = "{{/((a?){10}){99}b/}} "
    fits, too_many = (
        lint(pack_of(f"## Fill. {{#q}}\n\n{gap * n}\n\n### Explanation\n\nSo."))[1] for n in (4, 5)
    )
    assert fits.errors == []
    assert [error.code for error in too_many.errors] == ["K182"]


def test_a_text_is_filled_so_far() -> None:
    filled = fill("{{=a}} " * (PLACEHOLDERS_LIMIT + 1), {"a": 7})
    assert filled == "7 " * PLACEHOLDERS_LIMIT + "{{=a}} "


# --- checks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [3_000, pytest.param(60_000, marks=pytest.mark.thorough)])
@pytest.mark.parametrize("shape", SHAPES)
def test_a_check_of_hostile_text_ends_within_its_work(shape: str, size: int) -> None:
    _, report = lint(SHAPES[shape](size))
    assert report.work > -WORK_LIMIT // 10
    assert len(report.errors) <= ERRORS_LIMIT + 1
    assert len(report.diagnostics) <= ERRORS_LIMIT + NOTES_LIMIT + 1
    assert all(len(found.cause) < 500 and found.mend for found in report.diagnostics)


@pytest.mark.parametrize(
    ("shape", "code"),
    [
        ("lets", "NN029"),
        ("params", "NN029"),
        ("placeholders", "NN029"),
        ("lists", "NN009"),
        ("long table", "NN009"),
        ("questions within every limit", "NN009"),
        ("attributes", "NN008"),
        ("cues", "NN028"),
        ("huge numbers", "NN060"),
        ("front matter, deep", "NN011"),
        ("long heading", "NN028"),
    ],
)
def test_what_is_too_much_is_refused_by_name_and_place(shape: str, code: str) -> None:
    _, report = lint(SHAPES[shape](990_000))
    found = next(error for error in report.errors if error.code == code)
    assert found.line >= 1
    assert found.mend


@pytest.mark.parametrize(
    ("shape", "characters_a_unit"),
    [
        ("table delimiters", 20),
        ("tags", 20),
        ("covers", 20),
        ("long sets of numbers", 20),
        ("code with gaps", 40),
        ("a gap among formulas", 20),
        ("a gap among emphasis", 20),
        ("a gap among links", 20),
    ],
)
def test_what_costs_much_is_counted(shape: str, characters_a_unit: int) -> None:
    text = SHAPES[shape](60_000)
    _, report = lint(text)
    assert WORK_LIMIT - report.work > len(text) // characters_a_unit


def test_of_too_many_gaps_none_is_read() -> None:
    gaps = " ".join("{{/(/}}" for _ in range(13))
    _, report = lint(pack_of(f"## Fill. {{#q}}\n\n{gaps}\n\n### Explanation\n\nSo."))
    assert [error.code for error in report.errors] == ["K175"]


def test_the_place_of_a_gap_is_found_line_by_line() -> None:
    text = "a\n\nb {{c}}\nd {{e}} {{f}}\n{{g}}"
    gaps = [piece for piece in split_text(text, line=10, column=3) if isinstance(piece, Gap)]
    assert [(gap.text, gap.line, gap.column) for gap in gaps] == [
        ("c", 12, 3), ("e", 13, 3), ("f", 13, 9), ("g", 14, 1),
    ]  # fmt: skip


def test_cells_are_divided_at_bars_that_nothing_escapes() -> None:
    row = split_row(r"| a \| b |c|  | d |", 7)
    assert [(cell.text, cell.line, cell.column) for cell in row] == [
        ("a | b", 7, 3), ("c", 7, 11), ("", 7, 15), ("d", 7, 17),
    ]  # fmt: skip
    assert [cell.text for cell in split_row("a|b", 1)] == ["a", "b"]
    assert [cell.text for cell in split_row("", 1)] == [""]


def test_lines_and_their_length_are_looked_at_first() -> None:
    assert [error.code for error in lint(FRONT + "\n" * 40_000)[1].errors] == ["NN007"]
    _, report = lint(FRONT + "x" * 20_001)
    assert [(error.code, error.line) for error in report.errors] == [("NN028", FRONT.count("\n") + 1)]


def test_a_report_stops_at_its_limit_and_says_so() -> None:
    report = Report()
    for line in range(1, ERRORS_LIMIT):
        report.error("NN001", "x" * 5_000, mend="y", line=line)
    with pytest.raises(CheckStoppedError):
        report.error("NN001", "z", mend="y", line=ERRORS_LIMIT)
    assert [error.code for error in report.errors] == ["NN001"] * ERRORS_LIMIT + ["NN008"]
    assert len(report.errors[0].cause) < 500


def test_ordinary_packs_keep_far_from_the_limit() -> None:
    choice = "## What is {n}? {{#q{n}}}\n\n- [x] A\n- [ ] B\n  > No.\n\n### Explanation\n\nSo.\n\n"
    _, report = lint(FRONT + "".join(choice.format(n=n) for n in range(500)))
    assert report.diagnostics == []
    assert report.work > WORK_LIMIT // 2


# --- texts ----------------------------------------------------------------------------------------------------------


@given(st.text(alphabet="aé\u0301\u0327\ufdfa", max_size=40))
def test_ordinary_texts_are_normalised_as_ever(text: str) -> None:
    longest = max((len(run) for run in re.findall("[\u0301\u0327]+", text)), default=0)
    if longest <= MARKS_LIMIT:
        assert normalized("NFKC", text) == unicodedata.normalize("NFKC", text)


def test_marks_behind_the_thirtieth_are_left_out() -> None:
    assert len(normalized("NFD", "a" + "\u0301\u0327" * 10_000)) == 1 + MARKS_LIMIT


def test_very_many_brackets_are_no_links_and_long_or_empty_code_is_plain() -> None:
    assert "<a " in render("[a](https://example.org/)")
    assert "<a " not in render("[a](https://example.org/) " + "[" * BRACKETS_LIMIT)
    assert "<span" in highlight_inline("x = 1\n", "python")
    for code in ("x = 1\n" * COLOURED_LIMIT, "x = 1\n" + " \n" * 40 + "y", "x =" + " " * 500 + "1"):
        assert "<span" not in highlight_inline(code, "python")


def test_the_name_of_a_pasted_pack_is_its_first_heading_with_a_text() -> None:
    form = PackForm({"text": "# " + " " * 50 + "\n## First: steps\n\nText"})
    assert form.is_valid()
    assert form.name == "First  steps.md"


def test_cues_are_found_at_the_beginning_of_words_only() -> None:
    assert matching_words([["fit"]], "overfitting") == []
    assert matching_words([["over"], ["fit|x", "memoris"]], "overfitting is memorizing") == [
        "overfitting",
        "memorizing",
    ]
