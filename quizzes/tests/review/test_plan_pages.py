"""Today, the plan and the welcome page: what they say of the plan, and what they take."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Question, Topic, Version
from quizzes.review import decks, presenters, queries, summaries
from quizzes.review.forms import MinutesForm
from quizzes.review.models import Card, Item, Review, Session, StudySettings, Target, TopicChoice
from quizzes.tests.review.packs import ALL_KINDS, load
from quizzes.tests.review.pages import html
from quizzes.tests.review.plans import aim, seconds_planned, told, words
from quizzes.tests.review.studying import Study

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def form(**others: Any) -> dict[str, Any]:
    topics = list(Topic.objects.values_list("slug", flat=True))
    return {"interview_on": "", "minutes_a_day": "20", "goal": "", "wanted": topics} | others


def this_day(user: User) -> datetime:
    """A moment whose date in UTC, the learner's zone, is their study day."""
    return timezone.now() - timedelta(hours=user.rollover_hour)


def in_days(days: int) -> str:
    return (timezone.now().date() + timedelta(days=days)).isoformat()


def test_today_leads_with_what_will_be_known(big_bank: None, web: Client, learner: User) -> None:
    aim(learner, days=14, now=timezone.now())
    page = words(html(web.get("/today/")))
    session = Session.objects.get()
    assert session.promise is not None
    known = session.promise["told"]["mornings"][-1]
    assert "14 days to your interview" in page
    assert f"You will know {known['low']}–{known['high']} of 120 questions" in page


def test_an_interview_may_lie_half_a_year_ahead(db: None) -> None:
    today = date(2026, 3, 2)
    for days, is_taken in [(-1, False), (0, True), (183, True), (184, False)]:
        on = (today + timedelta(days=days)).isoformat()
        asked = MinutesForm(
            {"interview_on": on, "minutes_a_day": "20"}, instance=StudySettings(), today=today
        )
        assert asked.is_valid() == is_taken


def test_another_plan_is_shown_first_and_taken_when_posted(
    big_bank: None, web: Client, learner: User
) -> None:
    web.get("/plan/")
    topic = Topic.objects.order_by("number").first()
    assert topic is not None
    wanted = list(Topic.objects.exclude(pk=topic.pk).values_list("slug", flat=True))
    asked = form(interview_on=in_days(12), minutes_a_day="40", wanted=wanted, goal="80")
    page = words(html(web.get("/plan/", asked)))
    assert "you will know" in page
    assert "of 100 questions" in page
    assert "with the plan, 40" not in page
    assert re.search(r"80 % of them (takes about \d+ minutes a day|cannot be had)", page)
    study = StudySettings.objects.get(user=learner)
    assert (study.interview_on, study.minutes_a_day) == (None, 20)
    assert not TopicChoice.objects.exists()
    taken = web.post("/plan/", asked)
    assert (taken.status_code, taken["Location"]) == (303, "/plan/")
    study.refresh_from_db()
    assert (study.interview_on, study.minutes_a_day) == (date.fromisoformat(in_days(12)), 40)
    assert [choice.topic for choice in TopicChoice.objects.all()] == [topic]
    # Twenty minutes more are filled today, too; nothing of the topic that is left out was added.
    assert 60 * 20 < seconds_planned(learner) <= 60 * 40
    again = words(html(web.get("/plan/")))
    assert "of 100 questions" in again


@pytest.mark.parametrize("page", ["/plan/", "/welcome/", "/settings/"])
@pytest.mark.parametrize(
    ("day", "said"),
    [(-1, "is over. Choose a day from today on"), (400, "Choose a day within half a year")],
)
def test_a_day_that_is_over_is_refused(big_bank: None, web: Client, page: str, day: int, said: str) -> None:
    more = {"time_zone": "UTC", "rollover_hour": "4", "theme": "auto", "retention": "90", "new_per_day": ""}
    answered = web.post(page, form(interview_on=in_days(day)) | more)
    assert answered.status_code == 422
    assert said in html(answered)
    assert not StudySettings.objects.filter(interview_on__isnull=False).exists()


def test_a_goal_that_is_met_takes_no_minutes_and_a_day_that_is_today_has_no_plan(
    big_bank: None, web: Client, learner: User
) -> None:
    aim(learner, days=14, now=timezone.now())
    # Half of what was never tried is known.
    page = words(html(web.get("/plan/", form(interview_on=in_days(14), goal="30"))))
    assert "30 % of them you are expected to know even if nothing more is asked." in page
    assert "minutes a day." not in page.split("30 % of them")[1].split("Take this plan")[0]
    page = words(html(web.get("/plan/", form(interview_on=in_days(0)))))
    assert "For an interview today nothing more can be planned" in page
    assert "Without a date ahead" not in page


def test_a_goal_takes_minutes_that_are_worked_out_for_the_last_ninety_days(
    bank: None, web: Client, learner: User
) -> None:
    for days, said in [
        (90, "takes about "),
        (91, "What a goal takes can be worked out for the last 90 days"),
    ]:
        page = words(html(web.get("/plan/", form(interview_on=in_days(days), goal="75"))))
        assert said in page
        assert "cannot be had" not in page


def test_the_plan_says_which_questions_its_minutes_cannot_hold(
    big_bank: None, web: Client, learner: User
) -> None:
    load(ALL_KINDS)
    versions = Version.objects.filter(question__kind="recall")
    versions.update(spec=versions.get().spec | {"seconds": 360})
    aim(learner, days=14, now=timezone.now())
    assert "too-long" not in html(web.get("/plan/"))
    asked = form(interview_on=in_days(14), minutes_a_day="5")
    page = words(html(web.get("/plan/", asked)))
    # 375 seconds with the feedback, and half of the first tries are asked once more: 562.5.
    assert "1 question takes longer than these minutes of a day and does not come by itself: with 10" in page
    left_out = Question.objects.get(kind="recall").topic.slug
    wanted = [slug for slug in asked["wanted"] if slug != left_out]
    assert "too-long" not in html(web.get("/plan/", asked | {"wanted": wanted}))


def test_a_date_that_has_passed_does_not_stop_other_settings(
    big_bank: None, web: Client, learner: User
) -> None:
    aim(learner, days=-3, now=timezone.now())
    page = words(html(web.get("/today/")))
    assert "Your interview was on" in page
    assert page.index("Your interview was on") < page.index("for today, about")
    assert "Is there another one?" in page
    saved = web.post(
        "/settings/",
        {
            "interview_on": in_days(-3), "minutes_a_day": "30", "new_per_day": "", "retention": "90",
            "time_zone": "UTC", "rollover_hour": "4", "theme": "auto",
        },
    )  # fmt: skip
    assert saved.status_code == 303


def test_the_welcome_page_leads_straight_to_the_first_question(
    big_bank: None, web: Client, learner: User
) -> None:
    User.objects.update(welcomed_at=None)
    gone = web.post("/welcome/", form(interview_on=in_days(14)) | {"time_zone": "UTC"})
    assert (gone.status_code, gone["Location"]) == (303, "/review/")
    assert "answer-form" in html(web.get("/review/"))
    assert StudySettings.objects.get().interview_on == date.fromisoformat(in_days(14))


def test_after_a_break_today_welcomes_back_until_the_first_answer(
    big_bank: None, web: Client, learner: User
) -> None:
    Study(learner, now=timezone.now() - timedelta(days=40)).answer_all()
    assert "Welcome back after 39 days" in words(html(web.get("/today/")))
    Study(learner, now=timezone.now()).answer()
    assert "Welcome back" not in html(web.get("/today/"))


def test_hostile_preferences_cost_little(big_bank: None, web: Client) -> None:
    for value in ("9" * 400, "-1", "x", "\0", "2026-13-45", "9999-12-31"):
        page = web.get("/plan/", form(interview_on=value, minutes_a_day=value, goal=value, wanted=[value]))
        assert page.status_code == 422


def test_stored_answers_of_others_change_no_plan(big_bank: None, study: Study, stranger: User) -> None:
    aim(study.user, days=9)
    before = told(study)
    other = Study(stranger)
    other.answer_all()
    Session.objects.filter(user=study.user).update(promise=None)
    assert told(study) == before
    assert Review.objects.filter(user=study.user).count() == 0
    assert Question.objects.count() == 120


def test_with_an_interview_ahead_the_verdict_names_no_day_that_the_plan_may_not_keep(
    big_bank: None, web: Client, learner: User
) -> None:
    aim(learner, days=14, now=timezone.now())
    study = Study(learner, now=timezone.now())
    review = study.answer()
    page = words(html(web.get(f"/review/feedback/{review.public_id}/")))
    on = learner.study.interview_on
    assert on is not None
    assert f"back when the plan for {on:%-d %B} needs it" in page
    summary = words(html(web.get("/review/summary/")))
    assert (
        f"Until your interview on {on:%-d %B} the plan chooses every morning, within your 20 minutes"
        in summary
    )
    assert f"1 question when the plan for {on:%-d %B} needs it" in summary
    # A topic that is left out goes by the schedule, whatever is ahead.
    TopicChoice.objects.create(
        user=learner, topic=review.card.question.topic, choice=TopicChoice.Choice.LEFT_OUT
    )
    assert re.search(r"back (on|tomorrow)", words(html(web.get(f"/review/feedback/{review.public_id}/"))))
    summary = words(html(web.get("/review/summary/")))
    assert re.search(r"1 question (tomorrow|in \d+ days)", summary)
    assert "when the plan for" not in summary
    TopicChoice.objects.all().delete()
    StudySettings.objects.update(interview_on=None)
    assert re.search(r"back (on|tomorrow)", words(html(web.get(f"/review/feedback/{review.public_id}/"))))


@pytest.mark.parametrize(("right", "confidence"), [(True, "sure"), (True, "guess"), (False, "sure")])
def test_on_the_last_day_before_the_interview_no_plan_is_named_that_will_not_be_made(
    big_bank: None, web: Client, learner: User, right: bool, confidence: str
) -> None:
    aim(learner, days=1, now=this_day(learner))
    study = Study(learner, now=timezone.now())
    review = study.answer(right=right, confidence=confidence)
    study.answer_all()
    review.refresh_from_db()
    page = words(html(web.get(f"/review/feedback/{review.public_id}/")))
    assert "the plan for" not in page
    back = presenters.on_day(review.due_after, today=review.study_day)
    assert f"back {back}" in page
    summary = words(html(web.get("/review/summary/")))
    assert "the plan for" not in summary
    assert "Until your interview" not in summary
    assert "Your interview is tomorrow: from then on questions come back by the schedule." in summary
    assert re.search(r"\d+ questions? (tomorrow|in \d+ days)", summary)


def test_on_the_day_of_the_interview_the_plan_says_that_it_is_today(
    big_bank: None, web: Client, learner: User
) -> None:
    aim(learner, days=0, now=this_day(learner))
    assert "Your interview is today" in words(html(web.get("/plan/")))
    aim(learner, days=1, now=this_day(learner))
    assert "Your interview is today" not in words(html(web.get("/plan/")))


def test_a_placement_round_is_offered_where_it_can_be_asked_today(
    big_bank: None, web: Client, learner: User
) -> None:
    aim(learner, days=14, minutes=5, now=timezone.now())
    study = Study(learner, now=timezone.now())
    assert "Where do you stand?" in html(web.get("/today/"))
    study.answer_all()
    page = words(html(web.get("/today/")))
    assert "Today is done" in page
    assert "Where do you stand?" not in page


def test_what_is_assigned_for_a_day_comes_back_as_the_plan_for_that_day_chooses(
    big_bank: None, web: Client, learner: User
) -> None:
    study = Study(learner, now=timezone.now())
    due = timezone.now() + timedelta(days=9)
    review, other = study.answer(), study.answer()
    target = Target.objects.create(
        user=learner,
        question=review.card.question,
        source=uuid4(),
        label="Week 3",
        opens_at=due - timedelta(days=10),
        due_at=due,
        changed_at=due - timedelta(days=10),
    )
    on = due.astimezone(ZoneInfo(learner.time_zone))
    chosen = f"when the plan for {on:%-d %B} needs it"
    assert chosen in words(html(web.get(f"/review/feedback/{review.public_id}/")))
    assert chosen not in words(html(web.get(f"/review/feedback/{other.public_id}/")))
    summary = words(html(web.get("/review/summary/")))
    assert f"1 question {chosen}" in summary
    assert re.search(r"1 question (tomorrow|in \d+ days)", summary)
    # Once it is late it goes by the schedule, as it was met.
    Target.objects.filter(pk=target.pk).update(due_at=timezone.now() - timedelta(minutes=1))
    assert chosen not in words(html(web.get(f"/review/feedback/{review.public_id}/")))


@pytest.mark.parametrize(("right", "confidence"), [(True, "guess"), (False, "sure")])
def test_a_guess_and_a_miss_come_first_in_the_next_session_as_the_words_say(
    big_bank: None, web: Client, learner: User, right: bool, confidence: str
) -> None:
    settings = aim(learner, days=14, now=timezone.now())
    study = Study(learner, now=timezone.now() - timedelta(hours=1))
    shown = study.answer(right=right, confidence=confidence)
    other = study.answer()
    assert settings.interview_on is not None
    when = f"in your next session, if the plan for {settings.interview_on:%-d %B} has room"
    again = queries.next_item(learner, study.now)
    while again is not None and not right and again.card_id != shown.card_id:
        study.answer()
        again = queries.next_item(learner, study.now)
    if not right:
        # Right at the second try: it was missed all the same.
        shown = study.answer()
        assert not shown.first_of_day
    assert f"back {when}" in words(html(web.get(f"/review/feedback/{shown.public_id}/")))
    assert when not in words(html(web.get(f"/review/feedback/{other.public_id}/")))
    today = queries.latest_session(learner)
    assert today is not None
    done = summaries.done_in(learner, today, interview=settings.interview_on, now=study.now)
    first = sum(one.missed_first for one in done.asked)
    summary = words(html(web.get("/review/summary/")))
    assert f"{first} question{'s' if first > 1 else ''} {when}" in summary
    missed = set(
        Review.objects.filter(first_of_day=True, rating=1).values_list("card__question_id", flat=True)
    )
    assert len(missed) == first
    # Tomorrow the plan has room for it.
    study.later(days=1).open()
    tomorrow = queries.latest_session(learner)
    assert tomorrow is not None
    assert tomorrow != today
    planned = set(Item.objects.filter(session=tomorrow).values_list("card__question_id", flat=True))
    assert shown.card.question_id in planned
    preferences = decks.preferences_of(learner, settings)
    deck = decks.deck_of(learner, tomorrow, preferences, study.now)
    assert {deck.waiting[place].key for place in deck.missed} == missed


def test_what_is_suspended_is_not_told_as_coming_back(big_bank: None, web: Client, learner: User) -> None:
    study = Study(learner, now=timezone.now() - timedelta(hours=1))
    for interview in (False, True):
        for right in (True, False):
            review = study.answer(right=right)
            Card.objects.filter(pk=review.card_id).update(suspended_at=study.now)
            assert "· back" not in html(web.get(f"/review/feedback/{review.public_id}/"))
        if interview:
            aim(learner, days=9, now=timezone.now())
        summary = words(html(web.get("/review/summary/")))
        assert "What comes back when" in summary
        assert not re.search(
            r"\d questions? (tomorrow|in \d+ days|in your next session|when the plan)", summary
        )
    Card.objects.update(suspended_at=None)
    assert re.search(
        r"\d questions? (in your next session|when the plan)", words(html(web.get("/review/summary/")))
    )
