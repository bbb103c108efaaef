from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.ratings import Confidence, Outcome, Rating, rate

outcomes = st.builds(
    Outcome,
    score=st.floats(0, 1),
    passed=st.booleans(),
    recall=st.booleans(),
    must_missed=st.booleans(),
    confidence=st.none() | st.sampled_from(Confidence),
    hinted=st.booleans(),
    repaired=st.booleans(),
    easy=st.booleans(),
)


@pytest.mark.parametrize(
    ("outcome", "rating"),
    [
        (Outcome(0.0, False), Rating.AGAIN),
        (Outcome(0.5, False, confidence=Confidence.SURE), Rating.AGAIN),
        (Outcome(1.0, True, confidence=Confidence.GUESS), Rating.AGAIN),
        (Outcome(1.0, True, confidence=Confidence.UNSURE), Rating.HARD),
        (Outcome(1.0, True, confidence=Confidence.SURE, hinted=True), Rating.HARD),
        (Outcome(1.0, True, repaired=True), Rating.HARD),
        (Outcome(1.0, True), Rating.GOOD),
        (Outcome(0.8, True, confidence=Confidence.SURE), Rating.GOOD),
    ],
)
def test_marked_answers(outcome: Outcome, rating: Rating) -> None:
    assert rate(outcome) is rating


@pytest.mark.parametrize(
    ("outcome", "rating"),
    [
        (Outcome(0.9, True, recall=True, must_missed=True), Rating.AGAIN),
        (Outcome(0.59, False, recall=True), Rating.AGAIN),
        (Outcome(0.60, False, recall=True), Rating.HARD),
        (Outcome(0.85, True, recall=True), Rating.HARD),
        (Outcome(0.86, True, recall=True), Rating.GOOD),
        (Outcome(1.0, True, recall=True, hinted=True), Rating.HARD),
        (Outcome(1.0, True, recall=True, confidence=Confidence.SURE), Rating.GOOD),
        (Outcome(1.0, True, recall=True, easy=True), Rating.GOOD),
        (Outcome(0.95, True, recall=True, easy=True, confidence=Confidence.SURE), Rating.GOOD),
        (Outcome(1.0, True, recall=True, easy=True, confidence=Confidence.SURE), Rating.EASY),
    ],
)
def test_free_recall(outcome: Outcome, rating: Rating) -> None:
    assert rate(outcome) is rating


@given(outcomes)
def test_hard_misuse_a_wrong_answer_is_never_better_than_again(outcome: Outcome) -> None:
    wrong = outcome.must_missed or outcome.score < 0.60 if outcome.recall else not outcome.passed
    if wrong:
        assert rate(outcome) is Rating.AGAIN


@given(outcomes)
def test_easy_is_never_a_default_only_a_tap_on_a_whole_free_recall_earns_it(outcome: Outcome) -> None:
    if rate(outcome) is Rating.EASY:
        assert outcome.recall
        assert outcome.easy
        assert outcome.score == 1.0
        assert outcome.confidence is Confidence.SURE
        assert not outcome.hinted


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), outcomes)
def test_more_key_points_never_rate_worse(scores: list[float], outcome: Outcome) -> None:
    low, high = (
        rate(Outcome(score, outcome.passed, True, outcome.must_missed, outcome.confidence, outcome.hinted))
        for score in sorted(scores)
    )
    assert low <= high


def test_help_and_doubt_never_rate_better() -> None:
    for recall, hinted, repaired in product((False, True), repeat=3):
        plain = Outcome(1.0, True, recall=recall, confidence=Confidence.SURE)
        helped = Outcome(
            1.0, True, recall=recall, confidence=Confidence.SURE, hinted=hinted, repaired=repaired
        )
        assert rate(helped) <= rate(plain)


@pytest.mark.parametrize("score", [-0.01, 1.01, float("nan")])
def test_a_score_outside_its_range_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Outcome(score, True)
