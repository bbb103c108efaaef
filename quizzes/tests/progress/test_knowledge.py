"""What Progress says is known, tomorrow and on the day of the interview."""

from __future__ import annotations

from datetime import timedelta
from math import exp
from uuid import uuid4

import pytest
import time_machine

from accounts.models import User
from quizzes.bank.models import Question, Topic
from quizzes.browsing.queries import standing
from quizzes.review import own_memory
from quizzes.review.habits import first_tries_of
from quizzes.review.load import load_of
from quizzes.review.mastery import mastery
from quizzes.review.models import Card, Review, Target, TopicChoice
from quizzes.review.queries import local_day
from quizzes.scheduling.first_tries import FirstTries
from quizzes.scheduling.forecast import recall_after, with_strength
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.templatetags.numbers import percent
from quizzes.tests.progress.progress_page import (
    AS_THE_MODEL,
    browser,
    many_answers,
    page,
    predicted,
)
from quizzes.tests.review.plans import aim, told, words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def stranger(bank: None) -> Study:
    return Study(User.objects.create_user("bob@example.org"))


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
        f"expected to know {tomorrow.expected:.0f} of 24 questions, of which {tomorrow.unseen} were never asked"
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
