"""Seeded parameters and the little language of their expressions."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.bank.expressions import FUNCTIONS, ExpressionError, evaluate, names_in
from quizzes.bank.params import Param, draw, fill, size_of, value_at

LAM = Param(low=0.1, high=0.9, step=0.1)
PARAMS = {"n": Param(low=2, high=9, step=1), "lam": LAM, "size": Param((32, 64, 128))}
LETS = [("m", "n * size"), ("p", "1 - lam")]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 // 2 + 7 % 2", 4),
        ("2 ** -1", 0.5),
        ("-n", -4),
        ("1 if n > 3 else 2", 1),
        ("1 < n <= 4", 1),
        ("n == 5", 0),
        ("max(n, 9) - min(1, n) + abs(-1)", 9),
        ("round(2.71828, 2)", 2.72),
        ("ceil(n / 3) + floor(n / 3)", 3),
        ("sqrt(16) + log2(8) + log10(100)", 9),
        ("log(exp(1))", 1),
        ("1e-3", 0.001),
    ],
)
def test_expressions_are_arithmetic(expression: str, value: float) -> None:
    assert evaluate(expression, {"n": 4}) == pytest.approx(value)


@pytest.mark.parametrize(
    "expression",
    [
        "", " ", "x", "1 +", "1; 2", "n = 2", "(" * 400, "-" * 100 + "1", "((((" * 50 + "1" + "))))" * 50,
        "9 ** 9 ** 9", "2 ** 5000", "10 ** 29 * 10 ** 29", "1e400", "exp(800)", "1 / 0", "0 ** -1", "(-1) ** 0.5",
        "log(0)", "sqrt(-1)", "min()",
        "abs()", "sqrt", "abs(1)(2)", "abs(x=1)", "n.real", "n[0]", "[1]", "{1}", "'a'", '"a" * 9',
        "lambda: 1", "__import__('os')", "open(1)", "eval(1)", "n and 1", "not n", "n in n", "n is n", "n << 99", "~n",
        "n @ n", "f'{n}'", "(n := 1)", "True", "None", "1_000", "0x10", "1j", "007", "1if 2 else 3", "ε", "1\n+2", "*n",
        "max(*n)", "n if n", "\0",
    ],
)  # fmt: skip
def test_nothing_else_is_an_expression(expression: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(expression, {"n": 4})


@given(st.text(alphabet="n0123456789.+-*/%()<>=!, eabsminlogqrt", max_size=60))
def test_any_text_has_a_bounded_value_or_an_error(expression: str) -> None:
    try:
        value = evaluate(expression, {"n": 4})
    except ExpressionError:
        return
    assert math.isfinite(value)
    assert abs(value) <= 10**30


def test_the_functions_are_the_documented_ones() -> None:
    documented = {"abs", "min", "max", "round", "ceil", "floor", "sqrt", "exp", "log", "log2", "log10"}
    assert set(FUNCTIONS) == documented


def test_names_are_values_and_not_functions() -> None:
    assert names_in("max(n, 2) * lam") == {"n", "lam"}


@given(st.text(max_size=20))
def test_the_same_seed_draws_the_same_values_in_their_ranges(seed: str) -> None:
    values = draw(PARAMS, LETS, seed)
    assert values == draw(PARAMS, LETS, seed)
    assert list(values) == ["n", "lam", "size", "m", "p"]
    assert values["n"] in range(2, 10)
    assert values["lam"] in {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}
    assert values["size"] in {32, 64, 128}
    assert values["m"] == values["n"] * values["size"]


def test_every_value_of_a_range_is_drawn_by_some_seed() -> None:
    drawn = [draw(PARAMS, LETS, f"seed {number}") for number in range(200)]
    assert {values["n"] for values in drawn} == set(range(2, 10))
    assert {values["size"] for values in drawn} == {32, 64, 128}


def test_parameters_are_drawn_independently_of_each_other() -> None:
    pairs = {
        (values["n"], values["lam"]) for values in (draw(PARAMS, LETS, str(number)) for number in range(600))
    }
    assert len(pairs) == 72


def test_a_question_without_parameters_draws_nothing() -> None:
    assert draw({}, [], "seed") == {}


def test_ranges_are_walked_in_decimal() -> None:
    assert size_of(LAM) == 9
    assert [value_at(LAM, index) for index in range(9)] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert size_of(Param(low=0, high=10, step=3)) == 4


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{=n}} and {{= n * 2 }}", "4 and 8"),
        ("{{=p}}", "0.7"),
        ("{{=1/3}}", "0.3333333333"),
        ("{{=1/3:.2f}}", "0.33"),
        ("{{=p:.0%}}", "70%"),
        ("{{=1234567:,}}", "1,234,567"),
        ("{{=4.0:d}}", "4"),
        ("{{=n if n > 3 else 0:.1f}}", "4.0"),
        ("{{=0.1 + 0.2}}", "0.3"),
        ("{{=2e20}}", "2e+20"),
        ("{{gap}} {{=n}}", "{{gap}} 4"),
        ("{{=unknown}} {{=n:x}} {{=1/0}} {{=}}", "{{=unknown}} {{=n:x}} {{=1/0}} {{=}}"),
        ("{{=n:1000000f}}", "{{=n:1000000f}}"),
        ("{{=0.5:d}}", "{{=0.5:d}}"),
    ],
)
def test_placeholders_are_filled_and_what_has_no_value_stays(text: str, filled: str) -> None:
    assert fill(text, {"n": 4, "p": 0.7}) == filled


@given(st.text(alphabet="{}=n:.f%1/0 ", max_size=40))
def test_filling_never_fails(text: str) -> None:
    assert isinstance(fill(text, {"n": 4}), str)
