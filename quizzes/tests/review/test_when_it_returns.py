"""What the page says of when a missed question comes back."""

from __future__ import annotations

import re
from datetime import timedelta
from math import ceil

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.review import presenters, queries, summaries
from quizzes.review.actions.answers import Recorded, Repeated
from quizzes.review.models import Card, Item, Review, StudySettings
from quizzes.scheduling.queue import MOST_MISSES, OTHERS_BEFORE_RETRY
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import ANSWER, HTMX, form, html
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


COMES_BACK = re.compile(r' id="verdict"[^>]*>[^<]*? · back ([^<]*)</h2>')
FEW = "in this session, after a few others"
WAIT = "in ten minutes, or in your next session"
ENOUGH = re.compile(r' id="verdict"[^>]*>[^<]*? · asked enough for today, back ([^<]*)</h2>')


def said_of(page: str) -> str:
    """What the verdict says of when the question comes back."""
    words = COMES_BACK.search(page)
    assert words is not None
    return words[1]


@pytest.mark.parametrize("others", [0, 1, 2, 3, 4, 5, 9])
@pytest.mark.parametrize("they_are_right", [True, False])
def test_the_verdict_says_when_a_missed_question_comes_back(
    bank: None, learner: User, web: Client, others: int, they_are_right: bool
) -> None:
    now = timezone.now()
    StudySettings.objects.create(user=learner, new_per_day=others + 1, minutes_a_day=240, next_day_at=now)
    feedback = web.post(ANSWER, form(web.get("/review/"), right=False), headers=HTMX)
    review = Review.objects.get()
    words = said_of(html(feedback))
    assert said_of(html(web.get(feedback["HX-Push-Url"]))) == words
    between = 0
    study = Study(learner, now=timezone.now())
    while (item := queries.next_item(learner, study.now)) is not None and item.card_id != review.card_id:
        study.answer(right=they_are_right)
        between += 1
    if item is None:
        assert words == WAIT
        assert between == others < OTHERS_BEFORE_RETRY
        assert review.due_after <= review.study_day + timedelta(days=1)
        waited = review.answered_at + timedelta(minutes=10)
        assert queries.next_item(learner, waited - timedelta(seconds=1)) is None
        item = queries.next_item(learner, waited)
        assert item is not None
        assert item.card_id == review.card_id
    else:
        assert words == FEW
        assert between >= OTHERS_BEFORE_RETRY
        assert others >= OTHERS_BEFORE_RETRY


def test_the_third_miss_says_that_it_was_asked_enough_today(bank: None, study: Study, web: Client) -> None:
    study.now = timezone.now() - timedelta(hours=1)
    StudySettings.objects.create(user=study.user, new_per_day=1, minutes_a_day=20, next_day_at=study.now)
    for _ in range(MOST_MISSES - 1):
        study.answer(right=False)
    page = html(web.get(f"/review/feedback/{study.answered[-1].public_id}/"))
    assert not ENOUGH.search(page)
    answered = web.post(ANSWER, form(web.get("/review/"), right=False), headers=HTMX)
    third = Review.objects.latest("seq")
    for said in (html(answered), html(web.get(f"/review/feedback/{third.public_id}/"))):
        words = ENOUGH.search(said)
        assert words is not None
        assert words[1] == presenters.on_day(third.due_after, today=third.study_day) == "tomorrow"
        assert "in this session" not in said
        assert ">Finish</a>" in said
    # The misses before it say the same of when it comes back: none of them is waited for any more.
    page = html(web.get(f"/review/feedback/{study.answered[0].public_id}/"))
    assert said_of(page) == "tomorrow"
    today = " ".join(html(web.get("/today/")).split())
    assert "You missed 1 question three times: it was asked enough for today." in today
    assert "right or partly right" not in today
    assert "Practise it now" in html(web.get("/review/summary/"))


def test_feedback_that_is_read_later_says_what_is_true_then(bank: None, study: Study) -> None:
    def said(review: Review) -> str:
        found = queries.review_of(study.user, review.public_id)
        today = queries.local_day(study.user, study.now)
        return str(presenters.feedback(found, today=today, now=study.now)["comes_back"])

    missed = study.answer(right=False)
    assert said(missed) == FEW
    for _ in range(3):
        study.answer()
    assert said(missed) == "in this session, after one other"
    study.answer()
    assert said(missed) == "in this session"
    study.answer_all()
    due = Card.objects.get(pk=missed.card_id).due
    assert due is not None
    assert said(missed) == presenters.on_day(due, today=missed.study_day)
    study.later(days=1)
    tomorrow = study.answer(right=False)
    assert said(tomorrow).startswith("in this session")
    # The next day has begun, whether or not anybody has opened it: the question is due.
    study.later(days=1)
    assert said(tomorrow) == "today"
    study.open()
    assert said(tomorrow) == "today"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "in ten minutes"),
        (1, "in ten minutes"),
        (61, "in 9 minutes"),
        (541, "in a minute"),
        (599, "in a minute"),
    ],
)
def test_a_wait_is_told_as_what_is_left_of_it(study: Study, seconds: int, words: str) -> None:
    load_choices(topics=1, each=1)
    missed = study.answer(right=False)
    study.later(seconds=seconds)
    found = queries.review_of(study.user, missed.public_id)
    said = presenters.feedback(found, today=missed.study_day, now=study.now)["comes_back"]
    assert said == f"{words}, or in your next session"


def test_a_wait_names_the_day_when_the_question_is_not_due_in_the_next_session(study: Study) -> None:
    load_choices(topics=1, each=1)
    missed = study.answer(right=False)
    Review.objects.update(due_after=missed.study_day + timedelta(days=3))
    found = queries.review_of(study.user, missed.public_id)
    said = presenters.feedback(found, today=missed.study_day, now=study.now)["comes_back"]
    assert said == "in ten minutes, or on Thursday"


@pytest.mark.parametrize(
    ("days", "right", "words"),
    [
        (0, False, "tomorrow"),
        # The morning of the interview has no plan.
        (1, False, "tomorrow"),
        (2, True, "when the plan for 4 March needs it"),
        (2, False, "in your next session, if the plan for 4 March has room"),
        (9, True, "when the plan for 11 March needs it"),
    ],
)
def test_with_an_interview_ahead_the_plan_says_when_a_question_comes_back(
    bank: None, study: Study, days: int, right: bool, words: str
) -> None:
    review = study.answer(right=right, confidence="unsure")
    Review.objects.update(due_after=MONDAY.date() + timedelta(days=1))
    study.user.study.interview_on = MONDAY.date() + timedelta(days=days)
    study.user.study.save()
    found = queries.review_of(study.user, review.public_id)
    assert presenters.comes_back(found, None, today=MONDAY.date(), now=study.now) == words


def test_two_tabs_get_the_same_question_and_both_wait_for_the_same_one(bank: None, study: Study) -> None:
    Item.objects.exclude(pk=study.next().pk).delete()  # type: ignore[union-attr]
    one, other = study.show(), study.show()
    assert one.question == other.question
    study.later(seconds=5)
    assert isinstance(study.send(one, right=False), Recorded)
    assert isinstance(study.send(other, right=False), Repeated)
    assert queries.next_item(study.user, study.now) is None
    assert queries.resting_until(study.user, study.now) == [study.now + timedelta(minutes=10)]


def test_a_clock_that_was_set_back_does_not_let_a_question_rest_for_longer(study: Study) -> None:
    load_choices(topics=1, each=1)
    study.later(hours=3)
    study.answer(right=False)
    study.later(hours=-3)
    assert queries.next_item(study.user, study.now) is not None


def test_today_does_not_take_i_do_not_know_for_the_time_an_answer_takes(bank: None, study: Study) -> None:
    StudySettings.objects.create(user=study.user, new_per_day=30, minutes_a_day=240, next_day_at=MONDAY)
    study.open()
    for _ in range(3):
        study.later(seconds=20).answer(right=False)
    while Item.objects.filter(done_at=None, misses=0).exists():
        study.answer(right=False, skip=["1"])
    session = queries.latest_session(study.user)
    assert session is not None
    left = summaries.left_of(study.user, session)
    # Missed questions, a minute and fifteen seconds of reading each, as authored.
    assert left.questions == left.missed > 8
    assert left.minutes == ceil(75 * left.missed / 60)
    for _ in range(8):
        study.later(seconds=20).answer()
    # Now there are turns of twenty-five seconds each.
    assert summaries.left_of(study.user, session).minutes == ceil(25 * (left.missed - 8) / 60)
