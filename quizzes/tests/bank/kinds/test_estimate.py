"""Estimates: right within the factor, half right within the order of magnitude, and told how far off."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proof.bank import Checks, Item
from proof.verify import faults_of
from quizzes.tests.bank.kinds.packs import asked
from quizzes.tests.bank.kinds.samples import SAMPLES

BERT, LIGHT, BYTES, LETTERS = SAMPLES["estimate"]


@pytest.mark.parametrize(
    ("typed", "score"),
    [
        ("110e6", 1), ("110,000,000", 1), ("1.1 × 10^8", 1), ("55e6", 1), ("220e6", 1), ("220000000 parameters", 1),
        ("54e6", 0.5), ("221e6", 0.5), ("11e6", 0.5), ("1.1e9", 0.5),
        ("10.9e6", 0), ("1.2e9", 0), ("0", 0), ("-110e6", 0), ("1e-300", 0), ("1e300", 0),
    ],
)  # fmt: skip
def test_the_factor_decides_and_the_order_of_magnitude_is_half(typed: str, score: float) -> None:
    marks = asked(BERT).marks({"answer": [typed]})
    assert marks.score == score
    assert marks.passed == (score == 1)


@given(st.floats(1e-4, 1e4))
def test_too_much_and_too_little_are_judged_alike(times: float) -> None:
    one = asked("## How many? {#q}\n\nEstimate: 1000 within 3")
    scores = [one.marks({"answer": [f"{number:.12e}"]}).score for number in (1000 * times, 1000 / times)]
    assert scores[0] == scores[1]


def test_a_drawn_truth_is_estimated_too() -> None:
    for seed in ("one", "two", "three"):
        one = asked(BYTES, seed)
        truth = one.presented["values"]["n"] * 2e9
        assert one.marks({"answer": [f"{truth * 2.9:g}"]}).passed
        assert one.marks({"answer": [f"{truth * 3.2:g}"]}).score == 0.5


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("330e6", "That is 3 times too much. The order of magnitude is right: half the credit."),
        ("1e6", "That is 110 times too little. It is"),
        ("1e14", "That is 909,000 times too much. It is"),
        ("111e6", "That is the number to within 5 %. It is"),
        ("-5", "A number above 0 was asked for. It is"),
    ],
)
def test_feedback_says_how_far_off_it_was(typed: str, said: str) -> None:
    page = words_of(asked(BERT).feedback({"answer": [typed]}))
    assert said in page
    assert "It is 110e6 parameters Accepted: 5.5e7 to 2.2e8, a factor of 2 either way" in page
    assert "twelve layers" in page


def test_who_does_not_know_is_shown_the_truth_and_no_distance() -> None:
    page = words_of(asked(LIGHT).feedback({"skip": ["1"]}))
    assert "It is 8.3 minutes Accepted: 5.54 to 12.4, a factor of 1.5 either way" in page
    assert "That is" not in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Type a number, or say that you don’t know."),
        ("many", "Write a number, like 0.75, 3/4 or 1e-6."),
        ("3 kg", "Write only the number in parameters, without “kg”."),
    ],
)
def test_what_is_no_number_is_asked_for_again_and_kept(typed: str, said: str) -> None:
    one = asked(BERT)
    assert one.errors({"answer": [typed]}) == {"answer": said}
    assert f'value="{typed}"' in one.page({"text": typed}, {"answer": said})


@pytest.mark.parametrize(
    ("worked_out", "faults"), [(110e6, []), (112e6, []), (130e6, ["gives 110e6 parameters"])]
)
def test_its_truth_can_be_worked_out(worked_out: float, faults: list[str]) -> None:
    one = Item("T99-A01", 99, Path("bank.md"), 1, asked(BERT).spec)
    found = faults_of(one, Checks({one.slug: lambda: worked_out}))
    assert len(found) == len(faults)
    assert all(said in fault for said, fault in zip(faults, found, strict=True))


def test_the_page_tells_the_factor_and_the_unit() -> None:
    page = words_of(asked(BERT).page())
    assert "Your estimate (parameters)" in page
    assert "Right within a factor of 2." in page
    assert "share" not in asked(LETTERS).page()


def test_a_share_may_be_typed_in_per_cent() -> None:
    assert asked(LETTERS).marks({"answer": ["12 %"]}).passed
