from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from math import exp, floor
from typing import Any, TypeAlias
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.bank.models import Question, Topic
from quizzes.browsing.queries import standing
from quizzes.progress import queries
from quizzes.review import decks, own_memory
from quizzes.review.habits import first_tries_of
from quizzes.review.knowledge import Knowledge, day_of, knowledge
from quizzes.review.load import load_of
from quizzes.review.mastery import mastery
from quizzes.review.models import Card, Review, Target, TopicChoice
from quizzes.review.queries import local_day
from quizzes.scheduling.first_tries import FirstTries
from quizzes.scheduling.forecast import Strength, recall_after, with_strength
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.statistics.intervals import wilson
from quizzes.templatetags.numbers import percent
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.plans import aim, told, words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db
AS_THE_MODEL = Strength()
Row: TypeAlias = tuple[float | None, bool, float, str]


@pytest.fixture
def bank() -> None:
    load_choices(topics=4, each=6)


@pytest.fixture
def study(bank: None) -> Study:
    return Study(User.objects.create_user("ann@example.org"))


@pytest.fixture
def stranger(bank: None) -> Study:
    return Study(User.objects.create_user("bob@example.org"))


def page(study: Study) -> str:
    with time_machine.travel(study.now, tick=False):
        text = browser(study.user).get("/progress/").content.decode()
    return re.sub(r"[ \n]+", " ", text)


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
    while (item := study.next()) is not None:
        young = item.misses == 0 and not item.is_new and item.card_id not in (mature.pk, early.pk)
        study.answer(**(next(ways, {}) if young else {}))
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
        study.answer()
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


def many_answers(study: Study, rows: Sequence[Row]) -> None:
    """Recorded first answers of a day: (predicted, passed, score, confidence) each, on a card of their own day."""
    study.answer()
    model = study.answered[0]
    copied = {field.attname: getattr(model, field.attname) for field in Review._meta.fields}
    for seq, (predicted, passed, score, confidence) in enumerate(rows, start=1):
        day = model.study_day - timedelta(days=seq)
        kept = copied | {"seq": 10 + seq, "predicted": predicted, "passed": passed, "score": score,
                         "confidence": confidence, "study_day": day, "first_of_day": True}  # fmt: skip
        del kept["id"], kept["public_id"]
        Review.objects.create(**kept)


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


def predicted(study: Study, *days: int, strength: Strength = AS_THE_MODEL) -> list[Knowledge]:
    """What the learner knows so many days from now if they stop."""
    today = local_day(study.user, study.now)
    preferences = decks.preferences_of(study.user, study.user.study)
    deck = decks.deck_of(study.user, day_of(study.user, today), preferences, study.now)
    mornings = [today + timedelta(days=many) for many in days]
    return knowledge(deck, preferences, today=today, mornings=mornings, strength=strength)


def test_known_tomorrow_is_the_sum_of_recall_and_of_the_first_try_rates(
    study: Study, stranger: Study
) -> None:
    study.answer_all()
    stranger.answer_all(right=True)
    missed = Review.objects.filter(user=study.user).order_by("pk")[0]
    Review.objects.filter(pk=missed.pk).update(passed=False, rating=1)
    today = local_day(study.user, study.now)
    topics = mastery(study.user, study.now, strength=AS_THE_MODEL, first_tries=FirstTries({}))
    assert [topic.questions for topic in topics] == [6, 6, 6, 6]
    cards = Card.objects.filter(user=study.user, reps__gt=0)
    seen = cards.count()
    assert sum(topic.seen for topic in topics) == seen < 24
    overall = (seen - 1 + 3) / (seen + 6)
    tries = first_tries_of([study.user])[study.user.pk].by_topic
    luck = sum(
        (topic.questions - topic.seen) * (right + 4 * overall) / (many + 4)
        for topic in topics
        for right, many in [tries.get(topic.key, (0, 0))]
    )
    for days, found in zip((1, 20), predicted(study, 1, 20), strict=True):
        held = sum(
            retrievability(
                Memory(card.stability, card.difficulty, card.last_day), day=today + timedelta(days=days)
            )
            for card in cards.exclude(pk=missed.card_id)
            if card.stability is not None and card.difficulty is not None and card.last_day is not None
        )
        assert found.held == pytest.approx(held)
        assert found.luck == pytest.approx(luck)
        assert found.interval.low <= found.expected <= found.interval.high
        if days == 1:
            assert sum(topic.known_of_seen for topic in topics) == pytest.approx(held)
            assert held < seen - 1


def test_what_is_left_out_or_suspended_is_counted_nowhere(study: Study) -> None:
    study.answer_all()
    card = Card.objects.filter(user=study.user, reps__gt=0).order_by("pk")[0]
    Card.objects.filter(pk=card.pk).update(suspended_at=study.now)
    (found,) = predicted(study, 1)
    assert found.questions == 23
    topic = Question.objects.exclude(topic=card.question.topic).values_list("topic", flat=True)[0]
    TopicChoice.objects.create(user=study.user, topic_id=topic, choice=TopicChoice.Choice.LEFT_OUT)
    (found,) = predicted(study, 1)
    assert found.questions == 17
    assert "of 17 questions" in page(study)


def test_the_rows_of_topics_add_up_to_the_totals_above_them(study: Study) -> None:
    """A topic left out has no row, but for what is assigned of it; one line names it."""
    study.answer_all()
    study.later(days=1)
    first, second, *_ = Topic.objects.order_by("pk")
    for topic in (first, second):
        TopicChoice.objects.create(user=study.user, topic=topic, choice=TopicChoice.Choice.LEFT_OUT)
    for question in Question.objects.filter(topic=second).order_by("pk")[:2]:
        Target.objects.create(
            user=study.user, question=question, source=uuid4(), label="Work", opens_at=study.now,
            due_at=study.now + timedelta(days=9), changed_at=study.now,
        )  # fmt: skip
    client = browser(study.user)
    with time_machine.travel(study.now, tick=False):
        response = client.get("/progress/")
    topics, total = response.context["topics"], response.context["known"]
    assert {topic.key for topic in topics} == {topic.pk for topic in Topic.objects.exclude(pk=first.pk)}
    assert sum(topic.questions for topic in topics) == total.questions == 6 + 6 + 2
    assert sum(topic.seen for topic in topics) == total.seen
    assert sum(topic.known_of_seen for topic in topics) == pytest.approx(total.held)
    assert sum(topic.known_of_unseen for topic in topics) == pytest.approx(total.luck)
    text = words(response.content.decode())
    said = f"Left out: {first.title}, {second.title} (but for what is assigned to you). Change the topics"
    assert said in text
    assert first.title not in text[text.index("Topic by topic") : text.index("Left out:")]
    Target.objects.all().delete()
    assert f"Left out: {first.title}, {second.title}. Change the topics" in words(page(study))
    TopicChoice.objects.all().delete()
    assert "Left out:" not in page(study)


def test_today_the_plan_and_progress_tell_the_same_of_the_same(study: Study) -> None:
    """What is known on the day if the learner stops: one number and one range, wherever it is told."""
    study.answer_all()
    study.later(days=1)
    aim(study.user, days=20, now=study.now)
    study.answer(right=False)
    study.answer(confidence="guess")
    stopped = told(study).if_stopped
    (found,) = predicted(study, 20, strength=own_memory.strength_by_answers(study.user))
    assert stopped.expected == pytest.approx(found.expected, abs=0.051)
    assert (stopped.low, stopped.high) == (found.interval.low, found.interval.high)
    assert f"<b>{found.expected:.0f}</b> {stopped.low} to {stopped.high}" in page(study)
    with time_machine.travel(study.now, tick=False):
        client = browser(study.user)
        today, plan = (words(client.get(address).content.decode()) for address in ("/today/", "/plan/"))
    assert f"with nothing more {stopped.low}–{stopped.high}" in today
    assert f"Nothing more asked from now on {stopped.low}–{stopped.high} of" in plan


def test_what_is_known_is_told_for_the_learners_own_memory(study: Study) -> None:
    """Where answers show that they forget sooner than the model says, less is told to be known, everywhere."""
    many_answers(study, [(0.9, place % 2 == 1, 1.0, "sure") for place in range(200)])
    strength = own_memory.strength_by_answers(study.user)
    assert strength.mean < -0.5
    card = study.answered[0].card
    card.refresh_from_db()
    assert card.stability is not None
    told = with_strength(recall_after(card.stability, 1), exp(strength.mean))
    assert told < recall_after(card.stability, 1)
    topics = mastery(study.user, study.now, strength=strength, first_tries=FirstTries({}))
    assert sum(topic.known_of_seen for topic in topics) == pytest.approx(told)
    today = local_day(study.user, study.now)
    assert standing(study.user, card.question, today).recall == pytest.approx(told)


def test_the_page_says_what_is_known_tomorrow_and_on_the_day(study: Study) -> None:
    study.answer_all()
    today = local_day(study.user, study.now)
    study.user.study.interview_on = today + timedelta(days=20)
    study.user.study.save()
    text = page(study)
    tomorrow, on_the_day = predicted(study, 1, 20, strength=own_memory.strength_by_answers(study.user))
    assert (
        f"expected to know {tomorrow.expected:.0f} of 24 questions, of which {tomorrow.unseen} never asked"
        in text
    )
    assert f"your own first-try rates, {percent(tomorrow.first_try)} on average" in text
    for found in (tomorrow, on_the_day):
        low, high = found.interval.low, found.interval.high
        assert f"<b>{found.expected:.0f}</b> {low:.0f} to {high:.0f}" in text
    assert "Interview on 22 March, if you stop now" in text
    # Then the plan, not the schedule, decides what is asked.
    assert "Until your interview on 22 March each day’s questions are chosen for that day" in text
    assert "begin nothing new" not in text


def test_on_the_eve_of_the_interview_the_days_after_it_are_told_by_the_schedule(study: Study) -> None:
    study.answer_all()
    study.user.study.interview_on = local_day(study.user, study.now) + timedelta(days=1)
    study.user.study.save()
    text = page(study)
    assert "Tomorrow morning, the day of your interview" in text
    assert "chosen for that day" not in text
    ahead = load_of(study.user, study.user.study, study.now, days=31)
    assert f"Tomorrow about {ahead[1].questions:.0f} question" in text


def test_an_interview_that_is_over_is_not_spoken_of(study: Study) -> None:
    study.answer_all()
    study.user.study.interview_on = local_day(study.user, study.now)
    study.user.study.save()
    text = page(study)
    assert "the day of your interview" not in text
    assert "Set the date of your interview" in text


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
