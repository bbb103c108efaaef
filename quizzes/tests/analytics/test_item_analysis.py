"""Item analysis: what is suspicious, what is not said, and that versions are kept apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from quizzes.analytics import actions
from quizzes.analytics.item_statistics import (
    FEW_ATTEMPTS,
    AnswerStatistics,
    RetentionResidual,
    VersionStatistics,
)
from quizzes.analytics.items import analyse_items
from quizzes.analytics.suspicions import WORTH_A_LOOK, suspicions
from quizzes.bank import asking
from quizzes.bank.models import Question
from quizzes.scheduling.ratings import Verdict
from quizzes.templatetags.numbers import correlation, points
from quizzes.tests.analytics.working import attempt, work
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.review.packs import choices, load


def row(**fields: Any) -> VersionStatistics:
    sound = VersionStatistics(
        version=1,
        question=1,
        attempts=40,
        facility=0.6,
        passed=0.6,
        right=0.6,
        partly=0.0,
        guess_rate=0.25,
        r=0.3,
        r_low=0.0,
        r_high=0.5,
        seconds=20,
        answers=[],
    )
    return replace(sound, **fields)


LURED = [
    AnswerStatistics("Wrong", Verdict.NOT, 20, 0.8),
    AnswerStatistics("Right", Verdict.RIGHT, 20, 0.5),
]
SIGNS: dict[str, dict[str, Any]] = {
    "check the key": {"answers": LURED},
    "do no better": {"r": -0.3, "r_high": 0.0},
    "by guessing": {"passed": 0.05},
    "forgotten more often": {"retention": RetentionResidual(100, -0.1, 0.02)},
}


def test_a_sound_question_is_not_suspicious() -> None:
    assert suspicions(row()) == []


@pytest.mark.parametrize("sign", SIGNS)
def test_each_sign_has_a_sentence_that_says_why(sign: str) -> None:
    gravest, *_ = suspicions(row(**SIGNS[sign]))
    assert sign in gravest.sentence
    assert gravest.weight > WORTH_A_LOOK


@pytest.mark.parametrize("sign", SIGNS)
def test_nothing_is_red_under_thirty_first_attempts(sign: str) -> None:
    found = suspicions(row(attempts=FEW_ATTEMPTS - 1, **SIGNS[sign]))
    assert all(one.weight <= WORTH_A_LOOK for one in found)


def test_a_leak_and_a_giveaway_are_worth_a_look() -> None:
    assert "give it away" in suspicions(row(retention=RetentionResidual(100, 0.1, 0.02)))[0].sentence
    assert "Nearly everyone" in suspicions(row(right=0.99))[0].sentence


def test_a_class_that_forgets_fast_makes_no_question_suspicious() -> None:
    assert suspicions(row(retention=RetentionResidual(100, -0.1, 0.02, elsewhere=-0.08))) == []
    (found,) = suspicions(row(retention=RetentionResidual(100, -0.2, 0.02, elsewhere=-0.08)))
    assert "12 points beyond the others" in found.sentence


def test_a_lure_few_fell_for_says_nothing() -> None:
    few = [AnswerStatistics("Wrong", Verdict.NOT, 4, 0.9), LURED[1]]
    assert suspicions(row(answers=few)) == []


def test_who_says_they_do_not_know_chose_no_lure() -> None:
    assert suspicions(row(answers=[replace(LURED[0], answer=asking.SKIPPED), LURED[1]])) == []


def test_first_attempts_count_once_and_later_answers_go_to_the_residual(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(7), days=20)
    study = teaching.studies(ann)
    missed = work(study, right=False).version_id
    study.answer_all()
    study.later(days=30)
    study.answer_all()
    rows = {one.version: one for one in analyse_items(teaching.classroom).versions}
    assert len(rows) == 7
    assert {one.attempts for one in rows.values()} == {1}
    assert rows[missed].facility == 0.0
    later = rows[missed].retention
    assert later is not None
    assert later.answers == 1
    assert later.residual > 0
    assert [(one.answer, one.count) for one in rows[missed].answers] == [("Wrong", 1), ("Right", 0)]


def test_an_answer_taken_back_does_not_count(teaching: Teaching) -> None:
    ann = account("ann")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(2), days=20)
    study = teaching.studies(ann)
    study.undo(work(study, right=False))
    assert analyse_items(teaching.classroom).versions == []


def test_versions_are_not_mixed(teaching: Teaching) -> None:
    ann, bob = account("ann"), account("bob")
    teaching.take_in(ann)
    teaching.take_in(bob)
    teaching.assign(teaching.set_of(1), days=20)
    work(teaching.studies(ann))
    text = choices(topic="topic-1", number=1, many=12).replace(
        "## Question 1 of", "## Which is question 1 of"
    )
    load(text, now=teaching.now + timedelta(hours=1))
    teaching.later(hours=2)
    work(teaching.studies(bob))
    question = Question.objects.get(slug="topic-1-1")
    rows = analyse_items(teaching.classroom).versions
    assert [(one.question, one.attempts) for one in rows] == [(question.pk, 1)] * 2
    assert len({one.version for one in rows}) == 2


def test_kr20_is_told_of_five_who_answered_all(teaching: Teaching) -> None:
    users = [account(f"learner{number}") for number in range(5)]
    for user in users:
        teaching.take_in(user)
    given = teaching.assign(teaching.set_of(2), days=20)
    for number, user in enumerate(users):
        study = teaching.studies(user)
        attempt(study, {"topic-1-1": number > 1, "topic-1-2": number > 2})
        (kept,) = analyse_items(teaching.classroom).sets
        assert (kept.assignment, kept.learners) == (given.public_id, number + 1)
        assert (kept.kr20 is None) is (number < 4)
    # Totals 0, 0, 1, 2, 2: variances 0.24 each within, 0.8 of the totals.
    assert kept.kr20 == pytest.approx(2 * (1 - 0.48 / 0.8), abs=0.001)


def test_numbers_below_zero_are_told_with_the_same_minus() -> None:
    assert (correlation(-0.184), points(-0.184), correlation(0.5)) == ("−0.18", "−18", "0.50")


# Eight learners and six questions; facility, discrimination with its interval and KR-20 worked out with NumPy and SciPy
# (`corrcoef`, `pearsonr(…).confidence_interval()`, population variances).
MARKS = ["111110", "111100", "110111", "101000", "110100", "000001", "111111", "010010"]


def test_a_class_is_analysed_as_a_statistics_program_would(teaching: Teaching) -> None:
    users = [account(f"learner{number}") for number in range(8)]
    for user in users:
        teaching.take_in(user)
    teaching.assign(teaching.set_of(6), days=20)
    for user, marks in zip(users, MARKS, strict=True):
        given = {f"topic-1-{place}": mark == "1" for place, mark in enumerate(marks, start=1)}
        attempt(teaching.studies(user), given)
    analysis = analyse_items(teaching.classroom)
    slugs = dict(Question.objects.values_list("pk", "slug"))
    found = {
        slugs[one.question]: (one.attempts, one.facility, one.r, one.r_low, one.r_high)
        for one in analysis.versions
    }
    assert found == {
        "topic-1-1": (8, 0.75, 0.518, -0.293, 0.896),
        "topic-1-2": (8, 0.75, 0.518, -0.293, 0.896),
        "topic-1-3": (8, 0.5, 0.167, -0.61, 0.78),
        "topic-1-4": (8, 0.625, 0.738, 0.069, 0.949),
        "topic-1-5": (8, 0.5, 0.354, -0.468, 0.847),
        "topic-1-6": (8, 0.375, -0.06, -0.734, 0.673),
    }
    assert [one.kr20 for one in analysis.sets] == [0.614]


def test_the_page_hides_what_fewer_than_five_answered(teaching: Teaching) -> None:
    users = [account(f"learner{number}") for number in range(5)]
    for user in users:
        teaching.take_in(user)
    teaching.assign(teaching.set_of(1), days=20)
    for number, user in enumerate(users):
        work(teaching.studies(user))
        with time_machine.travel(teaching.now, tick=False):
            actions.refresh_snapshots(classroom=teaching.classroom, now=teaching.now)
            html = browser(teaching.owner).get(at("items", teaching.classroom.public_id)).content.decode()
        assert ("Fewer than 5 learners have answered it." in html) is (number < 4)
        assert ("Right first time</dt>" in html) is (number == 4)
