"""The load that is predicted, against days that are lived through the learner's own actions."""

from __future__ import annotations

import random
from datetime import timedelta
from math import ceil
from statistics import mean

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review.actions.settings import settings_of
from quizzes.review.cards import state_of
from quizzes.review.habits import seconds_of
from quizzes.review.load import DayAhead, load_of
from quizzes.review.models import Card, Item
from quizzes.scheduling.memory import retrievability
from quizzes.tests.review.packs import load
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db

DAYS = 30
LIVES = 3
FIRST_KEY = 990_001


@pytest.fixture
def study(db: None) -> Study:
    return Study(User.objects.create(pk=FIRST_KEY, email="load@example.org"))


def typed(*, many: int) -> str:
    """A pack of questions whose answer is typed: none can be guessed."""
    questions = [
        f"## What is number {place}? {{#typed-{place} level=1 covers=typed.{place}}}\n\nAnswer: dropout\n\n"
        f"### Explanation\n\nBecause {place} is so.\n"
        for place in range(many)
    ]
    return "\n".join(["---\npack: typed\ntitle: Typed\nnumber: 1\nsummary: A topic.\n---\n", *questions])


def meet_all(study: Study, *, each: int, topics: int = 2) -> None:
    """A learner who has met every question of the bank, up to a fortnight ago; nothing is left to begin."""
    load(typed(many=each * topics))
    study_settings = settings_of(user=study.user, now=study.now)
    study_settings.minutes_a_day = 240
    study_settings.save()
    rng = random.Random(5)
    today = study.now.date()
    cards = []
    for number, question in enumerate(Question.objects.order_by("pk")):
        stability = rng.choice([1.2, 3.0, 6.0, 15.0])
        interval = max(1, round(stability))
        due = today + timedelta(days=rng.randrange(interval))
        cards.append(
            Card(
                # Fuzz follows from the keys: the same ones give the same days, whatever ran before in the database.
                pk=FIRST_KEY + number,
                user=study.user,
                question=question,
                seq=1,
                stability=stability,
                difficulty=rng.uniform(3, 8),
                last_day=due - timedelta(days=interval),
                due=due,
                interval=interval,
                reps=1,
            )
        )
    Card.objects.bulk_create(cards)


def ahead(study: Study, *, days: int = DAYS) -> list[DayAhead]:
    return load_of(study.user, settings_of(user=study.user, now=study.now), study.now, days=days)


def live_a_day(study: Study, life: int) -> tuple[int, int]:
    """Answers all that is due, right by the model's chance, a repeat always; how many questions, how many answers."""
    questions = answers = 0
    for item in study.places():
        memory = state_of(item.card).memory
        assert memory is not None
        first = item.misses == 0
        # Each card draws of its own on a day: in which order they come changes nothing.
        rng = random.Random(f"{item.card.pk}:{study.now.date()}:{life}")
        right = not first or rng.random() < retrievability(memory, day=study.now.date())
        study.answer(item, right=right)
        # What was missed has rested by then.
        study.later(minutes=11)
        questions += first
        answers += 1
    study.now = (study.now + timedelta(days=1)).replace(hour=9, minute=0, second=0)
    return questions, answers


def live(study: Study, life: int) -> list[tuple[int, int]]:
    """Lives the days and takes them back."""
    begun = study.now
    with transaction.atomic():
        days = [live_a_day(study, life) for _ in range(DAYS)]
        transaction.set_rollback(True)
    study.now = begun
    return days


def test_the_load_predicted_is_the_load_lived(study: Study) -> None:
    meet_all(study, each=60)
    predicted = ahead(study)
    counted_once = Card.objects.filter(due__lt=MONDAY.date() + timedelta(days=DAYS)).count()
    lived = [live(study, life) for life in range(LIVES)]
    assert [day.day for day in predicted] == [MONDAY.date() + timedelta(days=at) for at in range(DAYS)]
    questions, answers = (sum(day[at] for life in lived for day in life) / LIVES for at in (0, 1))
    # Cards come back within the month: counted once each, less than half of what is really asked would be told.
    assert counted_once < questions / 2
    assert sum(day.questions for day in predicted) == pytest.approx(questions, rel=0.08)
    assert sum(day.answers for day in predicted) == pytest.approx(answers, rel=0.08)
    # A week of so few questions is mostly chance, as wide as its root; a fortnight is less so.
    for day in range(0, 28, 7):
        told = sum(ahead.questions for ahead in predicted[day : day + 7])
        came = mean(sum(asked for asked, _ in life[day : day + 7]) for life in lived)
        assert abs(told - came) < 3 * (came / LIVES) ** 0.5, day
    for day in (0, 14):
        told = sum(ahead.questions for ahead in predicted[day : day + 14])
        came = mean(sum(asked for asked, _ in life[day : day + 14]) for life in lived)
        assert told == pytest.approx(came, rel=0.1), day


def test_today_and_tomorrow_are_what_is_due_and_the_minutes_are_those_of_all_answers(study: Study) -> None:
    meet_all(study, each=12)
    today, tomorrow = ahead(study, days=2)
    due = list(Card.objects.filter(due__lte=today.day))
    assert today.questions == len(due) > 0
    chances = [
        retrievability(state.memory, day=today.day) for card in due if (state := state_of(card)).memory
    ]
    assert today.answers == pytest.approx(sum(2 - chance for chance in chances), rel=0.1)
    assert today.minutes == ceil(today.answers * seconds_of(None, 1.0) / 60)
    again = Card.objects.filter(due=tomorrow.day).count()
    # What is missed today comes back in a day or two.
    assert again <= tomorrow.questions <= again + len(due)


def test_what_the_minutes_of_today_do_not_hold_is_due_tomorrow(study: Study) -> None:
    meet_all(study, each=30)
    Card.objects.update(due=study.now.date() - timedelta(days=1))
    kept = settings_of(user=study.user, now=study.now)
    kept.minutes_a_day = 10
    kept.save()
    study.open()
    asked = Item.objects.count()
    assert 0 < asked < 60
    today, tomorrow = ahead(study, days=2)
    assert today.questions == asked
    assert today.minutes <= 10
    # All that is left over, and what is missed today.
    assert 60 - asked <= tomorrow.questions <= 60
    study.answer_all()
    done, tomorrow = ahead(study, days=2)
    assert done.questions == 0
    assert tomorrow.questions == Card.objects.filter(due__lte=tomorrow.day).count() >= 60 - asked


def test_the_minutes_of_a_day_are_those_of_its_answers_begun_ones_counted_whole(study: Study) -> None:
    meet_all(study, each=60)
    Card.objects.update(due=study.now.date())
    (today,) = ahead(study, days=1)
    assert today.questions == 120 < today.answers
    # Nobody said how long these take: forty seconds, and fifteen to read.
    assert today.minutes == ceil(55 * today.answers / 60)


def test_a_day_that_is_over_leaves_nothing_of_today_over(study: Study) -> None:
    meet_all(study, each=4)
    today = study.now.date()
    Card.objects.update(due=today)
    study.later(days=-1).open()
    assert not Item.objects.exists()
    study.later(days=1)
    assert ahead(study, days=1)[0].questions == 8
    study.open()
    Item.objects.filter(pk__in=Item.objects.values("pk")[:3]).delete()
    assert ahead(study, days=1)[0].questions == 5


def test_what_can_no_longer_be_asked_is_no_load(study: Study) -> None:
    meet_all(study, each=2)
    Card.objects.filter(question__position=1).update(suspended_at=study.now)
    Question.objects.filter(position=2).update(retired_at=study.now)
    left = Card.objects.filter(suspended_at=None, question__retired_at=None).count()
    Card.objects.update(due=study.now.date())
    assert ahead(study, days=1)[0].questions == left == 2


def test_without_cards_there_is_no_load(study: Study) -> None:
    assert [(day.questions, day.minutes) for day in ahead(study)] == [(0, 0)] * DAYS


def test_a_lower_retention_asks_less(study: Study) -> None:
    meet_all(study, each=12)
    before = sum(day.questions for day in ahead(study))
    study_settings = settings_of(user=study.user, now=study.now)
    study_settings.desired_retention = 0.7
    study_settings.save()
    assert sum(day.questions for day in ahead(study)) < before * 0.7


def test_three_queries_however_many_cards(study: Study) -> None:
    meet_all(study, each=30)
    kept = settings_of(user=study.user, now=study.now)
    with CaptureQueriesContext(connection) as captured:
        load_of(study.user, kept, study.now, days=DAYS)
    assert len(captured) == 3
