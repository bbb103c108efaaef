"""The bank's words about when a question comes: the schedule's where it decides, the plan's where that does."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from quizzes.bank.models import Question, Topic
from quizzes.browsing import probing, search
from quizzes.browsing.search import SearchFilters
from quizzes.review import queries
from quizzes.review.models import Card, Item, Target, TopicChoice
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.plans import aim, words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    """A learner on their third day, whose questions met before are all due by the schedule."""
    load_choices(topics=3, each=8)
    study = Study(User.objects.create_user("ann@example.org"))
    for right in (True, False):
        for _ in range(6):
            study.answer(right=right)
        study.later(days=1)
    Card.objects.filter(user=study.user, reps__gt=0).update(due=study.now.date() - timedelta(days=2))
    return study


def page(study: Study, path: str) -> str:
    client = Client()
    client.force_login(study.user)
    with time_machine.travel(study.now, tick=False):
        return words(client.get(path).content.decode())


def own(study: Study, card: Card) -> str:
    return page(study, f"/bank/{card.question.topic.slug}/{card.question.public_id}/")


def found(study: Study, mine: str) -> set[int]:
    listed = search.find(study.user, SearchFilters(mine=mine), study.now).questions
    ids = Question.objects.filter(public_id__in=[one.public_id for one in listed])
    return set(ids.values_list("pk", flat=True))


def met(study: Study) -> list[Card]:
    return list(Card.objects.filter(user=study.user, reps__gt=0).order_by("pk"))


def in_session(study: Study) -> set[int]:
    session = queries.latest_session(study.user)
    rows = Item.objects.filter(session=session, done_at=None).values_list("card__question", flat=True)
    return set(rows)


def test_without_a_date_the_schedule_says_when(study: Study) -> None:
    asked = {card.question_id for card in met(study)}
    assert found(study, "due") == asked
    card = met(study)[0]
    assert "It has been due for 2 days." in own(study, card)
    assert f"{len(asked)} questions" in page(study, "/bank/?mine=due")
    assert sum(f"{n} due" in page(study, "/bank/") for n in range(1, 9)) >= 1


def test_with_an_interview_ahead_the_plan_says_when(study: Study) -> None:
    aim(study.user, days=20, now=study.now)
    study.open()
    planned = in_session(study)
    assert planned
    assert found(study, "due") == set()
    assert found(study, "planned") == planned
    listed = page(study, "/bank/?mine=due")
    assert (
        "Nothing is due by the schedule: until your interview on 24 March the plan chooses each day" in listed
    )
    assert "Planned today" in page(study, "/bank/?mine=planned")
    bank = page(study, "/bank/")
    assert " due " not in bank.replace("Due by the schedule", "")
    by_topic = {
        topic.title: Item.objects.filter(card__question__topic=topic, done_at=None, session__user=study.user)
        .filter(session=queries.latest_session(study.user))
        .count()
        for topic in Topic.objects.all()
    }
    for title, many in by_topic.items():
        row = bank[bank.index(f"{title} ") :]
        assert (f"asked · {many} planned today" in row[: row.index("A topic.")]) == bool(many), title
    for card in met(study):
        text = own(study, card)
        assert "due" not in text.replace("Due by the schedule", ""), text
        if card.question_id in planned:
            assert "It is in today’s session." in text
        else:
            assert "It comes back when the plan for 24 March needs it." in text


def test_what_is_answered_today_comes_back_as_its_verdict_says(study: Study) -> None:
    aim(study.user, days=20, now=study.now)
    right, wrong = study.answer(), study.answer(right=False)
    assert "It comes back when the plan for 24 March needs it." in own(study, right.card)
    # It was missed and still waits in the session.
    assert "It is in today’s session." in own(study, wrong.card)
    Item.objects.filter(card=wrong.card, done_at=None).update(done_at=study.now)
    assert "It comes back in your next session, if the plan for 24 March has room." in own(study, wrong.card)


def test_a_day_after_the_interview_the_schedule_says_when_again(study: Study) -> None:
    aim(study.user, days=20, now=study.now)
    study.user.study.interview_on = study.now.date()
    study.user.study.save()
    assert found(study, "due") == {card.question_id for card in met(study)}
    assert "It has been due for 2 days." in own(study, met(study)[0])


def test_what_is_assigned_for_a_day_to_come_is_the_plans(study: Study) -> None:
    card = met(study)[0]
    Target.objects.create(
        user=study.user, question=card.question, source=uuid4(), label="Work", opens_at=study.now,
        due_at=study.now + timedelta(days=9), changed_at=study.now,
    )  # fmt: skip
    assert card.question_id not in found(study, "due")
    assert len(found(study, "due")) == len(met(study)) - 1
    assert "It comes back when the plan for 13 March needs it." in own(study, card)


def test_a_topic_left_out_is_told_as_what_it_is(study: Study) -> None:
    card = met(study)[0]
    topic = card.question.topic
    TopicChoice.objects.create(user=study.user, topic=topic, choice=TopicChoice.Choice.LEFT_OUT)
    fresh = Question.objects.filter(topic=topic).exclude(cards__user=study.user, cards__reps__gt=0)[0]
    unmet = Card(user=study.user, question=fresh)
    # Without a date what was begun still comes by the schedule; nothing new does.
    assert "It has been due for 2 days." in own(study, card)
    assert "You left out its topic: it does not come by itself." in own(study, unmet)
    aim(study.user, days=20, now=study.now)
    said = "You left out its topic: it is not asked before your interview on 24 March."
    assert said in own(study, card)
    assert said in own(study, unmet)
    other = Question.objects.exclude(topic=topic).exclude(cards__user=study.user)[0]
    assert "You have not met it yet. The plan for 24 March chooses the day it comes." in own(
        study, Card(user=study.user, question=other)
    )


def test_the_probe_draws_and_tells_by_who_decides(study: Study) -> None:
    offer = probing.offer(study.user, study.now)
    assert (offer.met, offer.due) == (len(met(study)), len(met(study)) - offer.today)
    aim(study.user, days=20, now=study.now)
    study.open()
    offer = probing.offer(study.user, study.now)
    planned = in_session(study) & {card.question_id for card in met(study)}
    assert (offer.today, offer.due) == (len(planned), 0)
    assert offer.could == len(met(study)) - len(planned)
    drawn = {one.question for one in probing.drawable(study.user, study.now)}
    assert drawn == {card.question_id for card in met(study)} - planned
    text = page(study, "/progress/")
    probe = text[text.index("Knowledge probe") : text.index("How much you recall")]
    assert "due" not in probe
    assert "schedule" not in probe
