from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from quizzes.classroom.models import Assignment, Class, Invitation
from quizzes.tests.classroom.classes import Teaching, at
from quizzes.tests.review.pages import html

ROSTER = "Ann,ann@example.org,Red\nBob,bob@example\nCy,cy@example.org,Blue"


def new_class_form(**fields: str) -> dict[str, str]:
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
    before = Class.objects.count()
    page = html(desk.post(at("new_class"), new_class_form()))
    assert "2 new, 1 to mend" in " ".join(page.split())
    assert "“bob@example” ends without a full domain; write the domain out, such as @example.org." in page
    assert (Class.objects.count(), Invitation.objects.count(), Assignment.objects.count()) == (before, 0, 0)


def test_the_second_step_writes_class_invitations_and_assignment_and_says_who_was_left_out(
    desk: Client,
) -> None:
    form = new_class_form(confirm="1", mended="Bob,bob@example")
    page = html(desk.post(at("new_class"), form, follow=True))
    klass = Class.objects.latest("pk")
    assert set(klass.invitations.values_list("email", flat=True)) == {"ann@example.org", "cy@example.org"}
    assert Assignment.objects.get(klass=klass).items.count() == 12
    assert "2 invited" in page
    assert "Left out: “Bob, bob@example”" in page


def test_a_row_mended_on_the_way_goes_in(desk: Client) -> None:
    desk.post(at("new_class"), new_class_form(confirm="1", mended="Bob,bob@example.org"))
    assert Invitation.objects.filter(email="bob@example.org", name="Bob").exists()


def test_a_class_needs_no_more_than_a_name(desk: Client) -> None:
    answer = desk.post(at("new_class"), {"title": "Bare", "time_zone": "UTC"})
    assert answer.status_code == 303
    assert Class.objects.latest("pk").title == "Bare"


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
    before = Class.objects.count()
    answer = desk.post(at("new_class"), new_class_form(confirm="1", **fields))
    assert answer.status_code == 422
    assert said in html(answer)
    assert Class.objects.count() == before


def test_a_roster_comes_as_a_file_too(now_teaching: Teaching, desk: Client) -> None:
    file = SimpleUploadedFile("roster.csv", "name;e-mail\nZoë;zoe@example.org\n".encode("cp1252"))
    page = html(desk.post(at("roster", now_teaching.klass.public_id), {"file": file, "due": ""}))
    assert "Zoë" in page
    assert "zoe@example.org" in page


def test_the_roster_of_a_class_knows_who_is_in_and_who_is_invited(
    now_teaching: Teaching, desk: Client, ann: User
) -> None:
    now_teaching.take_in(ann)
    address = at("roster", now_teaching.klass.public_id)
    desk.post(address, {"roster": "zoe@example.org", "confirm": "1", "due": ""})
    page = html(
        desk.post(address, {"roster": "ann@example.org\nzoe@example.org\nyan@example.org", "due": ""})
    )
    assert "Row 1, ann@example.org: in already." in page
    assert "Row 2, zoe@example.org: invited already." in page
    assert "1 new" in page
