"""What the pages say when the learner's minutes of the day are used, and while what was missed rests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone

from quizzes.review.models import Item, Review, StudySettings
from quizzes.tests.review.pages import ANSWER, HTMX, form, html
from quizzes.tests.review.plans import words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

SAID = "Today’s 5 minutes are used: stop here, or go on."
ADDRESSES = ("/today/", "/review/", "/review/summary/")


def said(page: HttpResponseBase) -> str:
    return words(html(page)).replace(" ,", ",")


def took(review: Review, milliseconds: int) -> None:
    Review.objects.filter(pk=review.pk).update(milliseconds=milliseconds)


def test_the_pages_say_when_the_minutes_of_the_day_are_used(bank: None, web: Client, study: Study) -> None:
    study.now = timezone.now() - timedelta(hours=1)
    StudySettings.objects.create(user=study.user, minutes_a_day=60, next_day_at=study.now)
    study.open()
    # The session was planned for more.
    StudySettings.objects.update(minutes_a_day=5)
    first, second, third = study.answer(), study.answer(right=False), study.answer()
    took(first, 120_000)
    took(second, 120_000)
    # A millisecond is missing, though the summary, which rounds up, tells of five minutes.
    took(third, 59_999)
    feedback = f"/review/feedback/{third.public_id}/"
    assert all(SAID not in said(web.get(address)) for address in (*ADDRESSES, feedback))
    took(third, 60_000)
    for address in (*ADDRESSES, feedback):
        assert SAID in said(web.get(address))
    # The session goes on for who goes on, and leads to the summary who stops.
    page = web.get("/review/")
    assert '<a id="stop-link" class="inline-target" href="/review/summary/">stop here</a>' in html(page)
    answered = web.post(ANSWER, form(page), headers=HTMX)
    assert SAID in said(answered)
    # An answer taken back took no time; another day has its own minutes.
    study.undo(Review.objects.latest("pk"))
    study.undo(third)
    assert SAID not in said(web.get("/today/"))
    study.undo(second)
    Review.objects.update(milliseconds=120_000_000)
    assert SAID in said(web.get("/today/"))
    type(first.session).objects.update(study_day=first.study_day - timedelta(days=1))
    assert SAID not in said(web.get("/today/"))


def test_today_does_not_lead_to_a_question_that_rests(bank: None, web: Client, study: Study) -> None:
    study.now = timezone.now() - timedelta(minutes=1)
    StudySettings.objects.create(user=study.user, new_per_day=2, minutes_a_day=20, next_day_at=study.now)
    study.answer(right=False)
    assert 'href="/review/">Go on</a>' in html(web.get("/today/"))
    study.answer(right=False)
    today = html(web.get("/today/"))
    assert "2 questions left" in words(today)
    assert 'href="/review/">' not in today.split("<main")[1]
    assert "2 missed questions wait" in today
    assert "The first of them can be asked again from" in today
    # Ten minutes later the button is back.
    Review.objects.update(answered_at=study.now - timedelta(minutes=10))
    assert Item.objects.filter(done_at=None).count() == 2
    today = html(web.get("/today/"))
    assert 'href="/review/">Go on</a>' in today
    assert "missed questions wait" not in today
