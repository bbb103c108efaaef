from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from quizzes.review import queries, targets
from quizzes.review.models import Review
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


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL goes by the rows there are, and here are none"
)
def test_looking_for_what_is_wanted_walks_through_no_others_targets(bank: None, study: Study) -> None:
    """Each question looks up its own targets. SQLite has no statistics to know a better way by."""
    unseen = queries.unseen_questions(study.user, None, study.now)
    assert "target_opens" not in unseen.explain()
    scheduled = targets.by_schedule(queries.due_cards(study.user), study.now)
    assert "target_opens" not in scheduled.explain()
