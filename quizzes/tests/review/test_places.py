"""The order of a session: what comes next, when a missed question comes back, what the page says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from nnprep.tests.examples import examples
from quizzes.bank.models import Question
from quizzes.review import decks, digest, presenters, queries, summaries
from quizzes.review.actions.answers import Recorded
from quizzes.review.actions.sessions import study_more
from quizzes.review.actions.settings import settings_of
from quizzes.review.models import Card, Item, Review, Session, StudySettings, Target
from quizzes.scheduling.queue import MOST_MISSES, OTHERS_BEFORE_RETRY, others_before, rests
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import ANSWER, HTMX, form, prompt
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def open_cards(user: User) -> set[int]:
    session = queries.latest_session(user)
    return set(Item.objects.filter(queries.OPEN, session=session).values_list("card", flat=True))


@given(
    turns=st.lists(st.integers(0, 12), min_size=1, max_size=6),
    minutes=st.lists(st.integers(-12, 12), min_size=6, max_size=6),
    last=st.integers(0, 12),
)
@settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_database_lets_rest_what_the_rule_lets_rest(
    bank: None, learner: User, turns: list[int], minutes: list[int], last: int
) -> None:
    with taken_back():
        study = Study(learner)
        for _ in turns:
            study.answer(right=False)
        cards = [review.card_id for review in study.answered]
        assert len(set(cards)) >= min(len(turns), OTHERS_BEFORE_RETRY + 1)
        done = Item.objects.exclude(card__in=cards).first()
        assert done is not None
        Item.objects.filter(pk=done.pk).update(turn=last, done_at=study.now)
        for card, turn, ago in zip(cards, turns, minutes, strict=False):
            Item.objects.filter(card=card).update(turn=turn)
            Review.objects.filter(card=card).update(answered_at=study.now - timedelta(minutes=ago))
        most = max(last, *Item.objects.values_list("turn", flat=True))
        resting = [
            review.answered_at + timedelta(minutes=10)
            for item in Item.objects.filter(card__in=cards, turn__gt=0)
            if (review := Review.objects.filter(card=item.card_id).latest("seq"))
            and rests(others=most - item.turn, missed_at=review.answered_at, now=study.now)
        ]
        assert queries.resting_until(learner, study.now) == sorted(resting)
        assert queries.progress(learner, study.now).resting == len(resting)
        item = queries.next_item(learner, study.now)
        assert (item is None) == (queries.progress(learner, study.now).ready == 0)


@given(turns=st.lists(st.integers(0, 9), max_size=7), own=st.integers(1, 9), last=st.integers(1, 9))
def test_the_others_before_a_retry_are_those_that_can_be_asked(turns: list[int], own: int, last: int) -> None:
    """Held against asking them one by one: an answered one cannot come again before four others."""
    last = max(last, own, *turns, 1)
    left, asked = list(turns), 0
    while last + asked - own < OTHERS_BEFORE_RETRY:
        free = [turn for turn in left if turn == 0 or last + asked - turn >= OTHERS_BEFORE_RETRY]
        if not free:
            break
        left.remove(max(free))
        asked += 1
    expected = asked if last + asked - own >= OTHERS_BEFORE_RETRY else None
    assert others_before(own, turns=turns, last=last) == expected


def test_thirty_times_i_do_not_know_asks_every_planned_question(bank: None, web: Client) -> None:
    asked = []
    for _ in range(30):
        page = web.get("/review/")
        asked.append(prompt(page))
        assert web.post(ANSWER, form(page, skip="1"), headers=HTMX).status_code == 200
    assert len(set(asked)) == 10
    for place, one in enumerate(asked):
        since = asked[max(0, place - OTHERS_BEFORE_RETRY) : place]
        assert one not in since, f"asked again after {since}"
    assert web.get("/review/").headers["Location"] == "/review/summary/"


@pytest.mark.parametrize("many", [1, 2, 3, 4, 5, 6, 7, pytest.param(20, marks=pytest.mark.thorough)])
def test_who_knows_nothing_is_asked_all_that_is_left_in_turn(learner: User, many: int) -> None:
    load_choices(topics=1, each=40)
    StudySettings.objects.create(user=learner, new_per_day=many, minutes_a_day=240, next_day_at=MONDAY)
    study = Study(learner)
    asked = [study.answer(right=False, skip=["1"]).card_id for _ in range(MOST_MISSES * many)]
    assert all(asked.count(card) == MOST_MISSES for card in asked)
    assert len(set(asked)) == many
    assert study.next() is None
    for place, one in enumerate(asked):
        since = asked[max(0, place - min(many - 1, OTHERS_BEFORE_RETRY)) : place]
        assert one not in since
    # Once all have been asked, nobody waits longer than twice the whole round.
    gaps = [asked[place + 1 :].index(one) for place, one in enumerate(asked) if one in asked[place + 1 :]]
    assert max(gaps) <= 2 * many + OTHERS_BEFORE_RETRY


@given(many=st.integers(1, 8), answers=st.lists(st.sampled_from(["right", "wrong", "skip"]), max_size=24))
@settings(
    max_examples=examples(15),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_session_ends_whatever_is_answered(
    bank: None, learner: User, many: int, answers: list[str]
) -> None:
    """After at most three answers to each question; those that ran out of answers are missed to the end."""
    with taken_back():
        StudySettings.objects.create(user=learner, new_per_day=many, minutes_a_day=240, next_day_at=MONDAY)
        day = Day(learner)
        planned = open_cards(learner)
        given_answers = [*answers, *["skip"] * (MOST_MISSES * many)]
        while (item := day.study.next()) is not None:
            said = given_answers.pop(0)
            day.answer(item, right=said == "right", skip=said == "skip")
            assert len(day.log) <= MOST_MISSES * len(planned)
        assert {card for card, _, _ in day.log} == planned
        for card in planned:
            own = [passed for one, passed, _ in day.log if one == card]
            assert not any(own[:-1])
            assert own[-1] or len(own) == MOST_MISSES
        progress = queries.progress(learner, day.study.now)
        assert (progress.done, progress.left) == (len(planned), 0)


# --- any sequence of answers --------------------------------------------------------------------------------------


@contextmanager
def taken_back() -> Iterator[None]:
    """Leave the database as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Day:
    """A learner's day, watched from outside: every answer is held against what the session promises."""

    def __init__(self, user: User) -> None:
        self.study = Study(user)
        self.study.open()
        # The answers that count, each with whether it was right and when; undoing takes the last one away.
        self.log: list[tuple[int, bool, datetime]] = []
        self.taken_back: set[int] = set()

    def answer(self, item: Item, *, right: bool, skip: bool = False) -> int:
        if item.card_id not in self.taken_back:
            self.check(item.card_id)
        _, shown = presenters.first_showing(item, now=self.study.now)
        self.study.later(seconds=5)
        outcome = (
            self.study.send(shown, right=right, skip=["1"]) if skip else self.study.send(shown, right=right)
        )
        assert isinstance(outcome, Recorded)
        self.log.append((item.card_id, right and not skip, self.study.now))
        self.taken_back.discard(item.card_id)
        return item.card_id

    def check(self, card: int) -> None:
        """A missed question comes back after four others, or after ten minutes when no other waits."""
        places = [place for place, (one, _, _) in enumerate(self.log) if one == card]
        if not places:
            return
        _, _, missed_at = self.log[places[-1]]
        since = {one for one, _, _ in self.log[places[-1] + 1 :]}
        if len(since) < OTHERS_BEFORE_RETRY:
            assert open_cards(self.study.user) <= since | {card}
            assert self.study.now >= missed_at + timedelta(minutes=10)

    def undo(self) -> None:
        if not self.log:
            return
        last = queries.last_review(self.study.user)
        assert last is not None
        assert self.study.undo(last)
        card, _, _ = self.log.pop()
        if Card.objects.get(pk=card).suspended_at is None:
            self.taken_back.add(card)
            item = self.study.next()
            assert item is not None
            assert item.card_id == card

    def more(self) -> None:
        planned = queries.progress(self.study.user, self.study.now).planned
        study_more(user=self.study.user, now=self.study.now, planned=planned)

    def target(self) -> None:
        """Two more questions are wanted by tomorrow."""
        known = Card.objects.filter(user=self.study.user).values("question")
        now = self.study.now
        for question in Question.objects.exclude(pk__in=known).order_by("pk")[:2]:
            Target.objects.create(
                user=self.study.user, question=question, source=uuid4(), label="A set", opens_at=now,
                due_at=now + timedelta(days=1), changed_at=now,
            )  # fmt: skip
        self.study.later(seconds=1).open()

    def suspend(self) -> None:
        """The last open question is suspended, or, when one is, all come back."""
        away = Card.objects.filter(user=self.study.user, suspended_at__isnull=False)
        if not away.update(suspended_at=None):
            Card.objects.filter(pk=max(open_cards(self.study.user))).update(suspended_at=self.study.now)

    def step(self, what: str) -> None:
        if what in ("more", "target", "undo"):
            getattr(self, what)()
        elif (item := self.study.next()) is None:
            self.more()
        elif what == "suspend":
            self.suspend()
        else:
            self.answer(item, right=what == "right", skip=what == "skip")


STEPS = ["right", "wrong", "wrong", "skip", "skip", "undo", "more", "target", "suspend"]


@given(many=st.integers(1, 8), steps=st.lists(st.sampled_from(STEPS), max_size=25))
@settings(
    max_examples=examples(12),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_answered_no_question_comes_too_soon_and_every_one_comes(
    bank: None, learner: User, many: int, steps: list[str]
) -> None:
    with taken_back():
        StudySettings.objects.create(user=learner, new_per_day=many, minutes_a_day=240, next_day_at=MONDAY)
        day = Day(learner)
        for step in steps:
            day.step(step)
        left = open_cards(learner)
        asked = []
        while (item := day.study.next()) is not None:
            asked.append(day.answer(item, right=False))
        assert set(asked) == left
        over = {card for card, passed, _ in day.log if passed}
        missed = Counter(card for card, passed, _ in day.log if not passed)
        assert max(missed.values(), default=0) <= MOST_MISSES
        over |= {card for card, times in missed.items() if times == MOST_MISSES}
        session = Session.objects.get(user=learner)
        assert over == set(
            Item.objects.filter(session=session, done_at__isnull=False).values_list("card", flat=True)
        )


def test_questions_added_to_a_day_come_after_those_that_were_missed(bank: None, study: Study) -> None:
    for _ in range(20):
        study.answer(right=False)
    missed = open_cards(study.user)
    study_more(user=study.user, now=study.now, planned=10)
    added = open_cards(study.user) - missed
    assert added
    # The four answered last still rest.
    assert {study.answer(right=False).card_id for _ in range(6)} <= missed
    rest = [study.answer(right=False).card_id for _ in range(4 + MOST_MISSES * len(added))]
    assert set(rest) >= added
    assert study.next() is None


def test_a_question_missed_three_times_was_asked_enough_for_its_day(bank: None, study: Study) -> None:
    load_choices(topics=1, each=1)
    study.open()
    first = study.next()
    assert first is not None
    Item.objects.exclude(pk=first.pk).delete()
    reviews = [study.answer(right=False) for _ in range(MOST_MISSES)]
    assert study.next() is None
    session = reviews[0].session
    left = summaries.left_of(study.user, session)
    assert (left.done, left.planned, left.questions, left.enough) == (1, 1, 0, 1)
    # All later: taking the third miss back opens the place again, and the third one closes it again.
    assert study.undo(reviews[-1])
    assert study.next() == first
    assert summaries.left_of(study.user, session).enough == 0
    study.answer(right=False)
    assert study.next() is None
    assert study.undo(Review.objects.latest("seq"))
    study.answer()
    left = summaries.left_of(study.user, session)
    assert (left.done, left.enough) == (1, 0)
    study.later(days=1).open()
    assert digest.streak_before(queries.latest_session(study.user)) == 1  # type: ignore[arg-type]


def test_the_time_of_what_was_asked_enough_is_three_answers(bank: None, study: Study) -> None:
    while (item := study.next()) is not None:
        study.answer(item, right=False, skip=["1"])
    session = queries.latest_session(study.user)
    assert session is not None
    preferences = decks.preferences_of(study.user, settings_of(user=study.user, now=study.now))
    deck = decks.deck_of(study.user, session, preferences, study.now)
    # Ten questions, each three times a minute and fifteen seconds of reading, as authored.
    assert deck.seconds_spent == deck.seconds_planned == 10 * MOST_MISSES * 75


def test_what_was_asked_enough_for_a_day_is_asked_on_the_next(bank: None, study: Study) -> None:
    while (item := study.next()) is not None:
        study.answer(item, right=False)
    missed = {review.card_id for review in study.answered}
    study.later(days=1).open()
    assert missed & open_cards(study.user)


def test_open_places_that_had_run_out_of_room_get_their_own_in_the_same_order(
    bank: None, study: Study
) -> None:
    """Before, the room between two places was halved with each miss, until several stood in one place."""
    study.answer()
    study.open()
    items = list(Item.objects.filter(done_at=None).order_by("position"))
    for item, (position, misses) in zip(
        items, [(6143, 4), (6143, 3), (6142, 3), (1024, 0), (6143, 0), (9216, 0)], strict=False
    ):
        Item.objects.filter(pk=item.pk).update(position=position, misses=misses)
    before = list(Item.objects.filter(done_at=None).order_by("position", "pk").values_list("pk", flat=True))
    migration = import_module("quizzes.migrations.0010_turns")
    migration.space_out(apps, connection.schema_editor())
    after = Item.objects.filter(done_at=None)
    ranks = {item.pk: item.position + 9 * item.misses for item in after}
    assert sorted(ranks, key=ranks.__getitem__) == before
    assert len(set(ranks.values())) == len(before)
    asked = set()
    while (place := study.next()) is not None:
        asked.add(study.answer(place, right=False, skip=["1"]).card_id)
    assert len(asked) == 9
