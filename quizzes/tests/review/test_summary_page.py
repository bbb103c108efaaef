"""The summary of a session, and how its days and spans are worded."""

from __future__ import annotations

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing.models import Exercise, Practice
from quizzes.notifications.models import NotificationPreferences
from quizzes.review import presenters, queries
from quizzes.review.load import load_of
from quizzes.review.models import Card, Item, Review, StudySettings
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import hidden, html
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


def test_the_summary_tells_what_was_right_and_when_it_comes_back(
    bank: None, web: Client, now_study: Study
) -> None:
    now_study.answer(right=False)
    now_study.answer_all()
    text = " ".join(html(web.get("/review/summary/")).split())
    assert "Today is done" in text
    assert "9 (90 %)" in text
    assert "Right at try 2" in text
    assert "partly right" not in text
    assert "guess" not in text
    total = sum(
        int(count) for count in re.findall(r"<li>(\d+) questions? (?:tomorrow|in \d+ days, on \w+)", text)
    )
    assert total == 10
    for review in Review.objects.filter(passed=True):
        assert f"/review/feedback/{review.public_id}/" in text


def test_what_was_missed_comes_back_today_while_the_day_is_open(
    bank: None, web: Client, now_study: Study
) -> None:
    now_study.answer(right=True)
    for _ in range(3):
        now_study.answer(right=False)
    said = words(html(web.get("/review/summary/"))).partition("What comes back when")[2]
    counts = re.findall(r"(\d+) questions? (again today|tomorrow|in \d+ days, on \w+)", said)
    assert ("3", "again today") in counts
    assert sum(int(count) for count, _ in counts) == 4


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_summary_begins_with_what_was_missed_and_offers_to_practise_it(
    bank: None, web: Client, now_study: Study
) -> None:
    missed = {now_study.answer(right=False).card_id for _ in range(3)}
    now_study.answer_all()
    # At night the answers of the last minutes may belong to the next study day.
    Review.objects.update(study_day=queries.local_day(now_study.user, timezone.now()))
    page = html(web.get("/review/summary/"))
    said = words(page)
    assert "Missed at the first try Practise these 3 now" in said
    first, others = page.split('id="missed"')[1].split('id="asked"')
    lasts = {review.card_id: str(review.public_id) for review in Review.objects.filter(passed=True)}
    assert {card for card, at in lasts.items() if f"/review/feedback/{at}/?from=summary" in first} == missed
    assert {card for card, at in lasts.items() if at in others} == lasts.keys() - missed
    assert first.count('class="mark mark-partial">Right at try 2') == 3
    assert others.count('class="mark mark-right">Right<') == 7
    begun = web.post("/practice/", {"mine": "today"})
    practice = Practice.objects.get()
    assert begun["Location"] == f"/practice/{practice.public_id}/"
    asked = Exercise.objects.filter(practice=practice).values_list("question__cards", flat=True)
    assert set(asked) == missed
    back = html(web.get(f"/review/feedback/{lasts[missed.pop()]}/?from=summary"))
    assert re.search(r'id="next"[^>]*href="/review/summary/">Back to the summary<', back)


def test_a_practice_of_what_was_missed_asks_as_many_as_the_button_says(web: Client, now_study: Study) -> None:
    load_choices(topics=1, each=30)
    StudySettings.objects.create(
        user=now_study.user, new_per_day=30, minutes_a_day=240, next_day_at=now_study.now
    )
    while Review.objects.values("card").distinct().count() < 22:
        now_study.answer(right=False)
    Question.objects.filter(pk=now_study.answered[0].card.question_id).update(retired_at=now_study.now)
    assert "Practise 20 of these now" in words(html(web.get("/review/summary/")))
    web.post("/practice/", {"mine": "today"})
    assert Exercise.objects.count() == 20
    retired = now_study.answered[0].card_id
    suspended = {review.card_id for review in now_study.answered[:9] if review.card_id != retired}
    Card.objects.filter(pk__in=suspended).update(suspended_at=now_study.now)
    left = 21 - len(suspended)
    assert f"Practise {left} of these now" in words(html(web.get("/review/summary/")))
    Practice.objects.all().delete()
    web.post("/practice/", {"mine": "today"})
    assert Exercise.objects.count() == left


def test_the_summary_says_which_questions_wait_and_until_when(
    bank: None, web: Client, now_study: Study
) -> None:
    # Before the day is opened: in Tokyo it may be another one than in UTC.
    now_study.user.time_zone = "Asia/Tokyo"
    now_study.user.save()
    now_study.open()
    Item.objects.exclude(pk__in=Item.objects.values("pk")[:2]).delete()
    now_study.later(seconds=-30)
    for _ in range(2):
        now_study.answer(right=False)
    assert web.get("/review/")["Location"] == "/review/summary/"
    page = html(web.get("/review/summary/"))
    at = Review.objects.earliest("pk").answered_at + timedelta(minutes=10)
    said = words(page)
    assert "2 missed questions wait" in said
    clock = (at + timedelta(seconds=59, microseconds=999_999)).astimezone(ZoneInfo("Asia/Tokyo"))
    assert (
        f"The first of them can be asked again from {clock:%H:%M}, in ten minutes, or in your next session"
        in said
    )
    assert 'id="next"' not in page
    assert "So far today" in said
    Review.objects.update(answered_at=timezone.now() - timedelta(minutes=11))
    page = html(web.get("/review/summary/"))
    assert "Ask the 2 missed ones now" in words(page)
    assert 'href="/review/">Ask' in page
    assert web.get("/review/").status_code == 200


def test_the_summary_counts_the_study_days_in_a_row(web: Client, now_study: Study) -> None:
    load_choices(topics=4, each=6)
    now = now_study.now
    StudySettings.objects.create(user=now_study.user, new_per_day=5, next_day_at=now)
    for days in (3, 2, 1):
        now_study.now = now - timedelta(days=days)
        now_study.answer_all()
    now_study.now = now
    web.get("/today/")
    now_study.answer()
    assert "study days in a row with nothing left, before today 3" in words(html(web.get("/review/summary/")))
    now_study.answer_all()
    assert "study days in a row with nothing left 4" in words(html(web.get("/review/summary/")))


def test_the_summary_tells_tomorrows_number_and_offers_the_evening_e_mail(
    bank: None, web: Client, now_study: Study, learner: User
) -> None:
    for _ in range(2):
        now_study.answer(right=False)
    now_study.answer_all()
    page = html(web.get("/review/summary/"))
    tomorrow = load_of(learner, learner.study, timezone.now(), days=2)[1]
    assert tomorrow.questions >= 2
    said = f"about {tomorrow.questions:.0f} questions come back tomorrow, about {tomorrow.minutes} minute"
    assert said in words(page)
    assert 'href="/settings/emails/">Get an e-mail in the evening</a>' in page
    NotificationPreferences.objects.create(user=learner)
    assert "Get an e-mail" not in html(web.get("/review/summary/"))


def meet(user: User, *, many: int) -> None:
    """So many questions met weeks ago, all due again."""
    today = timezone.now().date()
    Card.objects.bulk_create(
        Card(
            user=user,
            question=question,
            seq=1,
            stability=20.0,
            difficulty=5.0,
            last_day=today - timedelta(days=25),
            due=today - timedelta(days=5),
            interval=20,
            reps=1,
        )
        for question in Question.objects.order_by("pk")[:many]
    )


def test_what_todays_minutes_do_not_hold_is_told_of_tomorrow_with_what_becomes_of_it(
    web: Client, now_study: Study, learner: User
) -> None:
    load_choices(topics=6, each=20)
    meet(learner, many=100)
    today = words(html(web.get("/today/")))
    asked = Item.objects.count()
    assert f"{asked} questions for today" in today
    said = "That is more than your 20 minutes a day: the rest waits."
    assert said in today
    now_study.answer()
    tomorrow = load_of(learner, learner.study, timezone.now(), days=2)[1]
    assert 100 - asked <= tomorrow.questions <= 100
    for page in (words(html(web.get("/today/"))), words(html(web.get("/review/summary/")))):
        assert f"about {tomorrow.questions:.0f} questions come back tomorrow" in page
        assert said in page
        assert "fill the rest" not in page


def test_a_day_that_leaves_minutes_says_that_new_questions_fill_them(
    bank: None, web: Client, now_study: Study
) -> None:
    now_study.answer_all()
    assert "That is more than" not in words(html(web.get("/today/")))
    page = words(html(web.get("/review/summary/")))
    assert "New ones fill the rest of your 20" in page
    assert "That is more than" not in page


def test_a_missed_question_is_said_to_wait_only_where_nothing_else_is_left(
    bank: None, web: Client, now_study: Study
) -> None:
    now_study.answer(right=False)
    page = html(web.get("/review/summary/"))
    assert "Go on" in page
    assert 'id="resting"' not in page


def test_the_summary_leaves_out_what_was_taken_back(bank: None, web: Client, now_study: Study) -> None:
    now_study.undo(now_study.answer())
    assert "not answered anything yet" in html(web.get("/review/summary/"))


def test_the_last_answer_can_be_taken_back_from_the_summary(
    bank: None, web: Client, now_study: Study
) -> None:
    now_study.answer_all()
    page = web.get("/review/summary/")
    assert web.post("/review/undo/", {"review": hidden(page)["review"]})["Location"] == "/review/"
    assert Item.objects.filter(done_at=None).count() == 1


def test_a_day_of_the_week_is_named_within_the_week_only() -> None:
    today = date(2026, 12, 6)  # a Sunday
    past = [presenters.on_past_day(today - timedelta(days=days), today=today) for days in (1, 2, 6, 7, 400)]
    assert past == ["yesterday", "on Friday", "on Monday", "on 29 November", "on 1 November 2025"]


def test_days_are_told_in_words() -> None:
    today = date(2026, 12, 28)
    said = [presenters.day_in_words(today + timedelta(days=days), today=today) for days in (0, 1, 3, 7)]
    assert said == ["today", "tomorrow", "in 3 days, on Thursday", "in 7 days, on 4 January 2027"]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-4, "0 s"), (12.9, "12 s"), (3599, "59 min"), (7200, "2 h"), (86_400, "1 day"), (200_000, "2 days")],
)
def test_how_long_ago_is_told_in_words(seconds: float, said: str) -> None:
    assert presenters.ago_in_words(timedelta(seconds=seconds)) == said
