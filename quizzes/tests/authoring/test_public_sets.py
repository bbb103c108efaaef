"""Public sets: paged, with who made them, and a bounded number a day."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from accounts.models import User
from quizzes.bank import sets
from quizzes.bank.models import QuestionSet
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.review.pages import html


def test_a_days_public_sets_of_an_account_are_bounded(now_teaching: Teaching, ann: User) -> None:
    learner = browser(ann)
    form = {"visibility": "public"}
    for n in range(sets.MOST_PUBLIC_A_DAY):
        assert learner.post(at("new_set"), {**form, "title": f"Set {n}"}).status_code == 303
    answer = learner.post(at("new_set"), {**form, "title": "One more"})
    assert answer.status_code == 422
    assert "One account can make 10 sets public within a day." in html(answer)
    assert 'value="One more"' in html(answer)
    # Nor by making one of one's own public afterwards; one that is public may be changed.
    learner.post(at("new_set"), {"title": "Mine", "visibility": "private"})
    mine, public = QuestionSet.objects.get(title="Mine"), QuestionSet.objects.get(title="Set 0")
    page = html(learner.post(at("set_settings", mine.public_id), {**form, "title": "Mine"}, follow=True))
    assert "One account can make 10 sets public within a day." in page
    learner.post(at("set_settings", public.public_id), {**form, "title": "Set zero"})
    assert QuestionSet.objects.filter(title="Set zero", visibility="public").exists()
    with time_machine.travel(now_teaching.now + timedelta(days=1, hours=1)):
        assert browser(ann).post(at("new_set"), {**form, "title": "Next day"}).status_code == 303


@pytest.mark.django_db
def test_the_list_has_pages_and_says_who_made_a_set(now_teaching: Teaching, ann: User) -> None:
    other = account("bobby")
    QuestionSet.objects.bulk_create(
        QuestionSet(
            owner=other,
            title=f"Public {n}",
            visibility="public",
            created_at=now_teaching.now,
            changed_at=now_teaching.now + timedelta(seconds=n),
        )
        for n in range(60)
    )
    gone = QuestionSet.objects.get(title="Public 0")
    QuestionSet.objects.filter(pk=gone.pk).update(owner=None)
    learner = browser(ann)
    first, second = (html(learner.get(at("sets") + query)) for query in ("", "?page=2"))
    assert (first.count("Public "), second.count("Public ")) == (50, 10)
    assert "by b…@example.org" in first
    assert "bobby@example.org" not in first + second
    assert "by an account that is gone" in second
