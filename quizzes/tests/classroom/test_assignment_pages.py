from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank.models import QuestionSet
from quizzes.classroom import actions
from quizzes.classroom.assignees import assigned_in
from quizzes.classroom.models import Assignment, Extension
from quizzes.review.models import Card, StudySettings
from quizzes.templatetags.dates import moment
from quizzes.tests.classroom.classes import Teaching, account, at, browser, coming
from quizzes.tests.review.pages import html


def test_dates_are_written_in_the_classs_zone_and_read_in_the_readers_with_the_classs_named(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    User.objects.filter(pk=ann.pk).update(time_zone="Asia/Tokyo")
    now_teaching.take_in(ann)
    due = coming("07-03T18:00")
    desk.post(at("assign", now_teaching.classroom.public_id), {"source": "topic:topic-1", "due": due})
    given = Assignment.objects.get()
    assert given.due_at.isoformat() == f"{due[:10]}T16:00:00+00:00"
    ann.refresh_from_db()
    for page in (
        at("today"),
        at("class", now_teaching.classroom.public_id),
        at("assignment", given.public_id),
    ):
        here = given.due_at + timedelta(hours=9)
        said = f"{here:%a %-d %b %Y}, 01:00 for you, {given.due_at:%a} 18:00 in Europe/Berlin"
        assert said in html(browser(ann).get(page)), page


def test_a_reader_in_the_classs_zone_sees_one_time() -> None:
    at_noon = timezone.now().replace(year=2026, month=12, day=4, hour=11, minute=0)
    assert moment(at_noon, "Europe/Berlin", "Europe/Paris") == "Fri 4 Dec 2026, 12:00 (Europe/Berlin)"
    assert moment(at_noon, "Europe/Berlin", "UTC") == "Fri 4 Dec 2026, 11:00 for you, 12:00 in Europe/Berlin"
    assert moment(None, "UTC", "UTC") == "never"


def test_a_form_sent_twice_assigns_once(now_teaching: Teaching, desk: Client) -> None:
    address = at("assign", now_teaching.classroom.public_id)
    key = re.findall(r'name="key" value="([0-9a-f-]{36})"', html(desk.get(address)))[0]
    sent = {"source": "topic:topic-1", "due": coming("07-03T18:00"), "key": key}
    first, second = desk.post(address, sent), desk.post(address, sent)
    assert (first.status_code, first["Location"]) == (303, second["Location"])
    assert (Assignment.objects.count(), QuestionSet.objects.count()) == (1, 1)


def test_another_classs_assignment_is_not_touched_by_its_key(now_teaching: Teaching, ann: User) -> None:
    theirs = now_teaching.assign(now_teaching.set_of(3))
    own = actions.create_class(owner=ann, title="Own", time_zone="UTC", now=now_teaching.now)
    sent = {"source": "topic:topic-1", "due": coming("07-03T18:00"), "key": str(theirs.public_id)}
    assert browser(ann).post(at("assign", own.public_id), sent).status_code == 303
    assert own.assignments.get().public_id != theirs.public_id
    assert theirs.items.count() == 3


def test_it_is_assigned_to_the_groups_and_learners_that_were_chosen(
    now_teaching: Teaching, desk: Client, ann: User, bob: User
) -> None:
    anns, bobs = now_teaching.take_in(ann), now_teaching.take_in(bob)
    now_teaching.take_in(account("cy"))
    red = now_teaching.group("Red", anns)
    desk.post(
        at("assign", now_teaching.classroom.public_id),
        {
            "source": "topic:topic-1",
            "due": coming("07-03T18:00"),
            "assigned_to": [f"group:{red.public_id}", f"member:{bobs.public_id}"],
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
    here = at("extensions", given.public_id)
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
    assert not Extension.objects.exists()
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
    # Ten others were planned before; what is assigned takes their place, but for the one in sight.
    assert re.search(r"about \d+ do not fit", html(desk.get(at("assignment", given.public_id))))


def names_on(page: str) -> set[str]:
    """The learners who can be ticked there."""
    return set(re.findall(r'name="member".*?<span>(.*?)</span>', page, re.DOTALL))


def test_a_big_class_is_shown_by_the_page_and_what_is_asked_of_the_list_stays_in_the_address(
    now_teaching: Teaching, desk: Client
) -> None:
    places = now_teaching.enlist("learner", 120)
    red = now_teaching.group("Red", *places[:60])
    here = at("assignment", now_teaching.assign(now_teaching.set_of(2)).public_id)
    everyone = {place.user.email for place in places}
    pages = [html(desk.get(f"{here}?page={page}")) for page in (1, 2, 3)]
    assert [len(names_on(page)) for page in pages] == [50, 50, 20]
    assert set().union(*map(names_on, pages)) == everyone
    first = html(desk.get(f"{here}?group={red.public_id}"))
    (onwards,) = re.findall(r'rel="next" href="(.*?)"', first)
    second = html(desk.get(unescape(onwards)))
    assert names_on(first) | names_on(second) == {place.user.email for place in places[:60]}


def test_the_list_can_be_those_who_have_not_begun_or_have_other_dates_or_a_name(
    now_teaching: Teaching, desk: Client, ann: User, bob: User
) -> None:
    anns = now_teaching.take_in(ann)
    now_teaching.take_in(bob)
    given = now_teaching.assign(now_teaching.set_of(2))
    first, second = (item.question for item in given.items.all())
    Card.objects.create(user=ann, question=first, reps=1)
    here = at("assignment", given.public_id)

    def shown(only: str, **more: str) -> set[str]:
        return names_on(html(desk.get(here, {"only": only} | more)))

    assert shown("unbegun") == {bob.email}
    assert shown("unfinished") == {ann.email, bob.email}
    Card.objects.create(user=ann, question=second, reps=1)
    assert shown("unfinished") == {bob.email}
    assert shown("dates") == set()
    desk.post(
        at("extensions", given.public_id),
        {"member": str(anns.public_id), "due": coming("01-01T10:00"), "reason": "ill"},
    )
    assert shown("dates") == {ann.email}
    assert shown("", name="BOB@") == {bob.email}
    assert shown("no such filter", group="no group", page="no page") == {ann.email, bob.email}
    assert "No learner matches" in html(desk.get(here, {"name": "zoe"}))


def test_other_dates_reach_all_of_a_filtered_list_and_nobody_else(
    now_teaching: Teaching, desk: Client
) -> None:
    places = now_teaching.enlist("learner", 70)
    red = now_teaching.group("Red", *places[:60])
    given = now_teaching.assign(now_teaching.set_of(2))
    preferences = f"?group={red.public_id}"
    page = html(desk.get(at("assignment", given.public_id) + preferences))
    assert "For all 60 learners shown here, on all 2 pages" in page
    answer = desk.post(
        at("extensions", given.public_id) + preferences,
        {
            "all": "on",
            "member": str(places[65].public_id),
            "due": coming("01-01T10:00"),
            "reason": "excursion",
        },
    )
    assert (answer.status_code, answer["Location"]) == (303, at("assignment", given.public_id) + preferences)
    assert {row.membership_id for row in Extension.objects.filter(active=True)} == {p.pk for p in places[:60]}


def test_a_refused_form_on_a_filtered_list_leads_on_to_pages_that_exist(
    now_teaching: Teaching, desk: Client
) -> None:
    now_teaching.enlist("learner", 60)
    given = now_teaching.assign(now_teaching.set_of(2))
    answer = desk.post(at("extensions", given.public_id) + "?name=learner", {"all": "on", "reason": ""})
    assert answer.status_code == 422
    page = html(answer)
    assert re.search(r'name="all" value="on"\s+checked', page)
    (onwards,) = re.findall(r'rel="next" href="(.*?)"', page)
    assert len(names_on(html(desk.get(unescape(onwards))))) == 10


def test_a_question_wanted_twice_is_short_once(now_teaching: Teaching, ann: User) -> None:
    now_teaching.take_in(ann)
    StudySettings.objects.create(user=ann, minutes_a_day=5, next_day_at=now_teaching.now)
    made = now_teaching.set_of(12)
    now_teaching.assign(made, days=0.1)
    (row,) = assigned_in(now_teaching.assign(made, days=0.2), now_teaching.now)
    # Five minutes hold two questions of 75 seconds, half of them asked twice.
    assert row.short == 10
