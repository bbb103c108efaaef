"""The demo class: real forgetting, rows as the site would have written them, and gone without a trace."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from quizzes.analytics.models import Forecast, Snapshot
from quizzes.bank.actions import load_pack
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignee, Classroom, Membership
from quizzes.management.demo.seeding import remove, seed
from quizzes.reports.models import QuestionReport
from quizzes.review.cards import columns, replay_card
from quizzes.review.models import Card, Item, Review, Session
from quizzes.tests.classroom.classes import account, at, browser

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(rows_of_module: None, django_db_blocker: DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        for path in sorted((Path(settings.BASE_DIR) / "content").glob("*.md")):
            load_pack(text=path.read_text(encoding="utf-8"), path=path, now=NOW)
        lines: list[str] = []
        seed(now=NOW, learners=6, weeks=5, tell=lines.append, also=account("teacher"))
        assert len(lines) == 6


@pytest.fixture
def teacher(demo: None, db: None) -> User:
    return User.objects.get(email="teacher@example.org")


@pytest.fixture
def classroom(demo: None, db: None) -> Classroom:
    return Classroom.objects.get()


def test_replaying_the_log_gives_exactly_the_stored_cards(classroom: Classroom) -> None:
    cards = list(Card.objects.all())
    assert len(cards) > 100
    for card in cards:
        row = columns(replay_card(card))
        assert {name: getattr(card, name) for name in row} == row
        assert card.seq == card.reps == Review.objects.filter(card=card).count()


def test_the_history_is_that_of_people_who_forget(classroom: Classroom) -> None:
    later = Review.objects.filter(first_of_day=True, predicted__isnull=False)
    recalled = later.filter(passed=True).count() / later.count()
    assert later.count() > 100
    assert 0.75 < recalled < 0.97
    assert Review.objects.filter(passed=False).exclude(response={}).exists()
    assert not Item.objects.filter(done_at=None).exists()


def test_a_simulated_learner_can_go_on_by_the_real_pages(classroom: Classroom) -> None:
    learner = Membership.objects.filter(classroom=classroom, role="learner")[0].user
    client = Client()
    client.force_login(learner)
    with time_machine.travel(NOW, tick=False):
        assert client.get(at("today")).status_code == 200
        assert client.get(at("review")).status_code == 200


def test_every_page_about_the_class_can_be_seen_full(classroom: Classroom, teacher: User) -> None:
    client = browser(teacher)
    with time_machine.travel(NOW, tick=False):
        for name in ("ready", "items", "gradebook", "class", "members"):
            html = client.get(at(name, classroom.public_id)).content.decode()
            assert 'class="empty"' not in html, name
        assert client.get(at("reports")).content.decode().count("<li>") > 3
    assert Forecast.objects.filter(answered__gt=0).exists()


def test_no_letter_is_owed_to_anyone_simulated(classroom: Classroom) -> None:
    assert not Assignee.objects.filter(letter="owed").exists()
    assert not QuestionReport.objects.filter(letter="owed").exists()
    assert not any(user.has_usable_password() for user in User.objects.filter(is_demo=True))


def test_removing_it_leaves_everything_else(classroom: Classroom, teacher: User) -> None:
    own = User.objects.count() - 7
    assert remove(tell=lambda _: None) == 7
    assert User.objects.count() == own == 1
    for table in (Classroom, Membership, Card, Review, Session, Item, QuestionReport, Snapshot, Forecast):
        assert not table.objects.exists(), table
    assert remove(tell=lambda _: None) == 0


def test_a_real_learner_who_looked_in_is_asked_for_nothing_any_more(classroom: Classroom) -> None:
    now = timezone.now()
    owner = User.objects.get(memberships__classroom=classroom, memberships__role=Membership.Role.OWNER)
    link = classes.open_link(classroom=classroom, author=owner, days=7, max_uses=1, now=now)
    real = User.objects.create_user("real@example.org")
    classes.join_by_link(link=link, user=real, now=now)
    assert real.targets.exists()
    remove(tell=lambda _: None)
    assert not real.targets.exists()


def test_a_second_demo_is_refused(classroom: Classroom) -> None:
    with pytest.raises(CommandError, match="--remove"):
        call_command("seed_demo", stdout=StringIO())
