"""How many queries the pages of a day take, whatever the number of cards.

The histories stay until the module ends, so nothing else is tested here.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review.models import Card, Item, Review, StudySettings
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import ANSWER, HTMX, form
from quizzes.tests.review.studying import Study
from quizzes.tests.review.test_query_counts import counted

pytestmark = pytest.mark.django_db

HISTORIES = (3, 300)


def make_history(user: User, *, cards: int) -> None:
    """A learner with so many cards, all answered yesterday and today, half of them still due.

    They are so weak that each comes back on one day only: among several, the lightest is asked for.
    """
    now = timezone.now()
    StudySettings.objects.create(user=user, new_per_day=0, minutes_a_day=240, next_day_at=now)
    questions = Question.objects.select_related("current")[:cards]
    yesterday = now.date() - timedelta(days=1)
    Card.objects.bulk_create(
        Card(user=user, question=question, reps=1, seq=1, stability=0.1, difficulty=5.0, last_day=yesterday,
             due=yesterday, interval=1)
        for question in questions
    )  # fmt: skip
    client = Client()
    client.force_login(user)
    client.get("/today/")
    study = Study(user, now=now)
    for _ in range(min(cards, 20)):
        study.answer()
    review = study.answered[0]
    done = list(Item.objects.filter(session=review.session, done_at=None).select_related("card"))[
        : cards // 2
    ]
    Review.objects.bulk_create(
        Review(**{field.attname: getattr(review, field.attname) for field in Review._meta.fields
                  if field.name not in ("id", "public_id", "card", "seq")}, card=item.card, seq=0)
        for item in done
    )  # fmt: skip


@pytest.fixture(scope="module")
def histories(rows_of_module: None, django_db_blocker: DjangoDbBlocker) -> None:
    """A learner with three cards and one with three hundred, each by how many they have."""
    with django_db_blocker.unblock():
        load_choices(topics=1, each=310)
        for cards in HISTORIES:
            make_history(User.objects.create_user(f"with-{cards}@example.org", None), cards=cards)
        few = Item.objects.filter(session__user__email=f"with-{HISTORIES[0]}@example.org")
        few.update(done_at=None, turn=0)


@pytest.mark.parametrize(
    "path", ["/today/", "/review/", "/review/summary/", "/settings/", "/welcome/", "feedback", "answer"]
)
def test_a_page_takes_as_many_queries_with_three_cards_as_with_three_hundred(
    histories: None, path: str
) -> None:
    counts = []
    for cards in HISTORIES:
        user = User.objects.get(email=f"with-{cards}@example.org")
        client = Client()
        client.force_login(user)
        if path == "answer":
            fields = form(client.get("/review/"))
            with CaptureQueriesContext(connection) as captured:
                assert client.post(ANSWER, fields, headers=HTMX).status_code == 200
        else:
            last = Review.objects.filter(user=user).order_by("-answered_at").first()
            assert last is not None
            address = f"/review/feedback/{last.public_id}/" if path == "feedback" else path
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
        counts.append(counted(captured))
    assert counts[0] == counts[1]
