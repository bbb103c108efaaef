from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from nnprep.tests.examples import examples
from quizzes.review.cards import columns, replay_card
from quizzes.review.models import Card, Review
from quizzes.scheduling.memory import Memory, after_review
from quizzes.scheduling.ratings import Rating
from quizzes.tests.review.conftest import make_user
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import Study

ANSWERS = st.tuples(
    st.just("answer"), st.booleans(), st.sampled_from(["sure", "unsure", "guess", ""]), st.booleans()
)
DAYS = st.tuples(st.just("wait"), st.integers(1, 40))
UNDO = st.tuples(st.just("undo"))


class AnyHistory(TestCase):
    """hypothesis gives each example a database of its own only through Django's test case."""

    @given(st.lists(st.one_of(ANSWERS, ANSWERS, ANSWERS, DAYS, UNDO), min_size=3, max_size=25))
    @settings(
        max_examples=examples(25),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    def test_replaying_the_log_gives_exactly_the_stored_cards(self, steps: list[tuple[object, ...]]) -> None:
        load_choices(topics=1, each=4)
        study = Study(make_user("learner"))
        for step in steps:
            match step:
                case ("answer", bool() as right, str() as confidence, bool() as hinted):
                    if study.next() is not None:
                        study.answer(
                            right=right, confidence=confidence, **({"hinted": ["1"]} if hinted else {})
                        )
                case ("wait", int() as days):
                    study.later(days=days)
                case ("undo",):
                    last = Review.objects.filter(undone_at=None).order_by("-answered_at").first()
                    if last is not None:
                        assert study.undo(last)
        for card in Card.objects.all():
            assert columns(replay_card(card)) == {
                name: getattr(card, name) for name in columns(replay_card(card))
            }
            answers = Review.objects.filter(card=card)
            assert card.seq == answers.count() + answers.filter(undone_at__isnull=False).count()


@pytest.mark.django_db
def test_a_card_without_answers_replays_to_a_new_one(bank: None, study: Study) -> None:
    study.open()
    card = Card.objects.all()[0]
    assert columns(replay_card(card)) == {name: getattr(card, name) for name in columns(replay_card(card))}
    assert card.due is None


@pytest.mark.django_db
def test_cards_stored_when_every_miss_lowered_memory_are_replayed(bank: None, study: Study) -> None:
    """The migration leaves exactly what replaying gives, in cards and log, and moves no due day."""
    for _ in range(8):
        study.answer(right=False)
    study.later(days=2)
    for _ in range(12):
        study.answer(right=False)
    study.answer_all()
    stored = {card.pk: columns(replay_card(card)) for card in Card.objects.filter(reps__gt=0)}
    logged = dict(Review.objects.values_list("pk", "stability_after"))
    as_stored_before()
    assert any(card.stability != stored[card.pk]["stability"] for card in Card.objects.filter(pk__in=stored))
    import_module("quizzes.migrations.0019_misses_once_a_day").replay_cards(apps, None)
    for card in Card.objects.filter(pk__in=stored):
        assert {name: getattr(card, name) for name in stored[card.pk]} == stored[card.pk]
    assert dict(Review.objects.values_list("pk", "stability_after")) == logged


def as_stored_before() -> None:
    """Write the memories down as they were when each miss of a day lowered them further."""
    for card in Card.objects.filter(reps__gt=0):
        memory: Memory | None = None
        raised = False
        for row in Review.objects.filter(card=card, undone_at=None).order_by("seq"):
            rating, repeat = Rating(row.rating), memory is not None and memory.day == row.study_day
            after = after_review(memory, min(rating, Rating.GOOD) if repeat else rating, day=row.study_day)
            if repeat and memory is not None and after.stability > memory.stability:
                if raised:
                    after = Memory(memory.stability, after.difficulty, after.day)
                raised = True
            raised = raised and repeat
            memory = after
            Review.objects.filter(pk=row.pk).update(
                stability_after=memory.stability, difficulty_after=memory.difficulty
            )
        assert memory is not None
        Card.objects.filter(pk=card.pk).update(
            stability=memory.stability, difficulty=memory.difficulty, raised=raised, lowered=False
        )
