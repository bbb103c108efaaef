"""The placement round in the session: its questions say what they are, how far it has come, and let it be skipped."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from quizzes.review import queries
from quizzes.review.actions import sessions
from quizzes.review.models import Item
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import html
from quizzes.tests.review.plans import seconds_planned, words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    load_choices(topics=4, each=8)
    study = Study(User.objects.create_user("ann@example.org"))
    study.open()
    return study


@pytest.fixture
def web(study: Study) -> Client:
    client = Client()
    client.force_login(study.user)
    return client


def page(study: Study, web: Client) -> str:
    with time_machine.travel(study.now, tick=False):
        return html(web.get(reverse("quizzes:review")))


def to_place(study: Study) -> int:
    return Item.objects.filter(session__user=study.user, is_placing=True).count()


def test_a_question_of_the_round_is_marked_with_how_far_the_round_has_come(study: Study, web: Client) -> None:
    assert "Placement" not in page(study, web)
    many = sessions.place(user=study.user, now=study.now)
    assert many == to_place(study) == 4
    for place in range(many):
        assert f"Placement: {place} of {many} answered" in words(page(study, web))
        assert 'name="skip_placement"' in page(study, web)
        # One that was missed was asked, too.
        study.answer(right=place != 1)
    after = page(study, web)
    assert "Placement" not in after
    assert "skip_placement" not in after


def test_what_was_refused_is_still_marked(study: Study, web: Client) -> None:
    sessions.place(user=study.user, now=study.now)
    with time_machine.travel(study.now, tick=False):
        shown = study.show()
        again = web.post(reverse("quizzes:answer"), {"token": shown.token, "confidence": "sure"})
    assert again.status_code == 422
    assert "Placement: 0 of 4 answered" in words(html(again))


def test_the_round_can_be_skipped_and_the_day_is_planned_as_always(study: Study, web: Client) -> None:
    sessions.place(user=study.user, now=study.now)
    first = study.answer()
    with time_machine.travel(study.now, tick=False):
        answer = web.post(reverse("quizzes:placement"), {"skip_placement": "1"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == reverse("quizzes:review")
    # What was answered stays what it was, the rest of the day is the plan's.
    assert list(Item.objects.filter(is_placing=True).values_list("card", flat=True)) == [first.card_id]
    assert "Placement" not in page(study, web)
    progress = queries.progress(study.user, study.now)
    assert progress.left > 0
    assert 0 < seconds_planned(study.user) <= 20 * 60
    # A second press finds nothing to skip.
    before = set(Item.objects.values_list("pk", flat=True))
    with time_machine.travel(study.now, tick=False):
        web.post(reverse("quizzes:placement"), {"skip_placement": "1"})
    assert set(Item.objects.values_list("pk", flat=True)) == before
