"""What nobody asks for any more leaves the day, where the learner has not begun it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from quizzes.bank.models import Question, Topic
from quizzes.review import queries
from quizzes.review.actions.targets import drop_targets
from quizzes.review.models import Item, Session, Target, TopicChoice
from quizzes.tests.review.plans import aim
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def assign(study: Study, *, many: int = 9, closes_at: datetime | None = None) -> UUID:
    """Questions of a topic the learner left out, due in two days; the day is planned with them."""
    source = uuid4()
    left_out = Topic.objects.order_by("number")[0]
    TopicChoice.objects.create(user=study.user, topic=left_out, choice=TopicChoice.Choice.LEFT_OUT)
    for question in Question.objects.filter(topic=left_out).order_by("pk")[:many]:
        Target.objects.create(
            user=study.user, question=question, source=source, label="x", opens_at=MONDAY - timedelta(days=1),
            due_at=MONDAY + timedelta(days=2), closes_at=closes_at, changed_at=MONDAY - timedelta(days=1),
        )  # fmt: skip
    aim(study.user, days=12, minutes=20)
    study.open()
    assert of_left_out(study) >= many
    return source


def of_left_out(study: Study) -> int:
    """The places of the topic left out that are still to be answered."""
    session = queries.latest_session(study.user)
    topics = TopicChoice.objects.filter(user=study.user).values("topic")
    return Item.objects.filter(
        session=session, done_at=None, misses=0, card__question__topic__in=topics
    ).count()


def test_a_withdrawn_assignment_leaves_the_day_but_for_the_question_in_sight(
    big_bank: None, study: Study
) -> None:
    source = assign(study)
    planned = queries.progress(study.user, study.now).planned
    drop_targets(sources=[source])
    study.later(minutes=1).open()
    assert of_left_out(study) <= 1
    # Others take their time, and it is planned anew once.
    assert abs(queries.progress(study.user, study.now).planned - planned) <= 1
    assert not Session.objects.get().outdated
    places = set(Item.objects.values_list("pk", flat=True))
    study.later(minutes=1).open()
    assert set(Item.objects.values_list("pk", flat=True)) == places


def test_what_was_begun_of_a_withdrawn_assignment_stays(big_bank: None, study: Study) -> None:
    source = assign(study)
    review = study.answer(right=False)
    drop_targets(sources=[source])
    study.later(minutes=1).open()
    assert Item.objects.filter(card=review.card_id, misses=1).exists()


def test_an_assignment_that_closes_during_the_day_leaves_it(big_bank: None, study: Study) -> None:
    assign(study, closes_at=MONDAY + timedelta(hours=1))
    study.later(minutes=59).open()
    assert of_left_out(study) >= 9
    study.later(minutes=2).open()
    assert of_left_out(study) <= 1
    places = set(Item.objects.values_list("pk", flat=True))
    study.later(minutes=1).open()
    assert set(Item.objects.values_list("pk", flat=True)) == places


def test_dropping_touches_no_earlier_day_and_nobody_else(big_bank: None, study: Study) -> None:
    other = Study(type(study.user).objects.create_user("other@example.org", None))
    other.open()
    study.open()
    study.later(days=1)
    source = uuid4()
    Target.objects.create(
        user=study.user, question=Question.objects.all()[0], source=source, label="x", opens_at=MONDAY,
        changed_at=MONDAY,
    )  # fmt: skip
    study.open()
    drop_targets(sources=[source])
    assert list(Session.objects.filter(outdated=True)) == [queries.latest_session(study.user)]


def test_what_others_are_asked_for_is_not_wanted_of_the_learner(
    big_bank: None, study: Study, stranger: User
) -> None:
    questions = list(Question.objects.order_by("-pk")[:3])
    for question in questions:
        Target.objects.create(
            user=stranger, question=question, source=uuid4(), label="x", opens_at=MONDAY - timedelta(days=1),
            due_at=MONDAY + timedelta(days=2), changed_at=MONDAY,
        )  # fmt: skip
    assert queries.new_candidates(study.user, None, MONDAY)[0] == []
    of_stranger, _ = queries.new_candidates(stranger, None, MONDAY)
    assert {candidate.waiting.key for candidate in of_stranger} == {question.pk for question in questions}
