from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.prng import draw, integer, shuffled


def test_seeds_give_the_same_numbers_on_every_machine() -> None:
    """Golden values: were they to change, every stored due day could not be explained any more."""
    assert draw("1:2:3") == 0.1655936615157726
    assert integer("1:2:3", 1, 100) == 44
    assert "".join(shuffled("abcdefgh", seed="1:2:3")) == "hbeagfcd"


@given(st.text())
def test_a_draw_lies_in_the_half_open_unit_interval(seed: str) -> None:
    assert 0.0 <= draw(seed) < 1.0


def test_draws_are_uniform_over_seeds() -> None:
    tenths = Counter(int(10 * draw(f"card:{n}")) for n in range(10_000))
    assert set(tenths) == set(range(10))
    assert all(900 < count < 1100 for count in tenths.values())


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
