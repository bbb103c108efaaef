"""What becomes of a question on the day it is answered: it returns until it is right, and counts once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizzes.bank import asking
from quizzes.bank.models import Question
from quizzes.review import queries
from quizzes.review.actions.recording import Answer, record
from quizzes.review.actions.settings import settings_of
from quizzes.review.cards import replay_card
from quizzes.review.models import Card, Item, Review
from quizzes.scheduling.fuzz import fuzz_range
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.review_rules import first_outcomes, stated_intervals
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def test_a_missed_question_comes_back_after_four_others_until_it_is_right(bank: None, study: Study) -> None:
    missed = study.answer(right=False).card_id
    others = []
    while (item := study.next()) is not None and item.card_id != missed:
        others.append(study.answer(item).card_id)
    assert len(others) == 4
    again = study.answer(right=False)
    assert again.card_id == missed
    assert not again.first_of_day
    assert study.answer_all() == 6
    item = Item.objects.get(card=missed)
    assert item.misses == 2
    assert item.done_at is not None


def test_the_last_question_left_comes_back_after_ten_minutes(bank: None, study: Study) -> None:
    item = study.next()
    assert item is not None
    Item.objects.exclude(pk=item.pk).delete()
    first = study.answer(right=False)
    missed_at = study.now
    almost = missed_at + timedelta(minutes=10) - timedelta(microseconds=1)
    assert queries.next_item(study.user, missed_at) is None
    assert queries.next_item(study.user, almost) is None
    assert queries.next_item(study.user, missed_at + timedelta(minutes=10)) == item
    assert study.answer().card_id == first.card_id
    assert study.next() is None


def test_with_few_questions_left_the_missed_one_comes_last(bank: None, study: Study) -> None:
    settings_of(user=study.user, now=study.now)
    study.user.study.new_per_day = 3
    study.user.study.save()
    missed = study.answer(right=False).card_id
    assert [study.answer().card_id for _ in range(3)].index(missed) == 2


def test_several_missed_ones_keep_their_order(bank: None, study: Study) -> None:
    missed = [study.answer(right=False).card_id for _ in range(3)]
    order = [study.answer().card_id for _ in range(10)]
    assert [card for card in order if card in missed] == missed
    assert len(set(order)) == 10
    assert order.index(missed[0]) == 2  # two misses and two others came between


def test_a_repeat_on_the_same_day_is_no_second_review_of_that_day(bank: None, study: Study) -> None:
    study.answer(right=False)
    study.answer_all()
    reviews = Review.objects.filter(card=study.answered[0].card_id).order_by("seq")
    assert [review.first_of_day for review in reviews] == [True, False]
    assert Card.objects.get(pk=study.answered[0].card_id).lapses == 0


def test_a_repeat_that_raised_stability_is_remembered_so_that_the_next_one_cannot(
    bank: None, study: Study
) -> None:
    missed = study.answer(right=False)
    assert not Card.objects.get(pk=missed.card_id).raised
    study.answer_all()
    assert Card.objects.get(pk=missed.card_id).raised


def test_the_lightest_day_within_the_fuzz_is_taken(bank: None, study: Study) -> None:
    study.open()
    item = study.next()
    assert item is not None
    # A first Good is due in about two days: shifted until the kernel has several days to choose from.
    Card.objects.filter(pk=item.card_id).update(
        stability=20.0, difficulty=5.0, last_day=MONDAY.date() - timedelta(days=20), due=MONDAY.date(), interval=20,
        reps=1, seq=1,
    )  # fmt: skip
    memory = Memory(20.0, 5.0, MONDAY.date() - timedelta(days=20))
    days = stated_intervals(first_outcomes(memory, day=MONDAY.date()), aim=0.9)
    shortest, longest = fuzz_range(days[Rating.GOOD])
    light = MONDAY.date() + timedelta(days=(shortest + longest) // 2)
    crowd = [light + timedelta(days=by) for by in range(shortest - longest, longest - shortest + 1) if by]
    load_choices(topics=1, each=100)
    known = set(Card.objects.values_list("question", flat=True))
    Card.objects.bulk_create(
        Card(user=study.user, question_id=question, due=due, reps=1, stability=5.0, difficulty=5.0,
             last_day=MONDAY.date(), interval=1)
        for question, due in zip(
            Question.objects.exclude(pk__in=known).values_list("pk", flat=True), crowd, strict=False
        )
    )  # fmt: skip
    assert len(crowd) > 2
    assert study.answer().due_after == light


def test_of_two_who_read_the_card_at_once_only_one_records(bank: None, study: Study) -> None:
    shown = study.show()
    readers = [queries.item_of_question(study.user, shown.question, study.now) for _ in range(2)]
    results = []
    for item in readers:
        assert item is not None
        version = item.card.question.current
        assert version is not None
        presented = asking.present(version.spec, seed=shown.seed)
        answer = Answer(item, version, presented, {"option": 0}, "sure", hinted=False, shown_at=shown.at)
        results.append(record(answer, now=study.now))
    assert isinstance(results[0], Review)
    assert results[1] is None
    assert Review.objects.count() == 1
    assert Card.objects.get(question__public_id=shown.question).reps == 1


@pytest.mark.parametrize("is_new", [True, False])
def test_a_place_that_is_given_up_while_its_answer_is_recorded_is_made_again_as_it_was(
    bank: None, study: Study, is_new: bool
) -> None:
    shown = study.show()
    Item.objects.update(is_new=is_new)
    item = queries.item_of_question(study.user, shown.question, study.now)
    assert item is not None
    version = item.card.question.current
    assert version is not None
    Item.objects.filter(pk=item.pk).delete()
    presented = asking.present(version.spec, seed=shown.seed)
    review = record(Answer(item, version, presented, {}, "", hinted=False, shown_at=shown.at), now=study.now)
    assert review is not None
    assert not review.passed
    again = Item.objects.get(card=review.card)
    assert (again.session, again.position, again.is_new) == (item.session, item.position, is_new)
    assert (again.misses, again.done_at, again.turn) == (1, None, 1)
    others = Item.objects.exclude(pk=again.pk)
    assert set(others.values_list("misses", "done_at", "turn")) == {(0, None, 0)}


def test_the_recall_predicted_the_next_time_is_stored(bank: None, study: Study) -> None:
    first = study.answer()
    study.later(days=(first.due_after - first.study_day).days)
    while study.answer().card_id != first.card_id:
        pass
    memory = Memory(first.stability_after, first.difficulty_after, first.study_day)
    assert study.answered[-1].predicted == retrievability(memory, day=first.due_after)


def test_the_stored_card_is_what_its_log_gives(bank: None, study: Study) -> None:
    study.answer(right=False)
    study.answer_all()
    study.later(days=3).answer_all()
    for card in Card.objects.all():
        state = replay_card(card)
        assert (state.due, state.reps, state.interval) == (card.due, card.reps, card.interval)
