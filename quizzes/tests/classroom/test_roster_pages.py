from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.bank import sets
from quizzes.bank.models import QuestionSet
from quizzes.classroom import actions
from quizzes.classroom.actions import enrolment
from quizzes.classroom.models import Assignment, Classroom, Invitation
from quizzes.classroom.rights import Role
from quizzes.classroom.roster import read_roster
from quizzes.tests.classroom.classes import Teaching, at, browser, coming
from quizzes.tests.review.pages import html

ROSTER = "Ann,ann@example.org,Red\nBob,bob@example\nCy,cy@example.org,Blue"


def new_class_form(**fields: Any) -> dict[str, Any]:
    due = (timezone.now() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")
    return {
        "title": "ML",
        "time_zone": "Europe/Berlin",
        "roster": ROSTER,
        "source": "topic:topic-1",
        "due": due,
        **fields,
    }


def test_the_dry_run_shows_every_rows_fate_and_writes_nothing(desk: Client) -> None:
    before = Classroom.objects.count()
    page = html(desk.post(at("new_class"), new_class_form()))
    assert "2 new, 1 to fix" in " ".join(page.split())
    assert "“bob@example” ends without a full domain; write the domain out, such as @example.org." in page
    assert (Classroom.objects.count(), Invitation.objects.count(), Assignment.objects.count()) == (
        before,
        0,
        0,
    )


def test_the_second_step_writes_class_invitations_and_assignment_and_says_who_was_left_out(
    desk: Client,
) -> None:
    form = new_class_form(confirm="1", mended="Bob,bob@example")
    page = html(desk.post(at("new_class"), form, follow=True))
    classroom = Classroom.objects.latest("pk")
    assert set(classroom.invitations.values_list("email", flat=True)) == {"ann@example.org", "cy@example.org"}
    assert Assignment.objects.get(classroom=classroom).items.count() == 12
    assert "2 invited" in page
    assert "Left out: “Bob, bob@example”" in page


def test_a_form_sent_twice_makes_one_class_and_one_assignment(desk: Client) -> None:
    before = Classroom.objects.count()
    page = html(desk.get(at("new_class")))
    key = re.findall(r'name="key" value="([0-9a-f-]{36})"', page)[0]
    checked = html(desk.post(at("new_class"), new_class_form(key=key)))
    assert f'name="key" value="{key}"' in checked
    first, second = (desk.post(at("new_class"), new_class_form(confirm="1", key=key)) for _ in range(2))
    assert (first.status_code, first["Location"]) == (303, second["Location"])
    assert Classroom.objects.count() == before + 1
    assert (Assignment.objects.count(), QuestionSet.objects.count(), Invitation.objects.count()) == (1, 1, 2)


def test_anothers_key_or_id_makes_a_class_of_ones_own(
    now_teaching: Teaching, ann: User, desk: Client
) -> None:
    key = str(uuid4())
    desk.post(at("new_class"), new_class_form(confirm="1", key=key))
    theirs = Classroom.objects.latest("pk")
    for known in (key, str(theirs.public_id)):
        answer = browser(ann).post(at("new_class"), new_class_form(confirm="1", key=known))
        assert answer.status_code == 303
        assert Classroom.objects.latest("pk").memberships.get(role="owner").user == ann
    assert theirs.memberships.count() == 1
    assert theirs.assignments.count() == 1


def test_a_form_whose_class_was_handed_on_is_refused(now_teaching: Teaching, desk: Client, bob: User) -> None:
    form = new_class_form(confirm="1", key=str(uuid4()))
    desk.post(at("new_class"), form)
    classroom = Classroom.objects.latest("pk")
    link = actions.open_link(
        classroom=classroom, author=now_teaching.owner, days=1, max_uses=1, now=now_teaching.now
    )
    place = actions.join_by_link(link=link, user=bob, now=now_teaching.now)
    actions.change_role(place=place, role=Role.OWNER, actor=now_teaching.owner, now=now_teaching.now)
    answer = desk.post(at("new_class"), form)
    assert answer.status_code == 422
    assert "This form was used before." in html(answer)
    assert classroom.invitations.count() == 2


def test_a_row_mended_on_the_way_goes_in(desk: Client) -> None:
    desk.post(at("new_class"), new_class_form(confirm="1", mended="Bob,bob@example.org"))
    assert Invitation.objects.filter(email="bob@example.org", name="Bob").exists()


def test_a_class_needs_no_more_than_a_name(desk: Client) -> None:
    answer = desk.post(at("new_class"), {"title": "Bare", "time_zone": "UTC"})
    assert answer.status_code == 303
    assert Classroom.objects.latest("pk").title == "Bare"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": ""}, "Give the class a name"),
        ({"due": "2001-01-01T10:00"}, "This moment is past."),
        ({"due": "tomorrow"}, "Write a day and a time"),
        ({"opens": "2099-01-01T10:00"}, "It would open after it is due."),
        ({"closes": "2001-01-01T10:00"}, "It would close before it is due."),
        ({"goal": "recall"}, "Say how much this goal asks for."),
        ({"goal": "recall", "goal_value": "30"}, "from 50 to 99"),
        ({"source": "set:nothing"}, "This set is no longer there."),
    ],
)
def test_a_form_that_does_not_hold_says_what_to_mend_and_writes_nothing(
    desk: Client, fields: dict[str, str], said: str
) -> None:
    before = Classroom.objects.count()
    answer = desk.post(at("new_class"), new_class_form(confirm="1", **fields))
    assert answer.status_code == 422
    assert said in html(answer)
    assert Classroom.objects.count() == before


def test_a_roster_comes_as_a_file_too(now_teaching: Teaching, desk: Client) -> None:
    file = SimpleUploadedFile("roster.csv", "name;e-mail\nZoë;zoe@example.org\n".encode("cp1252"))
    page = html(desk.post(at("roster", now_teaching.classroom.public_id), {"file": file, "due": ""}))
    assert "Zoë" in page
    assert "zoe@example.org" in page


def test_the_roster_of_a_class_knows_who_is_in_and_who_is_invited(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    now_teaching.take_in(ann)
    address = at("roster", now_teaching.classroom.public_id)
    desk.post(address, {"roster": "zoe@example.org", "confirm": "1", "due": ""})
    page = html(
        desk.post(address, {"roster": "ann@example.org\nzoe@example.org\nyan@example.org", "due": ""})
    )
    assert "Row 1, ann@example.org: in already." in page
    assert "Row 2, zoe@example.org: invited already." in page
    assert "1 new" in page


# --- what was checked is what is written ----------------------------------------------------------------------------


def go_on(client: Client, address: str, page: str, **changed: str) -> str:
    """Press the button of the dry run, its fields as the page holds them but for what is `changed`."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields["mended"] = "".join(re.findall(r'<textarea id="mended"[^>]*>([^<]*)</textarea>', page))
    said = {name: unescape(value) for name, value in fields.items()} | changed
    return html(client.post(address, said, follow=True))


def test_a_row_mended_in_the_dry_run_keeps_name_and_group_apart_whatever_columns_the_file_had(
    now_teaching: Teaching, desk: Client
) -> None:
    address = at("roster", now_teaching.classroom.public_id)
    text = "Section,E-mail,Surname,First name\nRed,ann@example,Lee,Ann\nBlue,bob@example,,\nRed,cy@example.org,Ng,Cy"
    page = html(desk.post(address, {"roster": text, "due": ""}))
    mended = unescape("".join(re.findall(r'<textarea id="mended"[^>]*>([^<]*)</textarea>', page)))
    go_on(desk, address, page, mended=mended.replace("@example,", "@example.org,"))
    rows = Invitation.objects.order_by("email").values_list("email", "name", "group__title")
    assert list(rows) == [
        ("ann@example.org", "Ann Lee", "Red"),
        ("bob@example.org", "", "Blue"),
        ("cy@example.org", "Cy Ng", "Red"),
    ]


def test_who_declined_is_told_apart_and_invited_again_only_when_the_teacher_says_so(
    now_teaching: Teaching, desk: Client
) -> None:
    address = at("roster", now_teaching.classroom.public_id)
    roster = {"roster": "zoe@example.org\nyan@example.org", "due": ""}
    desk.post(address, {"roster": "zoe@example.org", "confirm": "1", "due": ""})
    actions.decline(invitation=Invitation.objects.get(), now=now_teaching.now)
    page = html(desk.post(address, roster))
    assert "Row 1, zoe@example.org: declined an invitation before." in page
    assert "1 new, 1 declined before" in " ".join(page.split())
    go_on(desk, address, page)
    open_ones = Invitation.objects.filter(withdrawn_at=None)
    assert list(open_ones.values_list("email", flat=True)) == ["yan@example.org"]
    go_on(desk, address, page, again="1")
    assert set(open_ones.values_list("email", flat=True)) == {"yan@example.org", "zoe@example.org"}


def test_what_the_teacher_withdrew_is_new_again_and_what_expired_too(
    now_teaching: Teaching, desk: Client
) -> None:
    address = at("roster", now_teaching.classroom.public_id)
    roster = {"roster": "zoe@example.org\nyan@example.org", "due": "", "confirm": "1"}
    desk.post(address, roster)
    zoe, yan = Invitation.objects.order_by("-email")
    actions.withdraw_invitation(invitation=zoe, actor=now_teaching.owner, now=now_teaching.now)
    Invitation.objects.filter(pk=yan.pk).update(expires_at=now_teaching.now - timedelta(days=1))
    desk.post(address, roster)
    again = Invitation.objects.filter(withdrawn_at=None, expires_at__gt=now_teaching.now)
    assert set(again.values_list("email", flat=True)) == {"yan@example.org", "zoe@example.org"}


def test_who_came_in_or_was_invited_after_the_dry_run_is_left_alone(
    now_teaching: Teaching, ann: User
) -> None:
    rows = read_roster("ann@example.org\nzoe@example.org\nyan@example.org")
    now_teaching.take_in(ann)
    given = {"classroom": now_teaching.classroom, "author": now_teaching.owner, "now": now_teaching.now}
    actions.invite(rows=rows[1:2], **given)  # type: ignore[arg-type]
    before = Invitation.objects.get()
    assert actions.invite(rows=rows, **given).many == 1  # type: ignore[arg-type]
    assert set(Invitation.objects.values_list("email", flat=True)) == {"zoe@example.org", "yan@example.org"}
    assert Invitation.objects.get(pk=before.pk).withdrawn_at is None


def test_what_came_in_a_file_is_not_chosen_a_second_time(desk: Client) -> None:
    file = SimpleUploadedFile("roster.csv", "name;e-mail\nZoë;zoe@example.org\n".encode())
    answer = desk.post(at("new_class"), new_class_form(title="", roster="", file=file))
    assert answer.status_code == 422
    assert "Zoë,zoe@example.org," in html(answer)


def test_what_was_mended_is_not_mended_a_second_time(desk: Client) -> None:
    answer = desk.post(
        at("new_class"), new_class_form(confirm="1", mended="Bob,bob@example.org", due="2001-01-01T10:00")
    )
    assert answer.status_code == 422
    assert "Bob,bob@example.org" in html(answer)


def test_where_the_learners_cannot_be_invited_no_class_is_made_and_nothing_is_lost(
    now_teaching: Teaching, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrolment, "MOST_INVITATIONS_A_DAY", 1)
    before = Classroom.objects.count()
    answer = desk.post(at("new_class"), new_class_form(confirm="1"))
    assert answer.status_code == 422
    assert "Invite the others tomorrow." in html(answer)
    assert "Cy,cy@example.org,Blue" in html(answer)
    assert (Classroom.objects.count(), Invitation.objects.count()) == (before, 0)


def test_a_topic_too_large_for_a_set_is_said_and_leaves_nothing_behind(
    now_teaching: Teaching, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sets, "MOST_QUESTIONS", 5)
    address = at("assign", now_teaching.classroom.public_id)
    answer = desk.post(address, {"source": "topic:topic-1", "due": coming("01-01T10:00")})
    assert answer.status_code == 422
    assert "A set holds at most 5 questions" in html(answer)
    page = html(desk.post(at("new_class"), new_class_form(confirm="1"), follow=True))
    assert "Nothing was assigned. A set holds at most 5 questions" in page
    assert (Assignment.objects.count(), QuestionSet.objects.count()) == (0, 0)
