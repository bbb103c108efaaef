"""What the plan of a day must not do: exceed a limit, the minutes, or ask what is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from quizzes.bank.models import Topic, Version
from quizzes.review import decks, habits, planning, queries
from quizzes.review.actions import sessions
from quizzes.review.actions.answers import Recorded
from quizzes.review.actions.plan_preferences import take_plan
from quizzes.review.actions.sessions import study_more
from quizzes.review.models import Card, Item, StudySettings, Target
from quizzes.tests.review.packs import ALL_KINDS, load
from quizzes.tests.review.plans import aim, kinds_planned, seconds_planned
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def planned_new(study: Study) -> int:
    return Item.objects.filter(session=queries.latest_session(study.user), is_new=True).count()


def test_what_is_late_and_was_met_goes_by_the_schedule(big_bank: None, study: Study) -> None:
    study.answer_all()
    cards = list(Card.objects.filter(user=study.user, reps__gt=0))
    Target.objects.bulk_create(
        Target(
            user=study.user, question_id=card.question_id, source=uuid4(), label="A set",
            opens_at=MONDAY - timedelta(days=9), due_at=MONDAY - timedelta(days=2), changed_at=MONDAY,
        )
        for card in cards
    )  # fmt: skip
    Card.objects.update(stability=60.0, due=MONDAY.date() + timedelta(days=60))
    study.later(days=1).open()
    today = Item.objects.filter(session=queries.latest_session(study.user))
    assert not today.filter(card__in=cards).exists()
    assert today.filter(is_new=True).exists()


def test_a_limit_on_new_questions_holds_for_the_day_however_often_it_is_planned(
    big_bank: None, study: Study
) -> None:
    aim(study.user, days=9, minutes=30)
    StudySettings.objects.update(new_per_day=3)
    study.open()
    for _ in range(3):
        take_plan(
            user=study.user,
            study=StudySettings.objects.get(user=study.user),
            left_out=[],
            known=[],
            now=study.later(minutes=1).now,
        )
        assert planned_new(study) == 3


def test_preferences_that_change_plan_anew_what_nobody_has_begun(big_bank: None, study: Study) -> None:
    study.open()
    first = study.answer()
    in_sight = study.next()
    assert in_sight is not None
    topics = list(Topic.objects.order_by("number"))
    settings = StudySettings.objects.get(user=study.user)
    settings.minutes_a_day = 10
    take_plan(user=study.user, study=settings, left_out=topics[:5], known=[], now=study.now)
    items = Item.objects.filter(session=queries.latest_session(study.user))
    kept = {first.card_id, in_sight.card_id}
    others = items.exclude(card__in=kept)
    assert kept <= set(items.values_list("card", flat=True))
    assert others.exists()
    assert set(others.values_list("card__question__topic", flat=True)) == {topics[5].pk}
    assert seconds_planned(study.user) <= 600


@pytest.mark.parametrize(("minutes", "days_with"), [(20, [1, 2, 3, 4, 5]), (10, [1, 3, 5]), (5, [])])
def test_a_long_question_to_explain_comes_every_other_day_at_most_and_one_longer_than_the_day_never(
    big_bank: None, study: Study, minutes: int, days_with: list[int]
) -> None:
    load(ALL_KINDS)
    Version.objects.filter(question__kind="recall").update(spec=with_seconds(360))
    study_settings = aim(study.user, days=16, minutes=minutes)
    asked = []
    for day in range(6):
        study.now = MONDAY + timedelta(days=day)
        study.open()
        asked += [day] * kinds_planned(study).count("recall")
        assert seconds_planned(study.user) <= 60 * minutes
        for item in study.places():
            # As long as is authored, so that nobody's own pace makes a long question short.
            is_long = item.card.question.kind == "recall"
            study.later(seconds=(360 if is_long else 60) + habits.READING).answer(item, confidence="unsure")
    assert asked == days_with
    session = queries.latest_session(study.user)
    assert session is not None
    preferences = decks.preferences_of(study.user, study_settings)
    too_long = planning.too_long_of(study.user, session, preferences, study.now)
    if days_with:
        assert too_long is None
    else:
        assert too_long is not None
        assert too_long.questions == 1
        # With as many minutes as are told there is none.
        more = replace(preferences, minutes=too_long.minutes)
        assert planning.too_long_of(study.user, session, more, study.now) is None


def test_ten_minutes_more_are_offered_where_something_would_be_added(bank: None, study: Study) -> None:
    settings = aim(study.user, days=2, minutes=240)
    study.answer_all()
    for day in (0, 1):
        study.now = MONDAY + timedelta(days=day)
        study.answer_all()
        session = queries.latest_session(study.user)
        assert session is not None
        offered = planning.could_add(study.user, session, settings, study.now)
        planned = queries.progress(study.user, study.now).planned
        added = study_more(user=study.user, now=study.now, planned=planned)
        assert bool(added) is offered


def with_seconds(seconds: int) -> Any:
    version = Version.objects.get(question__kind="recall")
    return version.spec | {"seconds": seconds}


def test_a_first_answer_that_was_taken_back_leaves_no_first_try(big_bank: None, study: Study) -> None:
    study.undo(study.answer(right=False))
    study.answer()
    assert not habits.first_tries_of([study.user])[study.user.pk].by_topic


@pytest.mark.parametrize("which", ["taken back", "shown yesterday"])
def test_what_is_added_to_a_day_after_it_was_planned_takes_its_share_of_the_minutes(
    big_bank: None, study: Study, which: str
) -> None:
    aim(study.user, days=9, minutes=20)
    if which == "taken back":
        reviews = [study.later(seconds=70).answer() for _ in range(8)]
    else:
        shown = study.show()
    study.now = MONDAY + timedelta(days=1)
    study.open()
    assert seconds_planned(study.user) <= 1200
    if which == "taken back":
        for review in reversed(reviews):
            assert study.undo(review)
        again = {review.card_id for review in reviews}
        session = queries.latest_session(study.user)
        assert (
            set(Item.objects.filter(session=session, card__in=again).values_list("card", flat=True)) == again
        )
    else:
        assert isinstance(study.send(shown, right=False), Recorded)
    assert seconds_planned(study.user) <= 1200


def test_what_is_taken_back_of_a_longer_day_fits_into_todays_minutes(big_bank: None, study: Study) -> None:
    aim(study.user, days=9, minutes=30)
    reviews = [study.later(seconds=70).answer() for _ in range(14)]
    aim(study.user, days=9, minutes=10)
    study.now = MONDAY + timedelta(days=1)
    study.open()
    for review in reversed(reviews):
        assert study.undo(review)
        assert seconds_planned(study.user) <= 600
    session = queries.latest_session(study.user)
    asked = set(Item.objects.filter(session=session).values_list("card", flat=True))
    assert asked < {review.card_id for review in reviews}
    assert len(asked) >= 4
    # What waits is asked on a day to come.
    study.now = MONDAY + timedelta(days=2)
    study.answer()


def test_an_answer_whose_place_was_given_up_meanwhile_has_it_again(big_bank: None, study: Study) -> None:
    aim(study.user, days=9, minutes=20)
    shown = study.show()
    Item.objects.filter(card__question__public_id=shown.question).delete()
    outcome = study.send(shown, right=False)
    assert isinstance(outcome, Recorded)
    item = Item.objects.get(card=outcome.review.card)
    assert (item.misses, item.done_at, item.is_new) == (1, None, True)
    # The next day it is none that is new any more.
    study.later(days=1).open()
    place = Item.objects.get(session__study_day=study.now.date(), card=item.card)
    shown = study.show(place)
    place.delete()
    outcome = study.send(shown)
    assert isinstance(outcome, Recorded)
    item = Item.objects.get(session__study_day=study.now.date(), card=outcome.review.card)
    assert (item.misses, item.done_at, item.is_new) == (0, study.now, False)


def test_a_placement_again_without_minutes_changes_nothing(big_bank: None, study: Study) -> None:
    aim(study.user, days=9, minutes=5)
    study.answer_all(right=True)
    before = set(Item.objects.values_list("card", "position"))
    sessions.place(user=study.user, now=study.now)
    assert before <= set(Item.objects.values_list("card", "position"))
