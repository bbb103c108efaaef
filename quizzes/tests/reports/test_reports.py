"""Reports about questions: from the feedback to the reply on Today."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from quizzes.analytics import actions as analytics
from quizzes.classroom.rights import Role
from quizzes.reports import actions as reports
from quizzes.reports.models import QuestionReport
from quizzes.review.models import Review
from quizzes.tests.analytics.working import work
from quizzes.tests.classroom.classes import Teaching, account, at, browser


@pytest.fixture
def ann(teaching: Teaching) -> User:
    user = account("ann")
    teaching.take_in(user)
    teaching.assign(teaching.set_of(3), days=9)
    return user


@pytest.fixture
def answered(teaching: Teaching, ann: User) -> Review:
    return work(teaching.studies(ann), right=False)


@pytest.fixture
def report(teaching: Teaching, answered: Review) -> QuestionReport:
    return reports.report_question(
        review=answered, kind=QuestionReport.Kind.WRONG, text="The key is off.", now=teaching.now
    )


def open_page(teaching: Teaching, client: Client, address: str) -> str:
    with time_machine.travel(teaching.now, tick=False):
        answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_learner_reports_from_the_feedback(teaching: Teaching, ann: User, answered: Review) -> None:
    client = browser(ann)
    address = at("report_question", answered.public_id)
    assert address in open_page(teaching, client, at("feedback", answered.public_id))
    with time_machine.travel(teaching.now, tick=False):
        assert client.post(address, {"kind": "unclear", "text": "Which one?"}).status_code == 303
    found = QuestionReport.objects.get()
    assert (found.review, found.user, found.kind, found.text) == (answered, ann, "unclear", "Which one?")
    assert found.letter == QuestionReport.Letter.NONE


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({}, "Choose what is the matter."),
        ({"kind": "rude"}, "Choose what is the matter."),
        ({"kind": "other"}, "Say what is the matter"),
        ({"kind": "typo", "text": "x" * 1001}, "Write at most 1,000 characters; these are 1001."),
    ],
)
def test_a_report_that_says_nothing_is_sent_back(
    ann: User, answered: Review, said: dict[str, str], sentence: str
) -> None:
    answer = browser(ann).post(at("report_question", answered.public_id), said)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not QuestionReport.objects.exists()


def test_reporting_again_changes_the_report_until_it_is_replied_to(
    teaching: Teaching, report: QuestionReport
) -> None:
    reports.report_question(
        review=report.review, kind=QuestionReport.Kind.TYPO, text="A word.", now=teaching.now
    )
    assert QuestionReport.objects.get().kind == "typo"
    reports.reply(report=report, author=teaching.owner, text="Mended.", now=teaching.now)
    reports.report_question(
        review=report.review, kind=QuestionReport.Kind.OTHER, text="Again.", now=teaching.now
    )
    assert QuestionReport.objects.get().text == "A word."


def test_the_teacher_sees_who_what_and_the_numbers_and_replies(
    teaching: Teaching, ann: User, report: QuestionReport
) -> None:
    analytics.refresh_snapshots(classroom=teaching.classroom, now=teaching.now)
    client = browser(teaching.owner)
    assert at("report", report.public_id) in open_page(teaching, client, at("reports"))
    html = open_page(teaching, client, at("report", report.public_id))
    for text in (
        "ann@example.org",
        "The key is off.",
        "version 1",
        "Your answer: wrong",
    ):
        assert text in html
    with time_machine.travel(teaching.now, tick=False):
        assert (
            client.post(at("report", report.public_id), {"reply": "It is right: see why."}).status_code == 303
        )
    found = QuestionReport.objects.get()
    assert (found.replied_by, found.letter) == (teaching.owner, QuestionReport.Letter.OWED)
    assert "It is right: see why." in open_page(teaching, browser(ann), at("today"))


def test_the_first_reply_stands(teaching: Teaching, report: QuestionReport) -> None:
    assert reports.reply(report=report, author=teaching.owner, text="One.", now=teaching.now)
    assert not reports.reply(report=report, author=teaching.owner, text="Two.", now=teaching.now)
    assert QuestionReport.objects.get().reply == "One."


def test_an_empty_reply_is_sent_back(teaching: Teaching, report: QuestionReport) -> None:
    answer = browser(teaching.owner).post(at("report", report.public_id), {"reply": " "})
    assert answer.status_code == 422
    assert "Write what the learner should know." in answer.content.decode()


def test_a_reply_that_was_read_leaves_today_and_needs_no_letter(
    teaching: Teaching, ann: User, report: QuestionReport
) -> None:
    reports.reply(report=report, author=teaching.owner, text="Mended.", now=teaching.now)
    client = browser(ann)
    with time_machine.travel(teaching.now, tick=False):
        assert client.post(at("dismiss_reply", report.public_id)).status_code == 303
    assert "Mended." not in open_page(teaching, client, at("today"))
    assert QuestionReport.objects.get().letter == QuestionReport.Letter.DROPPED


def test_nobody_else_sees_a_report(teaching: Teaching, report: QuestionReport) -> None:
    elsewhere = Teaching(account("other"), teaching.classroom, teaching.link, teaching.now)
    for user in (elsewhere.owner, report.user, account("staff", is_staff=False)):
        client = browser(user)
        assert client.get(at("report", report.public_id)).status_code == 404
        assert "The key is off." not in client.get(at("reports")).content.decode()


def test_staff_see_reports_on_built_in_questions_without_the_name(
    teaching: Teaching, report: QuestionReport
) -> None:
    html = open_page(teaching, browser(account("staff", is_staff=True)), at("report", report.public_id))
    assert "a learner" in html
    assert "ann@example.org" not in html


def test_a_teacher_sees_nothing_of_questions_the_class_did_not_assign(teaching: Teaching, ann: User) -> None:
    study = teaching.studies(ann)
    study.answer_all()
    free = next(one for one in study.answered if not one.version.question.slug.startswith("topic-1"))
    hidden = reports.report_question(review=free, kind=QuestionReport.Kind.TYPO, text="", now=teaching.now)
    assert browser(teaching.owner).get(at("report", hidden.public_id)).status_code == 404


def test_who_was_removed_takes_their_reports_with_them(teaching: Teaching, report: QuestionReport) -> None:
    teaching.classroom.memberships.filter(user=report.user).update(left_at=teaching.now)
    assert browser(teaching.owner).get(at("report", report.public_id)).status_code == 404


def test_an_assistant_may_reply(teaching: Teaching, report: QuestionReport) -> None:
    helper = account("helper")
    teaching.take_in(helper, Role.ASSISTANT)
    assert browser(helper).post(at("report", report.public_id), {"reply": "Thanks."}).status_code == 303
