from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from math import floor
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.progress import queries
from quizzes.review import own_memory
from quizzes.review.load import load_of
from quizzes.review.mastery import mastery
from quizzes.review.models import Card, Review
from quizzes.review.queries import local_day
from quizzes.scheduling.first_tries import FirstTries
from quizzes.scheduling.forecast import recall_after
from quizzes.statistics.intervals import wilson
from quizzes.templatetags.numbers import percent
from quizzes.tests.progress.progress_page import (
    AS_THE_MODEL,
    Row,
    browser,
    days,
    many_answers,
    page,
)
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


def test_a_newcomer_is_told_what_to_do_next(study: Study) -> None:
    page = browser(study.user).get("/progress/").content.decode()
    assert "Nothing to show yet" in page
    assert 'href="/today/"' in page


def test_retention_counts_first_answers_to_due_questions_young_and_mature_apart(study: Study) -> None:
    study.answer_all()
    cards = list(Card.objects.filter(user=study.user, reps__gt=0).order_by("pk"))
    mature, early = cards[0], cards[1]
    # One memory that is due after four weeks, and one that is asked before its day.
    begun = study.answered[0].study_day
    Review.objects.filter(card=mature).update(due_after=begun + timedelta(days=28))
    Review.objects.filter(card=early).update(due_after=begun + timedelta(days=90))
    study.later(days=60)
    ways: Iterator[dict[str, Any]] = iter([{"right": False}, {"confidence": "guess"}])
    for item in study.places():
        young = item.misses == 0 and not item.is_new and item.card_id not in (mature.pk, early.pk)
        study.answer(item, **(next(ways, {}) if young else {}))
    today = local_day(study.user, study.now)
    young_row, mature_row, both = queries.retention_of(study.user, today)

    def by_hand(*, is_mature: bool) -> tuple[int, int, list[float]]:
        answers, known, told = 0, 0, []
        for review in study.user.reviews.filter(study_day=today, first_of_day=True):
            before = review.card.reviews.filter(seq__lt=review.seq).order_by("-seq").first()
            if before is None or before.due_after > today:
                continue
            if ((before.due_after - before.study_day).days >= 21) == is_mature:
                answers += 1
                known += review.passed and review.confidence != "guess"
                told.append(review.predicted or 0.0)
        return answers, known, told

    for row, is_mature in ((young_row, False), (mature_row, True)):
        answers, known, told = by_hand(is_mature=is_mature)
        assert (row.recalled.answers, row.recalled.hits) == (answers, known)
        assert row.expected == pytest.approx(sum(told) / len(told))
    assert mature_row.recalled.answers == 1
    assert both.recalled.answers == young_row.recalled.answers + 1
    assert young_row.recalled.answers - young_row.recalled.hits == 2
    # Too few to be a share: it is not said.
    assert young_row.recalled.answers < queries.FEWEST
    assert young_row.recalled.value is None


def test_an_answer_taken_back_no_longer_counts(study: Study) -> None:
    study.answer_all()
    study.later(days=60)
    while (item := study.next()) is not None and item.is_new:
        study.answer(item)
    today = local_day(study.user, study.now)

    def counted() -> list[int]:
        return [
            queries.retention_of(study.user, today)[-1].recalled.answers,
            queries.Predictions(own_memory.predictions(study.user)).recalled.answers,
            queries.confidence_of(study.user)[0].right.answers,
            queries.answers_by_day(study.user, today).get(today, 0),
        ]

    before = counted()
    missed = study.answer(right=False)
    assert counted() == [count + 1 for count in before]
    study.undo(missed)
    assert counted() == before


def test_what_was_predicted_is_held_against_what_came(study: Study) -> None:
    rng = random.Random(3)
    rows = [
        (
            round(rng.uniform(0.6, 0.99), 3),
            rng.random() < 0.8,
            1.0,
            rng.choice(["sure", "guess", "unsure"]),
        )
        for _ in range(400)
    ]
    many_answers(study, rows)
    found = queries.Predictions(own_memory.predictions(study.user))
    known = [passed and confidence != "guess" for _, passed, _, confidence in rows]
    assert (found.recalled.hits, found.recalled.answers) == (sum(known), 400)
    assert found.recalled.interval == wilson(sum(known), 400, level=0.8)
    assert found.expected == pytest.approx(sum(predicted or 0 for predicted, *_ in rows) / 400)
    assert 6 <= len(found.groups) <= 8
    assert sum(group.predictions for group in found.groups) == 400
    for group in found.groups:
        # A group holds whole two hundredths.
        low, high = floor(group.low * 200) / 200, (floor(group.high * 200) + 1) / 200
        inside = [
            (row[0], hit) for row, hit in zip(rows, known, strict=True) if row[0] and low <= row[0] < high
        ]
        assert group.predictions == len(inside) >= 30
        assert group.came_true == sum(hit for _, hit in inside)
        assert group.predicted == pytest.approx(sum(told for told, _ in inside) / len(inside))


@pytest.mark.parametrize(
    ("passed", "sentence"),
    [
        (0.5, "You recall less than predicted:"),
        (0.85, "On average the forecasts hold:"),
        (1.0, "You recall more"),
    ],
)
def test_the_page_says_what_the_curve_shows(study: Study, passed: float, sentence: str) -> None:
    many_answers(study, [(0.85, place < 100 * passed, 1.0, "sure") for place in range(100)])
    text = page(study)
    assert sentence in text
    interval = wilson(round(100 * passed), 100, level=0.8)
    assert f"{percent(0.85)} of 100 answers were predicted to be recalled, {percent(passed)} were" in text
    assert f"({percent(interval.low)} to {percent(interval.high)})" in text


def test_nothing_is_said_of_forecasts_and_shares_before_there_are_enough_answers(study: Study) -> None:
    many_answers(study, [(0.85, True, 1.0, "sure")] * 12)
    text = page(study)
    assert "Not enough answers yet: 12 of 30." in text
    assert "You recall" not in text
    assert "On average the forecasts hold" not in text
    assert "When you say sure" not in text
    assert "Share recalled against share predicted" not in text


def test_how_right_the_learner_is_by_how_sure_they_say_they_are(study: Study) -> None:
    rows: list[Row] = [
        *[(0.9, True, 1.0, "sure") for _ in range(40)],
        *[(0.9, True, 0.8, "sure") for _ in range(6)],
        *[(0.9, False, 0.0, "sure") for _ in range(3)],
        *[(None, True, 1.0, "guess") for _ in range(10)],
        *[(None, False, 0.0, "guess") for _ in range(25)],
        *[(None, True, 1.0, "unsure") for _ in range(5)],
    ]
    many_answers(study, rows)
    sure, unsure, guess = queries.confidence_of(study.user)
    # With the answer that was given to begin with.
    assert (sure.right.hits, sure.partly, sure.not_right, sure.right.answers) == (41, 6, 3, 50)
    assert (guess.right.hits, guess.right.answers) == (10, 35)
    assert unsure.right.value is None
    text = page(study)
    assert f"When you say sure, you are right in {percent(0.82)} of 50 answers" in text
    assert "Not enough answers yet: 5 of 30" in text


def test_the_page_tells_the_load_predicted(study: Study) -> None:
    study.answer_all()
    text = page(study)
    ahead = load_of(study.user, study.user.study, study.now, days=31)
    assert f"Tomorrow about {ahead[1].questions:.0f} question" in text
    questions, minutes = (sum(getattr(day, name) for day in ahead[1:]) for name in ("questions", "minutes"))
    assert f"in all 30 days about {questions:.0f} questions, {minutes} minutes." in text
    assert "if you answer what is due each day and begin nothing new" in text


def test_what_was_missed_or_guessed_last_counts_as_not_known_until_it_is_right(study: Study) -> None:
    missed, guessed, right = study.answer(right=False), study.answer(confidence="guess"), study.answer()
    page = browser(study.user)

    def known() -> float:
        topics = mastery(study.user, study.now, strength=AS_THE_MODEL, first_tries=FirstTries({}))
        return sum(topic.known_of_seen for topic in topics)

    def said(review: Review) -> tuple[str, str]:
        with time_machine.travel(study.now, tick=False):
            topic, question = review.card.question.topic.slug, review.card.question.public_id
            own = page.get(f"/bank/{topic}/{question}/").content.decode()
            listed = page.get(f"/bank/{topic}/").content.decode()
        shown = re.search(
            r"chance you know it tomorrow morning(.*?)</dt>\s*<dd>\s*(.*?)\s*</dd>", own, re.DOTALL
        )
        row = next(row for row in re.findall(r"<li>.*?</li>", listed, re.DOTALL) if str(question) in row)
        tag = re.search(r'<span class="tag">([^<]*known[^<]*)</span>', row)
        assert shown
        assert tag
        return shown[2], tag[1]

    def tomorrow(review: Review) -> float:
        card = Card.objects.get(pk=review.card_id)
        assert card.stability is not None
        return recall_after(card.stability, 1)

    assert known() == pytest.approx(tomorrow(right))
    assert said(missed) == said(guessed) == ("–", "Not known yet")
    assert said(right) == (percent(tomorrow(right)), f"{percent(tomorrow(right))} known")
    while (again := study.answer()).card_id != missed.card_id:
        pass
    counted = {review.card_id: review for review in study.answered if review.card_id != guessed.card_id}
    assert known() == pytest.approx(sum(tomorrow(review) for review in counted.values()))
    assert said(missed) == (percent(tomorrow(missed)), f"{percent(tomorrow(missed))} known")
    study.undo(again)
    assert said(missed) == ("–", "Not known yet")
    del counted[missed.card_id]
    assert known() == pytest.approx(sum(tomorrow(review) for review in counted.values()))


def test_a_retired_question_leaves_the_numbers(study: Study) -> None:
    study.answer_all()
    Question.objects.update(retired_at=study.now)
    assert mastery(study.user, study.now, strength=AS_THE_MODEL, first_tries=FirstTries({})) == []
    ahead = load_of(study.user, study.user.study, study.now, days=30)
    assert sum(day.questions for day in ahead) == 0


def test_the_tables_hold_the_numbers_of_the_pictures(study: Study) -> None:
    days(study, 3)
    text = page(study)
    drawn = re.findall(r"<title>(\d+ \w+): (\d+)</title>", text)
    ahead, heat = drawn[:30], drawn[30:]
    assert sum(int(value) for _, value in ahead) > 0 < sum(int(value) for _, value in heat)
    table = text[text.index('aria-labelledby="ahead-heading"') : text.index('aria-labelledby="days-heading"')]
    cells = re.findall(r'<td class="number">\s*(\d+)\s*</td>', table)
    assert [value for _, value in ahead] == cells[::2]
    cells = re.findall(r'<td class="number">\s*(\d+)\s*</td>', text[text.index("days-heading") :])
    assert sum(int(value) for _, value in heat) == sum(int(cell) for cell in cells)


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
