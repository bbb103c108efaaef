from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.statistics.intervals import fisher, two_sided, wilson, wilson_of_groups


def test_the_95_percent_z() -> None:
    assert two_sided(0.95) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize(("n", "low", "high"), [(20, -0.16, 0.66), (50, 0.02, 0.53)])
def test_fishers_interval_of_a_correlation_of_0_30(n: int, low: float, high: float) -> None:
    interval = fisher(0.30, n)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=0.005)


def test_three_pairs_say_nothing() -> None:
    assert (fisher(0.9, 3).low, fisher(0.9, 3).high) == (-1.0, 1.0)


def test_wilson_of_8_in_10() -> None:
    # (0.8 + 1.96²/20 ± 1.96 sqrt(0.016 + 1.96²/400)) / (1 + 1.96²/10)
    interval = wilson(8, 10)
    assert (interval.low, interval.high) == pytest.approx((0.4902, 0.9433), abs=5e-5)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0)]
)
def test_wilson_at_the_ends(hits: int, of: int, low: float, high: float) -> None:
    interval = wilson(hits, of)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(share: tuple[int, int]) -> None:
    hits, of = share
    here, there = wilson(hits, of), wilson(of - hits, of)
    assert 0 <= here.low <= hits / of + 1e-12
    assert hits / of - 1e-12 <= here.high <= 1
    assert (here.low, here.high) == pytest.approx((1 - there.high, 1 - there.low))


def test_wilsons_80_percent_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    of, covered = 60, []
    for percent in range(10, 91):
        share = percent / 100
        covered.append(
            sum(
                comb(of, hits) * share**hits * (1 - share) ** (of - hits)
                for hits in range(of + 1)
                if wilson(hits, of, level=0.8).low <= share <= wilson(hits, of, level=0.8).high
            )
        )
    assert sum(covered) / len(covered) == pytest.approx(0.8, abs=0.01)


@pytest.mark.parametrize(
    "call", [lambda: wilson(3, 2), lambda: wilson(-1, 2), lambda: fisher(1.1, 9), lambda: two_sided(1.0)]
)
def test_nonsense_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        call()  # type: ignore[operator]


def test_answers_of_the_same_people_count_for_fewer() -> None:
    """Five people all right, five all wrong: as ten answers, not as a hundred (effect 100/9 = 10/9 (100/10))."""
    groups = [(10, 10)] * 5 + [(0, 10)] * 5
    interval, of_nine = wilson_of_groups(groups), wilson(9, 18)
    assert interval.low < of_nine.low < 0.5 < of_nine.high < interval.high
    z, effective = two_sided(0.95), 9.0
    reach = z * (0.25 / effective + z**2 / (4 * effective**2)) ** 0.5 / (1 + z**2 / effective)
    assert (interval.low, interval.high) == pytest.approx((0.5 - reach, 0.5 + reach))


@pytest.mark.parametrize(
    "groups", [[(8, 10)], [(0, 10), (0, 5)], [(4, 5), (4, 5), (0, 0)], [], [(1, 1)] * 8 + [(0, 1)] * 2]
)
def test_groups_that_are_alike_are_as_good_as_one(groups: list[tuple[int, int]]) -> None:
    hits, of = sum(hits for hits, _ in groups), sum(of for _, of in groups)
    found, single = wilson_of_groups(groups), wilson(hits, of)
    assert found.low == pytest.approx(single.low, abs=0.03)
    assert found.high == pytest.approx(single.high, abs=0.03)


def test_more_hits_than_observations_are_refused_in_groups_too() -> None:
    with pytest.raises(ValueError, match="is no share"):
        wilson_of_groups([(3, 2), (0, 0)])
