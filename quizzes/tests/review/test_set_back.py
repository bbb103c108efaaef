"""What a clock that was ahead left behind: days opened in the future, and learners who would wait for them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from quizzes.review.actions.sessions import open_due_sessions
from quizzes.review.actions.set_back import bring_days_back
from quizzes.review.models import Review, Session, StudySettings
from quizzes.tests.review.conftest import make_user
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]

DAY = timedelta(days=1)
# The next day begins at four.
TUESDAY = MONDAY.replace(hour=4) + DAY


def next_day(user: User) -> object:
    return StudySettings.objects.get(user=user).next_day_at


def ahead(user: User, *, days: int, answering: bool = False) -> None:
    """The learner's day was opened by a clock so many days ahead."""
    study = Study(user, now=MONDAY + days * DAY)
    study.open()
    if answering:
        study.answer()


def days_of(user: User) -> set[int]:
    found = Session.objects.filter(user=user).values_list("study_day", flat=True)
    return {(day - MONDAY.date()).days for day in found}


def test_days_of_the_future_that_nobody_answered_in_are_given_up(study: Study) -> None:
    study.answer()
    for days in (3, 9):
        ahead(study.user, days=days)
    bring_days_back(now=study.now, limit=10)
    assert days_of(study.user) == {0}
    assert next_day(study.user) == TUESDAY
    assert Review.objects.count() == 1
    assert open_due_sessions(now=TUESDAY, limit=10) == 1


def test_what_was_answered_stays_with_its_day(study: Study) -> None:
    ahead(study.user, days=3, answering=True)
    ahead(study.user, days=9)
    bring_days_back(now=MONDAY, limit=10)
    assert days_of(study.user) == {3}
    assert next_day(study.user) == TUESDAY + 3 * DAY


def test_another_learners_answers_and_days_are_left_alone(study: Study, stranger: User) -> None:
    ahead(stranger, days=3, answering=True)
    ahead(study.user, days=3)
    other = make_user("other")
    Study(other).open()
    Session.objects.filter(user=other).update(opened_at=MONDAY + 3 * DAY)
    bring_days_back(now=MONDAY, limit=10)
    assert (days_of(study.user), days_of(stranger), days_of(other)) == (set(), {3}, {0})
    assert next_day(study.user) == TUESDAY


@pytest.mark.parametrize(("seconds", "kept"), [(59, True), (61, False)])
def test_a_clock_may_be_a_minute_ahead(study: Study, seconds: int, kept: bool) -> None:
    study.open()
    Session.objects.update(opened_at=MONDAY + timedelta(seconds=seconds))
    StudySettings.objects.update(next_day_at=MONDAY + 2 * DAY)
    bring_days_back(now=MONDAY, limit=10)
    assert Session.objects.exists() == kept


def test_a_next_day_within_a_day_and_the_demo_are_left_as_they_are(study: Study, stranger: User) -> None:
    study.open()
    StudySettings.objects.update(next_day_at=MONDAY + DAY)
    ahead(stranger, days=3)
    User.objects.filter(pk=stranger.pk).update(is_demo=True)
    bring_days_back(now=MONDAY, limit=10)
    assert next_day(study.user) == MONDAY + DAY
    assert days_of(stranger) == {3}


def test_the_farthest_ahead_are_brought_back_first(study: Study, stranger: User) -> None:
    ahead(study.user, days=3)
    ahead(stranger, days=9)
    bring_days_back(now=MONDAY, limit=1)
    assert (days_of(study.user), days_of(stranger)) == ({3}, set())
