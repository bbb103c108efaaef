"""Whoever is the last to lead a class decides what becomes of it before the account goes."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.classroom import actions
from quizzes.classroom.models import Classroom, Invitation, Membership
from quizzes.classroom.rights import Role
from quizzes.classroom.roster import read_roster
from quizzes.jobs.actions import purge_expired
from quizzes.tests.classroom.classes import Teaching, at, browser, wanted_of
from quizzes.tests.classroom.conftest import ann, bob, now_teaching, teaching
from quizzes.tests.review.pages import html

__all__ = ["ann", "bob", "now_teaching", "teaching"]
PAGE = "/settings/delete/"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def owner(now_teaching: Teaching) -> User:
    now_teaching.owner.set_password(PASSWORD)
    now_teaching.owner.save()
    return now_teaching.owner


@pytest.fixture
def desk(owner: User) -> Client:
    return browser(owner)


def still_there(user: User) -> bool:
    return User.objects.filter(pk=user.pk).exists()


def says_alone(page: str) -> bool:
    return "You alone lead" in page and "“Class”" in page


def test_the_page_names_the_classes_that_would_be_left_alone_and_how_to_hand_them_on(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    now_teaching.take_in(ann)
    page = html(desk.get(PAGE))
    assert says_alone(page)
    assert at("members", now_teaching.classroom.public_id) in page
    assert "1 member" in page


def test_nothing_is_deleted_until_each_such_class_is_handed_on_or_said_to_be_archived(
    now_teaching: Teaching, desk: Client, owner: User, ann: User
) -> None:
    now_teaching.take_in(ann)
    now_teaching.assign(now_teaching.set_of(3))
    answer = desk.post(PAGE, {"password": PASSWORD})
    assert answer.status_code == 422
    assert "Nothing was deleted." in html(answer)
    assert still_there(owner)
    assert len(wanted_of(ann)) == 3
    answer = desk.post(PAGE, {"password": PASSWORD, "archive": [str(now_teaching.classroom.public_id)]})
    assert (answer.status_code, still_there(owner)) == (302, False)
    classroom = Classroom.objects.get()
    assert classroom.archived_at is not None
    assert wanted_of(ann) == set()
    assert not classroom.join_links.filter(closed_at=None).exists()
    assert "no one any more" in html(browser(ann).get(at("class", classroom.public_id)))


def test_who_has_left_is_told_that_all_is_deleted(desk: Client, owner: User) -> None:
    page = html(desk.post(PAGE, {"password": PASSWORD}, follow=True))
    assert not still_there(owner)
    assert "Your account is deleted" in page


def test_who_comes_into_the_class_meanwhile_stops_the_deletion_and_the_page_says_so(
    now_teaching: Teaching, desk: Client, owner: User, ann: User
) -> None:
    came: list[Membership] = []

    def come_in(execute: Callable[..., object], sql: str, *rest: object) -> object:
        # The transaction begins that deletes the account; the page was read before.
        if sql.startswith("SAVEPOINT") and not came:
            came.append(Membership(classroom=now_teaching.classroom, user=ann, joined_at=now_teaching.now))
            came[0].save()
        return execute(sql, *rest)

    with connection.execute_wrapper(come_in):
        answer = desk.post(PAGE, {"password": PASSWORD}, follow=True)
    assert still_there(owner)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Who leads your classes has just changed. Look again. Nothing was deleted." in html(answer)
    assert says_alone(html(answer))


def test_a_wrong_password_archives_nothing(now_teaching: Teaching, desk: Client, ann: User) -> None:
    now_teaching.take_in(ann)
    answer = desk.post(PAGE, {"password": "wrong", "archive": [str(now_teaching.classroom.public_id)]})
    assert answer.status_code == 422
    assert Classroom.objects.get().archived_at is None
    assert re.search(rf'value="{now_teaching.classroom.public_id}"[^>]* checked', html(answer))


@pytest.mark.parametrize("role", [Role.INSTRUCTOR, Role.OWNER])
def test_a_class_others_lead_goes_on_and_is_not_spoken_of(
    now_teaching: Teaching, desk: Client, owner: User, ann: User, role: Membership.Role
) -> None:
    now_teaching.take_in(ann, role)
    assert "You alone lead" not in html(desk.get(PAGE))
    assert desk.post(PAGE, {"password": PASSWORD}).status_code == 302
    assert (still_there(owner), Classroom.objects.get().archived_at) == (False, None)


def test_a_tick_for_a_class_that_was_handed_on_meanwhile_archives_nothing(
    now_teaching: Teaching, desk: Client, owner: User, ann: User
) -> None:
    now_teaching.take_in(ann, Role.INSTRUCTOR)
    assert (
        desk.post(
            PAGE, {"password": PASSWORD, "archive": [str(now_teaching.classroom.public_id)]}
        ).status_code
        == 302
    )
    assert (still_there(owner), Classroom.objects.get().archived_at) == (False, None)


def test_an_assistant_is_nobody_who_leads(now_teaching: Teaching, desk: Client, ann: User) -> None:
    now_teaching.take_in(ann, Role.ASSISTANT)
    assert says_alone(html(desk.get(PAGE)))


def test_who_is_only_invited_is_somebody_too(now_teaching: Teaching, desk: Client, owner: User) -> None:
    rows = read_roster("ann@example.org")
    actions.invite(classroom=now_teaching.classroom, rows=rows, author=owner, now=now_teaching.now)
    assert "1 open invitation" in html(desk.get(PAGE))
    assert desk.post(PAGE, {"password": PASSWORD}).status_code == 422
    assert Invitation.objects.filter(withdrawn_at=None).count() == 1


def test_a_class_with_nobody_else_is_archived_without_a_question(
    now_teaching: Teaching, desk: Client, owner: User
) -> None:
    assert "You alone lead" not in html(desk.get(PAGE))
    assert desk.post(PAGE, {"password": PASSWORD}).status_code == 302
    assert not still_there(owner)
    assert Classroom.objects.get().archived_at is not None


def test_an_archived_class_is_not_spoken_of(
    now_teaching: Teaching, desk: Client, owner: User, ann: User
) -> None:
    now_teaching.take_in(ann)
    actions.archive(classroom=now_teaching.classroom, actor=owner, now=now_teaching.now)
    assert "You alone lead" not in html(desk.get(PAGE))
    assert desk.post(PAGE, {"password": PASSWORD}).status_code == 302


def test_the_last_who_leads_cannot_leave_a_running_class(
    now_teaching: Teaching, owner: User, ann: User, bob: User
) -> None:
    place = now_teaching.take_in(ann, Role.INSTRUCTOR)
    now_teaching.take_in(bob)
    owner.delete()
    with pytest.raises(actions.ClassRefusedError, match="nobody else leads"):
        actions.leave(place=place, now=now_teaching.now)
    actions.take_over(place=place, now=now_teaching.now)


def test_an_archived_class_without_an_owner_is_taken_over_and_restored(
    now_teaching: Teaching, owner: User, ann: User
) -> None:
    now_teaching.take_in(ann, Role.INSTRUCTOR)
    actions.archive(classroom=now_teaching.classroom, actor=owner, now=now_teaching.now)
    owner.delete()
    here, page = browser(ann), at("class", now_teaching.classroom.public_id)
    assert "Take the class over" in html(here.get(page))
    assert here.post(at("take_over", now_teaching.classroom.public_id)).status_code == 303
    here.post(at("archive_class", now_teaching.classroom.public_id), {"do": "restore"})
    assert Classroom.objects.get().archived_at is None


def test_a_class_that_nobody_leads_any_more_is_archived_by_the_clock(
    now_teaching: Teaching, owner: User, ann: User
) -> None:
    now_teaching.take_in(ann)
    now_teaching.assign(now_teaching.set_of(3))
    led = actions.create_class(owner=ann, title="Led", time_zone="UTC", now=now_teaching.now)
    owner.delete()
    later = now_teaching.now + timedelta(hours=1)
    assert purge_expired(now=later, limit=100) >= 1
    now_teaching.classroom.refresh_from_db()
    led.refresh_from_db()
    assert (now_teaching.classroom.archived_at, led.archived_at) == (later, None)
    assert wanted_of(ann) == set()
    assert purge_expired(now=later, limit=100) == 0


def test_the_number_of_queries_of_the_page_does_not_grow_with_the_classes(
    now_teaching: Teaching, desk: Client, owner: User, ann: User
) -> None:
    counts = []
    for n in range(2):
        classroom = actions.create_class(
            owner=owner, title=f"More {n}", time_zone="UTC", now=now_teaching.now
        )
        Membership.objects.create(classroom=classroom, user=ann, joined_at=now_teaching.now)
        with CaptureQueriesContext(connection) as captured:
            desk.get(PAGE)
        counts.append(len(captured))
    assert counts[0] == counts[1]
