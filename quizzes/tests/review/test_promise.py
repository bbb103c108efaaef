"""What the plan promises for the day of the interview, and when that is worked out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Question, Topic, Version
from quizzes.review import decks, plan_promise, queries
from quizzes.review.actions.sessions import open_session
from quizzes.review.models import Card, Session, Target, TopicChoice
from quizzes.scheduling import promise
from quizzes.scheduling.planner import Memories
from quizzes.tests.review.packs import choices, load, load_choices
from quizzes.tests.review.plans import aim, told
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def test_the_promise_is_about_all_questions_of_the_topics_wanted(big_bank: None, study: Study) -> None:
    aim(study.user, days=9)
    found = told(study)
    assert (found.questions, found.unseen, found.days) == (120, 120, 9)
    assert len(found.mornings) == len(found.stopped) == 10
    assert found.known.low <= found.known.expected <= found.known.high <= 120
    # Nothing was ever answered: half of them are right at first sight.
    assert found.if_stopped.expected == pytest.approx(60)
    assert sum(one.planned for one in found.topics) == pytest.approx(found.known.expected, abs=1)
    assert found.minutes <= 20
    assert found.more is not None
    assert found.more.expected > found.known.expected
    assert found.earlier is None
    topic = Topic.objects.order_by("number")[0]
    TopicChoice.objects.create(user=study.user, topic=topic, choice=TopicChoice.Choice.LEFT_OUT)
    assert told(study).questions == 100


def test_a_topic_that_is_said_to_be_known_is_asked_last_and_raises_no_number(
    big_bank: None, study: Study
) -> None:
    aim(study.user, days=9)
    before = told(study)
    for topic in Topic.objects.all():
        TopicChoice.objects.create(user=study.user, topic=topic, choice=TopicChoice.Choice.KNOWN)
    after = told(study)
    assert after.if_stopped == before.if_stopped
    assert after.known.expected == pytest.approx(before.known.expected, abs=2)


def test_a_promise_is_worked_out_once_a_day_and_again_when_preferences_change(
    big_bank: None, study: Study
) -> None:
    aim(study.user, days=9)
    before = told(study)
    with CaptureQueriesContext(connection) as captured:
        assert told(study) == before
    again = len(captured)
    aim(study.user, days=9, minutes=60)
    after = told(study)
    assert after.known.expected > before.known.expected + 3
    assert again < 6
    session = Session.objects.get()
    assert plan_promise.change_of(session, after) is None
    study.later(days=1)
    tomorrow = told(study)
    changed = plan_promise.change_of(queries.latest_session(study.user), tomorrow)  # type: ignore[arg-type]
    assert changed is not None
    assert changed.questions == round(tomorrow.known.expected) - round(after.known.expected)
    assert (changed.since, changed.preferences) == (MONDAY.date(), False)


def another_answer(study: Study) -> None:
    study.answer()


def one_taken_back_and_answered_otherwise(study: Study) -> None:
    study.undo(study.answered[-1])
    study.answer(right=False)


def one_of_yesterday_taken_back(study: Study) -> None:
    study.undo(study.answered[-1])


def questions_retired(study: Study) -> None:
    Question.objects.filter(topic__number=2).update(retired_at=study.now)


def questions_suspended(study: Study) -> None:
    for question in Question.objects.filter(topic__number=3)[:10]:
        Card.objects.update_or_create(
            user=study.user, question=question, defaults={"suspended_at": study.now}
        )


def a_pack_loaded(study: Study) -> None:
    load_choices(topics=7, each=21)


def something_assigned(study: Study) -> None:
    for question in Question.objects.filter(cards=None)[:20]:
        Target.objects.create(
            user=study.user, question=question, source=uuid4(), label="x", opens_at=study.now,
            due_at=study.now + timedelta(days=2), changed_at=study.now,
        )  # fmt: skip


def something_withdrawn(study: Study) -> None:
    Target.objects.all().delete()


def something_wanted_by_no_day(study: Study) -> None:
    want(study, Question.objects.filter(topic__number=6, cards=None)[:8], due_at=None)


def something_assigned_that_is_late(study: Study) -> None:
    want(study, Question.objects.filter(topic__number=6, cards=None)[:8], due_at=study.now)


def one_assignment_closed_as_another_opened(study: Study) -> None:
    """At one moment, so many questions for as many."""
    unseen = Question.objects.filter(cards=None)
    moment = study.now + timedelta(hours=1)
    day = study.now + timedelta(days=3)
    want(study, unseen.filter(topic__number=6)[:8], due_at=day, closes_at=moment)
    want(study, unseen.filter(topic__number=5)[:8], due_at=day, opens_at=moment)
    told(study)
    study.later(hours=2)


def one_suspended_for_another(study: Study) -> None:
    study.answer(right=False)
    asked, other = study.answered[0].card, study.answered[-1].card
    Card.objects.filter(pk=asked.pk).update(suspended_at=study.now)
    told(study)
    study.later(minutes=1)
    Card.objects.filter(pk=asked.pk).update(suspended_at=None)
    Card.objects.filter(pk=other.pk).update(suspended_at=study.now)


def an_edition_taken_back(study: Study) -> None:
    """Of a pack that is not the one loaded last: the newest version stays."""
    question = Question.objects.filter(topic__number=1, cards=None).select_related("current")[0]
    first = question.current
    assert first is not None
    Question.objects.filter(pk=question.pk).update(
        current=Version.objects.create(
            question=question,
            number=2,
            spec=first.spec | {"seconds": 600},
            spec_hash="2",
            change=Version.Change.KEY,
            source_line=1,
            created_at=MONDAY,
        )
    )
    load(choices(topic="topic-7", number=7, many=1))
    told(study)
    Question.objects.filter(pk=question.pk).update(current=first)


def want(study: Study, questions: Iterable[Question], **terms: Any) -> None:
    source = uuid4()
    terms = {"opens_at": study.now} | terms
    Target.objects.bulk_create(
        Target(
            user=study.user, question=question, source=source, label="x", changed_at=study.now, **terms
        )
        for question in questions
    )  # fmt: skip


@pytest.mark.parametrize(
    "happens",
    [
        another_answer, one_taken_back_and_answered_otherwise, one_of_yesterday_taken_back, questions_retired,
        questions_suspended, one_suspended_for_another, a_pack_loaded, an_edition_taken_back,
        something_assigned, something_withdrawn, something_wanted_by_no_day, something_assigned_that_is_late,
        one_assignment_closed_as_another_opened,
    ],
)  # fmt: skip
def test_a_promise_that_is_kept_is_the_one_that_would_be_worked_out(
    big_bank: None, study: Study, happens: Callable[[Study], None]
) -> None:
    aim(study.user, days=9)
    something_assigned(study)
    for _ in range(6):
        study.answer()
    if happens is one_of_yesterday_taken_back:
        study.now = MONDAY + timedelta(days=1)
    told(study)
    study.later(minutes=1)
    happens(study)
    kept = told(study)
    session = queries.latest_session(study.user)
    assert session is not None
    anew = plan_promise.told_for(
        study.user, session, decks.preferences_of(study.user, study.user.study), study.now
    )
    assert kept == anew


def test_a_promise_holds_whatever_others_upload_for_themselves(
    big_bank: None, study: Study, stranger: User
) -> None:
    aim(study.user, days=9)
    told(study)
    session = queries.latest_session(study.user)
    assert session is not None
    load_pack(text=choices(topic="own", number=9, many=3), path=Path("own.md"), now=study.now, owner=stranger)
    assert not plan_promise.is_owed(study.user, session, study.user.study, study.now)


@pytest.mark.parametrize("days", [1, 2, 12])
def test_ten_minutes_more_a_day_begin_today_and_never_promise_less(
    big_bank: None, study: Study, days: int
) -> None:
    aim(study.user, days=days, minutes=20)
    found = told(study)
    assert found.more is not None
    assert found.more.expected > found.known.expected + 0.5
    aim(study.user, days=days, minutes=200)
    found = told(study)
    assert found.more is not None
    assert found.more.expected >= found.known.expected
    assert found.earlier is None or found.earlier.expected <= found.known.expected


def test_what_would_change_it_has_the_ranges_that_trying_it_shows(big_bank: None, study: Study) -> None:
    aim(study.user, days=12, minutes=5)
    for place in range(3):
        study.answer(right=place % 2 == 0)
    found = told(study)
    session = queries.latest_session(study.user)
    assert session is not None
    preferences = decks.preferences_of(study.user, study.user.study)
    sooner = MONDAY.date() + timedelta(days=5)
    for other, tried in [
        (found.more, replace(preferences, minutes=15)),
        (found.earlier, replace(preferences, interview_on=sooner)),
    ]:
        shown = plan_promise.told_for(study.user, session, tried, study.now)
        assert other is not None
        assert shown is not None
        assert abs(other.low - shown.known.low) <= 4
        assert abs(other.high - shown.known.high) <= 4


def test_ten_minutes_more_begin_today_where_today_is_the_last_day(big_bank: None, study: Study) -> None:
    aim(study.user, days=1, minutes=5)
    found = told(study)
    session = queries.latest_session(study.user)
    assert session is not None
    assert found.more is not None
    assert found.more.expected > found.known.expected + 1
    longer = replace(decks.preferences_of(study.user, study.user.study), minutes=15)
    shown = plan_promise.told_for(study.user, session, longer, study.now)
    assert shown is not None
    # The same plan in fewer rollouts.
    assert found.more.expected == pytest.approx(shown.known.expected, abs=1)


def test_working_a_promise_out_takes_as_many_queries_for_ten_questions_as_for_a_hundred(
    study: Study, stranger: User
) -> None:
    counts = []
    for user, each in ((study.user, 2), (stranger, 20)):
        load_choices(topics=5, each=each)
        aim(user, days=9)
        open_session(user=user, now=MONDAY)
        session = queries.latest_session(user)
        assert session is not None
        preferences = decks.preferences_of(user, user.study)
        with CaptureQueriesContext(connection) as captured:
            plan_promise.told_for(user, session, preferences, MONDAY)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_no_promise_without_a_day_ahead(big_bank: None, study: Study) -> None:
    for days in (0, -3):
        aim(study.user, days=days)
        study.open()
        session = queries.latest_session(study.user)
        assert session is not None
        assert plan_promise.told_today(study.user, session, study.user.study, study.now) is None


def test_a_promise_is_owed_where_a_day_lies_ahead_until_it_is_worked_out_for_what_is_wanted(
    big_bank: None, study: Study
) -> None:
    def owed() -> bool:
        session = queries.latest_session(study.user)
        assert session is not None
        return plan_promise.is_owed(study.user, session, study.user.study, study.now)

    study.open()
    for days, is_owed in [(-3, False), (0, False), (1, True), (9, True)]:
        aim(study.user, days=days)
        assert owed() == is_owed
    told(study)
    assert not owed()
    aim(study.user, days=9, minutes=25)
    assert owed()
    aim(study.user, days=0)
    assert not owed()


def test_the_topics_of_a_promise_hold_all_questions_and_all_that_is_known(
    big_bank: None, study: Study
) -> None:
    out, *others = Topic.objects.order_by("number")
    TopicChoice.objects.create(user=study.user, topic=out, choice=TopicChoice.Choice.LEFT_OUT)
    aim(study.user, days=9)
    found = told(study)
    assert [one.topic for one in found.topics] == [topic.pk for topic in others]
    assert [one.questions for one in found.topics] == [topic.questions.count() for topic in others]
    assert sum(one.questions for one in found.topics) == found.questions
    # Each is rounded to a tenth.
    rounding = 0.05 * (len(others) + 1)
    assert abs(sum(one.planned for one in found.topics) - found.known.expected) <= rounding
    assert abs(sum(one.stopped for one in found.topics) - found.if_stopped.expected) <= rounding


@pytest.mark.parametrize("days", [4, 14, 20, 30, 45, 60, 90, 91, 183])
def test_the_promises_of_a_page_roll_out_so_many_days_and_no_more(
    bank: None, study: Study, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    rolled: list[int] = []
    real = promise.rollout

    def counting(memories: Memories, course: promise.Course, rng: np.random.Generator) -> Any:
        rolled.append(course.days)
        return real(memories, course, rng)

    monkeypatch.setattr(promise, "rollout", counting)
    aim(study.user, days=days, minutes=20)
    found = told(study)
    assert days <= sum(rolled) <= plan_promise.MOST_ROLLED
    # Where there is time to compare, the choices near at hand are compared.
    assert (found.more is not None) is (days <= 60)
    assert (found.earlier is not None) is (10 <= days <= 45)
    if days > plan_promise.FAR:
        return
    rolled.clear()
    session = queries.latest_session(study.user)
    assert session is not None
    preferences = decks.preferences_of(study.user, study.user.study)
    plan_promise.minutes_for(study.user, session, preferences, study.now, percent=99)
    assert sum(rolled) <= 12 * 60
