import sys
from datetime import date, timedelta
from types import FrameType

import fsrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.scheduling.fuzz import fuzz_range
from quizzes.scheduling.memory import (
    DEFAULT_PARAMETERS,
    LONGEST_INTERVAL,
    RETENTION_BOUNDS,
    Memory,
    after_review,
    interval,
)
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.review_rules import (
    NEW,
    CardState,
    Proposal,
    RatedAnswer,
    Replayed,
    first_outcomes,
    propose,
    replay,
    stated_intervals,
)
from quizzes.tests.scheduling.answering import (
    DAY,
    SEED,
    answered,
    answers,
    apply,
    gaps,
    histories,
    ratings,
    today,
)

retentions = st.floats(*RETENTION_BOUNDS)
guess_rates = st.sampled_from([0.0, 0.2, 0.25, 0.5])
loads = st.dictionaries(
    st.integers(1, 90).map(lambda n: DAY + timedelta(days=n)), st.integers(0, 30), max_size=30
)


def logged(answer: RatedAnswer, after: CardState) -> Replayed:
    assert after.due is not None
    return Replayed(answer.rating, answer.day, after.due)


def test_the_first_answers_of_a_card() -> None:
    state = apply(NEW, RatedAnswer(Rating.GOOD, DAY, 0), seed=SEED, retention=0.9, guess_rate=0.0)
    assert state == CardState(
        memory=after_review(None, Rating.GOOD, day=DAY),
        due=DAY + timedelta(days=2),
        reps=1,
        lapses=0,
        interval=2,
    )
    missed = apply(
        state, RatedAnswer(Rating.AGAIN, DAY + timedelta(days=2), 1), seed=SEED, retention=0.9, guess_rate=0.0
    )
    assert (missed.reps, missed.lapses, missed.due) == (2, 1, DAY + timedelta(days=3))


def test_missing_a_new_card_is_not_a_lapse() -> None:
    assert answered([(0, Rating.AGAIN)]).lapses == 0
    assert answered([(0, Rating.AGAIN), (0, Rating.AGAIN), (1, Rating.AGAIN), (0, Rating.AGAIN)]).lapses == 1


@given(history=histories, gap=gaps, retention=retentions, guess_rate=guess_rates, load=loads)
@settings(deadline=None)
def test_a_better_rating_never_brings_the_next_day_nearer(
    *,
    history: list[tuple[int, Rating]],
    gap: int,
    retention: float,
    guess_rate: float,
    load: dict[date, int],
) -> None:
    state = answered(history, retention, guess_rate)
    day = DAY if state.memory is None else today(state) + timedelta(days=gap)
    dues = []
    for rating in Rating:
        after = apply(
            state,
            RatedAnswer(rating, day, 99),
            seed=SEED,
            retention=retention,
            guess_rate=guess_rate,
            load=load,
        )
        assert after.due is not None
        dues.append(after.due)
    assert dues == sorted(dues)


@given(histories.filter(bool), retentions, guess_rates)
@settings(deadline=None)
def test_what_was_answered_is_never_due_again_the_same_study_day(
    history: list[tuple[int, Rating]], retention: float, guess_rate: float
) -> None:
    """Due is a day, not a time: an answer at eight in the evening is due at any hour of its day."""
    state = answered(history, retention, guess_rate)
    assert state.due is not None
    assert state.due > today(state)
    assert state.interval == (state.due - today(state)).days
    assert state.reps == len(history)


@given(
    history=histories,
    gap=st.integers(1, 200),
    rating=ratings,
    retention=retentions,
    guess_rate=guess_rates,
    load=loads,
)
@settings(deadline=None)
def test_fuzz_and_balancing_never_shorten_a_growing_interval(
    *,
    history: list[tuple[int, Rating]],
    gap: int,
    rating: Rating,
    retention: float,
    guess_rate: float,
    load: dict[date, int],
) -> None:
    before = answered(history, retention, guess_rate)
    day = DAY if before.memory is None else today(before) + timedelta(days=gap)
    after = apply(
        before, RatedAnswer(rating, day, 99), seed=SEED, retention=retention, guess_rate=guess_rate, load=load
    )
    assert after.memory is not None
    if before.memory is not None and after.memory.stability > before.memory.stability:
        assert after.interval >= before.interval


def test_a_learner_who_raises_the_target_is_not_held_to_the_old_intervals() -> None:
    relaxed = answered([(0, Rating.GOOD), (5, Rating.GOOD), (90, Rating.GOOD)], retention=0.70)
    assert relaxed.due is not None
    assert relaxed.interval > 1000
    strict = apply(
        relaxed,
        RatedAnswer(Rating.GOOD, today(relaxed) + timedelta(days=100), 9),
        seed=SEED,
        retention=0.97,
        guess_rate=0.0,
    )
    assert strict.memory is not None
    assert strict.interval <= interval(strict.memory.stability, retention=0.97) + 20


@given(histories, retentions, guess_rates, loads)
@settings(deadline=None)
def test_replaying_the_log_gives_exactly_the_stored_state(
    history: list[tuple[int, Rating]], retention: float, guess_rate: float, load: dict[date, int]
) -> None:
    """The load changes from answer to answer, as other cards come and go; the log knows what came of it."""
    state, log = NEW, []
    for answer in answers(history):
        busy = {day + timedelta(days=answer.seq): count for day, count in load.items()}
        state = apply(state, answer, seed=SEED, retention=retention, guess_rate=guess_rate, load=busy)
        log.append(logged(answer, state))
    assert replay(log) == state


@given(histories.filter(bool))
@settings(deadline=None)
def test_undoing_an_answer_is_replaying_the_others(history: list[tuple[int, Rating]]) -> None:
    states = [NEW]
    log: list[Replayed] = []
    for answer in answers(history):
        states.append(apply(states[-1], answer, seed=SEED, retention=0.9, guess_rate=0.0))
        log.append(logged(answer, states[-1]))
    assert replay(log[:-1]) == states[-2]


def test_a_refit_changes_memories_and_no_due_day() -> None:
    history = [(0, Rating.GOOD), (2, Rating.GOOD), (11, Rating.HARD)]
    state, log = NEW, []
    for answer in answers(history):
        state = apply(state, answer, seed=SEED, retention=0.9, guess_rate=0.0)
        log.append(logged(answer, state))
    forgetful = tuple(w / 2 if n < 4 else w for n, w in enumerate(DEFAULT_PARAMETERS))
    refitted = replay(log, parameters=forgetful)
    assert refitted.memory is not None
    assert state.memory is not None
    assert refitted.memory.stability < state.memory.stability
    assert (refitted.due, refitted.interval, refitted.reps) == (state.due, state.interval, state.reps)


@given(histories, st.integers(1, 200), retentions)
@settings(deadline=None)
def test_stated_intervals_are_in_the_order_of_the_ratings(
    history: list[tuple[int, Rating]], gap: int, retention: float
) -> None:
    memory = answered(history).memory
    day = DAY if memory is None else memory.day + timedelta(days=gap)
    stated = stated_intervals(first_outcomes(memory, day=day), aim=retention)
    again, hard, good, easy = (stated[rating] for rating in Rating)
    assert 1 <= again <= hard <= good <= easy <= LONGEST_INTERVAL
    if easy < LONGEST_INTERVAL:
        assert hard < good < easy


def test_plain_rounding_alone_would_state_equal_intervals() -> None:
    """Again, Hard, Good of a fresh card all round to a day at 0.97; the order shows which is which."""
    stated = stated_intervals(first_outcomes(None, day=DAY), aim=0.97)
    assert list(stated.values()) == [1, 1, 2, 3]
    plain = [interval(after_review(None, r, day=DAY).stability, retention=0.97) for r in Rating]
    assert plain == [1, 1, 1, 2]


def test_a_fit_that_found_misses_to_last_longer_than_hard_answers_is_put_in_order() -> None:
    odd = (5.0, 1.0, *DEFAULT_PARAMETERS[2:])
    assert (
        stated_intervals(first_outcomes(None, day=DAY, parameters=odd), aim=0.9, parameters=odd)[Rating.AGAIN]
        == 1
    )


def test_intervals_stay_in_order_at_the_longest() -> None:
    old = Memory(stability=36_500.0, difficulty=1.0, day=DAY)
    stated = stated_intervals(first_outcomes(old, day=DAY + timedelta(days=20_000)), aim=0.7)
    assert stated[Rating.HARD] == stated[Rating.GOOD] == stated[Rating.EASY] == LONGEST_INTERVAL


def test_multiple_choice_comes_back_sooner_than_free_recall() -> None:
    history = [(0, Rating.GOOD), (2, Rating.GOOD), (11, Rating.GOOD)]
    assert answered(history, guess_rate=0.25).interval < answered(history, guess_rate=0.0).interval


def test_cards_answered_alike_do_not_come_back_all_on_one_day() -> None:
    dues = set()
    for card in range(40):
        state = NEW
        for answer in answers([(0, Rating.GOOD), (2, Rating.GOOD), (11, Rating.GOOD)]):
            state = apply(state, answer, seed=f"7:{card}", retention=0.9, guess_rate=0.0)
        dues.add(state.due)
    assert len(dues) > 4


def test_a_retention_out_of_range_is_refused() -> None:
    with pytest.raises(ValueError, match="retention"):
        apply(NEW, RatedAnswer(Rating.GOOD, DAY, 0), seed=SEED, retention=0.99, guess_rate=0.0)


def test_replaying_nothing_is_a_new_card() -> None:
    assert replay([]) == NEW


def proposed(state: CardState, answer: RatedAnswer) -> Proposal:
    return propose(state, answer, seed=SEED, retention=0.9, guess_rate=0.0)


def test_what_may_be_chosen_is_the_fuzz_range_of_the_stated_interval() -> None:
    known = answered([(0, Rating.GOOD), (2, Rating.GOOD)])
    day = today(known) + timedelta(days=11)
    stated = stated_intervals(first_outcomes(known.memory, day=day), aim=0.9)
    for rating in (Rating.HARD, Rating.GOOD, Rating.EASY):
        shortest, longest = fuzz_range(stated[rating])
        window = proposed(known, RatedAnswer(rating, day, 9)).window
        assert window == (day + timedelta(days=shortest), day + timedelta(days=longest))


def test_no_load_is_asked_for_where_there_is_one_day_only() -> None:
    assert proposed(NEW, RatedAnswer(Rating.AGAIN, DAY, 0)).window is None
    known = answered([(0, Rating.GOOD), (2, Rating.GOOD), (11, Rating.GOOD)])
    assert proposed(known, RatedAnswer(Rating.GOOD, today(known), 9)).window is None


def test_the_lightest_day_of_the_window_is_settled_on() -> None:
    known = answered([(0, Rating.GOOD), (2, Rating.GOOD)])
    proposal = proposed(known, RatedAnswer(Rating.GOOD, today(known) + timedelta(days=11), 9))
    assert proposal.window is not None
    first, last = proposal.window
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert len(days) > 2
    for lightest in days:
        assert proposal.settle({day: int(day != lightest) for day in days}) == lightest
        assert proposal.card(lightest).due == lightest


@pytest.mark.parametrize("repeats", [False, True])
def test_an_answer_runs_the_model_once_for_each_rating_and_a_repeat_runs_it_once(*, repeats: bool) -> None:
    known = answered([(0, Rating.GOOD), (2, Rating.GOOD)])
    day = today(known) + timedelta(days=0 if repeats else 11)
    runs = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal runs
        runs += event == "call" and frame.f_code is fsrs.Scheduler.review_card.__code__

    sys.setprofile(count)
    try:
        proposal = proposed(known, RatedAnswer(Rating.GOOD, day, 9))
        proposal.card(proposal.settle({day + timedelta(days=40): 3}))
    finally:
        sys.setprofile(None)
    assert runs == (1 if repeats else len(Rating))
