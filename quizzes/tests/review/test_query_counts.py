from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.review import queries, targets
from quizzes.review.models import Card, Item, Review, StudySettings
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import ANSWER, HTMX, form
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

BOUNDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def counted(captured: CaptureQueriesContext) -> int:
    return sum(not query["sql"].startswith(BOUNDS) for query in captured)


@pytest.mark.parametrize("right", [True, False])
def test_an_answer_and_the_next_question_take_thirteen_queries_at_most(
    bank: None, web: Client, study: Study, right: bool
) -> None:
    study.now = timezone.now() - timedelta(days=60)
    study.answer_all()
    web.get("/review/")
    fields = form(web.get("/review/", headers=HTMX), right=right)
    with CaptureQueriesContext(connection) as captured:
        web.post(ANSWER, fields, headers=HTMX)
        web.get("/review/", headers=HTMX)
    assert Review.objects.latest("pk").passed == right
    assert counted(captured) <= 13


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


@pytest.mark.parametrize(
    "path", ["/today/", "/review/", "/review/summary/", "/settings/", "/welcome/", "feedback", "answer"]
)
def test_a_page_takes_as_many_queries_with_three_cards_as_with_three_hundred(db: None, path: str) -> None:
    load_choices(topics=1, each=310)
    counts = []
    for cards in (3, 300):
        user = User.objects.create_user(f"with-{cards}@example.org", None)
        make_history(user, cards=cards)
        if cards == 3:
            Item.objects.filter(session__user=user).update(done_at=None, turn=0)
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


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL goes by the rows there are, and here are none"
)
def test_looking_for_what_is_wanted_walks_through_no_others_targets(bank: None, study: Study) -> None:
    """Each question looks up its own targets. SQLite has no statistics to know a better way by."""
    unseen = queries.unseen_questions(study.user, None, study.now)
    assert "target_opens" not in unseen.explain()
    scheduled = targets.by_schedule(queries.due_cards(study.user), study.now)
    assert "target_opens" not in scheduled.explain()
