from collections import Counter
from datetime import date, timedelta

import pytest
from fsrs.scheduler import FUZZ_RANGES
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.fuzz import SHARES, due_day, fuzz_range, fuzzed_interval
from quizzes.scheduling.memory import LONGEST_INTERVAL

MONDAY = date(2026, 1, 5)

intervals = st.one_of(st.integers(1, 40), st.integers(1, LONGEST_INTERVAL))
loads = st.dictionaries(st.integers(1, 60).map(lambda n: MONDAY + timedelta(days=n)), st.integers(0, 30))


@pytest.mark.parametrize(
    ("days", "bounds"),
    [
        (1, (1, 1)),
        (2, (2, 2)),
        (3, (2, 4)),  # 1 + 0.15 * 0.5 = 1.075
        (7, (5, 9)),  # 1 + 0.15 * 4.5 = 1.675
        (10, (8, 12)),  # + 0.10 * 3 = 1.975
        (14, (12, 16)),  # + 0.10 * 7 = 2.375
        (16, (13, 19)),  # + 0.10 * 9 = 2.575
        (20, (17, 23)),  # + 0.10 * 13 = 2.975
        (100, (93, 107)),  # + 0.05 * 80 = 6.975
        (LONGEST_INTERVAL, (34673, LONGEST_INTERVAL)),
    ],
)
def test_fuzz_bounds(days: int, bounds: tuple[int, int]) -> None:
    assert fuzz_range(days) == bounds


def test_the_parts_of_an_interval_are_those_of_fsrs() -> None:
    assert [dict(zip(("start", "end", "factor"), part, strict=True)) for part in SHARES] == FUZZ_RANGES


@given(intervals, st.text())
def test_fuzz_stays_within_its_bounds_and_repeats(days: int, seed: str) -> None:
    shortest, longest = fuzz_range(days)
    found = fuzzed_interval(days, previous=0, grew=False, seed=seed)
    assert shortest <= found <= longest
    assert found == fuzzed_interval(days, previous=0, grew=False, seed=seed)


def test_fuzz_is_even_over_its_range_and_reaches_both_ends() -> None:
    """Where py-fsrs rounds and so goes past its upper bound, and gives the ends half of what is theirs."""
    found = Counter(fuzzed_interval(10, previous=0, grew=False, seed=f"1:{n}:3") for n in range(5_000))
    assert set(found) == {8, 9, 10, 11, 12}
    assert all(880 < count < 1120 for count in found.values())


@given(intervals, st.integers(0, 50), st.text())
def test_fuzz_never_shortens_a_growing_interval(days: int, grown_by: int, seed: str) -> None:
    previous = max(1, days - grown_by)
    assert fuzzed_interval(days, previous=previous, grew=True, seed=seed) >= previous


@pytest.mark.parametrize("free", range(8, 13))
@pytest.mark.parametrize("seed", "abc")
def test_the_only_day_on_which_nothing_is_due_is_taken(free: int, seed: str) -> None:
    assert fuzz_range(10) == (8, 12)
    load = {MONDAY + timedelta(days=day): 1 for day in range(8, 13) if day != free}
    day = due_day(from_day=MONDAY, days=10, previous=0, grew=False, seed=seed, load=load)
    assert day == MONDAY + timedelta(days=free)


def test_a_lapse_may_shorten_an_interval() -> None:
    assert fuzzed_interval(3, previous=90, grew=False, seed="seed") <= 4


@given(
    one=intervals,
    other=intervals,
    previous=st.integers(0, 100),
    one_grew=st.booleans(),
    other_grew=st.booleans(),
    seed=st.text(),
)
def test_a_longer_interval_stays_longer_after_fuzz(
    *, one: int, other: int, previous: int, one_grew: bool, other_grew: bool, seed: str
) -> None:
    shorter, longer = sorted((one, other))
    shrank, grew = sorted((one_grew, other_grew))
    assert fuzzed_interval(shorter, previous=previous, grew=shrank, seed=seed) <= fuzzed_interval(
        longer, previous=previous, grew=grew, seed=seed
    )


@given(intervals, st.integers(0, 100), st.booleans(), st.text())
def test_balancing_can_be_switched_off(days: int, previous: int, grew: bool, seed: str) -> None:
    off = due_day(from_day=MONDAY, days=days, previous=previous, grew=grew, seed=seed)
    fuzzed = fuzzed_interval(days, previous=previous, grew=grew, seed=seed)
    assert off == MONDAY + timedelta(days=fuzzed)


def test_load_balancing_takes_the_lightest_day_of_the_range() -> None:
    load = {MONDAY + timedelta(days=n): 5 for n in range(1, 30)} | {MONDAY + timedelta(days=11): 2}
    load |= {MONDAY + timedelta(days=14): 0}  # lighter, but out of the range of 8 to 12
    assert due_day(
        from_day=MONDAY, days=10, previous=0, grew=False, seed="1:2:3", load=load
    ) == MONDAY + timedelta(days=11)


def test_equal_days_are_shared_out_by_seed() -> None:
    load = {MONDAY + timedelta(days=n): 3 for n in range(1, 30)}
    days = Counter(
        due_day(from_day=MONDAY, days=10, previous=0, grew=False, seed=f"1:{n}", load=load)
        for n in range(1_000)
    )
    assert len(days) == 5
    assert all(140 < count < 260 for count in days.values())


def test_balancing_evens_out_a_month_that_fuzz_alone_leaves_uneven() -> None:
    fuzzed: Counter[date] = Counter()
    balanced: Counter[date] = Counter()
    for n in range(300):
        start = MONDAY + timedelta(days=n % 5)
        fuzzed[due_day(from_day=start, days=15, previous=0, grew=False, seed=str(n))] += 1
        balanced[
            due_day(
                from_day=start, days=15, previous=0, grew=False, seed=str(n), load=balanced or {MONDAY: 0}
            )
        ] += 1
    assert max(balanced.values()) < max(fuzzed.values())


@given(days=intervals, previous=st.integers(0, 60), grew=st.booleans(), seed=st.text(), load=loads)
def test_a_balanced_day_lies_within_the_fuzz_range(
    *, days: int, previous: int, grew: bool, seed: str, load: dict[date, int]
) -> None:
    found = due_day(from_day=MONDAY, days=days, previous=previous, grew=grew, seed=seed, load=load)
    shortest, longest = fuzz_range(days)
    if grew:
        shortest, longest = max(shortest, previous), max(longest, previous)
    assert shortest <= (found - MONDAY).days <= longest


@given(
    one=st.integers(1, 60),
    other=st.integers(1, 60),
    previous=st.integers(0, 60),
    grew=st.booleans(),
    seed=st.text(),
    load=loads,
)
def test_a_longer_interval_stays_longer_after_balancing(
    *,
    one: int,
    other: int,
    previous: int,
    grew: bool,
    seed: str,
    load: dict[date, int],
) -> None:
    earlier, later = (
        due_day(from_day=MONDAY, days=days, previous=previous, grew=grew, seed=seed, load=load)
        for days in sorted((one, other))
    )
    assert earlier <= later
