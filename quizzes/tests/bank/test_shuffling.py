from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.bank.shuffling import integer, shuffled


def test_seeds_give_the_same_on_every_machine() -> None:
    """Golden values: were they to change, a question open in a browser would be read in another order."""
    assert integer("1:2:3", 1, 100) == 44
    assert "".join(shuffled("abcdefgh", seed="1:2:3")) == "hbeagfcd"


@given(st.text(), st.integers(-50, 50), st.integers(0, 50))
def test_an_integer_lies_between_its_bounds(seed: str, low: int, width: int) -> None:
    assert low <= integer(seed, low, low + width) <= low + width


def test_an_integer_reaches_both_bounds() -> None:
    assert {integer(str(n), 1, 3) for n in range(50)} == {1, 2, 3}


def test_bounds_with_nothing_between_them_are_refused() -> None:
    with pytest.raises(ValueError, match="between 3 and 2"):
        integer("seed", 3, 2)


@given(st.lists(st.integers()), st.text())
def test_shuffling_keeps_every_item_and_leaves_the_original_alone(items: list[int], seed: str) -> None:
    before = list(items)
    assert Counter(shuffled(items, seed=seed)) == Counter(items)
    assert items == before


def test_all_orders_of_three_are_about_equally_likely() -> None:
    orders = Counter("".join(shuffled("abc", seed=str(n))) for n in range(6_000))
    assert len(orders) == 6
    assert all(880 < count < 1120 for count in orders.values())
