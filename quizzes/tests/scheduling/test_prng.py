from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.prng import draw


def test_seeds_give_the_same_numbers_on_every_machine() -> None:
    """Golden values: were they to change, every stored due day could not be explained any more."""
    assert draw("1:2:3") == 0.1655936615157726


@given(st.text())
def test_a_draw_lies_in_the_half_open_unit_interval(seed: str) -> None:
    assert 0.0 <= draw(seed) < 1.0


def test_draws_are_uniform_over_seeds() -> None:
    tenths = Counter(int(10 * draw(f"card:{n}")) for n in range(10_000))
    assert set(tenths) == set(range(10))
    assert all(900 < count < 1100 for count in tenths.values())
