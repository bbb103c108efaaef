"""Every page means the study day by "today": the hours before the rollover belong to yesterday, no day comes twice."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing import search
from quizzes.review import queries
from quizzes.review.digest import current_days
from quizzes.review.load import load_of
from quizzes.review.models import Card, Session, StudySettings
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db
PAGES = (
    "/today/",
    "/plan/",
    "/progress/",
    "/settings/",
    "/review/summary/",
    "/bank/",
    "/bank/?mine=due",
    "/bank/?mine=today",
    "/bank/?mine=missed",
    "/bank/topic-1/",
    "/bank/topic-2/",
)


@pytest.fixture
def study() -> Study:
    """A learner in Tokyo at noon: some questions due since today, some missed today, some due tomorrow."""
    load_choices(topics=3, each=8)
    user = User.objects.create_user("ann@example.org", time_zone="Asia/Tokyo", rollover_hour=4)
    User.objects.filter(pk=user.pk).update(welcomed_at=datetime(2026, 3, 1, tzinfo=UTC))
    study = Study(user, now=datetime(2026, 3, 2, 3, tzinfo=UTC))
    for right in (True, False, True):
        for _ in range(4):
            study.answer(right=right)
        study.later(days=1)
    study.answer(right=False)
    study.later(hours=1)
    day = date(2026, 3, 5)
    assert queries.study_day_now(user, study.now) == day
    for at, card in enumerate(Card.objects.filter(user=user, reps__gt=0).order_by("pk")):
        Card.objects.filter(pk=card.pk).update(due=day + timedelta(days=at % 4 - 1))
    return study


def addresses_of(study: Study) -> list[str]:
    """Returns the pages of the learner: the general ones, those of what was asked, of some answers the feedback."""
    asked = Question.objects.filter(cards__user=study.user).select_related("topic").order_by("pk")
    return [
        *PAGES,
        *(f"/bank/{question.topic.slug}/{question.public_id}/" for question in asked),
        *(f"/review/feedback/{review.public_id}/" for review in study.answered[::3]),
    ]


def said(study: Study, addresses: list[str]) -> dict[str, str]:
    """What each page says now, without what differs at each loading."""
    client = Client()
    client.force_login(User.objects.get(pk=study.user.pk))
    pages = {}
    for address in addresses:
        with time_machine.travel(study.now, tick=False):
            response = client.get(address)
        assert response.status_code == 200, address
        text = response.content.decode()
        # Tokens and keys are signed anew each time.
        text = re.sub(r'"[^" <>]{40,}"', '""', text)
        text = re.sub(r"<option[^>]*>", "", text)
        # A missed question that waits says its hour by the learner's clock.
        pages[address] = re.sub(r"\b\d\d:\d\d\b", "", text)
    return pages


def test_a_journey_west_changes_no_today(study: Study) -> None:
    addresses = addresses_of(study)
    before = said(study, addresses)
    days = current_days([study.user], study.now)
    User.objects.filter(pk=study.user.pk).update(time_zone="America/Los_Angeles")
    study.user.refresh_from_db()
    assert queries.local_day(study.user, study.now) == date(2026, 3, 4)
    assert Session.objects.filter(user=study.user).latest("study_day").study_day == date(2026, 3, 5)
    after = said(study, addresses)
    for address, text in before.items():
        assert after[address] == text, address
    assert current_days([study.user], study.now) == days


def test_the_hours_before_the_rollover_belong_to_the_day_before(study: Study) -> None:
    evening = datetime(2026, 3, 5, 14, 30, tzinfo=UTC)
    night = datetime(2026, 3, 5, 17, tzinfo=UTC)  # 02:00 on 6 March in Tokyo.
    study.now = evening
    addresses = addresses_of(study)
    before = said(study, addresses)
    study.now = night
    after = said(study, addresses)
    for address, text in before.items():
        assert after[address] == text, address
    study.now = night + timedelta(hours=2)
    due = "/bank/?mine=due"
    assert said(study, [due])[due] != before[due]


def test_what_is_due_and_what_comes_is_counted_from_the_session_s_day(study: Study) -> None:
    User.objects.filter(pk=study.user.pk).update(time_zone="America/Los_Angeles")
    study.user.refresh_from_db()
    day = date(2026, 3, 5)
    due = Card.objects.filter(user=study.user, due__lte=day).count()
    assert due > Card.objects.filter(user=study.user, due__lt=day).count()
    assert search.find(study.user, search.SearchFilters(mine="due"), study.now).count == due
    drawn = search.draw(study.user, search.SearchFilters(mine="due"), study.now, many=50, seed="a")
    assert len(drawn) == due
    settings = StudySettings.objects.get(user=study.user)
    assert load_of(study.user, settings, study.now, days=2)[0].day == day
