"""One learner's readiness, from plain numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from quizzes.analytics.readiness_model import CardMemory, FirstAttempt, Learner, Task, estimate, risk_band
from quizzes.classroom.models import Assignment
from quizzes.scheduling.memory import Memory
from quizzes.scheduling.ratings import Verdict
from quizzes.statistics import rasch
from quizzes.statistics.rasch import Rasch

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def held(*questions: int, stability: float = 50.0, ago: int = 0) -> dict[int, CardMemory]:
    day = TODAY - timedelta(days=ago)
    return {q: CardMemory(q, Memory(stability, 5.0, day), day + timedelta(days=10)) for q in questions}


def firsts(*questions: int, verdict: Verdict = Verdict.RIGHT, ago: int = 0) -> dict[int, FirstAttempt]:
    return {
        q: FirstAttempt(q, verdict, TODAY - timedelta(days=ago), NOON - timedelta(days=ago))
        for q in questions
    }


def task(many: int, *, days: int = 10, **fields: object) -> Task:
    return Task(
        questions=range(many),
        topics={q: q % 2 for q in range(many)},
        opens=TODAY - timedelta(days=13),
        day=TODAY + timedelta(days=days),
        **fields,  # type: ignore[arg-type]
    )


def of_class(right: int, tries: int) -> Rasch:
    """What the first attempts of a class tell: learner 1 was right at so many, 40 others at 1 to 19 of 20."""
    rows = [(1, 100 + number, number < right) for number in range(tries)]
    rows += [
        (2 + n, 100 + number, (7 * number + n) % 20 < 1 + n % 19) for n in range(40) for number in range(20)
    ]
    return rasch.fit(rows)


@pytest.mark.parametrize(("right", "share"), [(2, 0.15), (10, 0.5), (18, 0.85)])
def test_what_was_never_seen_counts_with_the_learners_own_first_try_rate(right: int, share: float) -> None:
    row = estimate(Learner(1, TODAY, held=held(0, 1), sight=of_class(right, 20)), task(8))
    assert (row.questions, row.seen) == (8, 0)
    assert row.now == pytest.approx((2 + 6 * share) / 8, abs=0.06)
    assert row.stop.mean < row.now
    assert (row.topics[0].questions, row.topics[0].seen) == (4, 1)


def test_an_unseen_question_is_taken_for_as_hard_as_others_found_it() -> None:
    rows = [(n, question, question == 0) for n in range(2, 40) for question in (0, 1)]
    learner = Learner(1, TODAY, sight=rasch.fit(rows))
    assert learner.at_sight(0) > 0.7
    assert learner.at_sight(1) < 0.3
    assert 0.4 < learner.at_sight(7) < 0.6


def test_of_whom_and_what_nothing_is_known_half_is_expected_and_little_promised() -> None:
    row = estimate(Learner(1, TODAY), task(60))
    assert row.now == row.stop.mean == 0.5
    assert row.stop.low < 0.3
    assert row.stop.high > 0.7
    assert row.silent_days is None
    assert row.band == "help"


def test_on_the_day_itself_nothing_more_can_be_met_and_the_plan_is_what_is_known() -> None:
    row = estimate(Learner(1, TODAY, held=held(0, 1), sight=of_class(15, 20)), task(8, days=0))
    assert row.plan == row.stop
    assert row.stop.mean == pytest.approx(row.now, abs=1e-4)


def test_what_was_missed_or_guessed_today_is_not_known_now() -> None:
    """The model takes recall for certain on the day of an answer, whatever the answer was."""
    last = {q: replace(one, known=q != 1) for q, one in held(0, 1).items()}
    row = estimate(Learner(1, TODAY, held=last), task(2))
    assert row.now == 0.5
    tomorrow = {
        q: replace(one, memory=replace(one.memory, day=TODAY - timedelta(days=1))) for q, one in last.items()
    }
    assert estimate(Learner(1, TODAY, held=tomorrow), task(2)).now > 0.9


def test_following_the_plan_is_worth_more_than_stopping() -> None:
    row = estimate(Learner(1, TODAY, held=held(*range(10), stability=3.0)), task(20, days=30))
    assert row.plan.mean > row.stop.mean + 0.2
    assert row.chance_plan > row.chance_stop


def test_the_interval_holds_the_mean_and_narrows_with_nothing_left_to_chance() -> None:
    row = estimate(Learner(1, TODAY, held=held(*range(30), stability=3000.0)), task(30))
    stop = row.stop
    assert stop.low <= stop.mean <= stop.high
    assert stop.high - stop.low < 0.05


def test_a_goal_of_seeing_everything_is_met_by_seeing_everything() -> None:
    seen = Learner(1, TODAY, held=held(*range(4)), firsts=firsts(*range(4)), days={TODAY: 5.0})
    row = estimate(seen, task(4, goal=Assignment.Goal.SEEN))
    assert (row.chance_stop, row.band) == (1.0, "ready")
    some = Learner(1, TODAY, held=held(0), firsts=firsts(0), days={TODAY: 5.0})
    assert estimate(some, task(4, goal=Assignment.Goal.SEEN)).chance_stop == 0.0


def test_a_goal_of_minutes_counts_the_days_that_kept_it() -> None:
    days = {TODAY: 30.0, TODAY - timedelta(days=1): 10.0, TODAY - timedelta(days=40): 90.0}
    row = estimate(Learner(1, TODAY, days=days), task(4, goal=Assignment.Goal.MINUTES, minutes=20.0))
    assert (row.days_kept, row.days_counted) == (1, 14)


def test_answers_after_the_due_moment_are_late_and_may_not_count() -> None:
    learner = Learner(1, TODAY, held=held(0, 1), firsts=firsts(0) | firsts(1, ago=5))
    due = NOON - timedelta(days=2)
    marked = estimate(learner, task(4, due_at=due))
    refused = estimate(learner, task(4, due_at=due, refuses_late=True))
    assert (marked.seen, marked.late) == (2, 1)
    assert (refused.seen, refused.late) == (1, 1)


def test_right_and_partly_right_first_attempts_are_told_apart() -> None:
    given = firsts(0) | firsts(1, 2, verdict=Verdict.PARTLY) | firsts(3, verdict=Verdict.NOT)
    row = estimate(Learner(1, TODAY, firsts=given), task(8))
    assert (row.right, row.partly) == (0.25, 0.5)
    none = estimate(Learner(1, TODAY), task(8))
    assert (none.right, none.partly) == (None, None)


def test_an_answer_after_its_key_was_shown_is_seen_and_tells_no_share_of_first_attempts() -> None:
    known = {q: replace(first, at_sight=False) for q, first in firsts(2, 3).items()}
    row = estimate(Learner(1, TODAY, firsts=firsts(0) | firsts(1, verdict=Verdict.NOT) | known), task(8))
    assert (row.seen, row.right) == (4, 0.5)
    assert estimate(Learner(1, TODAY, firsts=known), task(8)).right is None


def test_pace_is_of_the_last_fortnight_and_need_of_what_is_left() -> None:
    learner = Learner(1, TODAY, held=held(*range(7)), firsts=firsts(*range(7), ago=3), days={TODAY: 1.0})
    row = estimate(learner, task(27, days=10))
    assert (row.pace, row.need) == (0.5, 2.0)


def test_silence_is_told_beside_ones_own_rhythm() -> None:
    days = {TODAY - timedelta(days=ago): 5.0 for ago in (9, 11, 13)}
    row = estimate(Learner(1, TODAY, days=days), task(4))
    assert (row.silent_days, row.usual_gap) == (9, 2)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"chance_stop": 0.85}, "ready"),
        ({"chance_stop": 0.1, "chance_plan": 0.9}, "course"),
        ({"chance_stop": 0.1, "chance_plan": 0.9, "silent_days": 8}, "help"),
        ({"chance_stop": 0.1, "chance_plan": 0.9, "silent_days": None}, "help"),
        ({"chance_stop": 0.1, "chance_plan": 0.9, "pace": 0.4, "need": 1.0}, "watch"),
        ({"chance_stop": 0.1, "chance_plan": 0.6}, "watch"),
        ({"chance_stop": 0.1, "chance_plan": 0.4}, "help"),
        ({"chance_stop": 0.6, "days_left": 0}, "watch"),
        ({"chance_stop": 0.4, "days_left": 0}, "help"),
    ],
)
def test_bands_are_absolute(given: dict[str, Any], expected: str) -> None:
    row = {"chance_stop": 0.0, "chance_plan": 0.0, "silent_days": 1, "pace": 1.0, "need": 0.0, "days_left": 5}
    assert risk_band(**row | given) == expected
