from __future__ import annotations

from datetime import timedelta

from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.classroom.models import Assignment, Override
from quizzes.templatetags.dates import moment
from quizzes.tests.classroom.classes import Teaching, account, at, browser, coming
from quizzes.tests.review.pages import html


def test_dates_are_written_in_the_classs_zone_and_read_in_the_readers_with_the_classs_named(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    User.objects.filter(pk=ann.pk).update(time_zone="Asia/Tokyo")
    now_teaching.take_in(ann)
    due = coming("07-03T18:00")
    desk.post(at("assign", now_teaching.klass.public_id), {"source": "topic:topic-1", "due": due})
    given = Assignment.objects.get()
    assert given.due_at.isoformat() == f"{due[:10]}T16:00:00+00:00"
    ann.refresh_from_db()
    for page in (at("today"), at("class", now_teaching.klass.public_id), at("assignment", given.public_id)):
        here = given.due_at + timedelta(hours=9)
        said = f"{here:%a %-d %b %Y}, 01:00 for you, {given.due_at:%a} 18:00 in Europe/Berlin"
        assert said in html(browser(ann).get(page)), page


def test_a_reader_in_the_classs_zone_sees_one_time() -> None:
    at_noon = timezone.now().replace(year=2026, month=12, day=4, hour=11, minute=0)
    assert moment(at_noon, "Europe/Berlin", "Europe/Paris") == "Fri 4 Dec 2026, 12:00 (Europe/Berlin)"
    assert moment(at_noon, "Europe/Berlin", "UTC") == "Fri 4 Dec 2026, 11:00 for you, 12:00 in Europe/Berlin"
    assert moment(None, "UTC", "UTC") == "never"


def test_it_is_assigned_to_the_groups_and_learners_that_were_chosen(
    now_teaching: Teaching, desk: Client, ann: User, bob: User
) -> None:
    anns, bobs = now_teaching.take_in(ann), now_teaching.take_in(bob)
    now_teaching.take_in(account("cy"))
    red = now_teaching.group("Red", anns)
    desk.post(
        at("assign", now_teaching.klass.public_id),
        {
            "source": "topic:topic-1",
            "due": coming("07-03T18:00"),
            "whom": [f"group:{red.public_id}", f"member:{bobs.public_id}"],
        },
    )
    assert {row.membership for row in Assignment.objects.get().assignees.all()} == {anns, bobs}


def test_a_learner_does_not_see_an_assignment_before_it_opens_or_when_it_is_anothers(
    now_teaching: Teaching, ann: User, bob: User
) -> None:
    now_teaching.take_in(ann)
    bobs = now_teaching.take_in(bob)
    later = now_teaching.assign(now_teaching.set_of(2), opens=1, days=3)
    anothers = now_teaching.assign(now_teaching.set_of(2), members=[bobs])
    for hidden in (later, anothers):
        assert browser(ann).get(at("assignment", hidden.public_id)).status_code == 404
    assert browser(bob).get(at("assignment", anothers.public_id)).status_code == 200


def test_other_dates_need_learners_a_date_in_order_and_a_reason(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    place = now_teaching.take_in(ann)
    given = now_teaching.assign(now_teaching.set_of(2))
    here = at("overrides", given.public_id)
    good = {"member": str(place.public_id), "due": coming("01-01T10:00"), "reason": "ill"}
    for wrong, said in (
        ({"member": ""}, "Tick the learners first."),
        ({"reason": ""}, "Say why"),
        ({"due": ""}, "Write at least one date"),
        ({"due": "2001-01-01T10:00"}, "It would open after it is due."),
    ):
        answer = desk.post(here, good | wrong)
        assert answer.status_code == 422
        assert said in html(answer)
    assert not Override.objects.exists()
    assert desk.post(here, good).status_code == 303
    assert "Other dates: ill" in html(desk.get(at("assignment", given.public_id)))


def test_a_learner_is_told_by_how_much_work_does_not_fit_and_so_is_the_teacher(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    now_teaching.take_in(ann)
    client = browser(ann)
    client.get(at("today"))
    ann.study.minutes_a_day = 5
    ann.study.save()
    given = now_teaching.assign(now_teaching.set_of(12), days=0.1)
    page = html(client.get(at("today")))
    assert "will not fit before their date at 5 minutes a day" in page
    assert "5 do not fit" in html(desk.get(at("assignment", given.public_id)))
