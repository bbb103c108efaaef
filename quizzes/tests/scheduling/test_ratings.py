from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.scheduling.ratings import Confidence, Outcome, Rating, Verdict, judge, rate, unstated_guess_rate

outcomes = st.builds(
    Outcome,
    score=st.floats(0, 1) | st.just(1.0),
    passed=st.booleans(),
    confidence=st.none() | st.sampled_from(Confidence),
    hinted=st.booleans(),
    repaired=st.booleans(),
    easy=st.booleans(),
    first=st.booleans(),
)


@pytest.mark.parametrize(
    ("outcome", "rating"),
    [
        (Outcome(0.0, False), Rating.AGAIN),
        (Outcome(0.5, False, confidence=Confidence.SURE), Rating.AGAIN),
        (Outcome(0.95, False, confidence=Confidence.SURE), Rating.AGAIN),
        (Outcome(1.0, True, confidence=Confidence.GUESS), Rating.AGAIN),
        (Outcome(0.9, True, confidence=Confidence.GUESS), Rating.AGAIN),
        (Outcome(1.0, True, confidence=Confidence.UNSURE), Rating.HARD),
        (Outcome(1.0, True, confidence=Confidence.SURE, hinted=True), Rating.HARD),
        (Outcome(1.0, True, repaired=True), Rating.GOOD),
        (Outcome(1.0, True, confidence=Confidence.SURE, repaired=True), Rating.GOOD),
        (Outcome(1.0, True, confidence=Confidence.UNSURE, repaired=True), Rating.HARD),
        (Outcome(1.0, True, confidence=Confidence.SURE, hinted=True, repaired=True), Rating.HARD),
        (Outcome(0.8, True, confidence=Confidence.SURE, repaired=True), Rating.HARD),
        (Outcome(1.0, True, confidence=Confidence.GUESS, repaired=True), Rating.AGAIN),
        (Outcome(1.0, True), Rating.GOOD),
        (Outcome(0.8, True, confidence=Confidence.SURE), Rating.HARD),
        (Outcome(0.99, True), Rating.HARD),
    ],
)
def test_answers_of_every_kind(outcome: Outcome, rating: Rating) -> None:
    assert rate(outcome) is rating


@pytest.mark.parametrize(
    ("outcome", "rating"),
    [
        (Outcome(0.9, False), Rating.AGAIN),
        (Outcome(0.60, True), Rating.HARD),
        (Outcome(0.86, True), Rating.HARD),
        (Outcome(1.0, True, hinted=True), Rating.HARD),
        (Outcome(1.0, True, confidence=Confidence.SURE), Rating.GOOD),
        (Outcome(1.0, True, easy=True), Rating.GOOD),
        (Outcome(0.95, True, easy=True, confidence=Confidence.SURE), Rating.HARD),
        (Outcome(1.0, True, easy=True, confidence=Confidence.SURE), Rating.EASY),
    ],
)
def test_free_recall(outcome: Outcome, rating: Rating) -> None:
    assert rate(outcome) is rating


@pytest.mark.parametrize(
    ("outcome", "rating"),
    [
        (Outcome(1.0, True, confidence=Confidence.SURE, first=True), Rating.EASY),
        (Outcome(1.0, True, confidence=Confidence.SURE, easy=True, first=True), Rating.EASY),
        (Outcome(1.0, True, first=True), Rating.GOOD),
        (Outcome(1.0, True, easy=True, first=True), Rating.GOOD),
        (Outcome(1.0, True, confidence=Confidence.UNSURE, first=True), Rating.HARD),
        (Outcome(1.0, True, confidence=Confidence.GUESS, first=True), Rating.AGAIN),
        (Outcome(1.0, True, confidence=Confidence.SURE, hinted=True, first=True), Rating.HARD),
        (Outcome(1.0, True, confidence=Confidence.SURE, repaired=True, first=True), Rating.GOOD),
        (Outcome(0.9, True, confidence=Confidence.SURE, first=True), Rating.HARD),
        (Outcome(0.9, False, confidence=Confidence.SURE, first=True), Rating.AGAIN),
    ],
)
def test_what_was_known_before_is_easy(outcome: Outcome, rating: Rating) -> None:
    assert rate(outcome) is rating


@pytest.mark.parametrize(
    ("confidence", "luck"), [(None, 0.25), ("", 0.25), ("sure", 0.0), ("unsure", 0.0), ("guess", 0.0)]
)
def test_luck_counts_only_where_nobody_said_how_sure_they_were(confidence: str | None, luck: float) -> None:
    assert unstated_guess_rate(0.25, confidence=confidence) == luck


@pytest.mark.parametrize(
    ("score", "passed", "verdict"),
    [
        (1.0, True, "right"),
        (0.999, True, "partly right"),
        (0.6, True, "partly right"),
        (0.95, False, "not right"),
        (0.0, False, "not right"),
    ],
)
def test_the_verdict_follows_from_the_marks(score: float, passed: bool, verdict: str) -> None:
    assert judge(score=score, passed=passed) == verdict


@given(outcomes)
def test_the_rating_agrees_with_the_verdict(outcome: Outcome) -> None:
    verdict, rating = judge(score=outcome.score, passed=outcome.passed), rate(outcome)
    if verdict is Verdict.NOT or outcome.confidence is Confidence.GUESS:
        assert rating is Rating.AGAIN
    elif verdict is Verdict.PARTLY:
        assert rating is Rating.HARD
    else:
        assert rating > Rating.AGAIN


@given(outcomes)
def test_easy_is_never_a_default(outcome: Outcome) -> None:
    if rate(outcome) is Rating.EASY:
        assert outcome.easy or outcome.first
        assert outcome.passed
        assert not outcome.repaired
        assert outcome.score == 1.0
        assert outcome.confidence is Confidence.SURE
        assert not outcome.hinted


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), outcomes)
def test_more_key_points_never_rate_worse(scores: list[float], outcome: Outcome) -> None:
    low, high = (
        rate(Outcome(score, outcome.passed, outcome.confidence, outcome.hinted)) for score in sorted(scores)
    )
    assert low <= high


def test_help_and_doubt_never_rate_better() -> None:
    for first in (False, True):
        plain = Outcome(1.0, True, confidence=Confidence.SURE, first=first)
        for hinted, repaired, confidence in product((False, True), (False, True), Confidence):
            helped = Outcome(1.0, True, confidence, hinted=hinted, repaired=repaired, first=first)
            assert rate(helped) <= rate(plain)


@pytest.mark.parametrize("score", [-0.01, 1.01, float("nan")])
def test_a_score_outside_its_range_is_refused(score: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Outcome(score, True)
