"""What is told not to fit, at the very moments and in the smallest numbers in which it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizzes.bank.models import Question
from quizzes.review import queries
from quizzes.review.models import Item, Session
from quizzes.review.shortfall import Fit, fit_of, short_of
from quizzes.tests.review.conftest import make_user
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.studying import MONDAY, Study
from quizzes.tests.review.test_fit import Learner, assign, evening, settle, takes

pytestmark = pytest.mark.django_db

# What a first answer takes of ten minutes where nothing is known of the learner, and what fits in.
MINUTES, SECONDS = 10, 60


@pytest.fixture(autouse=True)
def bank(db: None) -> None:
    load_choices(topics=2, each=12)
    takes(SECONDS)


def told(study: Study) -> Fit | None:
    session = queries.latest_session(study.user)
    assert session is not None
    return fit_of(study.user, session, study.now)


def in_one_day(study: Study) -> int:
    """How many new questions the learner's day begins."""
    other = Study(make_user("measuring"))
    settle(other.user, minutes=MINUTES)
    assign(other.user, Question.objects.all(), due=evening(0))
    other.open()
    return Item.objects.filter(session__user=other.user).count()


@pytest.mark.parametrize("more", [0, 1, 2])
def test_that_one_question_is_short_is_told_with_the_minutes_that_begin_it(study: Study, more: int) -> None:
    fits = in_one_day(study)
    settle(study.user, minutes=MINUTES)
    assign(study.user, Question.objects.all()[: fits + more], due=evening(0))
    study.open()
    fit = told(study)
    if not more:
        assert fit is None
        return
    assert fit is not None
    assert (fit.short, fit.late, fit.ahead, fit.questions) == (more, 0, more, more)
    assert fit.minutes is not None
    assert MINUTES < fit.minutes <= MINUTES + 5 * more
    # A day planned before this was worked out tells no minutes.
    Session.objects.update(fit=None)
    fit = told(study)
    assert fit is not None
    assert (fit.short > 0, fit.minutes) == (True, None)


def test_what_fits_is_told_without_minutes(study: Study) -> None:
    fits = in_one_day(study)
    settle(study.user, minutes=MINUTES)
    assign(study.user, Question.objects.all()[: fits + 1], due=evening(1))
    study.open()
    Session.objects.filter(user=study.user).update(
        fit=Session.objects.get(user=study.user).fit | {"minutes": 99}  # type: ignore[operator]
    )
    fit = told(study)
    assert fit is not None
    assert (fit.short, fit.questions, fit.minutes) == (0, 1, None)
    assert fit.a_day == 1


def test_a_deadline_means_what_is_due_by_it_the_very_moment_included(study: Study) -> None:
    settle(study.user, minutes=5)
    bank = list(Question.objects.all())
    soon, later = evening(0), evening(1)
    assign(study.user, bank[:12], due=soon)
    assign(study.user, bank[12:24], due=later)
    learner = Learner(study, SECONDS)
    for opened in (False, True):
        if opened:
            study.open()
        all_ = learner.teacher_sees()
        first = learner.teacher_sees(soon)
        assert learner.teacher_sees(soon - timedelta(seconds=1)) == 0
        assert 0 < first < all_
        assert learner.teacher_sees(later) == all_
        assert learner.teacher_sees(later - timedelta(seconds=1)) == first


def test_what_is_due_now_is_late_and_what_is_due_later_is_not(study: Study) -> None:
    settle(study.user, minutes=5)
    assign(study.user, Question.objects.all()[:4], due=MONDAY + timedelta(minutes=1))
    study.later(days=-1).open()
    for late, now in [(0, MONDAY + timedelta(seconds=59)), (4, MONDAY + timedelta(minutes=1))]:
        study.now = now
        fit = told(study)
        assert (fit.late if fit else 0) == late
        if late:
            assert Learner(study, SECONDS).teacher_sees() == late


def test_only_what_was_answered_today_has_taken_minutes_of_today(study: Study) -> None:
    other = Study(make_user("idle"))
    questions = list(Question.objects.all())
    for one in (study, other):
        settle(one.user, minutes=15)
    study.open()
    # Wanted only since the day was planned: an estimate tells what it leaves.
    study.later(minutes=1)
    for one in (study, other):
        assign(one.user, questions, due=evening(0), now=study.now + timedelta(hours=1))

    def short() -> dict[int, int]:
        return short_of([Learner(one, SECONDS).line() for one in (study, other)], study.now)

    assert Item.objects.filter(session__user=study.user).count() > 3
    before = short()
    assert before[study.user.pk] == before[other.user.pk] > 0
    Item.objects.filter(pk__in=Item.objects.order_by("position")[:4]).update(done_at=study.now)
    after = short()
    assert after[other.user.pk] == before[other.user.pk]
    assert after[study.user.pk] >= before[study.user.pk] + 2
    Item.objects.update(done_at=None)
    Item.objects.filter(pk__in=Item.objects.order_by("position")[:4]).update(misses=1)
    assert short() == after
