from itertools import product
from math import comb, prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.leeches import chance_of_failures, is_leech


def test_many_misses_that_were_predicted_well_make_a_leech() -> None:
    assert is_leech([(0.9, False)] * 4 + [(0.9, True)] * 4)


def test_few_misses_never_make_a_leech_however_unlikely() -> None:
    assert not is_leech([(0.999, False)] * 3)
    assert is_leech([(0.999, False)] * 4)


def test_misses_that_were_to_be_expected_make_none() -> None:
    """Four misses in forty at 0.9 are what 0.9 means; so are eight after long neglect."""
    assert not is_leech([(0.9, False)] * 4 + [(0.9, True)] * 36)
    assert not is_leech([(0.3, False)] * 8 + [(0.3, True)] * 2)


def test_a_card_without_history_is_none() -> None:
    assert not is_leech([])


@pytest.mark.parametrize("failures", range(6))
def test_equal_chances_give_the_binomial_tail(failures: int) -> None:
    expected = sum(comb(5, k) * 0.2**k * 0.8 ** (5 - k) for k in range(failures, 6))
    assert chance_of_failures([0.8] * 5, at_least=failures) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), max_size=7), st.integers(0, 8))
def test_the_chance_is_the_sum_over_all_ways_to_fail(recalls: list[float], at_least: int) -> None:
    expected = sum(
        prod(1 - r if failed else r for r, failed in zip(recalls, ways, strict=True))
        for ways in product((False, True), repeat=len(recalls))
        if sum(ways) >= at_least
    )
    assert chance_of_failures(recalls, at_least=at_least) == pytest.approx(expected, abs=1e-12)
