from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.models import User
from quizzes.bank.actions import load_pack
from quizzes.classroom import actions, queries
from quizzes.classroom.actions.enrolment import CODE_SIGNS, MOST_INVITATIONS_A_DAY
from quizzes.classroom.models import Assignee, AuditRow, EmailState, Invitation, JoinLink, Membership
from quizzes.classroom.rights import Action, Role
from quizzes.classroom.roster import read_roster
from quizzes.review.models import Card, Item, Review
from quizzes.tests.classroom.classes import Teaching, account, wanted_of
from quizzes.tests.review.packs import choices


def invite(teaching: Teaching, text: str) -> actions.Invited:
    return actions.invite(
        classroom=teaching.classroom, rows=read_roster(text), author=teaching.owner, now=teaching.now
    )


def invited(email: str) -> Invitation:
    return Invitation.objects.select_related("classroom", "group").get(email=email, withdrawn_at=None)


# --- links and codes ------------------------------------------------------------------------------------------------


def test_a_code_is_eight_of_thirty_two_signs_none_of_which_looks_like_another(teaching: Teaching) -> None:
    assert len(set(CODE_SIGNS)) == 32
    assert len(teaching.link.code) == 8
    assert set(teaching.link.code) <= set(CODE_SIGNS)
    assert not set("ILOU") & set(CODE_SIGNS)
    assert len(teaching.link.token) >= 43


@pytest.mark.parametrize("typed", ["abcd-efgh", " ABCD EFGH ", "abcdefgh"])
def test_a_code_may_be_typed_as_people_type(typed: str) -> None:
    assert actions.code_as_stored(typed) == "ABCDEFGH"
    assert actions.code_as_stored("lOiu0000") == "101V0000"


def test_whoever_joins_by_link_is_a_learner_once(teaching: Teaching, ann: User) -> None:
    teaching.take_in(ann)
    teaching.take_in(ann)
    assert Membership.objects.get(user=ann).role == Role.LEARNER
    assert JoinLink.objects.get().uses == 1


def test_a_new_link_ends_the_one_before(teaching: Teaching, ann: User) -> None:
    actions.open_link(
        classroom=teaching.classroom, author=teaching.owner, days=7, max_uses=5, now=teaching.now
    )
    assert not queries.is_open(JoinLink.objects.get(pk=teaching.link.pk), teaching.now)
    with pytest.raises(actions.ClassRefusedError, match="expired"):
        teaching.take_in(ann)


def test_a_link_ends_by_time_by_use_and_with_the_class(teaching: Teaching, ann: User, bob: User) -> None:
    link = actions.open_link(
        classroom=teaching.classroom, author=teaching.owner, days=1, max_uses=1, now=teaching.now
    )
    with pytest.raises(actions.ClassRefusedError):
        actions.join_by_link(link=link, user=ann, now=teaching.now + timedelta(days=1))
    actions.join_by_link(link=link, user=ann, now=teaching.now)
    with pytest.raises(actions.ClassRefusedError):
        actions.join_by_link(link=link, user=bob, now=teaching.now)
    link = actions.open_link(
        classroom=teaching.classroom, author=teaching.owner, days=1, max_uses=9, now=teaching.now
    )
    actions.archive(classroom=teaching.classroom, actor=teaching.owner, now=teaching.now)
    with pytest.raises(actions.ClassRefusedError):
        actions.join_by_link(link=link, user=bob, now=teaching.now)


# --- invitations ----------------------------------------------------------------------------------------------------


def test_good_rows_go_in_when_others_are_bad_and_groups_are_made(teaching: Teaching) -> None:
    roster = "Ann,ann@example.org,Red\nBob,bob@,Red\nCy,cy@example.org,red"
    assert invite(teaching, roster) == actions.Invited(2, 0, None, 0)
    assert [group.title for group in queries.groups_of(teaching.classroom)] == ["Red"]
    assert invited("cy@example.org").group == invited("ann@example.org").group


def test_an_invitation_brings_name_and_group_and_is_good_for_one(
    teaching: Teaching, ann: User, bob: User
) -> None:
    invite(teaching, "Ann Lee,ann@example.org,Red")
    invitation = invited("ann@example.org")
    place = actions.accept(invitation=invitation, user=ann, now=teaching.now)
    assert (place.name, [group.title for group in place.groups.all()]) == ("Ann Lee", ["Red"])
    with pytest.raises(actions.ClassRefusedError, match="ended"):
        actions.accept(invitation=invitation, user=bob, now=teaching.now)


def test_who_was_invited_and_comes_by_code_is_who_was_invited(teaching: Teaching, ann: User) -> None:
    invite(teaching, "Ann Lee,ann@example.org,Red")
    assert teaching.take_in(ann).name == "Ann Lee"
    assert not queries.invitations_of(teaching.classroom)


def test_a_withdrawn_declined_or_expired_invitation_opens_nothing(teaching: Teaching, ann: User) -> None:
    for end in ("withdrawn", "declined", "expired"):
        invite(teaching, "ann@example.org")
        invitation, now = invited("ann@example.org"), teaching.now
        if end == "withdrawn":
            assert actions.withdraw_invitation(invitation=invitation, actor=teaching.owner, now=now)
            assert not actions.withdraw_invitation(invitation=invitation, actor=teaching.owner, now=now)
        elif end == "declined":
            assert actions.decline(invitation=invitation, now=now)
        else:
            now = invitation.expires_at
        assert not queries.open_invitations_to(ann, now)
        with pytest.raises(actions.ClassRefusedError):
            actions.accept(invitation=invitation, user=ann, now=now)


def test_inviting_says_nothing_about_who_has_an_account(teaching: Teaching, ann: User) -> None:
    invite(teaching, f"{ann.email}\nnobody@example.org")
    with_account, without = (invited(email) for email in (ann.email, "nobody@example.org"))
    assert (with_account.email_state, with_account.membership) == (without.email_state, without.membership)
    assert not Membership.objects.filter(user=ann).exists()


def test_one_account_cannot_invite_the_whole_world(teaching: Teaching) -> None:
    Invitation.objects.bulk_create(
        Invitation(
            classroom=teaching.classroom,
            email=f"x{n}@example.org",
            token=f"{n}",
            author=teaching.owner,
            created_at=teaching.now,
            write_at=teaching.now,
            expires_at=teaching.now,
        )
        for n in range(MOST_INVITATIONS_A_DAY)
    )
    with pytest.raises(actions.ClassRefusedError, match="tomorrow"):
        invite(teaching, "ann@example.org")
    teaching.later(days=1, seconds=1)
    assert invite(teaching, "ann@example.org") == actions.Invited(1, 0, None, 0)


# --- e-mails --------------------------------------------------------------------------------------------------------


def test_emails_are_owed_to_the_invited_and_to_those_an_open_assignment_is_for(
    teaching: Teaching, ann: User
) -> None:
    invite(teaching, "zoe@example.org\nyan@example.org")
    place = teaching.take_in(ann)
    teaching.assign(teaching.set_of(2), days=3)
    teaching.assign(teaching.set_of(2), opens=1, days=3)
    assert [i.email for i in actions.pending_invitations(now=teaching.now)] == [
        "zoe@example.org",
        "yan@example.org",
    ]
    (owed,) = actions.pending_announcements(now=teaching.now)
    assert owed.membership == place
    assert actions.pending_announcements(now=teaching.now + timedelta(days=1)).count() == 2
    assert not actions.pending_announcements(now=teaching.now + timedelta(days=3)).exists()


def test_an_email_that_is_written_is_not_owed_any_more(teaching: Teaching) -> None:
    invite(teaching, "zoe@example.org\nyan@example.org")
    zoe, yan = actions.pending_invitations(now=teaching.now)
    actions.note_enqueued(invitations=[zoe], now=teaching.now)
    assert list(actions.pending_invitations(now=teaching.now)) == [yan]


def test_who_came_before_the_email_was_sent_gets_none(teaching: Teaching, ann: User) -> None:
    invite(teaching, "ann@example.org")
    teaching.take_in(ann)
    assert Invitation.objects.get().email_state == EmailState.CANCELLED


# --- leaving and removing -------------------------------------------------------------------------------------------


def test_who_leaves_takes_memory_along_and_leaves_assignments_and_sight_behind(
    teaching: Teaching, ann: User
) -> None:
    place = teaching.take_in(ann)
    teaching.assign(teaching.set_of(4))
    study = teaching.studies(ann)
    study.answer_all()
    before = (Card.objects.count(), Review.objects.count())
    actions.leave(place=place, now=study.now)
    assert (Card.objects.count(), Review.objects.count()) == before
    assert not wanted_of(ann)
    assert not Assignee.objects.exists()
    assert not queries.learners_of(teaching.classroom)
    with pytest.raises(Membership.DoesNotExist):
        queries.place_in(ann, teaching.classroom.public_id, Action.SEE_CLASS)


def test_who_was_removed_is_not_asked_private_questions_they_have_not_begun(
    teaching: Teaching, ann: User
) -> None:
    load_pack(
        text=choices(topic="week-1", number=9, many=4),
        path=Path("week-1.md"),
        now=teaching.now,
        owner=teaching.owner,
    )
    pack = teaching.owner.packs.get()
    place = teaching.take_in(ann)
    teaching.assign(teaching.set_of(4, topic=pack.topic.slug), days=1)
    study = teaching.studies(ann)
    study.open()
    assert Item.objects.filter(card__question__pack=pack).count() == 4
    while study.answer().card.question.pack != pack:
        pass
    actions.remove_member(place=place, actor=teaching.owner, now=study.now)
    kept = Item.objects.filter(card__question__pack=pack)
    assert [item.card.reps for item in kept] == [1]


def test_who_comes_back_gets_the_same_place_and_the_work_again(teaching: Teaching, ann: User) -> None:
    place = teaching.take_in(ann)
    teaching.assign(teaching.set_of(4))
    actions.leave(place=place, now=teaching.now)
    assert teaching.take_in(ann).pk == place.pk
    assert len(wanted_of(ann)) == 4


def test_an_owner_cannot_leave_or_be_removed_but_can_hand_the_class_on(teaching: Teaching, ann: User) -> None:
    owner = Membership.objects.get(user=teaching.owner)
    refusals: list[Callable[[], None]] = [
        lambda: actions.leave(place=owner, now=teaching.now),
        lambda: actions.remove_member(place=owner, actor=teaching.owner, now=teaching.now),
        lambda: actions.change_role(place=owner, role=Role.LEARNER, actor=teaching.owner, now=teaching.now),
    ]
    for refused in refusals:
        with pytest.raises(actions.ClassRefusedError):
            refused()
    teaching.take_in(ann, Role.OWNER)
    owner.refresh_from_db()
    assert owner.role == Role.INSTRUCTOR
    assert Membership.objects.get(role=Role.OWNER).user == ann


def test_a_class_whose_owners_account_is_gone_is_taken_over_by_a_co_instructor(
    teaching: Teaching, ann: User, bob: User
) -> None:
    teaching.assign(teaching.set_of(4))
    place = teaching.take_in(ann, Role.INSTRUCTOR)
    teaching.take_in(bob)
    with pytest.raises(actions.ClassRefusedError, match="has an owner"):
        actions.take_over(place=place, now=teaching.now)
    teaching.owner.delete()
    actions.take_over(place=place, now=teaching.now)
    assert Membership.objects.get(role=Role.OWNER).user == ann
    assert len(wanted_of(bob)) == 4


def test_a_learner_who_becomes_an_assistant_has_no_assignments_any_more(
    teaching: Teaching, ann: User
) -> None:
    place = teaching.take_in(ann)
    teaching.assign(teaching.set_of(4))
    actions.change_role(place=place, role=Role.ASSISTANT, actor=teaching.owner, now=teaching.now)
    assert not wanted_of(ann)


def test_what_was_done_is_remembered_with_who_did_it_and_to_whom(teaching: Teaching, ann: User) -> None:
    place = teaching.take_in(ann)
    actions.remove_member(place=place, actor=teaching.owner, now=teaching.now)
    row = AuditRow.objects.latest("pk")
    assert (row.actor, row.membership, row.action) == (teaching.owner, place, "removed a member")


def test_deleting_an_account_takes_its_places_with_it(teaching: Teaching, ann: User) -> None:
    invite(teaching, "ann@example.org")
    teaching.take_in(ann)
    ann.delete()
    assert not Membership.objects.filter(role=Role.LEARNER).exists()
    assert not Invitation.objects.exists()


def test_a_class_lists_everyone_those_who_teach_first(teaching: Teaching, ann: User) -> None:
    teaching.take_in(ann)
    teaching.take_in(account("zoe"), Role.ASSISTANT)
    assert [str(place.user) for place in queries.members_of(teaching.classroom)] == [
        "teacher@example.org",
        "zoe@example.org",
        "ann@example.org",
    ]
