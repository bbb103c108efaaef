"""The order of a session: what comes next, when a missed question comes back, what the page says of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review import actions, overviews, queries, showing
from quizzes.review.models import Card, Item, Review, Session, StudySettings, Target
from quizzes.scheduling.queue import OTHERS_BEFORE_RETRY
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import ANSWER, HTMX, form, html, prompt
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def open_cards(user: User) -> set[int]:
    session = queries.latest_session(user)
    return set(Item.objects.filter(queries.OPEN, session=session).values_list("card", flat=True))


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


@pytest.mark.parametrize("many", [1, 2, 3, 4, 5, 6, 7, 20])
def test_who_knows_nothing_is_asked_all_that_is_left_in_turn(learner: User, many: int) -> None:
    load_choices(topics=1, each=40)
    StudySettings.objects.create(user=learner, new_per_day=many, minutes_a_day=240, next_day_at=MONDAY)
    study = Study(learner)
    asked = [study.answer(right=False, skip=["1"]).card_id for _ in range(6 * many)]
    assert len(set(asked)) == many
    for place, one in enumerate(asked):
        since = asked[max(0, place - min(many - 1, OTHERS_BEFORE_RETRY)) : place]
        assert one not in since
    # Once all have been asked, nobody waits longer than twice the whole round.
    gaps = [asked[place + 1 :].index(one) for place, one in enumerate(asked) if one in asked[place + 1 :]]
    assert max(gaps) <= 2 * many + OTHERS_BEFORE_RETRY


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
        # The answers that count, each with whether it was right; undoing takes the last one away.
        self.log: list[tuple[int, bool]] = []
        self.taken_back: int | None = None

    def answer(self, *, right: bool, skip: bool = False) -> int:
        item = queries.next_item(self.study.user)
        assert item is not None
        if item.card_id != self.taken_back:
            self.check(item.card_id)
        _, shown = showing.first_showing(item, now=self.study.now)
        self.study.later(seconds=5)
        outcome = (
            self.study.send(shown, right=right, skip=["1"]) if skip else self.study.send(shown, right=right)
        )
        assert isinstance(outcome, actions.Recorded)
        self.log.append((item.card_id, right and not skip))
        self.taken_back = None
        return item.card_id

    def check(self, card: int) -> None:
        """A missed question comes back after four others, or after all others that are open."""
        places = [place for place, (one, _) in enumerate(self.log) if one == card]
        if not places:
            return
        since = {one for one, _ in self.log[places[-1] + 1 :]}
        assert len(since) >= OTHERS_BEFORE_RETRY or open_cards(self.study.user) <= since | {card}

    def undo(self) -> None:
        if not self.log:
            return
        last = queries.last_review(self.study.user)
        assert last is not None
        assert self.study.undo(last)
        card, _ = self.log.pop()
        if Card.objects.get(pk=card).suspended_at is None:
            self.taken_back = card
            item = self.study.next()
            assert item is not None
            assert item.card_id == card

    def more(self) -> None:
        planned = queries.progress(self.study.user).planned
        actions.study_more(user=self.study.user, now=self.study.now, many=2, planned=planned)

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
        """The last open question is put away, or, when one is, all come back."""
        away = Card.objects.filter(user=self.study.user, suspended_at__isnull=False)
        if not away.update(suspended_at=None):
            Card.objects.filter(pk=max(open_cards(self.study.user))).update(suspended_at=self.study.now)

    def step(self, what: str) -> None:
        if what in ("more", "target", "undo"):
            getattr(self, what)()
        elif queries.next_item(self.study.user) is None:
            self.more()
        elif what == "suspend":
            self.suspend()
        else:
            self.answer(right=what == "right", skip=what == "skip")


STEPS = ["right", "wrong", "wrong", "skip", "skip", "undo", "more", "target", "suspend"]


@given(many=st.integers(1, 8), steps=st.lists(st.sampled_from(STEPS), max_size=25))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_answered_no_question_comes_too_soon_and_every_one_comes(
    bank: None, learner: User, many: int, steps: list[str]
) -> None:
    with taken_back():
        StudySettings.objects.create(user=learner, new_per_day=many, minutes_a_day=240, next_day_at=MONDAY)
        day = Day(learner)
        for step in steps:
            day.step(step)
        left = open_cards(learner)
        asked = [day.answer(right=False) for _ in range(3 * len(left) + OTHERS_BEFORE_RETRY)]
        assert set(asked) == left
        for _ in left:
            day.answer(right=True)
        assert queries.next_item(learner) is None
        right = {card for card, passed in day.log if passed}
        session = Session.objects.get(user=learner)
        assert right == set(
            Item.objects.filter(session=session, done_at__isnull=False).values_list("card", flat=True)
        )


def test_places_do_not_run_out_however_often_a_question_is_missed(bank: None, study: Study) -> None:
    """A database's small whole number ends at 32,767."""
    study.open()
    Item.objects.update(misses=40_000, turn=70_000)
    day = Day(study.user)
    for _ in range(20):
        day.answer(right=False)
    assert Item.objects.filter(misses__gt=40_000).count() == 10


def test_questions_added_to_a_day_come_after_those_that_were_missed_often(bank: None, study: Study) -> None:
    for _ in range(60):
        study.answer(right=False)
    missed = open_cards(study.user)
    actions.study_more(user=study.user, now=study.now, many=5, planned=10)
    assert {study.answer(right=False).card_id for _ in range(10)} == missed
    added = {study.answer(right=False).card_id for _ in range(20)} - missed
    assert added == open_cards(study.user) - missed
    assert len(added) == 5


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
    asked = [study.answer(right=False, skip=["1"]).card_id for _ in range(30)]
    assert len(set(asked)) == 9


# --- what the page says -------------------------------------------------------------------------------------------

COMES_BACK = re.compile(r"This question comes back (.*?)\.\s*</p>", re.DOTALL)


def said_of(page: str) -> tuple[int, bool]:
    """The number of others the page names before the question comes back, and whether they may be more."""
    words = COMES_BACK.search(page)
    assert words is not None
    assert words[1].endswith(", until your answer is right or partly right")
    if words[1].startswith("at once, because no other question is left today,"):
        return 0, False
    if "after the one other question that is left" in words[1]:
        return 1, False
    number = re.search(r"today, after (?:the|at least) (\d+) other", words[1])
    assert number is not None, words[1]
    return int(number[1]), "at least" in words[1]


@pytest.mark.parametrize("others", [0, 1, 2, 3, 4, 5, 9])
@pytest.mark.parametrize("they_are_right", [True, False])
def test_the_page_says_after_how_many_others_a_missed_question_comes_back(
    bank: None, learner: User, web: Client, others: int, they_are_right: bool
) -> None:
    now = timezone.now()
    StudySettings.objects.create(user=learner, new_per_day=others + 1, minutes_a_day=240, next_day_at=now)
    feedback = web.post(ANSWER, form(web.get("/review/"), right=False), headers=HTMX)
    missed = Review.objects.get().card_id
    number, at_least = said_of(html(feedback))
    assert said_of(html(web.get(feedback["HX-Push-Url"]))) == (number, at_least)
    between = 0
    study = Study(learner, now=timezone.now())
    while (item := study.next()) is not None and item.card_id != missed:
        study.answer(right=they_are_right)
        between += 1
    assert between == number if not at_least else between >= number
    assert number == min(others, OTHERS_BEFORE_RETRY)
    assert at_least == (others > OTHERS_BEFORE_RETRY)


def test_feedback_that_is_read_later_says_what_is_true_then(bank: None, study: Study) -> None:
    def said(review: Review) -> str:
        found = queries.review_of(study.user, review.public_id)
        return showing.comes_back(found, today=queries.local_day(study.user, study.now))

    missed = study.answer(right=False)
    study.answer()
    assert said(missed) == "today, until your answer is right or partly right"
    study.answer_all()
    due = Card.objects.get(pk=missed.card_id).due
    assert due is not None
    assert said(missed) == showing.day_in_words(due, today=missed.study_day)
    study.later(days=1)
    tomorrow = study.answer(right=False)
    assert said(tomorrow).endswith("until your answer is right or partly right")
    # The next day has begun, whether or not anybody has opened it: the question is due.
    study.later(days=1)
    assert said(tomorrow) == "today"
    study.open()
    assert said(tomorrow) == "today"


def test_today_does_not_take_i_do_not_know_for_the_time_an_answer_takes(bank: None, study: Study) -> None:
    for _ in range(30):
        study.answer(right=False, skip=["1"])
    session = queries.latest_session(study.user)
    assert session is not None
    left = overviews.left_of(study.user, session, study.now)
    # Ten questions of 40 seconds each, for their authors say nothing else: 400 seconds.
    assert (left.questions, left.minutes) == (10, 7)
    for _ in range(10):
        study.answer(right=False)
    # Now there are ten answers of five seconds each.
    assert overviews.left_of(study.user, session, study.now).minutes == 1
