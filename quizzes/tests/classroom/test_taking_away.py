"""What takes something away asks first, says truly what happens, and can be undone or says that it cannot."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.analytics import actions as analytics
from quizzes.analytics.models import Forecast, Scope
from quizzes.bank.models import Pack, Question, QuestionSet
from quizzes.classroom import actions
from quizzes.classroom.models import Assignee, Assignment, Group, Invitation, Membership
from quizzes.classroom.roster import read_roster
from quizzes.review.models import Target
from quizzes.tests.classroom.classes import Teaching, account, at, browser, load_document, wanted_of
from quizzes.tests.review.packs import choices
from quizzes.tests.review.pages import html


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def targets_of(user: User) -> list[Any]:
    columns = ("question", "source", "label", "opens_at", "due_at", "closes_at")
    return sorted(Target.objects.filter(user=user).values_list(*columns))


def invited(teaching: Teaching, *names: str) -> None:
    rows = read_roster("\n".join(f"{name}@example.org" for name in names))
    actions.invite(classroom=teaching.classroom, rows=rows, author=teaching.owner, now=teaching.now)


# --- assignments ----------------------------------------------------------------------------------------------------


@pytest.fixture
def given(now_teaching: Teaching, ann: User, bob: User) -> Assignment:
    """Four questions for two learners, one with another date; one has answered all that was asked today."""
    now_teaching.take_in(ann)
    place = now_teaching.take_in(bob)
    made = now_teaching.assign(now_teaching.set_of(4), days=9, closes=12)
    actions.extend(
        assignment=made,
        members=[place],
        opens_at=None,
        due_at=now_teaching.now + timedelta(days=11),
        closes_at=None,
        reason="ill",
        author=now_teaching.owner,
        now=now_teaching.now,
    )
    now_teaching.studies(ann).answer_all()
    return made


def results(desk: Client, given: Assignment) -> list[dict[str, str]]:
    answer = desk.get(at("gradebook_csv", given.classroom.public_id) + f"?assignment={given.public_id}")
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_withdrawing_asks_first_with_the_true_numbers(desk: Client, given: Assignment, ann: User) -> None:
    answers = ann.cards.filter(reps__gt=0, question__assignment_items__assignment=given).count()
    assert answers > 1
    page = text(html(desk.get(at("withdraw_assignment", given.public_id))))
    assert "Withdraw “Work”?" in page
    assert f"2 learners have it; {answers} answers so far" in page
    assert "You can restore it" in page
    given.refresh_from_db()
    assert given.withdrawn_at is None


def test_given_back_targets_dates_and_results_are_exactly_as_before(
    desk: Client, given: Assignment, ann: User, bob: User
) -> None:
    before = [targets_of(ann), targets_of(bob), results(desk, given)]
    dates = list(Assignee.objects.order_by("pk").values())
    page = text(html(desk.post(at("withdraw_assignment", given.public_id), follow=True)))
    assert "“Work” is withdrawn. Its results are kept, and you can restore it." in page
    assert targets_of(ann) == targets_of(bob) == []
    page = text(html(desk.post(at("withdraw_assignment", given.public_id), {"do": "give-back"}, follow=True)))
    assert "“Work” is restored" in page
    assert "This assignment is withdrawn" not in page
    assert [targets_of(ann), targets_of(bob), results(desk, given)] == before
    assert list(Assignee.objects.order_by("pk").values()) == dates


def test_the_results_of_a_withdrawn_assignment_stay_in_the_gradebook(
    desk: Client, given: Assignment, now_teaching: Teaching
) -> None:
    before = results(desk, given)
    assert int(before[0]["Work: seen"]) > 1
    other = now_teaching.assign(now_teaching.set_of(3, topic="topic-2"))
    desk.post(at("withdraw_assignment", given.public_id))
    assert results(desk, given) == before
    gradebook = html(desk.get(at("gradebook", given.classroom.public_id)))
    assert '<optgroup label="Withdrawn">' in gradebook
    assert str(given.public_id) in gradebook
    page = text(html(desk.get(at("gradebook", given.classroom.public_id) + f"?assignment={given.public_id}")))
    assert "is withdrawn: nobody is asked for it." in page
    assert f"{before[0]['Work: seen']} of 4 seen" in page
    desk.post(at("withdraw_assignment", other.public_id))
    assert "The results of what was withdrawn are kept" in html(
        desk.get(at("gradebook", given.classroom.public_id))
    )


def test_only_invitations_that_hold_bring_an_assignment_that_is_given(
    desk: Client, given: Assignment, now_teaching: Teaching
) -> None:
    page = at("assignment", given.public_id)
    rows = read_roster("cat@example.org\ndan@example.org")
    actions.invite(classroom=given.classroom, rows=rows, author=now_teaching.owner, now=now_teaching.now)
    assert "2 more get it when they accept" in html(desk.get(page))
    Invitation.objects.filter(email="dan@example.org").update(expires_at=now_teaching.now)
    assert "1 more gets it when they accept" in html(desk.get(page))
    desk.post(at("archive_class", given.classroom.public_id))
    assert "when they accept" not in html(desk.get(page))
    desk.post(at("archive_class", given.classroom.public_id), {"do": "restore"})
    desk.post(at("withdraw_assignment", given.public_id))
    assert "when they accept" not in html(desk.get(page))


def test_the_class_lists_what_was_withdrawn_with_the_way_back(desk: Client, given: Assignment) -> None:
    address = at("class", given.classroom.public_id)
    assert "Withdrawn" not in html(desk.get(address))
    desk.post(at("withdraw_assignment", given.public_id))
    page = html(desk.get(address))
    assert "Restore it" in page
    assert "by teacher@example.org" in text(page)


def test_a_learner_is_told_on_today_for_a_week(
    desk: Client, given: Assignment, ann: User, now_teaching: Teaching
) -> None:
    place = Membership.objects.get(classroom=given.classroom, user=now_teaching.owner)
    place.name = "Ms Day"
    place.save()
    desk.post(at("withdraw_assignment", given.public_id))
    learner = browser(ann)
    assert "Ms Day withdrew “Work” (Class)" in text(html(learner.get(at("today"))))
    assert "This assignment was withdrawn" in text(html(learner.get(at("assignment", given.public_id))))
    stranger = browser(account("cy"))
    assert "withdrew" not in html(stranger.get(at("today")))
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        assert "withdrew" not in html(browser(ann).get(at("today")))


def test_who_withdraws_twice_withdraws_once(given: Assignment, now_teaching: Teaching) -> None:
    owner = now_teaching.owner
    assert actions.withdraw_assignment(assignment=given, actor=owner, now=now_teaching.now)
    first = Assignment.objects.get(pk=given.pk).withdrawn_at
    assert not actions.withdraw_assignment(
        assignment=given, actor=owner, now=now_teaching.now + timedelta(hours=1)
    )
    assert Assignment.objects.get(pk=given.pk).withdrawn_at == first
    assert actions.give_back_assignment(assignment=given, actor=owner, now=now_teaching.now)
    assert not actions.give_back_assignment(assignment=given, actor=owner, now=now_teaching.now)


def test_who_joined_meanwhile_has_what_is_given_back(given: Assignment, now_teaching: Teaching) -> None:
    actions.withdraw_assignment(assignment=given, actor=now_teaching.owner, now=now_teaching.now)
    cy = account("cy")
    now_teaching.take_in(cy)
    assert wanted_of(cy) == set()
    actions.give_back_assignment(assignment=given, actor=now_teaching.owner, now=now_teaching.now)
    assert len(wanted_of(cy)) == 4


# --- classes --------------------------------------------------------------------------------------------------------


def test_archiving_asks_first_with_the_true_numbers(
    desk: Client, given: Assignment, now_teaching: Teaching
) -> None:
    invited(now_teaching, "x", "y", "z", "late")
    Invitation.objects.filter(email="late@example.org").update(expires_at=now_teaching.now)
    page = text(html(desk.get(at("archive_class", given.classroom.public_id))))
    assert "2 learners, 1 assignment not yet due." in page
    assert "3 open invitations: none can be accepted" in page
    assert "Its join link is closed." in page
    given.classroom.refresh_from_db()
    assert given.classroom.archived_at is None


def test_archiving_says_nothing_of_invitations_where_none_is_open(desk: Client, given: Assignment) -> None:
    assert "open invitation" not in html(desk.get(at("archive_class", given.classroom.public_id)))


def test_the_log_says_restored_as_the_button_does(
    desk: Client, given: Assignment, now_teaching: Teaching
) -> None:
    actions.withdraw_assignment(assignment=given, actor=now_teaching.owner, now=now_teaching.now)
    actions.give_back_assignment(assignment=given, actor=now_teaching.owner, now=now_teaching.now)
    page = text(html(desk.get(at("class_settings", given.classroom.public_id))))
    assert f"Restored an assignment: {given.title}" in page


def test_restored_a_class_is_as_it_was(
    desk: Client, given: Assignment, ann: User, bob: User, now_teaching: Teaching
) -> None:
    classroom = given.classroom
    invited(now_teaching, "x")
    token = now_teaching.link.token
    before = [targets_of(ann), targets_of(bob), results(desk, given)]
    desk.post(at("archive_class", classroom.public_id))
    # A second click changes nothing, least of all the way back.
    desk.post(at("archive_class", classroom.public_id))
    newcomer = browser(account("x"))
    closed = [newcomer.get(at("join_by", word)) for word in (token, Invitation.objects.get().token)]
    assert [answer.status_code for answer in closed] == [410, 410]
    assert targets_of(ann) == []
    page = text(html(desk.post(at("archive_class", classroom.public_id), {"do": "restore"}, follow=True)))
    assert "The class runs again, with its assignments and invitations. Its join link is open again." in page
    assert [targets_of(ann), targets_of(bob), results(desk, given)] == before
    opened = [newcomer.get(at("join_by", word)) for word in (token, Invitation.objects.get().token)]
    assert [answer.status_code for answer in opened] == [200, 200]


def test_a_link_closed_before_the_class_was_archived_stays_closed(
    desk: Client, now_teaching: Teaching
) -> None:
    address = at("archive_class", now_teaching.classroom.public_id)
    desk.post(at("join_link", now_teaching.classroom.public_id), {"do": "close"})
    desk.post(address)
    page = text(html(desk.post(address, {"do": "restore"}, follow=True)))
    assert "No join link is open." in page


def test_no_forecast_of_an_archived_class_is_written(given: Assignment, now_teaching: Teaching) -> None:
    actions.archive(classroom=given.classroom, actor=now_teaching.owner, now=now_teaching.now)
    assert analytics.record_due_forecasts(now=now_teaching.now, limit=9) == 0
    actions.restore(classroom=given.classroom, actor=now_teaching.owner, now=now_teaching.now)
    assert analytics.record_due_forecasts(now=now_teaching.now, limit=9) == 1
    assert Forecast.objects.filter(**Scope.of(given).columns).exists()


def test_leaving_asks_first(desk: Client, now_teaching: Teaching, ann: User) -> None:
    now_teaching.take_in(ann)
    learner = browser(ann)
    address = at("leave_class", now_teaching.classroom.public_id)
    page = text(html(learner.get(address)))
    assert "Leave “Class”?" in page
    assert "You come back only by its join link or a new invitation." in page
    assert Membership.objects.get(user=ann).left_at is None
    learner.post(address)
    assert Membership.objects.get(user=ann).left_at is not None


# --- members, invitations, groups, links ----------------------------------------------------------------------------


def test_handing_the_class_on_asks_first(desk: Client, now_teaching: Teaching, ann: User) -> None:
    place = now_teaching.take_in(ann)
    address = at("members", now_teaching.classroom.public_id)
    form = {"do": "role", "role": "owner", "member": str(place.public_id)}
    page = text(html(desk.post(address, form)))
    assert "ann@example.org owns the class from then on; you become a co-instructor." in page
    place.refresh_from_db()
    assert place.role == "learner"
    desk.post(address, {**form, "confirm": "1"})
    place.refresh_from_db()
    assert place.role == "owner"


def test_withdrawing_invitations_and_deleting_groups_ask_first(
    desk: Client, now_teaching: Teaching, ann: User
) -> None:
    invited(now_teaching, "x", "y")
    group = now_teaching.group("Red", now_teaching.take_in(ann))
    now_teaching.assign(now_teaching.set_of(2), groups=[group])
    address = at("members", now_teaching.classroom.public_id)
    ids = [str(pk) for pk in Invitation.objects.values_list("public_id", flat=True)]
    page = text(html(desk.post(address, {"do": "withdraw", "invitation": ids})))
    assert "Withdraw 2 invitations?" in page
    assert not Invitation.objects.exclude(withdrawn_at=None).exists()
    desk.post(address, {"do": "withdraw", "invitation": ids, "confirm": "1"})
    assert not Invitation.objects.filter(withdrawn_at=None).exists()
    page = text(html(desk.post(address, {"do": "delete-group", "id": str(group.public_id)})))
    assert "These were assigned to this group only and are nobody’s then: Work." in page
    assert Group.objects.exists()
    desk.post(address, {"do": "delete-group", "id": str(group.public_id), "confirm": "1"})
    assert not Group.objects.exists()


def test_a_closed_join_link_can_be_opened_again_a_replaced_one_cannot(
    desk: Client, now_teaching: Teaching
) -> None:
    address, page = (at(name, now_teaching.classroom.public_id) for name in ("join_link", "class"))
    code = now_teaching.link.code
    desk.post(address, {"do": "close"})
    assert f"{code[:4]}-{code[4:]}" in html(desk.get(page))
    assert actions.reopen_link(
        classroom=now_teaching.classroom, actor=now_teaching.owner, now=now_teaching.now
    )
    desk.post(address, {"days": "7", "max_uses": "10"})
    desk.post(address, {"do": "reopen"})
    now_teaching.link.refresh_from_db()
    assert now_teaching.link.closed_at is not None
    open_now = now_teaching.classroom.join_links.get(closed_at=None)
    assert open_now != now_teaching.link


def test_a_no_can_be_taken_back(now_teaching: Teaching) -> None:
    invited(now_teaching, "x")
    invitation = Invitation.objects.get()
    guest = browser(account("x"))
    page = text(html(guest.post(at("decline", invitation.token), follow=True)))
    assert "The invitation to “Class” is declined" in page
    guest.post(at("decline", invitation.token), {"do": "undo"})
    assert guest.get(at("join_by", invitation.token)).status_code == 200
    guest.post(at("decline", invitation.token))
    again = read_roster("x@example.org")
    actions.invite(
        classroom=now_teaching.classroom, rows=again, author=now_teaching.owner, now=timezone.now()
    )
    # The newer one holds: there is one open invitation for an address.
    assert not actions.take_back_no(invitation=invitation, now=timezone.now())


# --- sets and packs -------------------------------------------------------------------------------------------------


def test_deleting_a_set_says_who_joined_it(
    desk: Client, now_teaching: Teaching, ann: User, bob: User
) -> None:
    mine = now_teaching.set_of(3)
    QuestionSet.objects.filter(pk=mine.pk).update(visibility="public")
    for user in (ann, bob):
        browser(user).post(at("join_set", mine.public_id))
    page = text(html(desk.get(at("delete_set", mine.public_id))))
    assert "2 learners joined it" in page
    form = {"title": "Set", "visibility": "private"}
    page = text(html(desk.post(at("set_settings", mine.public_id), form, follow=True)))
    assert "2 learners had joined it: its questions come to them no longer before others." in page


def test_a_pack_asks_before_it_is_retired_and_comes_back_as_it_was(
    desk: Client, now_teaching: Teaching
) -> None:
    load_document(desk, choices(topic="own", number=9, many=4))
    own = Pack.objects.get(owner=now_teaching.owner)
    # One question left the pack on its own before.
    load_document(desk, choices(topic="own", number=9, many=3), into=own)
    address = at("retire_pack", own.public_id)
    page = text(html(desk.get(address)))
    assert "3 questions can be asked now." in page
    assert "No assignment in a class that runs holds any of them." in page
    mine = Question.objects.filter(pack__owner=now_teaching.owner, retired_at=None)
    assert mine.count() == 3
    assert "3 questions of" in text(html(desk.post(address, follow=True)))
    assert mine.count() == 0
    assert "Ask its questions again" in html(desk.get(at("packs")))
    back = at("take_back", own.public_id)
    revision = {"revision": str(Pack.objects.get(pk=own.pk).revision)}
    assert "is as it was before: 3 questions are asked." in text(html(desk.post(back, revision, follow=True)))
    assert mine.count() == 3
    # A second press of the same button changes nothing.
    assert "has changed since this page was shown" in text(html(desk.post(back, revision, follow=True)))
    assert mine.count() == 3
