"""Dates nobody means: refused with the mend, before anything has to walk there day by day."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from quizzes.classroom.models import Assignment, Classroom
from quizzes.tests.classroom.classes import Teaching, at, coming
from quizzes.tests.review.pages import html


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize(
    "case",
    [
        ({"due": "9999-12-31T23:59"}, "Write a year from 2000 to 2200."),
        ({"opens": "0001-01-01T00:00"}, "Write a year from 2000 to 2200."),
        ({"closes": "9999-12-31T23:59"}, "Write a year from 2000 to 2200."),
        ({"due": "2199-12-31T23:59"}, "within a year"),
        ({"closes": "2199-12-31T23:59"}, "within a year"),
    ],
)
def test_no_date_is_taken_that_no_plan_can_be_made_for(
    now_teaching: Teaching, desk: Client, ann: User, zone: str, case: tuple[dict[str, str], str]
) -> None:
    said, sentence = case
    Classroom.objects.filter(pk=now_teaching.classroom.pk).update(time_zone=zone)
    form = {"source": "topic:topic-1", "due": coming("01-01T10:00"), **said}
    answer = desk.post(at("assign", now_teaching.classroom.public_id), form)
    assert answer.status_code == 422
    assert sentence in html(answer)
    assert not Assignment.objects.exists()
    place = now_teaching.take_in(ann)
    given = now_teaching.assign(now_teaching.set_of(2))
    for name, data in (
        ("extensions", {"member": str(place.public_id), "reason": "ill", **said}),
        ("assignment_terms", {"title": "Work", "due": coming("01-01T10:00"), **said}),
    ):
        answer = desk.post(at(name, given.public_id), data)
        assert answer.status_code == 422, name
        assert sentence in html(answer), name


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2199-01-01"])
def test_no_exam_is_taken_that_no_plan_can_be_made_for(
    now_teaching: Teaching, desk: Client, day: str
) -> None:
    for address in (at("new_class"), at("class_settings", now_teaching.classroom.public_id)):
        form = {"title": "ML", "time_zone": "America/New_York", "exam_on": day}
        answer = desk.post(address, form)
        assert answer.status_code == 422
        assert "within a year" in html(answer)
    assert not Classroom.objects.exclude(exam_on=None).exists()


def test_the_furthest_day_that_is_taken_can_be_looked_forward_to(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    now_teaching.take_in(ann)
    now_teaching.assign(now_teaching.set_of(4), days=365)
    now_teaching.studies(ann).answer_all()
    assert desk.get(at("ready", now_teaching.classroom.public_id)).status_code == 200
