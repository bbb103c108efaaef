"""The box that welcomes a learner back: each of its numbers, computed again from the rows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import date, timedelta
from math import ceil

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoDbBlocker

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review import away, own_memory, queries, shortfall
from quizzes.review.actions.settings import settings_of
from quizzes.review.habits import pace_of, seconds_of
from quizzes.review.models import Card, Item, Review, Session, Target
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.tests.review.conftest import make_user
from quizzes.tests.review.packs import choices, load, load_choices
from quizzes.tests.review.plans import aim, seconds_planned, words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def back_of_all(rows_of_module: None, django_db_blocker: DjangoDbBlocker) -> Study:
    with django_db_blocker.unblock():
        return come_back(make_user("learner"))


@pytest.fixture
def back(back_of_all: Study, db: None) -> Study:
    """The learner as they came back, whatever other tests did to them."""
    return deepcopy(back_of_all)


def come_back(learner: User) -> Study:
    """A learner of 5 minutes a day who met 48 questions, half of them not right at last, back from a break."""
    load_choices(topics=4, each=12)
    study = Study(learner)
    settings = settings_of(user=learner, now=study.now)
    settings.minutes_a_day = 120
    settings.save()
    study.answer_all()
    assert Card.objects.filter(user=learner, reps__gt=0).count() == 48
    for number, review in enumerate(Review.objects.order_by("pk")):
        if number % 2:
            Review.objects.filter(pk=review.pk).update(passed=False, rating=1, score=0.0)
    settings.minutes_a_day = 5
    settings.save()
    learner.study = settings
    return study.later(days=20)


def page(study: Study, path: str) -> str:
    client = Client()
    client.force_login(study.user)
    with time_machine.travel(study.now, tick=False):
        return words(client.get(path).content.decode())


def post(study: Study, path: str, data: dict[str, str]) -> None:
    client = Client()
    client.force_login(study.user)
    with time_machine.travel(study.now, tick=False):
        assert client.post(path, data).status_code == 303


def numbers(pattern: str, text: str) -> list[int]:
    found = re.search(pattern, text)
    assert found is not None, text
    return [int(number) for number in found.groups()]


def due(study: Study) -> set[int]:
    """The cards due by the schedule, by hand."""
    today = study.now.date()
    assigned = Target.objects.filter(user=study.user, due_at__gt=study.now).values("question")
    cards = Card.objects.filter(user=study.user, due__lte=today, suspended_at=None)
    return set(cards.exclude(question__in=assigned).values_list("pk", flat=True))


def in_session(study: Study) -> set[int]:
    today = Item.objects.filter(session__user=study.user, session__study_day=study.now.date())
    return set(today.values_list("card", flat=True))


def days_for(study: Study, cards: Iterable[int]) -> int:
    """The days that asking those cards takes, by hand."""
    seconds = 0.0
    for card in Card.objects.filter(pk__in=list(cards)).select_related("question__current"):
        assert card.question.current is not None
        assert card.stability is not None
        assert card.difficulty is not None
        assert card.last_day is not None
        memory = Memory(card.stability, card.difficulty, card.last_day)
        chance = retrievability(memory, day=study.now.date())
        seconds += (2 - chance) * seconds_of(card.question.current.spec["seconds"], pace_of(study.user))
    return ceil(seconds / (60 * study.user.study.minutes_a_day))


@pytest.mark.parametrize(("between", "is_break"), [(2, False), (3, True), (4, True)])
def test_a_break_begins_with_three_days_between(back: Study, between: int, is_break: bool) -> None:
    last = Review.objects.latest("study_day").study_day
    session = Session(user=back.user, study_day=last + timedelta(days=between + 1))
    found = away.away_of(back.user, session, back.user.study, back.now)
    assert (found is not None) == is_break
    if found is not None:
        assert found.days == between


def test_what_is_known_is_what_progress_says_and_said(back: Study) -> None:
    # What it said on the day of leaving, before the day of coming back was opened.
    left = page(Study(back.user, now=back.now - timedelta(days=20)), "/progress/")
    said = numbers(
        r"Of the (\d+) questions you prepare and had met you were expected to know about (\d+) "
        r"the morning after you left, and about (\d+) tomorrow morning",
        page(back, "/today/"),
    )
    strength = own_memory.strength_by_answers(back.user)
    last = Review.objects.order_by("-study_day")[0].study_day
    held = {card.pk: card for card in Card.objects.filter(reps__gt=0)}
    for review in Review.objects.filter(undone_at=None).order_by("card", "seq"):
        if not review.passed or review.confidence == "guess":
            held.pop(review.card_id, None)

    def known(day: date) -> float:
        return sum(
            own_memory.recall_on(Memory(card.stability, card.difficulty, card.last_day), day, strength)
            for card in held.values()
            if card.stability is not None and card.difficulty is not None and card.last_day is not None
        )

    then, now = known(last + timedelta(days=1)), known(back.now.date() + timedelta(days=1))
    assert said == [48, round(then), round(now)]
    # Half of the last answers were not right: the chances of recall alone would tell twice as much.
    recalled = [
        retrievability(Memory(card.stability, card.difficulty, card.last_day), day=back.now.date())
        for card in Card.objects.filter(reps__gt=0)
        if card.stability is not None and card.difficulty is not None and card.last_day is not None
    ]
    assert now < sum(recalled) / 1.8
    progress = page(back, "/progress/")
    assert f"{now:.1f} of 48" in progress
    assert f"{then:.1f} of 48" in left


def test_what_is_due_is_what_the_session_and_the_days_after_it_hold(back: Study) -> None:
    text = page(back, "/today/")
    all_due, today = due(back), in_session(back)
    asked = all_due & today
    assert 0 < len(asked) < len(all_due)
    assert f"{len(all_due)} are due again. {len(asked)} of them" in text
    assert re.search(rf"\b{len(asked)} due again\b", text)
    later = days_for(back, all_due - asked)
    assert later > 1
    assert f"about {later} more days of 5 minutes for the others" in text
    assert "nothing that comes due meanwhile" in text


def test_catching_up_sooner_does_what_it_said(back: Study) -> None:
    text = page(back, "/today/")
    minutes, asked, later = numbers(
        r"Ten minutes more, about (\d+) minutes today for (\d+) of them, and about (\d+) more day", text
    )
    planned = numbers(r"(\d+) questions for today", text)[0]
    post(back, reverse("quizzes:more"), {"planned": str(planned)})
    assert len(due(back) & in_session(back)) == asked
    assert days_for(back, due(back) - in_session(back)) == later
    assert ceil(seconds_planned(back.user) / 60) == minutes


def test_what_is_suspended_or_assigned_for_a_day_to_come_is_not_due(back: Study) -> None:
    cards = list(Card.objects.filter(reps__gt=0).order_by("pk"))
    Card.objects.filter(pk=cards[0].pk).update(suspended_at=back.now)
    for card in cards[1:3]:
        Target.objects.create(
            user=back.user,
            question=card.question,
            source=card.question.public_id,
            label="Work",
            opens_at=back.now - timedelta(days=1),
            due_at=back.now + timedelta(days=9),
            closes_at=None,
            changed_at=back.now - timedelta(days=1),
        )
    text = page(back, "/today/")
    assert "Of the 47 questions" in text
    assert f"{len(due(back))} are due again." in text
    assert len(due(back)) == 45


def test_suspended_questions_take_no_time_from_what_is_assigned(back: Study) -> None:
    """What is due has its share of the day until it is suspended."""
    load(choices(topic="others", number=9, many=80))
    for question in Question.objects.filter(topic__slug="others"):
        Target.objects.create(
            user=back.user,
            question=question,
            source=question.public_id,
            label="Work",
            opens_at=back.now,
            due_at=back.now + timedelta(days=1, hours=6),
            closes_at=None,
            changed_at=back.now,
        )
    one = shortfall.Deadline(back.user.pk, back.now + timedelta(days=2), "UTC", 4, 20)
    full = shortfall.short_of([one], back.now)[back.user.pk]
    Card.objects.filter(reps__gt=0).update(suspended_at=back.now)
    assert 0 < shortfall.short_of([one], back.now)[back.user.pk] < full


def test_what_fits_into_today_offers_no_choice(back: Study) -> None:
    Card.objects.exclude(pk__in=Card.objects.order_by("pk")[:2].values("pk")).update(
        due=back.now.date() + timedelta(days=30)
    )
    text = page(back, "/today/")
    assert "2 are due again. All of them are in today's session." in text
    assert "Catch up sooner" not in text


def test_a_question_longer_than_a_day_is_in_no_day_of_the_others(back: Study) -> None:
    card = Card.objects.filter(reps__gt=0).order_by("pk")[0]
    version = card.question.current
    assert version is not None
    version.spec = version.spec | {"seconds": 3000}
    version.save()
    text = page(back, "/today/")
    assert "1 takes longer than your 5 minutes a day." in text
    others = due(back) - in_session(back) - {card.pk}
    assert f"and about {days_for(back, others)} more days of 5 minutes for the others" in text


def test_with_an_interview_ahead_nothing_is_due(back: Study) -> None:
    aim(back.user, days=12, minutes=5, now=back.now)
    text = page(back, "/today/")
    assert "The plan has chosen today's questions anew" in text
    assert "are due again" not in text
    assert "Catch up sooner" not in text


def test_the_queries_do_not_grow_with_the_questions(back: Study) -> None:
    def counted() -> int:
        back.open()
        session = queries.latest_session(back.user)
        assert session is not None
        with CaptureQueriesContext(connection) as captured:
            assert away.away_of(back.user, session, back.user.study, back.now) is not None
        return len(captured)

    many = counted()
    Question.objects.filter(pk__in=Question.objects.order_by("pk")[:20].values("pk")).update(
        retired_at=back.now
    )
    assert counted() == many
