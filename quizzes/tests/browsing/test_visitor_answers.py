"""Answers from before the account become its first reviews: once, at their own moment, on their own study day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session as BrowserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from quizzes.bank.models import Question, Version
from quizzes.browsing import trial
from quizzes.review import decks, queries
from quizzes.review.actions.sessions import open_session
from quizzes.review.actions.settings import settings_of
from quizzes.review.actions.visitor_answers import VisitorAnswer, import_visitor_answers
from quizzes.review.cards import replay_card, state_of
from quizzes.review.models import Card, Item, Review
from quizzes.tests.browsing.test_trial import answer_next
from quizzes.tests.review.packs import ALL_KINDS, load
from quizzes.tests.review.pages import html

pytestmark = pytest.mark.django_db

PASSWORD = "a long walk by the river"
# In New York it is half past ten in the evening of 2 March.
TRIED_AT = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
WELCOME = {"time_zone": "America/New_York", "minutes_a_day": "20"}


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    cache.clear()


@pytest.fixture(autouse=True)
def bank(db: None) -> None:
    load(ALL_KINDS)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(TRIED_AT, tick=False) as travelled:
        yield travelled


def sign_up(client: Client, email: str = "ada@example.org") -> None:
    client.post("/accounts/signup/", {"email": email, "password1": PASSWORD})


def answers(client: Client, *rights: bool) -> None:
    for right in rights:
        answer_next(client, right=right)


def test_the_answers_are_the_first_reviews_of_the_new_account(
    client: Client, clock: time_machine.Traveller
) -> None:
    answers(client, True, False)
    clock.shift(timedelta(minutes=5))
    sign_up(client)
    assert not Review.objects.exists()
    client.post("/welcome/", WELCOME)
    page = client.get("/today/")
    assert "The 2 questions you answered before you signed up count" in html(page)
    user = User.objects.get()
    first, second = Review.objects.filter(user=user).order_by("pk")
    assert (first.passed, second.passed) == (True, False)
    assert {review.answered_at for review in (first, second)} == {TRIED_AT}
    # Where the learner lives the day has not changed since.
    assert {review.study_day for review in (first, second)} == {date(2026, 3, 2)}
    assert first.session == second.session == queries.latest_session(user)
    # State is a function of the log.
    for review in (first, second):
        card = Card.objects.get(pk=review.card_id)
        assert (card.seq, state_of(card)) == (1, replay_card(card))
    # What was missed comes back in today's session, what was known does not.
    assert Item.objects.get(card=first.card).done_at is not None
    assert Item.objects.get(card=second.card).done_at is None
    # Once is once.
    page = client.get("/today/")
    assert "before you signed up" not in html(page)
    assert Review.objects.count() == 2
    assert "visit" not in client.session


def test_the_first_session_knows_what_was_answered(client: Client, clock: time_machine.Traveller) -> None:
    answers(client, True)
    answered = trial.tried_in(client.session["visit"])[0].question
    sign_up(client)
    client.post("/welcome/", WELCOME)
    client.get("/review/")
    user = User.objects.get()
    open_ones = Item.objects.filter(queries.OPEN, session=queries.latest_session(user))
    assert open_ones.exists()
    assert not open_ones.filter(card__question__public_id=answered).exists()


def test_answers_of_yesterday_are_reviews_of_yesterday(client: Client, clock: time_machine.Traveller) -> None:
    answers(client, True, False)
    clock.shift(timedelta(hours=8))
    sign_up(client)
    client.post("/welcome/", WELCOME)
    client.get("/today/")
    user = User.objects.get()
    assert set(Review.objects.values_list("study_day", flat=True)) == {date(2026, 3, 2)}
    today = queries.latest_session(user)
    assert today is not None
    assert today.study_day == date(2026, 3, 3)
    missed = Review.objects.get(passed=False)
    # What was missed yesterday is due today, and planned.
    assert Item.objects.filter(queries.OPEN, session=today, card=missed.card_id).exists()


def test_they_survive_the_proof_of_the_address(client: Client, settings: Settings) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    answers(client, True, True, False)
    sign_up(client)
    code = re.search(r"^([A-Z0-9-]{6,9})$", str(mail.outbox[0].body), re.MULTILINE)
    assert code
    client.post("/accounts/confirm-email/", {"code": code[1]})
    client.post("/welcome/", WELCOME)
    client.get("/today/")
    assert Review.objects.filter(user__email="ada@example.org").count() == 3


def test_an_account_that_was_used_before_does_not_get_them(client: Client) -> None:
    User.objects.create_user("ada@example.org", PASSWORD)
    answers(client, True)
    client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    client.get("/today/")
    assert not Review.objects.exists()
    assert "visit" not in client.session
    # What is right was shown all the same.
    tried = trial.chosen()[0]
    assert Card.objects.get(key_seen_at__isnull=False).question == tried
    # The session lives as long as any other from now on.
    assert client.session.get_expiry_age() > timedelta(days=30).total_seconds()


def test_signing_up_with_the_address_of_an_account_gives_it_nothing(
    client: Client, settings: Settings
) -> None:
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    User.objects.create_user("ada@example.org", PASSWORD)
    answers(client, True)
    sign_up(client)
    client.post("/accounts/login/", {"login": "ada@example.org", "password": PASSWORD})
    client.get("/today/")
    assert not Review.objects.exists()


def test_signing_out_leaves_nothing_behind(client: Client) -> None:
    answers(client, True)
    sign_up(client)
    client.post("/accounts/logout/")
    sign_up(client, "bob@example.org")
    client.post("/welcome/", WELCOME)
    client.get("/today/")
    assert not Review.objects.exists()


def test_an_anonymous_session_ends_after_a_day(client: Client, clock: time_machine.Traveller) -> None:
    answers(client, True)
    session = BrowserSession.objects.get()
    assert session.expire_date == TRIED_AT + timedelta(days=1)
    clock.shift(timedelta(days=1, seconds=1))
    assert "<h1>0 answered, 0 known</h1>" in html(client.get("/try/summary/"))


# --- the action -----------------------------------------------------------------------------------------------


def tried(*, at: datetime = TRIED_AT) -> list[VisitorAnswer]:
    """An answer to each question of the trial: I don't know."""
    found: list[VisitorAnswer] = []
    for question in trial.chosen():
        _, shown = trial.show(question, now=at)
        outcome = trial.take(tried=found, token=shown.token, fields={"skip": ["1"]}, now=at)
        assert isinstance(outcome, trial.TrialRecorded)
        found = list(outcome.tried)
    return found


@pytest.fixture
def learner() -> User:
    return User.objects.create_user("ada@example.org")


def test_importing_twice_records_once(learner: User) -> None:
    assert len(import_visitor_answers(user=learner, tried=tried(), now=TRIED_AT)) == trial.MOST
    assert import_visitor_answers(user=learner, tried=tried(), now=TRIED_AT) == []
    assert Review.objects.count() == trial.MOST
    assert set(Card.objects.filter(reps__gt=0).values_list("seq", flat=True)) == {1}


def test_the_plan_of_a_day_that_is_open_makes_room_within_its_minutes(learner: User) -> None:
    session = open_session(user=learner, now=TRIED_AT)
    in_sight = queries.next_item(learner, TRIED_AT)
    assert in_sight is not None
    later = TRIED_AT + timedelta(minutes=1)
    assert import_visitor_answers(user=learner, tried=tried(), now=later)
    assert queries.latest_session(learner) == session
    assert Item.objects.filter(session=session, card=in_sight.card).exists()
    study = settings_of(user=learner, now=later)
    deck = decks.deck_of(learner, session, decks.preferences_of(learner, study), later)
    assert 0 < deck.seconds_planned <= 60 * study.minutes_a_day


def test_a_question_retired_since_is_left_out(learner: User) -> None:
    answered = tried()
    Question.objects.filter(public_id=answered[0].question).update(retired_at=TRIED_AT)
    assert len(import_visitor_answers(user=learner, tried=answered, now=TRIED_AT)) == trial.MOST - 1


def test_a_key_corrected_since_leaves_the_answer_out(learner: User) -> None:
    answered = tried()
    load(ALL_KINDS.replace("- [x] The gradients are", "- [ ] The gradients are").replace(
        "- [ ] The loss is negative", "- [x] The loss is negative"
    ))  # fmt: skip
    assert Version.objects.filter(change=Version.Change.KEY).count() == 1
    assert len(import_visitor_answers(user=learner, tried=answered, now=TRIED_AT)) == trial.MOST - 1


def test_no_answer_lies_in_the_future(learner: User) -> None:
    import_visitor_answers(user=learner, tried=tried(at=TRIED_AT + timedelta(hours=2)), now=TRIED_AT)
    assert set(Review.objects.values_list("answered_at", flat=True)) == {TRIED_AT}
