"""What others ask a learner to have seen: written down as it was selected, and counted for the day it is wanted by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import CharField, DateTimeField, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review.actions.targets import set_targets
from quizzes.review.models import Card, StudySettings, Target, TopicChoice
from quizzes.review.queries import due_by_schedule
from quizzes.review.targets import aim_at, aims_by_question
from quizzes.tests.review.studying import MONDAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def wanted(user: User, questions: QuerySet[Question], *, source: UUID, due: datetime | None) -> QuerySet[Any]:
    """Rows as `set_targets` takes them: from a day ago until ten days from now."""
    return questions.order_by().values_list(
        Value(user.pk),
        "pk",
        Value(source, UUIDField()),
        Value("A set", CharField()),
        Value(MONDAY - DAY, DateTimeField()),
        Cast(Value(due), DateTimeField()),
        Value(MONDAY + 10 * DAY, DateTimeField()),
    )


def written(source: UUID) -> set[tuple[object, ...]]:
    columns = ("user", "question", "label", "opens_at", "due_at", "closes_at", "changed_at")
    return set(Target.objects.filter(source=source).values_list(*columns))


def test_targets_are_written_as_they_were_selected_and_again_when_they_change(
    bank: None, learner: User
) -> None:
    source, other = uuid4(), uuid4()
    three, two = (Question.objects.filter(pk__in=Question.objects.order_by("pk")[:many]) for many in (3, 2))
    set_targets(
        sources=[other], rows=wanted(learner, three, source=other, due=None), now=MONDAY, users=[learner.pk]
    )
    of_other = written(other)
    for now, questions, due in [
        (MONDAY, three, MONDAY + DAY),
        (MONDAY + DAY, two, MONDAY + 2 * DAY),
        (MONDAY + 2 * DAY, two, None),
    ]:
        set_targets(sources=[source], rows=wanted(learner, questions, source=source, due=due), now=now)
        assert written(source) == {
            (learner.pk, question.pk, "A set", MONDAY - DAY, due, MONDAY + 10 * DAY, now)
            for question in questions
        }
    assert written(other) == of_other
    set_targets(
        sources=[source], rows=wanted(learner, two.none(), source=source, due=None), now=MONDAY + 3 * DAY
    )
    assert written(source) == set()
    assert written(other) == of_other


def test_setting_the_targets_of_one_learner_leaves_those_of_others(
    bank: None, learner: User, stranger: User
) -> None:
    source = uuid4()
    questions = Question.objects.filter(pk__in=Question.objects.order_by("pk")[:2])
    for user in (learner, stranger):
        rows = wanted(user, questions, source=source, due=MONDAY + DAY)
        set_targets(sources=[source], rows=rows, now=MONDAY, users=[user.pk])
    assert Target.objects.filter(user=learner).count() == Target.objects.filter(user=stranger).count() == 2
    set_targets(
        sources=[source],
        rows=wanted(learner, questions.none(), source=source, due=None),
        now=MONDAY,
        users=[learner.pk],
    )
    assert set(Target.objects.values_list("user", flat=True)) == {stranger.pk}


def test_the_plan_chooses_for_the_first_day_to_come_that_wants_a_question(db: None) -> None:
    user = User(time_zone="UTC")

    def aimed(*targets: datetime | None, interview: int | None = None, left_out: bool = False) -> object:
        on = None if interview is None else (MONDAY + interview * DAY).date()
        found = aim_at(user, targets, interview=on, left_out=left_out, now=MONDAY)
        return None if found is None else (found - MONDAY.date()).days

    assert aimed() is None
    assert aimed(None) is None
    assert aimed(MONDAY - DAY, MONDAY) is None
    assert aimed(None, MONDAY - DAY, MONDAY + 3 * DAY, MONDAY + 2 * DAY) == 2
    assert aimed(MONDAY + 3 * DAY, interview=2) == 2
    assert aimed(MONDAY + 3 * DAY, interview=2, left_out=True) == 3
    assert aimed(MONDAY - DAY, interview=2) == 2
    assert aimed(None, interview=2, left_out=True) is None


def test_a_due_moment_is_of_the_day_it_has_where_the_learner_lives(db: None) -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    days = [
        aim_at(User(time_zone=zone), [late], interview=None, left_out=False, now=MONDAY)
        for zone in ("UTC", "Asia/Tokyo")
    ]
    assert days == [late.date(), late.date() + DAY]


def test_each_question_asked_for_has_the_day_it_is_wanted_by_and_no_other_is_told(
    bank: None, learner: User, stranger: User
) -> None:
    interview = (MONDAY + 9 * DAY).date()
    assigned, plain, left_out, other, foreign = Question.objects.order_by("pk")[:20:4]
    Card.objects.bulk_create(Card(user=learner, question=one) for one in (assigned, plain, left_out, other))
    Card.objects.create(user=stranger, question=foreign)
    TopicChoice.objects.create(user=learner, topic=left_out.topic, choice=TopicChoice.Choice.LEFT_OUT)
    for user, due in [(learner, 4), (learner, 3), (learner, -1), (stranger, 1)]:
        Target.objects.create(
            user=user, question=assigned, source=uuid4(), label="A set", opens_at=MONDAY - 2 * DAY,
            due_at=MONDAY + due * DAY, changed_at=MONDAY - 2 * DAY,
        )  # fmt: skip
    asked = {assigned.pk, plain.pk, left_out.pk, foreign.pk}
    found = aims_by_question(learner, asked, interview=interview, now=MONDAY)
    assert found == {
        assigned.pk: (MONDAY + 3 * DAY).date(),
        plain.pk: interview,
        left_out.pk: None,
    }


def test_what_is_due_goes_by_the_schedule_but_with_an_interview_or_an_assignment_ahead(
    bank: None, learner: User, stranger: User
) -> None:
    today = MONDAY.date()
    questions = Question.objects.order_by("pk")[:6]
    days = (-3, 0, 0, 0, 1, 0)
    late, due, assigned, overdue, _, suspended = [
        Card.objects.create(user=learner, question=one, reps=1, due=today + day * DAY)
        for one, day in zip(questions, days, strict=True)
    ]
    Card.objects.filter(pk=suspended.pk).update(suspended_at=MONDAY)
    for user, card, until in [
        (learner, assigned, MONDAY + DAY),
        (learner, overdue, MONDAY - DAY),
        (stranger, due, MONDAY + DAY),
    ]:
        Target.objects.create(
            user=user, question=card.question, source=uuid4(), label="A set", opens_at=MONDAY - 2 * DAY,
            due_at=until, changed_at=MONDAY - 2 * DAY,
        )  # fmt: skip

    def by_schedule() -> set[Card]:
        return set(due_by_schedule(learner, today, MONDAY))

    assert by_schedule() == {late, due, overdue}
    StudySettings.objects.create(user=stranger, next_day_at=MONDAY, interview_on=today + 9 * DAY)
    study = StudySettings.objects.create(user=learner, next_day_at=MONDAY)
    for interview, ahead in [(None, False), (-1, False), (0, False), (1, True)]:
        study.interview_on = None if interview is None else today + interview * DAY
        study.save()
        assert by_schedule() == (set() if ahead else {late, due, overdue})
