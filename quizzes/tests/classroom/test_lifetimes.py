"""What becomes of sets, packs, places and letters when somebody goes, changes their mind, or two act at once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from quizzes.analytics.gradebook import GradedLearner, as_csv
from quizzes.bank import sets
from quizzes.bank.actions import packs_of
from quizzes.bank.models import Question, QuestionSet
from quizzes.classroom import actions
from quizzes.classroom.models import Invitation, Membership
from quizzes.classroom.rights import Role
from quizzes.classroom.roster import read_roster
from quizzes.tests.classroom.classes import Teaching, at, browser, coming, load_document, wanted_of
from quizzes.tests.review.packs import choices
from quizzes.tests.review.pages import html


@pytest.fixture
def public_set(now_teaching: Teaching) -> QuestionSet:
    made = now_teaching.set_of(3)
    sets.save_set(question_set=made, title="Open", about="", visibility="public", now=now_teaching.now)
    return made


# --- sets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("visibility", ["private", "class", None])
def test_a_set_that_is_public_no_longer_or_gone_asks_nothing_of_those_who_joined_it(
    now_teaching: Teaching, desk: Client, ann: User, public_set: QuestionSet, visibility: str | None
) -> None:
    browser(ann).post(at("join_set", public_set.public_id))
    desk.post(at("set_settings", public_set.public_id), {"title": "Still open", "visibility": "public"})
    assert len(wanted_of(ann)) == 3
    if visibility:
        form = {"title": "Closed", "visibility": visibility}
        assert desk.post(at("set_settings", public_set.public_id), form).status_code == 303
    else:
        desk.post(at("delete_set", public_set.public_id))
    assert wanted_of(ann) == set()


def test_of_an_account_that_goes_only_public_sets_stay_and_what_was_assigned_stays_assigned(
    now_teaching: Teaching, ann: User, public_set: QuestionSet
) -> None:
    now_teaching.take_in(ann)
    given = now_teaching.assign(now_teaching.set_of(2))
    now_teaching.owner.delete()
    assert list(QuestionSet.objects.all()) == [public_set]
    given.refresh_from_db()
    assert (given.question_set, given.items.count(), len(wanted_of(ann))) == (None, 2, 2)
    assert browser(ann).get(at("set", public_set.public_id)).status_code == 200
    assert browser(ann).get(at("sets")).status_code == 200


def test_a_pack_too_large_for_one_set_is_said_and_leaves_no_empty_set(
    now_teaching: Teaching, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "MOST_QUESTIONS", 3)
    load_document(desk, choices(topic="own", number=9, many=4))
    own = packs_of(now_teaching.owner).get()
    page = html(desk.post(at("pack_to_set", own.public_id), follow=True))
    assert "A set holds at most 3 questions" in page
    assert not QuestionSet.objects.exists()


# --- packs ----------------------------------------------------------------------------------------------------------


def test_two_plain_documents_that_were_pasted_do_not_retire_each_other(
    now_teaching: Teaching, desk: Client
) -> None:
    for title, prompt in (("First steps", "What is a?"), ("Second/steps", "What is b?")):
        load_document(desk, f"# {title}\n\n## {prompt}\n\nIt is c.\n")
    assert {pack.title for pack in packs_of(now_teaching.owner)} == {"First steps", "Second/steps"}
    assert not Question.objects.exclude(retired_at=None).exists()
    first = packs_of(now_teaching.owner).get(title="First steps")
    load_document(desk, "# First steps\n\n## What is a?\n\nIt is d.\n", into=first)
    assert packs_of(now_teaching.owner).count() == 2
    assert Question.objects.get(pack=first).versions.count() == 2


@pytest.mark.parametrize("name", ["x" * 200 + ".md", "....md", "ü.md"])
def test_a_file_may_be_called_as_it_likes(now_teaching: Teaching, desk: Client, name: str) -> None:
    file = SimpleUploadedFile(name, b"# T\n\n## What is a?\n\nIt is b.\n")
    load_document(desk, file)
    assert packs_of(now_teaching.owner).count() == 1


# --- places ---------------------------------------------------------------------------------------------------------


def test_of_many_who_were_chosen_all_are_dealt_with_or_none(
    now_teaching: Teaching, ann: User, bob: User
) -> None:
    learner = now_teaching.take_in(ann)
    teacher = now_teaching.take_in(bob, Role.INSTRUCTOR)
    address = at("members", now_teaching.classroom.public_id)
    chosen = [str(learner.public_id), str(teacher.public_id)]
    page = html(browser(bob).post(address, {"do": "remove", "confirm": "1", "member": chosen}, follow=True))
    assert "Only the owner removes those who teach." in page
    learner.refresh_from_db()
    assert learner.left_at is None


def test_a_class_of_a_thousand_may_be_ticked_whole(now_teaching: Teaching, desk: Client) -> None:
    form = {"do": "group", "group": "Red", "member": [str(uuid4()) for _ in range(1000)]}
    assert desk.post(at("members", now_teaching.classroom.public_id), form).status_code == 303


def test_who_was_made_owner_meanwhile_cannot_leave_by_an_older_page(
    now_teaching: Teaching, ann: User
) -> None:
    place = now_teaching.take_in(ann, Role.INSTRUCTOR)
    older = Membership.objects.select_related("classroom", "user").get(pk=place.pk)
    actions.change_role(place=place, role=Role.OWNER, actor=now_teaching.owner, now=now_teaching.now)
    with pytest.raises(actions.ClassRefusedError, match="You own this class"):
        actions.leave(place=older, now=now_teaching.now)


def test_who_left_meanwhile_is_not_made_owner(now_teaching: Teaching, ann: User) -> None:
    place = now_teaching.take_in(ann, Role.INSTRUCTOR)
    older = Membership.objects.select_related("classroom", "user").get(pk=place.pk)
    actions.leave(place=place, now=now_teaching.now)
    with pytest.raises(actions.ClassRefusedError, match="has left the class"):
        actions.change_role(place=older, role=Role.OWNER, actor=now_teaching.owner, now=now_teaching.now)
    assert Membership.objects.get(role=Role.OWNER).user == now_teaching.owner


# --- what has ended -------------------------------------------------------------------------------------------------


def test_a_withdrawn_assignment_has_no_dates_to_change(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    place = now_teaching.take_in(ann)
    given = now_teaching.assign(now_teaching.set_of(2))
    due = given.due_at
    actions.withdraw_assignment(assignment=given, actor=now_teaching.owner, now=now_teaching.now)
    said = {"title": "Other", "due": coming("01-01T10:00"), "reason": "ill", "member": str(place.public_id)}
    for name in ("assignment_terms", "extensions"):
        page = html(desk.post(at(name, given.public_id), said, follow=True))
        assert "it has no dates to change any more" in page
    given.refresh_from_db()
    assert (given.title, given.due_at, given.extensions.count()) == ("Work", due, 0)


def test_declining_what_has_ended_is_not_said_to_have_worked(now_teaching: Teaching, ann: User) -> None:
    rows = read_roster("ann@example.org")
    actions.invite(
        classroom=now_teaching.classroom, rows=rows, author=now_teaching.owner, now=now_teaching.now
    )
    invitation = Invitation.objects.get()
    client = browser(ann)
    assert "is declined" in html(client.post(at("decline", invitation.token), follow=True))
    assert "had ended before" in html(client.post(at("decline", invitation.token), follow=True))
    assert client.post(at("join_by", invitation.token)).status_code == 410


# --- the gradebook's file -------------------------------------------------------------------------------------------


def test_no_name_begins_a_cell_where_rows_are_divided_at_semicolons() -> None:
    text = as_csv([], [GradedLearner('Ann;=HYPERLINK("x")', "ann@example.org", False, [])])
    assert text.splitlines()[1].startswith('"Ann;=HYPERLINK(""x"")","ann@example.org"')
