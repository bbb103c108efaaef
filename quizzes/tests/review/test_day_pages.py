from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.forms import zones
from accounts.models import User
from quizzes.bank.models import Question, Version
from quizzes.review.load import load_of
from quizzes.review.models import Card, Item, Session, StudySettings
from quizzes.scheduling.days import zone_names
from quizzes.tasks import open_sessions
from quizzes.tests.review.pages import hidden, html
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


# --- Today --------------------------------------------------------------------------------------------------------


def test_today_opens_the_day_itself_and_says_how_long_it_takes(bank: None, web: Client) -> None:
    text = html(web.get("/today/"))
    assert "10 questions for today" in " ".join(text.split())
    # Ten times a minute and fifteen seconds of reading, and half of them once more: 1125 seconds.
    assert "about 19 minutes" in " ".join(text.split())
    assert Session.objects.count() == 1


def test_today_takes_the_authors_word_for_how_long_a_question_takes(bank: None, web: Client) -> None:
    for version in Version.objects.all():
        version.spec = version.spec | {"seconds": 120}
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


# --- Welcome and Settings ----------------------------------------------------------------------------------------


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
