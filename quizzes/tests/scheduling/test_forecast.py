from __future__ import annotations

from datetime import date, timedelta
from math import exp, log, sqrt
from statistics import NormalDist, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.forecast import (
    DECAY,
    DECAY_SPREAD,
    FACTOR,
    SPREAD,
    TYPICAL,
    Strength,
    expected,
    if_begun,
    if_followed,
    known,
    recall_after,
    strength_of,
    together,
    with_strength,
)
from quizzes.scheduling.memory import Memory, after_review, interval, retrievability
from quizzes.scheduling.prng import draw
from quizzes.scheduling.ratings import Rating
from quizzes.statistics.rasch import LogOdds

TODAY = date(2026, 3, 2)
# Equally likely places of a standard normal distribution.
NORMAL = [NormalDist().inv_cdf((number + 0.5) / 1000) for number in range(1000)]


@pytest.mark.parametrize(
    ("days", "stability", "recall"),
    [(10, 10, 0.9), (30, 10, 0.8094), (60, 10, 0.7427), (14, 2.3065, 0.7416), (30, 45, 0.9254)],
)
def test_recall_on_a_day_to_come(days: int, stability: float, recall: float) -> None:
    assert recall_after(stability, days) == pytest.approx(recall, abs=5e-5)


@given(st.floats(0.01, 36500), st.integers(0, 4000))
def test_it_is_what_the_memory_model_says(stability: float, days: int) -> None:
    memory = Memory(stability, 5.0, TODAY)
    assert recall_after(stability, days) == pytest.approx(
        retrievability(memory, day=TODAY + timedelta(days=days))
    )


@given(st.floats(0.1, 1000), st.integers(0, 400), st.floats(0.2, 5))
def test_strength_multiplies_the_stability(stability: float, days: int, factor: float) -> None:
    expected = recall_after(stability * factor, days)
    assert with_strength(recall_after(stability, days), factor) == pytest.approx(expected)


def test_without_answers_nothing_is_known_of_a_learner() -> None:
    assert strength_of([]) == Strength(0.0, SPREAD)


def test_answers_as_predicted_leave_the_model_as_it_is_and_make_it_surer() -> None:
    found = strength_of([(0.9, 1000, 900), (0.8, 500, 400)])
    assert found.mean == pytest.approx(0.0, abs=1e-6)
    assert found.deviation < 0.15


@pytest.mark.parametrize("factor", [0.5, 0.8, 1.5, 2.5])
def test_the_strength_behind_many_answers_is_found(factor: float) -> None:
    rows = [(recall, 4000, round(4000 * with_strength(recall, factor))) for recall in (0.95, 0.9, 0.8, 0.6)]
    found = strength_of(rows)
    assert 2.718281828**found.mean == pytest.approx(factor, rel=0.05)


answered = st.lists(
    st.tuples(st.floats(0.3, 0.98), st.integers(1, 400), st.floats(0.25, 4)), min_size=1, max_size=4
)


@given(answered)
def test_strength_is_the_likeliest_one_and_as_sure_as_its_answers_tell(
    drawn: list[tuple[float, int, float]],
) -> None:
    rows = [(recall, many, round(many * with_strength(recall, factor))) for recall, many, factor in drawn]
    found = strength_of(rows)

    def likelihood(mean: float) -> float:
        chances = [with_strength(recall, exp(mean)) for recall, *_ in rows]
        return -((mean / SPREAD) ** 2) / 2 + sum(
            recalled * log(chance) + (many - recalled) * log(1 - chance)
            for chance, (_, many, recalled) in zip(chances, rows, strict=True)
        )

    # None near it and none far from it is likelier.
    best = likelihood(found.mean)
    assert all(likelihood(found.mean + shift) <= best + 1e-9 for shift in (-2, -0.1, -0.01, 0.01, 0.1, 2))
    # Fisher's information of a binomial number is n (dp/ds)^2 / (p (1 - p)).
    precision = SPREAD**-2
    for recall, many, _ in rows:
        chance, less, more = (with_strength(recall, exp(found.mean + by)) for by in (0, -1e-5, 1e-5))
        precision += many * ((more - less) / 2e-5) ** 2 / (chance * (1 - chance))
    assert found.deviation == pytest.approx(precision**-0.5, rel=1e-4)


def test_what_was_lost_for_certain_says_nothing_about_strength() -> None:
    assert strength_of([(0.0, 50, 0)]) == strength_of([])


@given(st.floats(0.05, 0.59))
def test_chance_in_the_answers_is_what_moves_the_mean(deviation: float) -> None:
    # Answers of precision q tell a strength off by q^-0.5, which has the weight q / (q + 1/SPREAD^2) in the mean.
    precision = deviation**-2 - SPREAD**-2
    weight = precision / (precision + SPREAD**-2)
    assert Strength(0.3, deviation).by_chance == pytest.approx(weight * precision**-0.5)


@given(st.floats(0, 0.6), st.floats(0.2, 3), st.floats(0, 0.5), st.floats(0.3, 0.99))
def test_what_is_not_known_of_a_learner_adds_up_as_variances(
    deviation: float, scale: float, remainder: float, recall: float
) -> None:
    decay = Strength(0.0, 0.0).spread(recall, 0.0)
    found = Strength(0.0, deviation, scale).spread(recall, remainder)
    assert found**2 == pytest.approx(deviation**2 + scale**2 * (remainder**2 + decay**2), abs=1e-12)


@pytest.mark.parametrize("recall", [0.6, 0.7, 0.8, 0.9, 0.95])
def test_whoever_has_answered_a_lot_is_known_better_than_whoever_has_not(recall: float) -> None:
    assert Strength(0.0, 0.0).spread(recall) < SPREAD


@given(st.floats(0.3, 0.99), st.floats(-1, 1), st.floats(0, 0.6))
def test_a_right_answer_is_expected_as_the_mean_over_all_strengths(
    recall: float, mean: float, deviation: float
) -> None:
    strength = Strength(mean, deviation)
    spread = strength.spread(recall)
    # A thousand equally likely ones; five nodes are near to them.
    each = [with_strength(recall, exp(mean + spread * node)) for node in NORMAL]
    assert expected(recall, strength) == pytest.approx(fmean(each), abs=1e-3)
    assert known([recall] * 7, [], strength).mean == pytest.approx(7 * expected(recall, strength))


def test_one_bad_day_does_not_overturn_the_model() -> None:
    assert -0.7 < strength_of([(0.9, 3, 0)]).mean < 0


def test_same_day_answers_say_nothing_about_forgetting() -> None:
    assert strength_of([(1.0, 50, 10)]) == strength_of([])


def test_what_comes_is_certain_where_it_is_certain() -> None:
    assert expected(1.0, Strength()) == pytest.approx(1.0)
    assert known([1.0] * 10, [], Strength()).mean == pytest.approx(10.0)


def test_less_is_known_of_a_learner_the_longer_questions_are_left() -> None:
    spreads = [Strength(0.0, 0.1).spread(recall, 0.2) for recall in (0.9, 0.8, 0.7, 0.6)]
    assert spreads == sorted(spreads)
    assert spreads[0] == pytest.approx(sqrt(0.1**2 + 0.2**2))


@pytest.mark.parametrize("recall", [0.95, 0.8, 0.6])
def test_another_decay_looks_like_another_strength(recall: float) -> None:
    # A learner whose decay is 1 % greater, at the time at which the model predicts `recall`.
    elapsed = (recall ** (-1 / DECAY) - 1) / FACTOR
    decay = 1.01 * DECAY
    own = (1 + (0.9 ** (-1 / decay) - 1) * elapsed) ** -decay
    # That recall is the model's with stability times `factor`.
    factor = FACTOR * elapsed / (own ** (-1 / DECAY) - 1)
    spread = Strength(0.0, 0.0).spread(recall, 0.0)
    assert abs(log(factor)) / log(1.01) == pytest.approx(spread / DECAY_SPREAD, rel=0.02)


def test_questions_never_met_count_as_at_first_sight_and_not_as_missing() -> None:
    half = [LogOdds(0.4, 0.0)] * 10
    count = known([0.9] * 10, half, Strength(0.0, 0.0), ability=LogOdds(0.4, 0.0))
    assert count.of == 20
    assert count.mean == pytest.approx(9 + 5, abs=0.05)


def test_what_is_not_known_of_a_learner_widens_what_is_said_of_unseen_questions() -> None:
    asked = [LogOdds(0.0, 0.5)] * 100
    sure, unsure = (known([], asked, Strength(), ability=LogOdds(0.0, error)) for error in (0.1, 1.0))
    assert sure.mean == pytest.approx(50.0) == unsure.mean
    narrow, wide = sure.interval(0.8), unsure.interval(0.8)
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_what_is_lost_for_certain_is_not_found_again_by_strength() -> None:
    assert with_strength(0.0, 100.0) == expected(0.0, Strength(1.0, 0.5)) == 0.0
    assert known([0.0] * 5, [], Strength(1.0, 0.5)).mean == 0.0


def test_a_question_due_after_the_day_is_only_forgotten() -> None:
    memory = Memory(30.0, 5.0, TODAY)
    day = TODAY + timedelta(days=20)
    recall = if_followed(memory, due=TODAY + timedelta(days=25), today=TODAY, day=day)
    assert recall == pytest.approx(retrievability(memory, day=day), abs=0.01)


def branches(memory: Memory, due: date, day: date) -> float:
    """Every way the plan may go, without a grid."""
    if due >= day:
        return retrievability(memory, day=day)
    passes = retrievability(memory, day=due)
    held = after_review(memory, Rating.GOOD, day=due)
    lost = after_review(after_review(memory, Rating.AGAIN, day=due), Rating.GOOD, day=due)
    return sum(
        chance * branches(after, due + timedelta(days=interval(after.stability, retention=0.9)), day)
        for chance, after in ((passes, held), (1 - passes, lost))
    )


def both_ways(stability: float, difficulty: float, since: int, wait: int, left: int) -> tuple[float, float]:
    memory = Memory(stability, difficulty, TODAY - timedelta(days=since))
    due, day = TODAY + timedelta(days=wait), TODAY + timedelta(days=left)
    return if_followed(memory, due=due, today=TODAY, day=day), branches(memory, due, day)


@given(st.floats(0.5, 60), st.floats(1.5, 9.5), st.integers(0, 20), st.integers(0, 15), st.integers(1, 9))
def test_the_plan_is_worked_out_close_to_every_branch_of_it(
    stability: float, difficulty: float, since: int, wait: int, left: int
) -> None:
    # Where the grid moves a review by a day over the end, one question is off by what it would have gained.
    found, exact = both_ways(stability, difficulty, since, wait, left)
    assert found == pytest.approx(exact, abs=0.12)


def test_over_many_questions_the_grid_of_the_plan_evens_out() -> None:
    off = []
    for number in range(300):
        stability, difficulty = 0.6 * 1.015**number, 1.5 + 8 * draw(f"{number}")
        since, wait, left = number % 17, number % 5, 1 + number % 9
        found, exact = both_ways(stability, difficulty, since, wait, left)
        off.append(found - exact)
    assert abs(sum(off) / len(off)) < 0.004


@pytest.mark.parametrize("since", [0, 1, 6])
@pytest.mark.parametrize("left", [0, 1, 12])
@pytest.mark.parametrize(("step", "difficulty"), [(0, 1.5), (8, 5.0), (25, 9.5)])
def test_until_it_is_due_a_question_is_forgotten_day_by_day(
    since: int, left: int, step: int, difficulty: float
) -> None:
    # Memories on the very grid by which plans are worked out.
    memory = Memory(exp(step / 8), difficulty, TODAY - timedelta(days=since))
    day = TODAY + timedelta(days=left)
    for due in (day, day + timedelta(days=3)):
        found = if_followed(memory, due=due, today=TODAY, day=day)
        assert found == pytest.approx(retrievability(memory, day=day))
    # A day that is over is today.
    assert if_followed(memory, due=TODAY, today=TODAY, day=TODAY - timedelta(days=5)) == pytest.approx(
        retrievability(memory, day=TODAY)
    )


def test_what_is_overdue_is_answered_on_the_last_day_before() -> None:
    memory = Memory(exp(1), 5.0, TODAY - timedelta(days=200))
    tomorrow = TODAY + timedelta(days=1)
    for due in (TODAY, TODAY - timedelta(days=150)):
        found = if_followed(memory, due=due, today=TODAY, day=tomorrow)
        # The grid moves a stability by a sixteenth.
        assert found == pytest.approx(branches(memory, TODAY, tomorrow), abs=0.01)
        assert found > retrievability(memory, day=tomorrow) + 0.1


def test_what_is_overdue_is_answered_today() -> None:
    memory = Memory(3.0, 5.0, TODAY - timedelta(days=30))
    day = TODAY + timedelta(days=10)
    late = if_followed(memory, due=TODAY - timedelta(days=27), today=TODAY, day=day)
    assert late > retrievability(memory, day=day)


def test_a_question_met_in_time_is_more_than_a_guess() -> None:
    assert if_begun(days_left=0, right_first=0.3) == if_begun(days_left=-4, right_first=0.3) == 0.3
    good = after_review(None, Rating.GOOD, day=TODAY)
    missed = after_review(after_review(None, Rating.AGAIN, day=TODAY), Rating.GOOD, day=TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert if_begun(days_left=1, right_first=0.3) == pytest.approx(
        0.3 * retrievability(good, day=tomorrow) + 0.7 * retrievability(missed, day=tomorrow), abs=0.01
    )
    assert if_begun(days_left=20, right_first=0.5) > 0.85
    assert if_begun(days_left=20, right_first=0.9) > if_begun(days_left=20, right_first=0.1)


def test_a_class_far_from_the_model_leaves_more_unsaid_about_each_learner() -> None:
    near = together([Strength(0.1 * (-1) ** number, 0.05) for number in range(200)])
    far = together([Strength(0.9 * (-1) ** number, 0.05) for number in range(200)])
    shifted = together([Strength(-0.9, 0.05)] * 200)
    assert near[0].scale < 0.7
    assert far[0].scale > 2.0
    assert shifted[0].scale == pytest.approx(far[0].scale)
    assert near[0].spread(0.8) < Strength(0.1, 0.05).spread(0.8) < far[0].spread(0.8)


def test_how_far_a_class_is_from_the_model_is_found_behind_the_noise_of_its_answers() -> None:
    # True strengths of deviation 0.3, each known with an error of 0.3, as `strength_of` would tell them.
    quantiles = [NormalDist().inv_cdf((number + 0.5) / 400) for number in range(400)]
    precision = 0.3**-2 + SPREAD**-2
    told = [Strength(z * sqrt(0.18) * 0.3**-2 / precision, precision**-0.5) for z in quantiles]
    found = together(told)
    assert found[0].scale * TYPICAL == pytest.approx(0.3, abs=0.04)


@given(st.lists(st.tuples(st.floats(-1.5, 1.5), st.floats(0.05, 0.55)), min_size=1, max_size=30))
def test_a_class_is_as_far_from_the_model_as_its_learners_are_believed_to_be(
    drawn: list[tuple[float, float]],
) -> None:
    told = [Strength(mean, deviation) for mean, deviation in drawn]
    found = together(told)
    assert len({one.scale for one in found}) == 1
    square = (found[0].scale * TYPICAL) ** 2
    # What is believed of a class counts as ten of its learners; each of these is off by what is left open about them.
    squares = sum(one.mean**2 + one.deviation**2 for one in found)
    assert square == pytest.approx((10 * SPREAD**2 + squares) / (10 + len(found)), abs=1e-4)
    for before, after in zip(told, found, strict=True):
        # The answers alone tell as much as before; the class takes the place of the model.
        precision = before.deviation**-2 - SPREAD**-2
        own = before.mean * before.deviation**-2 / precision
        assert after.deviation**-2 == pytest.approx(precision + 1 / square)
        assert after.mean == pytest.approx(own * precision / (precision + 1 / square))


def test_whoever_has_not_answered_is_taken_for_one_of_the_class() -> None:
    *_, silent = together([*[Strength(0.1 * (-1) ** number, 0.05) for number in range(200)], Strength()])
    assert silent.mean == 0.0
    assert 0.1 < silent.deviation < 0.3


def test_a_class_without_answers_is_believed_to_be_like_others() -> None:
    assert {(one.mean, round(one.deviation, 6)) for one in together([Strength()] * 30)} == {(0.0, SPREAD)}
    assert together([]) == []
