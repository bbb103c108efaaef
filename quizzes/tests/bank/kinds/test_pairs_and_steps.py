"""Match and order."""

from __future__ import annotations

import math
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.bank import asking
from quizzes.bank.kinds.base import Seen
from quizzes.bank.kinds.match import KIND as MATCHING
from quizzes.bank.kinds.match import Columns, Paired, Table
from quizzes.bank.kinds.order import KIND as ORDERING
from quizzes.bank.kinds.order import Ordered, Shuffled, Step, Steps
from quizzes.bank.packs.build import lint
from quizzes.tests.bank.kinds.packs import HEAD, TAIL, Asked, Form, asked, right_form, seeds, spec_of
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


def table(pairs: int, rights: int) -> str:
    """A question with so many pairs; where there are fewer rights, it is a sort into groups."""
    rows = "\n".join(f"| left {n} | right {n % rights} |" for n in range(pairs))
    return f"## Match. {{#q}}\n\n| a | b |\n|---|---|\n{rows}\n"


def test_the_score_is_the_share_of_right_pairs() -> None:
    one = asked(SORT)
    scores = [one.marks(with_wrong(one, count)).score for count in range(6)]
    assert scores == pytest.approx([1, 0.8, 0.6, 0.4, 0.2, 0])


@pytest.mark.parametrize(
    ("pairs", "rights", "may_miss"),
    [
        *((pairs, pairs, 0) for pairs in range(2, 7)),
        *((pairs, 3, 0) for pairs in (4, 5, 6)),
        *((pairs, 2, 0) for pairs in range(3, 13)),
        *((pairs, rights, 1) for pairs in (7, 8, 9) for rights in (3, 4, pairs)),
        *((pairs, rights, 2) for pairs in (10, 11, 12) for rights in (3, 4, pairs)),
    ],
)
def test_all_must_be_right_up_to_six_pairs_and_in_two_groups_else_four_in_five(
    pairs: int, rights: int, may_miss: int
) -> None:
    one = asked(table(pairs, rights))
    verdicts = [one.marks(with_wrong(one, count)).verdict for count in range(pairs + 1)]
    assert verdicts == ["right"] + ["partly right"] * may_miss + ["not right"] * (pairs - may_miss)


def test_the_chance_of_passing_a_match_by_guessing_is_that_of_all_ways_to_guess() -> None:
    for pairs, rights in ((2, 2), (3, 3), (4, 3), (5, 2), (7, 7), (7, 2), (7, 3), (8, 3)):
        one = asked(table(pairs, rights))
        ways = permutations(range(rights)) if pairs == rights else product(range(rights), repeat=pairs)
        passed = [asking.mark(one.spec, one.presented, {"pairs": list(way)}).passed for way in ways]
        assert asking.guess_rate(one.spec) == pytest.approx(sum(passed) / len(passed)), (pairs, rights)


def test_the_chance_of_a_match_with_distractors_is_that_of_all_ways_to_guess() -> None:
    payload = Table(
        headers=("left", "right"),
        lefts=tuple(str(n) for n in range(7)),
        rights=tuple(str(n) for n in range(9)),
        answer=(8, 0, 3, 1, 7, 2, 5),
    )
    seen = Seen(Columns((), ()), {})
    ways = list(permutations(range(9), 7))
    passed = sum(MATCHING.mark(payload, seen, Paired(way)).passed for way in ways)
    assert MATCHING.guess_rate(payload) == pytest.approx(passed / len(ways))


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


def test_the_chance_of_a_match_is_one_in_the_ways_to_pair_and_of_a_sort_in_the_ways_to_sort() -> None:
    assert asking.guess_rate(spec_of(MATCH)) == pytest.approx(1 / 24)
    assert asking.guess_rate(spec_of(SORT)) == pytest.approx(1 / 32)


def test_the_pairs_are_described_left_to_right() -> None:
    one = asked(MATCH)
    assert one.described(right_form(one)) == "Entities → BiLSTM-CRF; Summaries → T5; Detection → YOLO"


def test_one_neighbour_swap_earns_part_credit_and_does_not_pass() -> None:
    one = asked(STEPS)
    form = places(one, [0, 2, 1, 3, 4])
    marks = one.marks(form)
    assert marks.verdict == "not right"
    assert marks.score == pytest.approx(0.9)
    page = one.feedback(form)
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


NOTHING_SHOWN = Seen(Shuffled(()), {})


@given(st.integers(3, 5), st.data())
def test_the_chance_to_pass_by_guessing_is_the_share_of_orders_that_pass(
    size: int, data: st.DataObject
) -> None:
    every = list(permutations(range(size)))
    also = data.draw(st.lists(st.sampled_from(every[1:]), max_size=2, unique=True))
    payload = Steps(tuple(Step(str(n), "", "") for n in range(size)), tuple(also))
    passing = sum(ORDERING.mark(payload, NOTHING_SHOWN, Ordered(one)).passed for one in every)
    assert ORDERING.guess_rate(payload) == pytest.approx(passing / math.factorial(size))


@given(st.permutations(range(6)))
def test_the_score_of_an_order_and_of_its_reverse_add_up_to_one(shown: list[int]) -> None:
    payload = Steps(tuple(Step(str(n), "", "") for n in range(6)), ())
    orders = (Ordered(tuple(shown)), Ordered(tuple(shown[::-1])))
    scores = [ORDERING.mark(payload, NOTHING_SHOWN, one).score for one in orders]
    assert sum(scores) == pytest.approx(1)


def test_the_table_of_pairs_is_not_shown_above_its_question_but_any_other_is() -> None:
    data = "| model | top-1 | top-5 |\n|---|---|---|\n| AlexNet | 63 | 85 |\n"
    stem = spec_of(f"## Match. {{#q}}\n\nRead this.\n\n{data}\n{table(3, 3).partition(chr(10))[2]}")["stem"]
    assert "AlexNet" in stem
    assert "left 0" not in stem


@pytest.mark.parametrize(
    ("body", "cause"), [("Nothing.", "there is no table"), ("| a |\n|---|\n| 1 |", "must have two columns")]
)
def test_a_match_without_pairs_is_told_whether_it_has_a_table(body: str, cause: str) -> None:
    _, report = lint(f"{HEAD}## Match. {{#q type=match}}\n\n{body}{TAIL}")
    assert any(cause in fault.cause for fault in report.errors), report.errors
