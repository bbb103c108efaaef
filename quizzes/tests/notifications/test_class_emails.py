"""E-mails of classes: invitations, new assignments, replies to reports."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from mail.actions import take_bounce
from mail.models import OutboundEmail
from mail.tests.test_bounces import notification
from nnprep.tests.sink import Sink
from quizzes.classroom import actions as classes
from quizzes.classroom.models import Assignee, EmailState, Invitation, UnwantedAddress
from quizzes.classroom.roster import read_roster
from quizzes.notifications import tokens
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.reports import actions as reports
from quizzes.reports.models import QuestionReport
from quizzes.tests.classroom.classes import Teaching
from quizzes.tests.notifications.writing import Post, remind, states, text_of
from quizzes.tests.review.packs import load_choices


@pytest.fixture
def teaching(db: None) -> Teaching:
    load_choices(topics=3, each=12)
    return Teaching.begin(time_zone="Europe/Berlin")


@pytest.fixture
def post(teaching: Teaching, mail_server: Sink) -> Post:
    """The clock, at the class's present moment."""
    post = Post(mail_server)
    post.now = teaching.now
    return post


@pytest.fixture
def report(teaching: Teaching, ann: User) -> QuestionReport:
    teaching.take_in(ann)
    answered = teaching.studies(ann).answer()
    return reports.report_question(
        review=answered, kind=QuestionReport.Kind.WRONG, text="The key is off.", now=teaching.now
    )


def invite(teaching: Teaching, *addresses: str) -> None:
    classes.invite(
        classroom=teaching.classroom,
        rows=read_roster("\n".join(addresses)),
        author=teaching.owner,
        now=teaching.now,
    )


def stop_path(post: Post) -> str:
    """The path of the link that stops what arrived last."""
    return str(post.last["List-Unsubscribe"]).strip("<>").removeprefix("https://nnprep.example")


# --- invitations ----------------------------------------------------------------------------------------------------


def test_each_person_invited_gets_one_email_with_the_way_in(teaching: Teaching, post: Post) -> None:
    invite(teaching, "zoe@example.org", "yan@example.org")
    assert post.tick() == 2
    assert sorted(str(email["To"]) for email in post.server.emails) == [
        "yan@example.org",
        "zoe@example.org",
    ]
    invitation = Invitation.objects.get(email=str(post.last["To"]))
    assert post.last["Subject"] == "An invitation to a class at nnprep"
    assert "“Class”" in text_of(post.last)
    for kind in ("plain", "html"):
        text = text_of(post.last, kind)
        assert f"https://nnprep.example/join/{invitation.token}/" in text
        assert "teacher@example.org" in text
    assert post.last["Auto-Submitted"] == "auto-generated"
    assert post.last["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert post.tick(teaching.now + timedelta(days=1)) == 0
    assert set(Invitation.objects.values_list("email_state", flat=True)) == {EmailState.SENT}
    assert not OutboundEmail.objects.exclude(address="").exists()


def test_an_invitation_that_ended_meanwhile_is_not_sent(teaching: Teaching, post: Post) -> None:
    invite(teaching, "zoe@example.org")
    post.enqueue_for_classes(teaching.now)
    classes.withdraw_invitation(invitation=Invitation.objects.get(), actor=teaching.owner, now=teaching.now)
    assert post.send() == 0
    assert states() == ["cancelled"]


def test_an_invitation_can_be_declined_from_the_email_without_a_login(teaching: Teaching, post: Post) -> None:
    invite(teaching, "zoe@example.org")
    post.tick()
    found = re.search(r"decline the invitation: https://nnprep\.example(\S+)", text_of(post.last))
    assert found is not None
    path = found[1]
    anyone = Client()
    assert "Decline the invitation?" in anyone.get(path).content.decode()
    assert Invitation.objects.get().withdrawn_at is None
    answer = anyone.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "The invitation is declined" in answer.content.decode()
    assert Invitation.objects.get().withdrawn_at is not None
    assert anyone.post(path).status_code == 200


def test_an_address_the_server_does_not_know_is_told_to_those_who_teach(
    teaching: Teaching, post: Post
) -> None:
    post.server.rcpt = lambda address: "550 5.1.1 no such mailbox" if "zoe" in address else "250 OK"
    invite(teaching, "zoe@example.org", "yan@example.org")
    assert post.tick() == 1
    zoe = Invitation.objects.get(email="zoe@example.org")
    assert zoe.email_state == EmailState.FAILED
    assert "550 5.1.1 no such mailbox" in zoe.email_error
    desk = Client()
    desk.force_login(teaching.owner)
    page = desk.get(f"/classes/{teaching.classroom.public_id}/members/").content.decode()
    assert "Not delivered" in page
    assert "550 5.1.1 no such mailbox" in page


def test_an_invitation_that_comes_back_is_told_to_those_who_teach(teaching: Teaching, post: Post) -> None:
    invite(teaching, "zoe@example.org")
    post.tick()
    now = teaching.now + timedelta(minutes=5)
    assert take_bounce(notification(post.last, address="zoe@example.org"), now=now) == ["zoe@example.org"]
    zoe = Invitation.objects.get()
    assert (zoe.email_state, "User unknown" in zoe.email_error) == (EmailState.FAILED, True)


def test_an_invitation_no_server_took_for_days_is_given_up_and_told(teaching: Teaching, post: Post) -> None:
    post.server.rcpt = lambda _: "451 4.3.0 try later"
    invite(teaching, "zoe@example.org")
    post.tick()
    assert Invitation.objects.get().email_state == EmailState.ENQUEUED
    post.tick(teaching.now + timedelta(days=6))
    zoe = Invitation.objects.get()
    assert (zoe.email_state, "451 4.3.0 try later" in zoe.email_error) == (EmailState.FAILED, True)
    assert states() == ["failed"]


# --- assignments ----------------------------------------------------------------------------------------------------


def test_a_learner_gets_one_email_when_an_assignment_opens(teaching: Teaching, ann: User, post: Post) -> None:
    teaching.take_in(ann)
    ann.time_zone = "Asia/Tokyo"
    ann.save()
    assignment = teaching.assign(teaching.set_of(3), opens=1, days=3)
    assert post.tick() == 0
    opened = teaching.now + timedelta(days=1)
    assert post.tick(opened) == 1
    assert post.last["Subject"] == "3 questions to learn by Thursday 5 March"
    for kind in ("plain", "html"):
        text = text_of(post.last, kind)
        assert "3 questions" in text
        assert "Goal: Every question seen. They" in text
        assert "Thu 5 Mar 2026, 18:00 for you, 10:00 in Europe/Berlin" in text
        assert f"https://nnprep.example/assignments/{assignment.public_id}/" in text
    assert post.tick(opened + timedelta(days=1)) == 0


def test_each_learner_is_told_their_own_due_date(teaching: Teaching, ann: User, post: Post) -> None:
    bob = User.objects.create_user("bob@example.org")
    places = [teaching.take_in(user) for user in (ann, bob)]
    assignment = teaching.assign(teaching.set_of(3), days=3)
    for place, days in zip(places, (4, 5), strict=True):
        classes.extend(
            assignment=assignment,
            members=[place],
            opens_at=None,
            due_at=assignment.due_at + timedelta(days=days),
            closes_at=None,
            reason="",
            author=teaching.owner,
            now=teaching.now,
        )
    assert post.tick() == 2
    assert {
        str(email["To"]): str(email["Subject"]).rpartition(" by ")[2] for email in post.server.emails
    } == {
        user.email: f"{due:%A} {due.day} {due:%B}"
        for user, due in (
            (ann, assignment.due_at + timedelta(days=4)),
            (bob, assignment.due_at + timedelta(days=5)),
        )
    }


def test_each_of_two_assignments_is_told_with_its_own_date_and_size(
    teaching: Teaching, ann: User, post: Post
) -> None:
    teaching.take_in(ann)
    given = [(many, teaching.assign(teaching.set_of(many), days=days)) for many, days in ((3, 3), (5, 6))]
    assert post.tick() == 2
    assert set(post.subjects) == {
        f"{many} questions to learn by {one.due_at:%A} {one.due_at.day} {one.due_at:%B}"
        for many, one in given
    }
    for kind in ("plain", "html"):
        assert "Your class “Class” gives you" in " ".join(text_of(post.last, kind).split())


def test_an_assignment_makes_no_room_among_emails_of_other_kinds(
    teaching: Teaching, ann: User, post: Post
) -> None:
    teaching.take_in(ann)
    assignment = teaching.assign(teaching.set_of(3))
    times = dict.fromkeys(("due_at", "not_before", "expires_at"), teaching.now)
    reply = OutboundEmail.objects.create(
        user=ann, kind=EmailKind.REPLY, key=str(assignment.pk), state="cancelled", **times
    )
    post.enqueue_for_classes(teaching.now)
    assert OutboundEmail.objects.filter(pk=reply.pk).exists()
    assert OutboundEmail.objects.filter(kind=EmailKind.ASSIGNMENT, key=str(assignment.pk)).count() == 1


def test_room_is_made_for_those_alone_who_are_told_again(teaching: Teaching, ann: User, post: Post) -> None:
    bob = User.objects.create_user("bob@example.org")
    places = [teaching.take_in(user) for user in (ann, bob)]
    teaching.assign(teaching.set_of(3))
    post.enqueue_for_classes(teaching.now)
    OutboundEmail.objects.update(state="cancelled")
    before = OutboundEmail.objects.get(user=bob)
    Assignee.objects.filter(membership=places[0]).update(email_state=EmailState.PENDING)
    post.enqueue_for_classes(teaching.now)
    assert states(user=ann) == ["pending"]
    assert OutboundEmail.objects.get(user=bob) == before


def test_who_leaves_and_comes_back_is_not_told_twice(teaching: Teaching, ann: User, post: Post) -> None:
    place = teaching.take_in(ann)
    teaching.assign(teaching.set_of(3))
    assert post.tick() == 1
    classes.leave(place=place, now=teaching.now)
    teaching.take_in(ann)
    Assignee.objects.update(email_state=EmailState.PENDING)
    assert post.tick() == 0
    assert states() == ["sent"]


def test_who_was_away_when_the_email_should_have_left_gets_it_when_they_come_back(
    teaching: Teaching, ann: User, post: Post
) -> None:
    place = teaching.take_in(ann)
    teaching.assign(teaching.set_of(3))
    post.enqueue_for_classes(teaching.now)
    classes.leave(place=place, now=teaching.now)
    assert post.send() == 0
    assert states() == ["cancelled"]
    teaching.take_in(ann)
    assert post.tick() == 1
    assert states() == ["sent"]


def test_a_withdrawn_assignment_is_not_announced(teaching: Teaching, ann: User, post: Post) -> None:
    teaching.take_in(ann)
    assignment = teaching.assign(teaching.set_of(3))
    post.enqueue_for_classes(teaching.now)
    classes.withdraw_assignment(assignment=assignment, actor=teaching.owner, now=teaching.now)
    assert post.send() == 0
    assert states() == ["cancelled"]


def test_who_never_chose_emails_can_stop_these_and_gets_none_by_the_clock(
    teaching: Teaching, ann: User, post: Post
) -> None:
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(3))
    post.tick()
    preferences = NotificationPreferences.objects.get(user=ann)
    assert (preferences.evening, preferences.countdown, preferences.weekly) == (False, False, False)
    assert preferences.next_due_at is None
    assert Client().post(stop_path(post)).status_code == 200
    preferences.refresh_from_db()
    assert (preferences.assignment, preferences.reply) == (False, True)
    teaching.assign(teaching.set_of(2, topic="topic-2"))
    assert post.tick() == 0
    assert states() == ["sent", "cancelled"]


def test_what_a_learner_wants_of_the_clock_stays_as_it_was(teaching: Teaching, ann: User, post: Post) -> None:
    remind(ann, now=teaching.now, hour=20, weekly=True)
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(3))
    post.tick()
    preferences = NotificationPreferences.objects.get(user=ann)
    assert (preferences.hour, preferences.evening, preferences.weekly) == (20, True, True)


def test_an_address_that_was_refused_is_not_written_to(teaching: Teaching, ann: User, post: Post) -> None:
    remind(ann, now=teaching.now)
    NotificationPreferences.objects.update(bounced_address=ann.email, bounce_reason="550")
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(3))
    assert post.tick() == 0
    assert states() == ["cancelled"]


def test_learners_of_the_demo_get_no_emails(teaching: Teaching, ann: User, post: Post) -> None:
    User.objects.filter(pk=ann.pk).update(is_demo=True)
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(3))
    assert post.tick() == 0
    assert not OutboundEmail.objects.exists()


# --- replies --------------------------------------------------------------------------------------------------------


def test_a_reply_is_sent_to_who_reported(teaching: Teaching, report: QuestionReport, post: Post) -> None:
    reports.reply(report=report, author=teaching.owner, text="It is right:\nsee why.", now=teaching.now)
    assert post.tick() == 1
    assert post.last["To"] == "ann@example.org"
    for kind in ("plain", "html"):
        text = text_of(post.last, kind)
        assert "see why." in text
        assert f"https://nnprep.example/review/feedback/{report.review.public_id}/" in text
    assert post.tick() == 0


def test_a_reply_that_was_read_on_the_page_is_not_sent(
    teaching: Teaching, report: QuestionReport, post: Post
) -> None:
    reports.reply(report=report, author=teaching.owner, text="Mended.", now=teaching.now)
    post.enqueue_for_classes(teaching.now)
    reports.dismiss_reply(report=report, now=teaching.now)
    assert post.send() == 0
    assert states() == ["cancelled"]


# --- for all of them ------------------------------------------------------------------------------------------------


def test_two_clocks_write_each_email_once(
    teaching: Teaching, ann: User, report: QuestionReport, post: Post
) -> None:
    invite(teaching, "zoe@example.org")
    teaching.assign(teaching.set_of(3))
    reports.reply(report=report, author=teaching.owner, text="Mended.", now=teaching.now)
    post.enqueue_for_classes(teaching.now)
    # As for a clock that read the rows before the first one was done.
    Invitation.objects.update(email_state=EmailState.PENDING)
    Assignee.objects.update(email_state=EmailState.PENDING)
    QuestionReport.objects.update(email_state=QuestionReport.EmailState.PENDING)
    post.enqueue_for_classes(teaching.now)
    assert post.send() == 3
    assert set(post.server.times.values()) == {1}


def test_the_links_of_invitations_sent_before_still_keep_an_address_from_all_others(
    teaching: Teaching,
) -> None:
    stranger = Client(enforce_csrf_checks=True)
    invite(teaching, "zoe@example.org")
    token = tokens.write_never(Invitation.objects.get().public_id)
    shown = stranger.get(f"/letters/never/{token}/")
    assert (shown.status_code, shown.headers["Location"]) == (301, f"/emails/never/{token}/")
    assert not UnwantedAddress.objects.exists()
    assert stranger.post(f"/letters/never/{token}/").status_code == 200
    assert UnwantedAddress.objects.exists()


@pytest.mark.parametrize("place", [0, 1])
def test_of_two_addresses_the_one_whose_link_was_pressed_is_never_written_to(
    teaching: Teaching, place: int
) -> None:
    invite(teaching, "zoe@example.org", "yan@example.org")
    invited = list(Invitation.objects.order_by("pk"))
    link = f"/emails/never/{tokens.write_never(invited[place].public_id)}/"
    assert Client().post(link).status_code == 200
    assert [classes.is_unwanted(one.email) for one in invited] == [at == place for at in range(2)]
