"""The plan of a day within the learner's minutes."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command

from accounts.models import User
from quizzes.bank.models import Question, Topic
from quizzes.review import decks, habits, placement, queries
from quizzes.review.actions import sessions
from quizzes.review.actions.plan_preferences import change_settings
from quizzes.review.models import Card, Item, StudySettings, Target, TopicChoice
from quizzes.tests.review.packs import ALL_KINDS, load, load_choices
from quizzes.tests.review.plans import aim, kinds_planned, seconds_planned
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("minutes", "days"),
    [
        (5, None),
        (13, 9),
        pytest.param(20, None, marks=pytest.mark.thorough),
        pytest.param(30, 9, marks=pytest.mark.thorough),
    ],
)
def test_no_days_plan_takes_longer_than_the_minutes_given(
    big_bank: None, study: Study, minutes: int, days: int | None
) -> None:
    aim(study.user, days=days or 40, minutes=minutes)
    if days is None:
        StudySettings.objects.update(interview_on=None)
    rng = iter([True, True, False] * 400)
    for day in range(4):
        study.now = MONDAY + timedelta(days=day)
        study.open()
        assert seconds_planned(study.user) <= 60 * minutes + 1e-6
        for item in study.places():
            if item.session.study_day != study.now.date():
                break
            study.later(seconds=50)
            study.answer(item, right=next(rng))
    assert Item.objects.filter(is_new=True).exists()


@pytest.mark.parametrize("minutes", [10, 20, 45])
@pytest.mark.parametrize("right", [True, False])
def test_one_answer_moves_the_minutes_that_are_told_by_little(
    big_bank: None, study: Study, minutes: int, right: bool
) -> None:
    aim(study.user, days=9, minutes=minutes)
    study.open()
    planned = seconds_planned(study.user)
    study.later(seconds=40)
    study.answer(right=right)
    assert 0.75 * planned < seconds_planned(study.user) <= 1.04 * planned


def test_what_is_said_to_be_known_is_planned_and_told_with_the_same_minutes(
    big_bank: None, study: Study
) -> None:
    aim(study.user, days=9)
    for topic in Topic.objects.all():
        TopicChoice.objects.create(user=study.user, topic=topic, choice=TopicChoice.Choice.KNOWN)
    study.open()
    session = queries.latest_session(study.user)
    assert session is not None
    preferences = decks.preferences_of(study.user, study.user.study)
    deck = decks.deck_of(study.user, session, preferences, study.now)
    assert deck.planned
    assert seconds_planned(study.user) == pytest.approx(deck.seconds_planned)


def test_new_questions_fill_what_reviews_leave_of_the_minutes(big_bank: None, study: Study) -> None:
    aim(study.user, days=9, minutes=40)
    study.open()
    left = 60 * 40 - seconds_planned(study.user)
    assert 0 <= left < 75 * 2


def test_a_date_changes_the_plan(big_bank: None, study: Study, stranger: User) -> None:
    other = Study(stranger)
    aim(study.user, days=3)
    for one in (study, other):
        one.open()
    topics = [
        set(Item.objects.filter(session__user=one.user).values_list("card__question__topic", flat=True))
        for one in (study, other)
    ]
    assert (len(topics[0]), len(topics[1])) == (6, 3)


def test_what_was_missed_yesterday_comes_today(big_bank: None, study: Study) -> None:
    aim(study.user, days=20)
    study.open()
    missed: set[int] = set()
    while (item := study.next()) is not None:
        first = not item.misses
        wrong = first and len(missed) < 2
        study.later(seconds=60).answer(item, right=not wrong)
        if wrong:
            missed.add(item.card_id)
    study.now = MONDAY + timedelta(days=1)
    study.open()
    today = Item.objects.filter(session__study_day=study.now.date())
    assert missed <= set(today.values_list("card", flat=True))


def test_topics_left_out_are_not_asked_and_known_ones_come_last(big_bank: None, study: Study) -> None:
    aim(study.user, days=9, minutes=60)
    first, second, *_ = Topic.objects.order_by("number")
    TopicChoice.objects.create(user=study.user, topic=first, choice=TopicChoice.Choice.LEFT_OUT)
    TopicChoice.objects.create(user=study.user, topic=second, choice=TopicChoice.Choice.KNOWN)
    study.open()
    asked = set(Item.objects.values_list("card__question__topic", flat=True))
    assert first.pk not in asked
    assert second.pk not in asked
    StudySettings.objects.update(minutes_a_day=240)
    study.later(days=1).open()
    asked = set(Item.objects.values_list("card__question__topic", flat=True))
    assert first.pk not in asked
    assert second.pk in asked


def test_a_first_try_counts_by_topic_and_a_guess_is_none_that_was_right(big_bank: None, study: Study) -> None:
    study.user.time_zone = "UTC"
    study.open()
    for place in range(6):
        study.answer(right=place % 2 == 0, confidence="guess" if place == 0 else "sure")
    tries = habits.first_tries_of([study.user])[study.user.pk]
    assert tries.overall == pytest.approx((2 + 3) / (6 + 6))
    topic = Topic.objects.order_by("number").first()
    assert topic is not None
    right, many = tries.by_topic.get(topic.pk, (0, 0))
    assert tries.of_topic(topic.pk) == pytest.approx((right + 4 * tries.overall) / (many + 4))
    assert tries.of_topic(-1) == pytest.approx(tries.overall)


@pytest.mark.parametrize("days", [None, 9])
def test_from_the_second_day_on_every_session_asks_to_explain_something(
    big_bank: None, study: Study, days: int | None
) -> None:
    load(ALL_KINDS)
    aim(study.user, days=days or 40)
    if days is None:
        StudySettings.objects.update(interview_on=None)
    study.open()
    assert "recall" not in kinds_planned(study)  # the pack of all kinds is the last
    study.answer()
    for day in (1, 2):
        study.now = MONDAY + timedelta(days=day)
        study.open()
        assert kinds_planned(study).count("recall") == 1
        assert seconds_planned(study.user) <= 1200
        for item in study.places():
            study.later(seconds=60).answer(item)


def test_new_questions_of_a_topic_begin_with_what_the_learner_wants_to_practise(study: Study) -> None:
    load(ALL_KINDS)
    aim(study.user, days=30, minutes=5)
    StudySettings.objects.update(practise=StudySettings.Practise.CODE)
    study.open()
    assert set(kinds_planned(study)) == {"code", "output", "bug"}


def test_topics_begin_with_many_kinds(study: Study, db: None) -> None:
    call_command("load_bank", stdout=StringIO())
    aim(study.user, days=14)
    study.open()
    kinds = Counter(kinds_planned(study))
    assert len(kinds) >= 6
    assert max(kinds.values()) <= sum(kinds.values()) / 3


def test_changed_settings_plan_anew_what_nobody_has_begun(big_bank: None, study: Study) -> None:
    settings = aim(study.user, days=9, minutes=60)
    study.open()
    before = kinds_planned(study)
    settings.minutes_a_day = 5
    change_settings(user=study.user, study=settings, now=study.now)
    assert seconds_planned(study.user) <= 300 < 82 * len(before)


def test_the_placement_round_asks_each_topic_once_and_then_something_harder_where_it_was_right(
    big_bank: None, study: Study
) -> None:
    aim(study.user, days=9)
    study.open()
    assert sessions.place(user=study.user, now=study.now) == 6
    session = queries.latest_session(study.user)
    first = list(
        Item.objects.filter(session=session).select_related("card__question").order_by("position")[:6]
    )
    assert len({item.card.question.topic_id for item in first}) == 6
    assert {item.card.question.level for item in first} == {2}
    assert seconds_planned(study.user) <= 1200
    right = {}
    for place in range(6):
        review = study.later(seconds=30).answer(right=place < 4)
        right[review.card.question.topic_id] = place < 4
    found = placement.placement_progress(study.user)
    assert found is not None
    assert (found.tried, found.untried, found.harder) == (6, 0, 4)
    done = set(Item.objects.values_list("card", flat=True))
    assert sessions.place(user=study.user, now=study.now) == 4
    harder = Item.objects.exclude(card__in=done).filter(card__question__level=3)
    assert {item.card.question.topic_id for item in harder} >= {topic for topic, was in right.items() if was}


def test_a_placement_round_leaves_what_is_due_today_its_minutes(big_bank: None, study: Study) -> None:
    aim(study.user, days=9)
    due = list(Question.objects.filter(topic__number=1)[:6])
    Target.objects.bulk_create(
        Target(
            user=study.user, question=question, source=uuid4(), label="A set", opens_at=MONDAY,
            due_at=MONDAY + timedelta(hours=6), changed_at=MONDAY,
        )
        for question in due
    )  # fmt: skip
    study.open()
    asked = Item.objects.filter(session=queries.latest_session(study.user))
    assert asked.filter(card__question__in=due).count() == 6
    assert sessions.place(user=study.user, now=study.now) > 0
    assert asked.filter(card__question__in=due).count() == 6
    assert seconds_planned(study.user) <= 1200


def test_what_is_suspended_and_brought_back_around_a_placement_round_fits_into_the_minutes(
    big_bank: None, study: Study
) -> None:
    aim(study.user, days=9, minutes=10)
    study.answer_all(right=False)
    study.later(days=1).open()
    again = Card.objects.filter(user=study.user, items__is_new=False)
    assert again.exists()
    again.update(suspended_at=study.now)
    assert sessions.place(user=study.user, now=study.now) > 0
    Card.objects.update(suspended_at=None)
    assert seconds_planned(study.user) <= 600


def test_a_placement_round_that_is_over_leaves_the_day_as_it_is(study: Study) -> None:
    load_choices(topics=1, each=12)
    study.answer(right=False)
    before = set(Item.objects.values_list("card", "position"))
    assert placement.placement_progress(study.user) is None
    assert sessions.place(user=study.user, now=study.now) == 0
    assert set(Item.objects.values_list("card", "position")) == before


def test_a_pause_is_no_turn(big_bank: None, study: Study) -> None:
    aim(study.user, days=9, minutes=60)
    for place in range(12):
        study.later(seconds=3600 if place == 6 else 45)
        study.answer()
    # 45 seconds and the five that answering takes, of the 75 that are authored.
    assert habits.pace_of(study.user) == pytest.approx(50 / 75)
