"""What those who teach see of a learner: what the class assigned to them, and nothing else."""

from __future__ import annotations

import pytest
import time_machine

from accounts.models import User
from quizzes.analytics import actions, readiness_page
from quizzes.analytics.class_data import reviews_in
from quizzes.analytics.models import Scope
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Membership
from quizzes.classroom.rights import Role
from quizzes.reports import actions as reports
from quizzes.reports.models import QuestionReport
from quizzes.tests.analytics.working import attempt
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.review.pages import html


@pytest.fixture
def ann(teaching: Teaching) -> User:
    """Of the class, but not in the group that has the one assignment; the bank asks her for it all the same."""
    user = account("ann")
    place = teaching.take_in(account("bob"))
    teaching.take_in(user)
    teaching.assign(teaching.set_of(12), groups=[teaching.group("Red", place)])
    return user


def place_of(teaching: Teaching, user: User) -> Membership:
    return Membership.objects.get(classroom=teaching.classroom, user=user)


def test_what_is_assigned_to_others_alone_tells_nothing_of_a_learner(teaching: Teaching, ann: User) -> None:
    study = teaching.studies(ann)
    attempt(study, {"topic-1-3": True})
    many = sum(one.version.question.slug.startswith("topic-1-") for one in study.answered)
    assert not reviews_in(teaching.classroom).exists()
    analysis = actions.item_analysis(classroom=teaching.classroom, now=teaching.now).content
    assert not analysis.versions
    teaching.later(hours=1)
    teaching.assign(teaching.set_of(12), members=[place_of(teaching, ann)])
    assert reviews_in(teaching.classroom).count() == many
    taken = actions.readiness(
        classroom=teaching.classroom, scope=Scope.of(teaching.classroom), now=teaching.now
    )
    seen = {
        one.name: one.readiness.seen for one in readiness_page.learner_rows(teaching.classroom, taken.content)
    }
    assert seen == {"ann@example.org": many, "bob@example.org": 0}


def test_a_report_about_what_others_were_assigned_is_not_the_teachers(teaching: Teaching, ann: User) -> None:
    study = teaching.studies(ann)
    attempt(study, {"topic-1-3": True})
    answered = next(one for one in study.answered if one.version.question.slug == "topic-1-3")
    report = reports.report_question(
        review=answered, kind=QuestionReport.Kind.TYPO, text="", now=teaching.now
    )
    assert browser(teaching.owner).get(at("report", report.public_id)).status_code == 404
    # As staff they see it, but as anyone's: the class did not assign it to her.
    User.objects.filter(pk=teaching.owner.pk).update(is_staff=True)
    page = html(browser(teaching.owner).get(at("report", report.public_id)))
    assert "Reported by a learner" in page
    assert "ann@example.org" not in page


def test_beside_a_report_stand_numbers_of_five_or_more(teaching: Teaching) -> None:
    users = [account(f"learner{number}") for number in range(5)]
    for user in users:
        teaching.take_in(user)
    teaching.assign(teaching.set_of(1), days=9)
    staff = browser(account("staff", is_staff=True))
    report: QuestionReport | None = None
    for many, user in enumerate(users, start=1):
        study = teaching.studies(user)
        attempt(study, {"topic-1-1": many > 1})
        if report is None:
            answered = next(one for one in study.answered if one.version.question.slug == "topic-1-1")
            report = reports.report_question(
                review=answered, kind=QuestionReport.Kind.WRONG, text="", now=study.now
            )
        address = at("report", report.public_id)
        actions.refresh_snapshots(classroom=teaching.classroom, now=study.now)
        with time_machine.travel(study.now, tick=False):
            pages = [html(client.get(address)) for client in (browser(teaching.owner), staff)]
        for page in pages:
            assert ("Right first time" in page) is (many == 5), many
    assert "in your class" in pages[0]
    assert "with everyone" in pages[1]
    # Who leaves takes their answers along, kept numbers or not.
    classes.leave(place=place_of(teaching, users[-1]), now=study.now)
    with time_machine.travel(study.now, tick=False):
        assert "Right first time" not in html(browser(teaching.owner).get(address))


def test_the_log_of_a_class_names_nobody_who_left(teaching: Teaching, ann: User) -> None:
    given = teaching.assign(teaching.set_of(2))
    classes.extend(
        assignment=given,
        members=[place_of(teaching, ann)],
        opens_at=None,
        due_at=teaching.now,
        closes_at=None,
        reason="Ann is ill",
        author=teaching.owner,
        now=teaching.now,
    )
    address = at("class_settings", teaching.classroom.public_id)
    assert "Ann is ill" in html(browser(teaching.owner).get(address))
    classes.leave(place=place_of(teaching, ann), now=teaching.now)
    page = html(browser(teaching.owner).get(address))
    assert "someone who left" in page
    assert "Ann is ill" not in page
    assert "ann@example.org" not in page


def test_an_assistant_who_may_not_admit_sees_neither_link_nor_code(teaching: Teaching, ann: User) -> None:
    teaching.take_in(account("helper"), Role.ASSISTANT)
    for user, seen in ((teaching.owner, True), (User.objects.get(email="helper@example.org"), False)):
        with time_machine.travel(teaching.now, tick=False):
            page = html(browser(user).get(at("class", teaching.classroom.public_id)))
        assert (teaching.link.token in page) is seen
        assert (teaching.link.code[:4] in page) is seen
