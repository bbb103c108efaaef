from __future__ import annotations

from itertools import pairwise, product
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.prng import draw
from quizzes.statistics.counts import EXACT_UP_TO, Mixture, count_of, distribution, needed

chances = st.floats(0.0, 1.0)


@given(st.lists(chances, max_size=8))
def test_the_distribution_is_that_of_all_ways_it_may_go(each: list[float]) -> None:
    found = distribution(each)
    for count in range(len(each) + 1):
        expected = 0.0
        for way in product([False, True], repeat=len(each)):
            if sum(way) == count:
                chance = 1.0
                for happens, p in zip(way, each, strict=True):
                    chance *= p if happens else 1 - p
                expected += chance
        assert found[count] == pytest.approx(expected, abs=1e-12)


def test_equal_chances_give_the_binomial() -> None:
    assert distribution([0.3] * 12) == pytest.approx(
        [comb(12, k) * 0.3**k * 0.7 ** (12 - k) for k in range(13)]
    )


@given(st.lists(chances, min_size=1, max_size=EXACT_UP_TO))
def test_chances_add_up_to_1_and_their_mean_is_the_sum(each: list[float]) -> None:
    found = distribution(each)
    assert sum(found) == pytest.approx(1.0)
    assert sum(k * chance for k, chance in enumerate(found)) == pytest.approx(sum(each), abs=1e-6)


@pytest.mark.parametrize("many", [EXACT_UP_TO + 1, 120, 300])
@pytest.mark.parametrize(("low", "high"), [(0.05, 0.95), (0.5, 0.99), (0.8, 0.98), (0.2, 0.3)])
def test_beyond_the_limit_the_approximation_stays_within_0_005(many: int, low: float, high: float) -> None:
    each = [low + (high - low) * draw(f"{low}:{high}:{place}") for place in range(many)]
    exact, total = distribution(each), 0.0
    approximate = count_of(each)
    assert approximate.exactly is None
    for count in range(many):
        total += exact[count]
        assert approximate.at_most(count) == pytest.approx(total, abs=0.005)


def test_the_interval_of_120_equal_chances_holds_what_it_says() -> None:
    count = Mixture([(1.0, count_of([0.9] * 120))])
    interval = count.interval(0.8)
    exact = distribution([0.9] * 120)
    assert (interval.low, interval.high) == (104, 112)
    assert sum(exact[int(interval.low) : int(interval.high) + 1]) >= 0.8


@pytest.mark.parametrize("many", [8, 20, 50])
def test_intervals_of_few_whole_counts_hold_on_average_what_they_say(many: int) -> None:
    held = []
    for step in range(200):
        chance = 0.3 + 0.4 * step / 200
        interval = Mixture([(1.0, count_of([chance] * many))]).interval(0.8)
        held.append(sum(distribution([chance] * many)[int(interval.low) : int(interval.high) + 1]))
    assert sum(held) / len(held) == pytest.approx(0.8, abs=0.03)


@given(st.lists(chances, min_size=1, max_size=80), st.floats(0.5, 0.99))
def test_at_most_never_falls_and_intervals_are_in_order(each: list[float], level: float) -> None:
    count = Mixture([(0.25, count_of(each)), (0.75, count_of([p / 2 for p in each]))])
    shares = [count.at_most(k) for k in range(-1, len(each) + 1)]
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert all(after >= before - 0.01 for before, after in pairwise(shares))
    interval = count.interval(level)
    assert 0 <= interval.low <= interval.high <= len(each)
    assert count.at_least(0) == 1.0


def test_not_knowing_the_chances_makes_the_interval_wider() -> None:
    sure = Mixture([(1.0, count_of([0.8] * 300))]).interval(0.8)
    unsure = Mixture([(0.5, count_of([0.7] * 300)), (0.5, count_of([0.9] * 300))]).interval(0.8)
    assert unsure.high - unsure.low > 2 * (sure.high - sure.low)


def test_what_is_certain_happens() -> None:
    count = count_of([1.0] * 80 + [0.0] * 20)
    assert (count.at_most(79), count.at_most(80)) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("share", "of", "least"), [(0.8, 10, 8), (0.7, 10, 7), (0.81, 10, 9), (0.0, 5, 0), (1.0, 5, 5)]
)
def test_the_least_count_for_a_share(share: float, of: int, least: int) -> None:
    assert needed(share, of) == least
