"""Match and order."""

from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.bank import asking
from quizzes.bank.kinds import order
from quizzes.tests.bank.kinds.packs import Asked, Form, asked, right_form, seeds, spec_of
from quizzes.tests.bank.kinds.samples import SAMPLES

MATCH, SORT, _ = SAMPLES["match"]
STEPS, WITH_ALSO, _ = SAMPLES["order"]


def with_wrong(one: Asked, count: int) -> Form:
    """The right form with the first rows changed to another choice."""
    form = right_form(one)
    size = len(one.payload["rights"])
    for name in list(form)[:count]:
        form[name] = [str((int(form[name][0]) + 1) % size)]
    return form


def places(one: Asked, wanted: list[int]) -> Form:
    """The form that puts the steps (numbered from 0 in the right order) in this order."""
    return {f"place-{n}": [str(wanted.index(step) + 1)] for n, step in enumerate(one.presented["steps"])}


def test_the_score_is_the_share_of_right_pairs_and_four_in_five_pass() -> None:
    one = asked(SORT)
    marks = [one.marks(with_wrong(one, count)) for count in range(6)]
    assert [mark.score for mark in marks] == pytest.approx([1, 0.8, 0.6, 0.4, 0.2, 0])
    assert [mark.passed for mark in marks] == [True, True, False, False, False, False]


def test_of_three_pairs_all_must_be_right() -> None:
    one = asked(MATCH)
    assert one.marks(with_wrong(one, 1)).score == pytest.approx(2 / 3)
    assert not one.marks(with_wrong(one, 1)).passed


def test_a_wrong_pair_shows_what_was_chosen_and_what_is_right() -> None:
    one = asked(MATCH)
    form = with_wrong(one, 1)
    page = one.feedback(form)
    assert page.count("is-wrong") == 1
    assert "Wrong, you chose:" in page
    assert "Belongs to none: GAN" in page


def test_the_distractor_can_be_chosen_and_is_wrong() -> None:
    one = asked(MATCH)
    gan = one.presented["rights"].index(one.payload["rights"].index("GAN"))
    form = {**right_form(one), "pair-0": [str(gan)]}
    assert one.marks(form).score == pytest.approx(2 / 3)


def test_rows_left_open_are_errors_of_their_own_and_the_others_are_kept() -> None:
    one = asked(MATCH)
    form = right_form(one)
    del form["pair-1"]
    form["pair-2"] = ["7"]
    reading = asking.read(one.spec, one.presented, form)
    assert set(reading.errors) == {"pair-1", "pair-2"}
    page = one.page(reading.draft, reading.errors)
    assert page.count(" selected") == 1
    assert 'aria-describedby="error-pair-1"' in page


def test_formulas_are_told_as_text_where_html_cannot_stand() -> None:
    assert ">(y - f)^2<" in asked(SAMPLES["match"][2]).page()


def test_both_columns_are_shuffled() -> None:
    shown = [asked(MATCH, seed).presented for seed in seeds(150)]
    assert len({tuple(one["lefts"]) for one in shown}) == 6
    assert len({tuple(one["rights"]) for one in shown}) == 24


def test_the_chance_of_a_match_is_one_in_the_ways_to_pair_and_of_a_sort_four_in_five_right() -> None:
    assert asking.guess_rate(spec_of(MATCH)) == pytest.approx(1 / 24)
    assert asking.guess_rate(spec_of(SORT)) == pytest.approx(6 / 32)


def test_the_pairs_are_described_left_to_right() -> None:
    one = asked(MATCH)
    assert one.described(right_form(one)) == "Entities → BiLSTM-CRF; Summaries → T5; Detection → YOLO"


def test_one_neighbour_swap_still_passes_and_says_so() -> None:
    one = asked(STEPS)
    form = places(one, [0, 2, 1, 3, 4])
    marks = one.marks(form)
    assert marks.passed
    assert marks.score == pytest.approx(0.9)
    page = one.feedback(form)
    assert "Two neighbours are swapped" in page
    assert page.count("is-wrong") == 2
    assert "Wrong, your place: 3" in page


def test_two_swaps_or_a_far_swap_do_not_pass() -> None:
    one = asked(STEPS)
    for wanted, score in (([1, 0, 2, 4, 3], 0.8), ([2, 1, 0, 3, 4], 0.7), ([4, 3, 2, 1, 0], 0.0)):
        marks = one.marks(places(one, wanted))
        assert marks.score == pytest.approx(score)
        assert not marks.passed


def test_a_listed_order_is_as_right_as_the_first() -> None:
    one = asked(WITH_ALSO)
    marks = one.marks(places(one, [1, 0, 2, 3]))
    assert (marks.score, marks.passed) == (1, True)
    page = one.feedback(places(one, [1, 0, 2, 3]))
    assert "is-wrong" not in page
    assert page.index("normalise") < page.index("resize")


def test_a_place_given_twice_or_missing_is_an_error_and_the_others_are_kept() -> None:
    one = asked(STEPS)
    reading = asking.read(
        one.spec, one.presented, {"place-0": ["1"], "place-1": ["1"], "place-2": ["6"], "place-3": ["0"]}
    )
    assert set(reading.errors) == {"place-1", "place-2", "place-3", "place-4"}
    assert "taken by another step" in reading.errors["place-1"]
    assert "from 1 to 5" in reading.errors["place-2"]
    assert one.page(reading.draft, reading.errors).count(" selected") == 2


def test_steps_are_never_shown_in_an_order_that_passes() -> None:
    for text in SAMPLES["order"]:
        spec = spec_of(text)
        for seed in seeds(30):
            presented = asking.present(spec, seed=seed)
            marks = asking.mark(spec, presented, {"order": presented["steps"]})
            assert not marks.passed


def test_the_steps_keep_their_hooks_for_the_script() -> None:
    page = asked(STEPS).page()
    assert page.count("data-order") == 1
    assert page.count('class="option-text"') == 5


@given(st.integers(3, 5), st.data())
def test_the_chance_to_pass_by_guessing_is_the_share_of_orders_that_pass(
    size: int, data: st.DataObject
) -> None:
    every = list(permutations(range(size)))
    also = data.draw(st.lists(st.sampled_from(every[1:]), max_size=2, unique=True))
    payload = {
        "steps": [{"text": str(n), "rest": "", "note": ""} for n in range(size)],
        "also": [list(one) for one in also],
    }
    passing = sum(order.mark(payload, {}, {"order": list(one)}).passed for one in every)
    assert order.guess_rate(payload) == pytest.approx(passing / math.factorial(size))


@given(st.permutations(range(6)))
def test_the_score_of_an_order_and_of_its_reverse_add_up_to_one(shown: list[int]) -> None:
    payload = {"steps": [{"text": str(n), "rest": "", "note": ""} for n in range(6)], "also": []}
    scores = [order.mark(payload, {}, {"order": one}).score for one in (shown, shown[::-1])]
    assert sum(scores) == pytest.approx(1)
