from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.insights import queries
from quizzes.review.mastery import mastery
from quizzes.review.models import Review
from quizzes.review.queries import local_day
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def bank() -> None:
    load_choices(topics=4, each=6)


@pytest.fixture
def study(bank: None) -> Study:
    return Study(User.objects.create_user("ann@example.org"))


@pytest.fixture
def stranger(bank: None) -> Study:
    return Study(User.objects.create_user("bob@example.org"))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def days(study: Study, count: int, *, right: bool = True) -> None:
    for _ in range(count):
        study.answer_all(right=right) if right else study.answer(right=False)
        study.later(days=1)


def test_a_newcomer_is_told_what_to_do_next(study: Study) -> None:
    page = browser(study.user).get("/progress/").content.decode()
    assert "Nothing to show yet" in page
    assert 'href="/today/"' in page


def test_true_retention_counts_first_answers_to_questions_met_on_an_earlier_day(study: Study) -> None:
    study.answer_all()
    study.later(days=60)
    study.answer(right=False)
    study.answer_all()
    today = local_day(study.user, study.now)
    week, _, everything = queries.true_retention(study.user, today)
    due = study.user.reviews.filter(study_day=today, predicted__isnull=False, first_of_day=True)
    assert week.answers == everything.answers == due.count() >= 2
    assert week.recalled == week.answers - 1
    predicted = [review.predicted for review in due if review.predicted is not None]
    assert week.expected == pytest.approx(sum(predicted) / len(predicted))


def test_an_answer_taken_back_no_longer_counts(study: Study) -> None:
    study.answer_all()
    study.later(days=60)
    missed = study.answer(right=False)
    today = local_day(study.user, study.now)
    assert queries.true_retention(study.user, today)[0].answers == 1
    study.undo(missed)
    assert queries.true_retention(study.user, today)[0].answers == 0
    assert today not in queries.answers_by_day(study.user, today)


def test_the_forecast_counts_every_due_card_once_and_overdue_ones_today(study: Study) -> None:
    study.answer_all()
    last = study.user.cards.order_by("-due").values_list("due", flat=True)[0]
    assert last is not None
    forecast = queries.forecast(study.user, last)
    earlier = study.user.cards.filter(due__lt=last).count()
    assert (forecast[0].day, forecast[0].overdue) == (last, earlier)
    assert sum(day.cards for day in forecast) == study.user.cards.filter(due__isnull=False).count()
    assert len(forecast) == 30


def test_mastery_is_the_sum_of_recall_and_an_unseen_question_is_not_known(
    study: Study, stranger: Study
) -> None:
    study.answer_all()
    stranger.answer_all(right=True)
    today = local_day(study.user, study.now) + timedelta(days=9)
    topics = mastery(study.user, study.now + timedelta(days=9))
    assert [topic.questions for topic in topics] == [6, 6, 6, 6]
    assert sum(topic.seen for topic in topics) == study.user.cards.filter(reps__gt=0).count() < 24
    known = sum(
        retrievability(Memory(card.stability, card.difficulty, card.last_day), day=today)
        for card in study.user.cards.all()
        if card.stability is not None and card.difficulty is not None and card.last_day is not None
    )
    assert sum(topic.known for topic in topics) == pytest.approx(known)


def test_what_was_missed_or_guessed_last_counts_as_not_known_until_it_is_right(study: Study) -> None:
    missed, guessed, right = study.answer(right=False), study.answer(confidence="guess"), study.answer()
    page = browser(study.user)

    def known() -> float:
        return sum(topic.known for topic in mastery(study.user, study.now))

    def said(review: Review) -> tuple[str, str]:
        with time_machine.travel(study.now, tick=False):
            topic, question = review.card.question.topic.slug, review.card.question.public_id
            own = page.get(f"/bank/{topic}/{question}/").content.decode()
            listed = page.get(f"/bank/{topic}/").content.decode()
        shown = re.search(r"chance you know it now(.*?)</dt>\s*<dd>\s*(.*?)\s*</dd>", own, re.DOTALL)
        row = next(row for row in re.findall(r"<li>.*?</li>", listed, re.DOTALL) if str(question) in row)
        tag = re.search(r'<span class="tag">([^<]*known[^<]*)</span>', row)
        assert shown
        assert tag
        return shown[2], tag[1]

    assert known() == pytest.approx(1.0)
    assert said(missed) == said(guessed) == ("–", "Not known yet")
    assert said(right) == ("100%", "100% known")
    while (again := study.answer()).card_id != missed.card_id:
        pass
    counted = {review.card_id for review in study.answered} - {guessed.card_id}
    assert known() == pytest.approx(len(counted))
    assert said(missed) == ("100%", "100% known")
    study.undo(again)
    assert said(missed) == ("–", "Not known yet")
    assert known() == pytest.approx(len(counted) - 1)


def test_a_retired_question_leaves_the_numbers(study: Study) -> None:
    study.answer_all()
    today = local_day(study.user, study.now)
    Question.objects.update(retired_at=study.now)
    assert mastery(study.user, study.now) == []
    assert sum(day.cards for day in queries.forecast(study.user, today)) == 0


def test_the_tables_hold_the_numbers_of_the_pictures(study: Study) -> None:
    days(study, 3)
    with time_machine.travel(study.now, tick=False):
        page = browser(study.user).get("/progress/").content.decode()
    drawn = re.findall(r"<title>(\d+ \w+): (\d+)</title>", page)
    forecast, heat = drawn[:30], drawn[30:]
    cells = [int(number) for number in re.findall(r'<td class="number">\s*(\d+)\s*</td>', page)]
    for picture in (forecast, heat):
        assert sum(int(value) for _, value in picture) > 0
    assert [int(value) for _, value in forecast] == cells[:30]
    assert sum(int(value) for _, value in heat) == sum(cells[-len(heat) :])


def queries_of(user: User, path: str) -> int:
    client = browser(user)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path)
        answer.getvalue()
    assert answer.status_code == 200
    return len(captured)


@pytest.mark.parametrize("path", ["/progress/", "/settings/data.json"])
def test_queries_do_not_grow_with_cards_and_reviews(study: Study, path: str) -> None:
    study.answer()
    few = queries_of(study.user, path)
    days(study, 6)
    assert study.user.reviews.count() > 20
    assert queries_of(study.user, path) == few
