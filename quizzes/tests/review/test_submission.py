"""What is recorded of an answer's marks is what is read from it again."""

from __future__ import annotations

from itertools import combinations

import pytest

from quizzes.bank import asking
from quizzes.bank.kinds.base import Marks
from quizzes.bank.models import Version
from quizzes.review import submission
from quizzes.review.models import Review
from quizzes.review.submission import MarkedAnswer
from quizzes.tests.bank.kinds.packs import spec_of
from quizzes.tests.bank.kinds.samples import SAMPLES

FLAGS = ("recall", "must_missed", "repaired", "easy")


@pytest.mark.parametrize("flags", [some for many in range(5) for some in combinations(FLAGS, many)])
@pytest.mark.parametrize(("score", "passed"), [(0.0, False), (0.75, True)])
def test_marks_are_read_as_they_were_given(flags: tuple[str, ...], score: float, passed: bool) -> None:
    given = Marks(
        score=score,
        passed=passed,
        parts=[{"key": "a", "score": score}],
        recall="recall" in flags,
        must_missed="must_missed" in flags,
        repaired="repaired" in flags,
        easy="easy" in flags,
    )
    columns = MarkedAnswer(Version(pk=1), {"seen": 1}, {"said": 2}, given, "x" * 500).columns()
    recorded = Review(**columns)
    assert submission.marks_of(recorded) == given
    assert (recorded.presented, recorded.response) == ({"seen": 1}, {"said": 2})
    assert len(recorded.summary) == Review._meta.get_field("summary").max_length


def test_an_answer_may_have_so_many_characters_and_none_more() -> None:
    version = Version(spec=spec_of(SAMPLES["short"][0]))
    presented = asking.present(version.spec, seed="one")
    for many, is_too_long in [(20_000, False), (20_001, True)]:
        found = submission.read(version, presented, {"one": ["short", "a" * many], "other": []})
        assert (submission.FORM in found.errors) == is_too_long


def test_only_words_of_ours_say_how_sure_a_learner_is() -> None:
    assert submission.confidence({"confidence": ["guess"]}, {"option": 1}) == "guess"
    assert submission.confidence({}, {"option": 1}) == ""
    # Who does not know was not sure of anything.
    assert submission.confidence({"confidence": ["sure"]}, {}) == ""
    assert submission.hinted({"hinted": ["1"]})
    assert not submission.hinted({"other": ["1"]})


def test_an_answer_is_the_same_with_the_same_response_and_confidence_only() -> None:
    recorded = Review(response={"rows": [1, 2]}, confidence="sure")
    assert submission.same(recorded, {"rows": (1, 2)}, "sure")
    assert not submission.same(recorded, {"rows": [1, 2]}, "guess")
    assert not submission.same(recorded, {"rows": [2, 1]}, "sure")
