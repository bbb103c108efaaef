"""What a learner wants of their days, changed while one is under way, and how long a day may become."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quizzes.review import plan_promise, queries
from quizzes.review.actions.plan_preferences import change_settings
from quizzes.review.actions.sessions import study_more
from quizzes.review.decks import preferences_of
from quizzes.review.models import Item, StudySettings
from quizzes.tests.review.packs import ALL_KINDS, load
from quizzes.tests.review.plans import aim, seconds_planned
from quizzes.tests.review.studying import MONDAY, Study

pytestmark = pytest.mark.django_db


def planned(study: Study, what: str) -> list[object]:
    items = Item.objects.filter(session=queries.latest_session(study.user))
    return list(items.values_list(what, flat=True))


def changed(study: Study, **wishes: object) -> None:
    settings = StudySettings.objects.get(user=study.user)
    for name, value in wishes.items():
        setattr(settings, name, value)
    change_settings(user=study.user, study=settings, now=study.now)


def test_a_date_plans_anew_what_nobody_has_begun(big_bank: None, study: Study) -> None:
    study.open()
    topics = set(planned(study, "card__question__topic"))
    changed(study, interview_on=MONDAY.date() + timedelta(days=3))
    assert topics < set(planned(study, "card__question__topic"))


def test_another_limit_on_new_questions_plans_anew_what_nobody_has_begun(
    big_bank: None, study: Study
) -> None:
    aim(study.user, days=9)
    study.open()
    for limit in (3, 5):
        changed(study, new_per_day=limit)
        assert len(planned(study, "pk")) == limit


def test_another_thing_to_practise_plans_anew_what_nobody_has_begun(study: Study) -> None:
    load(ALL_KINDS)
    aim(study.user, days=30, minutes=5)
    in_sight = study.next()
    assert in_sight is not None
    changed(study, practise=StudySettings.Practise.CODE)
    others = Item.objects.filter(session=in_sight.session).exclude(pk=in_sight.pk)
    kinds = set(others.values_list("card__question__kind", flat=True))
    assert kinds
    assert kinds <= {"code", "output", "bug"}


def test_what_changes_no_plan_leaves_the_day_as_it_is(big_bank: None, study: Study) -> None:
    study.open()
    places = planned(study, "pk")
    changed(study, desired_retention=0.85)
    assert planned(study, "pk") == places


def test_ten_minutes_more_are_filled_and_never_more_than_ten(big_bank: None, study: Study) -> None:
    aim(study.user, days=9, minutes=20)
    study.open()
    before, seconds = len(planned(study, "pk")), seconds_planned(study.user)
    added = study_more(user=study.user, now=study.now, planned=before)
    more = seconds_planned(study.user) - seconds
    assert 600 - more / added < more <= 600


@pytest.mark.parametrize(("minutes", "is_told"), [(230, True), (231, False)])
def test_what_ten_minutes_more_a_day_would_do_is_told_up_to_four_hours(
    bank: None, study: Study, minutes: int, is_told: bool
) -> None:
    settings = aim(study.user, days=3, minutes=minutes)
    study.open()
    session = queries.latest_session(study.user)
    assert session is not None
    told = plan_promise.told_for(study.user, session, preferences_of(study.user, settings), study.now)
    assert told is not None
    assert (told.more is not None) is is_told
