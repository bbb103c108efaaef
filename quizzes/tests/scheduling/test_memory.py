"""The memory model, against the formulae written out again here and against a second implementation."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import exp

import fsrs_rs_python
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.scheduling.memory import (
    DEFAULT_PARAMETERS,
    LONGEST_INTERVAL,
    RETENTION_BOUNDS,
    STABILITY_BOUNDS,
    Memory,
    after_review,
    interval,
    retrievability,
    target,
)
from quizzes.scheduling.ratings import Rating

W = DEFAULT_PARAMETERS
DAY = date(2026, 1, 5)

ratings = st.sampled_from(Rating)
gaps = st.one_of(st.just(0), st.integers(0, 5), st.integers(0, 400))
histories = st.lists(st.tuples(gaps, ratings), min_size=1, max_size=12)
memories = st.builds(
    Memory, stability=st.floats(*STABILITY_BOUNDS), difficulty=st.floats(1, 10), day=st.just(DAY)
)
retentions = st.floats(*RETENTION_BOUNDS)


def recall_by_hand(stability: float, days: int) -> float:
    factor = 0.9 ** (-1 / W[20]) - 1
    return float((1 + factor * days / stability) ** -W[20])


def review_by_hand(before: tuple[float, float] | None, days: int, g: int) -> tuple[float, float]:
    """(stability, difficulty) after rating `g`, from the published formulae of FSRS-6."""
    first_difficulty = [W[4] - exp(W[5] * (n - 1)) + 1 for n in (1, 2, 3, 4)]
    if before is None:
        return W[g - 1], min(max(first_difficulty[g - 1], 1), 10)
    s, d = before
    if days == 0:
        k = exp(W[17] * (g - 3 + W[18])) * s ** -W[19]
        new = s * (max(k, 1) if g >= 2 else k)
    else:
        r = recall_by_hand(s, days)
        if g == 1:
            forgotten = W[11] * d ** -W[12] * ((s + 1) ** W[13] - 1) * exp(W[14] * (1 - r))
            new = min(forgotten, s / exp(W[17] * W[18]))
        else:
            bonus = {2: W[15], 3: 1.0, 4: W[16]}[g]
            new = s * (1 + exp(W[8]) * (11 - d) * s ** -W[9] * (exp(W[10] * (1 - r)) - 1) * bonus)
    moved = d - W[6] * (g - 3) * (10 - d) / 9
    harder = W[7] * first_difficulty[3] + (1 - W[7]) * moved
    return min(max(new, 0.001), 36500), min(max(harder, 1), 10)


def remembered(history: Sequence[tuple[int, Rating]]) -> Memory:
    memory, day = None, DAY
    for gap, rating in history:
        day += timedelta(days=gap)
        memory = after_review(memory, rating, day=day)
    assert memory is not None
    return memory


def intervals_when_on_time(ratings_given: Sequence[int], *, same_day_first: bool = False) -> list[int]:
    memory, day, found = None, DAY, []
    for number, rating in enumerate(ratings_given):
        memory = after_review(memory, Rating(rating), day=day)
        found.append(interval(memory.stability, retention=0.9))
        if not (same_day_first and number == 0):
            day += timedelta(days=found[-1])
    return found


def test_always_good_comes_back_after_these_days() -> None:
    assert intervals_when_on_time([3] * 6) == [2, 11, 46, 163, 497, 1346]


def test_a_lapse_costs_most_of_the_interval_but_not_all() -> None:
    found = intervals_when_on_time([3, 3, 3, 1, 3, 3])
    assert found == [2, 11, 46, 3, 8, 19]


def test_the_intervals_published_with_py_fsrs_come_out() -> None:
    """Its own test of intervals; its learning steps put two answers on one day at the start and after misses."""
    published = [2, 11, 46, 163, 498]
    assert intervals_when_on_time([3] * 6, same_day_first=True)[1:] == published
    memory, day = None, DAY
    for gap in (0, 0, 2, 11, 46, 163):
        day += timedelta(days=gap)
        memory = after_review(memory, Rating.GOOD, day=day)
    assert memory is not None
    day += timedelta(days=498)
    after_misses = []
    for rating in (
        Rating.AGAIN,
        Rating.AGAIN,
        Rating.GOOD,
        Rating.GOOD,
        Rating.GOOD,
        Rating.GOOD,
        Rating.GOOD,
    ):
        memory = after_review(memory, rating, day=day)
        if rating is Rating.GOOD:
            after_misses.append(interval(memory.stability, retention=0.9))
            day += timedelta(days=after_misses[-1])
    assert after_misses == [2, 4, 7, 12, 21]


@given(histories)
@settings(deadline=None)
def test_every_step_follows_the_formulae(history: list[tuple[int, Rating]]) -> None:
    memory, by_hand, day = None, None, DAY
    for gap, rating in history:
        day += timedelta(days=gap)
        by_hand = review_by_hand(by_hand, gap, rating)
        memory = after_review(memory, rating, day=day)
        assert (memory.stability, memory.difficulty) == pytest.approx(by_hand, rel=1e-9)
        assert memory.day == day


@given(histories)
@settings(deadline=None)
def test_two_implementations_agree(history: list[tuple[int, Rating]]) -> None:
    """fsrs-rs counts in 32-bit floats, hence the tolerance; the same-day floor for Hard is in both."""
    oracle = fsrs_rs_python.FSRS(list(W))
    memory, state, day = None, None, DAY
    for number, (gap, rating) in enumerate(history):
        elapsed = gap if number else 0
        day += timedelta(days=elapsed)
        memory = after_review(memory, rating, day=day)
        state = getattr(oracle.next_states(state, 0.9, elapsed), rating.name.lower()).memory
        assert memory.stability == pytest.approx(state.stability, rel=1e-4)
        assert memory.difficulty == pytest.approx(state.difficulty, rel=1e-4)


@given(memories, retentions)
def test_two_implementations_agree_on_intervals(memory: Memory, retention: float) -> None:
    oracle = fsrs_rs_python.FSRS(list(W)).next_interval(memory.stability, retention, 3)
    ours = interval(memory.stability, retention=retention)
    assert ours == pytest.approx(min(max(oracle, 1), LONGEST_INTERVAL), rel=1e-4, abs=0.51)


def test_hard_on_the_same_day_never_lowers_stability_in_either_implementation() -> None:
    before = Memory(stability=20.0, difficulty=5.0, day=DAY)
    ours = after_review(before, Rating.HARD, day=DAY)
    state = (
        fsrs_rs_python.FSRS(list(W)).next_states(fsrs_rs_python.MemoryState(20.0, 5.0), 0.9, 0).hard.memory
    )
    assert ours.stability == 20.0
    assert state.stability == 20.0


def test_calendar_days_count_and_hours_do_not() -> None:
    """Left alone, fsrs takes ten hours over night for no time at all; to us a study day later is t = 1."""
    first = after_review(None, Rating.GOOD, day=DAY)
    same_day = after_review(first, Rating.GOOD, day=DAY)
    next_day = after_review(first, Rating.GOOD, day=DAY + timedelta(days=1))
    assert same_day.stability == pytest.approx(2.3065)
    assert next_day.stability == pytest.approx(7.3153, rel=1e-4)


@given(memories, ratings, st.integers(1, 400))
@settings(deadline=None)
def test_a_day_before_the_last_one_counts_as_the_same_day(memory: Memory, rating: Rating, back: int) -> None:
    """Travel: the learner's date may go back, their memory's does not."""
    earlier = DAY - timedelta(days=back)
    assert after_review(memory, rating, day=earlier) == after_review(memory, rating, day=DAY)
    assert retrievability(memory, day=earlier) == 1.0


def test_stability_is_clamped_above() -> None:
    """fsrs alone reaches half a million days after 14 times Easy."""
    memory, day = None, DAY
    for _ in range(14):
        memory = after_review(memory, Rating.EASY, day=day)
        day += timedelta(days=interval(memory.stability, retention=0.9))
    assert memory is not None
    assert memory.stability == STABILITY_BOUNDS[1]
    assert interval(memory.stability, retention=0.7) == LONGEST_INTERVAL


@given(histories)
@settings(deadline=None)
def test_memory_stays_within_its_bounds(history: list[tuple[int, Rating]]) -> None:
    memory = remembered(history)
    assert STABILITY_BOUNDS[0] <= memory.stability <= STABILITY_BOUNDS[1]
    assert 1.0 <= memory.difficulty <= 10.0


@given(histories, gaps)
@settings(deadline=None)
def test_a_better_rating_never_leaves_a_weaker_memory(history: list[tuple[int, Rating]], gap: int) -> None:
    memory = remembered(history)
    day = memory.day + timedelta(days=gap)
    after = [after_review(memory, rating, day=day) for rating in Rating]
    assert [m.stability for m in after] == sorted(m.stability for m in after)
    assert [m.difficulty for m in after] == sorted((m.difficulty for m in after), reverse=True)


@given(memories, st.integers(0, 20_000), st.integers(1, 2_000))
def test_recall_is_a_chance_that_only_falls(memory: Memory, days: int, more: int) -> None:
    now = retrievability(memory, day=DAY + timedelta(days=days))
    later = retrievability(memory, day=DAY + timedelta(days=days + more))
    assert 0.0 < later < now <= 1.0
    assert now == pytest.approx(recall_by_hand(memory.stability, days))


@given(st.integers(1, 36_500))
def test_stability_is_the_day_recall_has_fallen_to_nine_in_ten(days: int) -> None:
    memory = Memory(stability=float(days), difficulty=5.0, day=DAY)
    assert retrievability(memory, day=DAY + timedelta(days=days)) == pytest.approx(0.9)
    assert interval(float(days), retention=0.9) == days


@given(memories, retentions)
def test_recall_has_fallen_to_the_retention_when_the_interval_is_over(
    memory: Memory, retention: float
) -> None:
    days = interval(memory.stability, retention=retention)
    if 1 < days < LONGEST_INTERVAL:
        before = recall_by_hand(memory.stability, days - 1)
        after = recall_by_hand(memory.stability, days + 1)
        assert after < retention < before


@given(st.floats(*STABILITY_BOUNDS), retentions, retentions)
def test_a_higher_retention_never_lengthens_an_interval(stability: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    shorter = interval(stability, retention=high)
    assert 1 <= shorter <= interval(stability, retention=low) <= LONGEST_INTERVAL


@given(st.floats(*STABILITY_BOUNDS))
def test_whoever_may_forget_nothing_is_asked_every_day(stability: float) -> None:
    """The published test vectors of `next_interval` end with this one."""
    assert interval(stability, retention=1.0) == 1


@pytest.mark.parametrize("retention", [0.0, -0.1, 1.0001, 1.5, float("nan")])
def test_an_impossible_retention_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        interval(10.0, retention=retention)


def test_multiple_choice_aims_higher_by_what_luck_gives() -> None:
    assert target(0.90, guess_rate=0.25) == pytest.approx(0.925)
    assert target(0.90, guess_rate=0.5) == pytest.approx(0.95)
    assert target(0.90, guess_rate=0.0) == 0.90
    assert target(0.95, guess_rate=0.5) == 0.97


@given(retentions, st.floats(0, 0.99))
def test_the_target_is_where_knowledge_meets_the_retention(retention: float, guess_rate: float) -> None:
    aim = target(retention, guess_rate=guess_rate)
    assert retention <= aim <= 0.97
    if aim < 0.97:
        assert (aim - guess_rate) / (1 - guess_rate) == pytest.approx(retention)


@pytest.mark.parametrize("retention", [0.69, 0.98, 1.0, float("nan")])
def test_a_retention_out_of_range_is_refused(retention: float) -> None:
    with pytest.raises(ValueError, match=r"0\.70 and 0\.97"):
        target(retention, guess_rate=0.0)


@pytest.mark.parametrize("guess_rate", [-0.1, 1.0])
def test_a_guess_rate_out_of_range_is_refused(guess_rate: float) -> None:
    with pytest.raises(ValueError, match="guess rate"):
        target(0.9, guess_rate=guess_rate)


def test_parameters_out_of_bounds_are_refused() -> None:
    with pytest.raises(ValueError, match="21 parameters"):
        after_review(None, Rating.GOOD, day=DAY, parameters=W[:19])
    with pytest.raises(ValueError, match="out of bounds"):
        after_review(None, Rating.GOOD, day=DAY, parameters=(*W[:20], 5.0))


def test_personal_parameters_are_used_throughout() -> None:
    stronger = (*W[:2], 10.0, *W[3:])
    memory = after_review(None, Rating.GOOD, day=DAY, parameters=stronger)
    assert memory.stability == 10.0
    steeper = (*W[:20], 0.5)
    in_a_month = DAY + timedelta(days=30)
    assert retrievability(memory, day=in_a_month, parameters=steeper) < retrievability(memory, day=in_a_month)
    assert interval(10.0, retention=0.8, parameters=steeper) < interval(10.0, retention=0.8)
