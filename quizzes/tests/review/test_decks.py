"""What a day could ask and what it holds already, read from a learner's rows."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from quizzes.bank.models import Question
from quizzes.review import decks, habits, queries
from quizzes.review.actions.settings import settings_of
from quizzes.review.decks import Deck
from quizzes.review.models import Card, Item, Review, StudySettings, Target, TopicChoice
from quizzes.tests.review.packs import ALL_KINDS, load
from quizzes.tests.review.plans import aim, kinds_planned, seconds_planned
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def deck(study: Study) -> Deck:
    session = queries.latest_session(study.user)
    assert session is not None
    preferences = decks.preferences_of(study.user, settings_of(user=study.user, now=study.now))
    return decks.deck_of(study.user, session, preferences, study.now)


def keys(found: Deck, places: object) -> set[int]:
    return {found.waiting[int(place)].key for place in places}  # type: ignore[attr-defined]


def test_introduced_are_new_places_of_the_day_that_no_day_wants(bank: None, study: Study) -> None:
    study.answer_all()
    study.now = MONDAY + DAY
    Card.objects.filter(reps__gt=0).update(due=study.now.date())
    StudySettings.objects.update(new_per_day=2)
    assigned = Question.objects.exclude(cards__user=study.user)[:3]
    for question in assigned:
        Target.objects.create(
            user=study.user, question=question, source=uuid4(), label="A set", opens_at=MONDAY,
            due_at=MONDAY + 3 * DAY, changed_at=MONDAY,
        )  # fmt: skip
    study.open()
    places = Item.objects.filter(session=queries.latest_session(study.user))
    assert places.filter(is_new=False).count() > 0
    assert places.filter(is_new=True).count() == 5
    found = deck(study)
    assert found.introduced == 2
    assert keys(found, found.wanted) == {question.pk for question in assigned}


def test_a_miss_that_was_taken_back_or_came_later_in_the_day_is_none_of_the_last_day(
    bank: None, study: Study
) -> None:
    missed = study.answer(right=False)
    taken_back = study.answer(right=False)
    study.undo(taken_back)
    assert study.answer().card_id == taken_back.card_id
    study.now = MONDAY + DAY
    study.open()
    found = deck(study)
    assert keys(found, found.missed) == {missed.card.question_id}
    # Another day has passed on which it was not missed.
    Card.objects.update(suspended_at=None)
    study.answer_all()
    study.now = MONDAY + 2 * DAY
    study.open()
    found = deck(study)
    assert keys(found, found.missed) == set()


def test_of_a_question_never_asked_nothing_has_passed_and_nothing_is_forgotten(
    bank: None, study: Study
) -> None:
    right, wrong = study.answer(), study.answer(right=False)
    study.now = MONDAY + 3 * DAY
    study.open()
    found = deck(study)
    memories = found.memories
    for place, one in enumerate(found.waiting):
        met = one.key in {right.card.question_id, wrong.card.question_id}
        assert memories.unseen[place] == (not met)
        assert memories.elapsed[place] == (3 if met else 0)
        assert memories.lost[place] == (one.key == wrong.card.question_id)


def test_who_wants_nothing_new_is_given_nothing_new_to_explain(bank: None, study: Study) -> None:
    study.answer_all()
    load(ALL_KINDS)
    StudySettings.objects.update(new_per_day=0)
    Card.objects.filter(reps__gt=0).update(due=MONDAY.date() + DAY)
    study.now = MONDAY + DAY
    study.open()
    planned = kinds_planned(study)
    assert planned
    assert "recall" not in planned


def test_a_long_question_to_explain_takes_the_place_of_what_was_met_before(study: Study, bank: None) -> None:
    load(ALL_KINDS.replace("{#K-recall level=1}", "{#K-recall level=1 seconds=400}"))
    aim(study.user, days=9, minutes=240)
    for day in range(2):
        study.now = MONDAY + day * DAY
        study.answer_all()
    assert not Question.objects.exclude(cards__user=study.user, cards__reps__gt=0).exists()
    recall = Card.objects.filter(question__kind="recall")
    others = Card.objects.exclude(pk__in=recall)
    study.now = MONDAY + 6 * DAY
    # By answers that gave up nobody's pace is known: each question takes what its author says.
    Review.objects.update(response={})
    # What is known by heart the plan would not ask by itself.
    recall.update(stability=900.0, due=study.now.date() + 300 * DAY)
    others.update(stability=2.0, due=study.now.date())
    aim(study.user, days=9, minutes=12)
    study.open()
    planned = kinds_planned(study)
    assert planned.count("recall") == 1
    assert len(planned) > 1
    assert seconds_planned(study.user) <= 720


def test_what_is_due_stands_in_the_order_in_which_it_came_due_then_by_what_is_forgotten(
    bank: None, study: Study
) -> None:
    study.answer_all()
    cards = list(Card.objects.filter(reps__gt=0).order_by("pk"))
    today = MONDAY.date() + 9 * DAY
    for card, days, stability in zip(cards, (0, 2, 5, 5, 1), (9.0, 9.0, 20.0, 3.0, 9.0), strict=False):
        Card.objects.filter(pk=card.pk).update(due=today - days * DAY, stability=stability)
    Card.objects.filter(pk__in=[card.pk for card in cards[5:]]).update(due=today + DAY)
    study.now = MONDAY + 9 * DAY
    study.open()
    found = deck(study)
    in_order = [cards[place].question_id for place in (3, 2, 1, 4, 0)]
    assert [found.waiting[int(place)].key for place in found.due] == in_order


def test_a_place_of_a_topic_left_out_since_still_takes_its_time(bank: None, study: Study) -> None:
    study.open()
    place, *others = Item.objects.select_related("card__question").order_by("position")
    Item.objects.filter(pk__in=[other.pk for other in others]).delete()
    TopicChoice.objects.create(
        user=study.user, topic=place.card.question.topic, choice=TopicChoice.Choice.LEFT_OUT
    )
    found = deck(study)
    assert found.planned == frozenset()
    # A minute, fifteen seconds of reading, and once more for each miss; nothing is known of first tries but the start.
    assert found.seconds_planned == pytest.approx(75 * (2 - found.first_tries.overall))
    assert found.seconds_spent == 0
    study.answer(right=False)
    assert deck(study).seconds_spent == pytest.approx(2 * 75)


@pytest.mark.parametrize(("turns", "is_known"), [(8, False), (9, True)])
def test_a_pace_is_known_from_the_ninth_turn_on(bank: None, study: Study, turns: int, is_known: bool) -> None:
    for _ in range(turns + 1):
        study.later(seconds=25).answer()
    assert habits.pace_of(study.user) == pytest.approx(30 / 75 if is_known else 1.0)
