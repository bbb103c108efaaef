from __future__ import annotations

import re
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.forms import zones
from accounts.models import User
from quizzes.bank.models import Question, Version
from quizzes.browsing.models import Exercise, Practice
from quizzes.notifications.models import NotificationPreferences
from quizzes.review import presenters, queries
from quizzes.review.load import load_of
from quizzes.review.models import Card, Item, Review, Session, StudySettings
from quizzes.scheduling.days import zone_names
from quizzes.tasks import open_sessions
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import hidden, html
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def now_study(study: Study) -> Study:
    """A learner whose clock is the real one: pages read it."""
    study.now = timezone.now()
    return study


# --- Today --------------------------------------------------------------------------------------------------------


def test_today_opens_the_day_itself_and_says_how_long_it_takes(bank: None, web: Client) -> None:
    text = html(web.get("/today/"))
    assert "10 questions for today" in " ".join(text.split())
    # Ten times a minute and fifteen seconds of reading, and half of them once more: 1125 seconds.
    assert "about 19 minutes" in " ".join(text.split())
    assert Session.objects.count() == 1


def test_today_takes_the_authors_word_for_how_long_a_question_takes(bank: None, web: Client) -> None:
    for version in Version.objects.all():
        version.spec["seconds"] = 120
        version.save()
    # Five of 135 seconds with half of them once more fit into twenty minutes: 1013 seconds.
    assert "5 questions for today, about 17 minutes" in " ".join(html(web.get("/today/")).split())


def test_today_goes_by_the_learners_own_pace_once_it_is_known(
    bank: None, web: Client, now_study: Study
) -> None:
    for _ in range(10):
        now_study.later(seconds=20).answer(right=False)
    # Twenty-five seconds a turn: seven missed questions once more, and three new ones nearly twice, 319 seconds.
    assert "about 6 minutes" in " ".join(html(web.get("/today/")).split())


def test_today_says_what_is_left_when_a_part_is_done(bank: None, web: Client, now_study: Study) -> None:
    now_study.answer()
    now_study.answer(right=False)
    text = " ".join(html(web.get("/today/")).split())
    assert "9 questions left" in text
    assert "missed, to come back" in text
    assert "1 of 10 done today" in text
    assert "Go on" in text


def test_a_day_that_is_done_offers_more_and_tells_what_comes_next(
    bank: None, web: Client, now_study: Study
) -> None:
    now_study.answer_all(confidence="unsure")
    page = web.get("/today/")
    text = " ".join(html(page).split())
    assert "Today is done" in text
    assert "You answered 10 questions right or partly right." in text
    load = load_of(now_study.user, now_study.user.study, timezone.now(), days=8)
    assert f"and about {sum(day.questions for day in load[1:]):.0f} in the next seven days" in text
    assert f"about {load[1].questions:.0f} question" in text
    gone = web.post("/today/more/", {"planned": hidden(page)["planned"]})
    assert (gone.status_code, gone["Location"]) == (303, "/review/")
    added = Item.objects.filter(done_at=None).count()
    assert added > 0
    again = web.post("/today/more/", {"planned": hidden(page)["planned"]}, follow=True)
    assert "Nothing was added" in html(again)
    assert Item.objects.count() == 10 + added


@pytest.mark.parametrize("planned", ["", "x", "-3", "9" * 40, "¹", "\0"])
def test_more_with_a_number_nobody_planned_adds_nothing(bank: None, web: Client, planned: str) -> None:
    web.get("/today/")
    assert web.post("/today/more/", {"planned": planned}).status_code == 303
    assert Item.objects.count() == 10


def test_a_day_with_nothing_due_says_so(bank: None, web: Client, now_study: Study, learner: User) -> None:
    now_study.now -= timedelta(days=1)
    now_study.answer_all()
    Card.objects.filter(user=learner).update(due=timezone.now().date() + timedelta(days=30))
    StudySettings.objects.update(new_per_day=0)
    text = " ".join(html(web.get("/today/")).split())
    assert "Nothing is planned for today" in text
    assert "The next question comes back on" in text
    assert "Study ten minutes more" in text


def test_an_empty_bank_is_told_apart_from_a_day_that_is_done(web: Client) -> None:
    assert "The bank is empty" in html(web.get("/today/"))
    assert web.get("/review/")["Location"] == "/review/summary/"
    summary = html(web.get("/review/summary/"))
    assert "not answered anything yet" in summary
    assert "Today is done" not in summary


# --- Summary ------------------------------------------------------------------------------------------------------


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


# --- Welcome and Settings -----------------------------------------------------------------------------------------

SETTINGS = {
    "time_zone": "Europe/Berlin",
    "rollover_hour": "5",
    "theme": "dark",
    "minutes_a_day": "30",
    "new_per_day": "7",
    "retention": "85",
}


def test_welcome_asks_for_zone_and_minutes_and_leads_to_today(web: Client, learner: User) -> None:
    assert "data-detect-zone" in html(web.get("/welcome/"))
    done = web.post("/welcome/", {"time_zone": "Asia/Tokyo", "minutes_a_day": "15"})
    assert (done.status_code, done["Location"]) == (303, "/review/")
    learner.refresh_from_db()
    assert learner.time_zone == "Asia/Tokyo"
    assert learner.study.minutes_a_day == 15


def test_settings_are_shown_and_saved_together(web: Client, learner: User) -> None:
    text = html(web.get("/settings/"))
    assert 'value="90"' in text
    assert web.post("/settings/", SETTINGS).status_code == 303
    learner.refresh_from_db()
    study = learner.study
    assert (learner.time_zone, learner.rollover_hour, learner.theme) == ("Europe/Berlin", 5, "dark")
    assert (study.minutes_a_day, study.new_per_day, study.desired_retention) == (30, 7, 0.85)
    assert "Saved." in html(web.get("/settings/"))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("minutes_a_day", "4", "Write a whole number from 5 to 240."),
        ("minutes_a_day", "", "Write a whole number from 5 to 240."),
        ("minutes_a_day", "many", "Write a whole number from 5 to 240."),
        ("new_per_day", "101", "Write a whole number from 0 to 100."),
        ("retention", "69", "Write a whole number from 70 to 97."),
        ("retention", "98", "Write a whole number from 70 to 97."),
        ("retention", "90.5", "Write a whole number from 70 to 97."),
        ("time_zone", "Mars/Olympus", "“Mars/Olympus” is not a time zone we know."),
        ("time_zone", "", "Choose a time zone."),
        ("rollover_hour", "3", "A day can begin at 4, 5 or 6 o’clock."),
    ],
)
def test_a_bad_setting_is_told_beside_its_field_and_nothing_is_saved(
    web: Client, learner: User, field: str, value: str, sentence: str
) -> None:
    web.get("/settings/")
    page = web.post("/settings/", SETTINGS | {field: value})
    assert page.status_code == 422
    text = html(page)
    assert sentence in text
    assert 'aria-invalid="true"' in text
    assert 'data-theme="dark"' not in text  # nothing of a refused form takes hold, not even for this page
    if field != "minutes_a_day":
        assert 'value="30"' in text
    learner.refresh_from_db()
    assert (learner.time_zone, learner.study.minutes_a_day) == ("UTC", 20)


def test_an_empty_form_is_refused_too(web: Client) -> None:
    assert web.post("/settings/", {}).status_code == 422
    assert web.post("/welcome/", {}).status_code == 422


def test_every_zone_that_can_be_chosen_has_study_days() -> None:
    assert set(zones()) <= zone_names()


def test_a_change_of_zone_moves_the_day_at_once(bank: None, web: Client, learner: User) -> None:
    web.get("/today/")
    before = learner.study.next_day_at
    web.post("/settings/", SETTINGS | {"time_zone": "Asia/Tokyo"})
    learner.study.refresh_from_db()
    assert learner.study.next_day_at != before
    assert learner.study.next_day_at > timezone.now()


# --- doors --------------------------------------------------------------------------------------------------------


def test_the_clocks_task_opens_days_however_often_it_runs(bank: None, learner: User) -> None:
    StudySettings.objects.create(user=learner, next_day_at=timezone.now() - timedelta(minutes=1))
    for _ in range(5):
        open_sessions(an_argument_of_tomorrow=1)
    assert Session.objects.count() == 1
    assert Item.objects.count() == 10


@pytest.mark.parametrize("path", ["/today/", "/review/", "/review/summary/", "/welcome/", "/settings/"])
def test_every_page_wants_a_login_and_comes_back_after_it(db: None, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={path}"


def test_an_htmx_request_without_a_login_sends_the_whole_page_there_and_back(db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/review/"}
    answer = Client().post("/review/answer/", {"token": "x"}, headers=headers)
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Freview%2F"


def test_a_form_posted_without_a_login_comes_back_to_its_page(db: None) -> None:
    answer = Client().post(
        "/review/answer/", {"token": "x"}, headers={"Referer": "http://testserver/review/"}
    )
    assert answer["Location"] == "/accounts/login/?next=%2Freview%2F"


@pytest.mark.parametrize("referer", ["", "http://[", "nonsense", "http://elsewhere.example//other.example/"])
def test_a_form_posted_without_a_login_from_nowhere_leads_to_the_login_all_the_same(
    db: None, referer: str
) -> None:
    answer = Client().post("/review/answer/", {"token": "x"}, headers={"Referer": referer})
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/?next=")


def test_a_retired_question_is_not_offered_as_more(bank: None, web: Client, now_study: Study) -> None:
    now_study.answer_all()
    Question.objects.exclude(pk__in=Card.objects.values("question")).update(retired_at=now_study.now)
    assert "Study more" not in html(web.get("/today/"))
