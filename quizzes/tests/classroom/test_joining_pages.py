from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.classroom import actions
from quizzes.classroom.models import Invitation, JoinLink, Membership
from quizzes.classroom.rights import WHAT_INSTRUCTORS_DO_NOT_SEE, WHAT_INSTRUCTORS_SEE, Role
from quizzes.tests.classroom.classes import Teaching, account, at, browser
from quizzes.tests.review.pages import html


def test_before_joining_one_sees_exactly_what_instructors_will_see(now_teaching: Teaching, ann: User) -> None:
    page = html(browser(ann).get(at("join_by", now_teaching.link.token)))
    for line in (*WHAT_INSTRUCTORS_SEE, *WHAT_INSTRUCTORS_DO_NOT_SEE):
        assert line in page
    assert not Membership.objects.filter(user=ann).exists()


def test_a_code_leads_to_the_class_and_a_wrong_one_says_so(now_teaching: Teaching, ann: User) -> None:
    client = browser(ann)
    code = now_teaching.link.code
    answer = client.post(at("join"), {"code": f"{code[:4].lower()}-{code[4:]}"})
    assert answer.headers["Location"] == at("join_by", now_teaching.link.token)
    assert "No class has this code now." in html(client.post(at("join"), {"code": "ZZZZZZZZ"}))


def test_codes_cannot_be_tried_one_after_the_other(now_teaching: Teaching, bob: User) -> None:
    # Tries are counted in a cache that other tests may share: nobody else has this number.
    curious = account("curious", pk=uuid4().int % 10**9)
    client = browser(curious)
    tried = [client.post(at("join"), {"code": f"ZZZZZZZ{n}"}).status_code for n in range(10)]
    assert set(tried) == {422}
    assert client.post(at("join"), {"code": now_teaching.link.code}).status_code == 429
    assert browser(bob).post(at("join"), {"code": now_teaching.link.code}).status_code == 303


def test_an_ended_link_says_so_and_lets_nobody_in(now_teaching: Teaching, ann: User) -> None:
    JoinLink.objects.update(expires_at=now_teaching.now)
    for method in ("get", "post"):
        answer = getattr(browser(ann), method)(at("join_by", now_teaching.link.token))
        assert answer.status_code == 410
    assert not Membership.objects.filter(user=ann).exists()


def test_a_visitor_comes_back_to_the_invitation_after_signing_in(
    now_teaching: Teaching, client: Client
) -> None:
    address = at("join_by", now_teaching.link.token)
    assert client.get(address).headers["Location"].endswith(f"?next={address}")


def test_an_invitation_stands_on_today_until_it_is_answered(now_teaching: Teaching, ann: User) -> None:
    desk = browser(now_teaching.owner)
    desk.post(
        at("roster", now_teaching.classroom.public_id), {"roster": ann.email, "confirm": "1", "due": ""}
    )
    client = browser(ann)
    token = Invitation.objects.get().token
    assert at("join_by", token) in html(client.get(at("today")))
    client.post(at("decline", token))
    assert at("join_by", token) not in html(client.get(at("today")))


def test_many_members_are_grouped_promoted_and_removed_at_once(
    now_teaching: Teaching, desk: Client, ann: User, bob: User
) -> None:
    places = [now_teaching.take_in(user) for user in (ann, bob)]
    here = at("members", now_teaching.classroom.public_id)
    ids = [str(place.public_id) for place in places]
    desk.post(here, {"do": "group", "group": "Red", "member": ids})
    assert {str(p.user) for p in now_teaching.classroom.groups.get().members.all()} == {ann.email, bob.email}
    desk.post(here, {"do": "ungroup", "group": "red", "member": ids[:1]})
    assert now_teaching.classroom.groups.get().members.get() == places[1]
    desk.post(here, {"do": "role", "role": "assistant", "member": ids[:1]})
    assert Membership.objects.get(pk=places[0].pk).role == Role.ASSISTANT
    asked = html(desk.post(here, {"do": "remove", "member": ids}))
    assert "Remove 2 members?" in asked
    assert Membership.objects.filter(left_at=None).count() == 3
    desk.post(here, {"do": "remove", "member": ids, "confirm": "1"})
    assert Membership.objects.filter(left_at=None).count() == 1


def test_members_are_found_by_name_and_group_and_the_address_stays_what_was_asked_for(
    now_teaching: Teaching, desk: Client, ann: User, bob: User
) -> None:
    place = now_teaching.take_in(ann)
    now_teaching.take_in(bob)
    red = now_teaching.group("Red", place)
    here = at("members", now_teaching.classroom.public_id)
    for asked, found in ((f"?group={red.public_id}", ann), (f"?name={bob.email[:3].upper()}", bob)):
        page = html(desk.get(here + asked))
        assert "1 member<" in page.replace("\n", "").replace(" <", "<")
        assert f"{found.email}<" in page.replace("\n", "").replace(" ", "")
        answer = desk.post(here + asked, {"do": "group", "group": "Red", "member": str(place.public_id)})
        assert answer.headers["Location"] == here + asked
    assert "No learner matches" in html(desk.get(here + "?name=zzz"))


def test_a_member_of_another_class_is_out_of_reach(now_teaching: Teaching, desk: Client, ann: User) -> None:
    other = actions.create_class(owner=ann, title="Other", time_zone="UTC", now=now_teaching.now)
    theirs = Membership.objects.get(classroom=other)
    desk.post(
        at("members", now_teaching.classroom.public_id),
        {"do": "remove", "member": str(theirs.public_id), "confirm": "1"},
    )
    theirs.refresh_from_db()
    assert theirs.left_at is None


def test_a_co_instructor_cannot_remove_those_who_teach(now_teaching: Teaching, ann: User, bob: User) -> None:
    now_teaching.take_in(ann, Role.INSTRUCTOR)
    assistant = now_teaching.take_in(bob, Role.ASSISTANT)
    answer = browser(ann).post(
        at("members", now_teaching.classroom.public_id),
        {"do": "remove", "member": str(assistant.public_id), "confirm": "1"},
        follow=True,
    )
    assert "Only the owner removes those who teach." in html(answer)
    assistant.refresh_from_db()
    assert assistant.left_at is None


@pytest.mark.parametrize("page", ["/join/%00/", "/join/a%00b/", "/join/%FF%FE/", "/join/%E2%80%AE/"])
def test_a_token_that_cannot_be_one_is_not_found(page: str, ann: User) -> None:
    """No database is asked for it: PostgreSQL refuses a text with a null."""
    client = browser(ann)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 404
        assert client.post(page + "decline/").status_code == 404
    assert not [query["sql"] for query in asked if "joinlink" in query["sql"]]
