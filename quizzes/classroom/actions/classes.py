"""Making classes, changing them, and who stays in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from quizzes.classroom.actions.assigning import hold, work_out
from quizzes.classroom.actions.auditing import note
from quizzes.classroom.actions.idempotency import id_from
from quizzes.classroom.models import (
    Assignee,
    Assignment,
    Classroom,
    EmailState,
    Group,
    GroupMember,
    Membership,
)
from quizzes.classroom.queries import led_alone_by, running_without_a_leader
from quizzes.classroom.rights import LEADING, Role
from quizzes.review.api import drop_targets


class ClassRefusedError(Exception):
    """What cannot be done in a class, as a sentence that says how to fix it."""


@transaction.atomic
def create_class(
    *,
    owner: User,
    title: str,
    time_zone: str,
    now: datetime,
    about: str = "",
    exam_on: date | None = None,
    key: UUID | None = None,
) -> Classroom:
    """Makes a class that its maker owns.

    Its public id comes from `key`: when the owner made a class with that key before, it is that one, so that a form
    sent twice makes one. Raises ClassRefusedError when they have handed it on since.
    """
    said = {"title": title, "about": about, "time_zone": time_zone, "exam_on": exam_on, "created_at": now}
    classroom, made = Classroom.objects.get_or_create(
        public_id=id_from(key, what="class", owner=owner.pk), defaults=said
    )
    if made:
        Membership.objects.create(classroom=classroom, user=owner, role=Role.OWNER, joined_at=now)
        note(classroom, owner, "made the class", now)
    elif not classroom.memberships.filter(user=owner, role=Role.OWNER, left_at=None).exists():
        raise ClassRefusedError("This form was used before. Open a new one, and copy over what you wrote.")
    return classroom


def edit_class(*, classroom: Classroom, actor: User, now: datetime) -> None:
    """Stores what a form wrote into the row. Moments that were set stay: only how they are said changes."""
    classroom.save(update_fields=["title", "about", "time_zone", "exam_on"])
    note(classroom, actor, "changed the class", now)


@transaction.atomic
def archive(*, classroom: Classroom, actor: User | None, now: datetime) -> None:
    """Archives the class: its assignments leave the learners' days, nothing in it can be changed. Idempotent."""
    hold(classroom)
    if not Classroom.objects.filter(pk=classroom.pk, archived_at=None).update(archived_at=now):
        return
    classroom.archived_at = now
    classroom.join_links.filter(closed_at=None).update(closed_at=now)
    note(classroom, actor, "archived the class", now)
    work_out(assignments_of(classroom), now=now)


def archive_unled(*, now: datetime, limit: int) -> int:
    """Archives running classes that nobody leads any more, up to `limit`; returns how many were found."""
    found = list(running_without_a_leader()[:limit])
    for classroom in found:
        archive(classroom=classroom, actor=None, now=now)
    return len(found)


@transaction.atomic
def restore(*, classroom: Classroom, actor: User, now: datetime) -> None:
    """Restores the class as it was: the join link its archiving closed is open, e-mails are owed again."""
    hold(classroom)
    classroom.refresh_from_db(fields=["archived_at"])
    if classroom.archived_at is None:
        return
    classroom.join_links.filter(closed_at=classroom.archived_at).update(closed_at=None)
    classroom.archived_at = None
    classroom.save(update_fields=["archived_at"])
    note(classroom, actor, "restored the class", now)
    work_out(assignments_of(classroom), now=now)
    unsent = {"email_state": EmailState.CANCELLED}
    classroom.invitations.filter(membership=None, withdrawn_at=None, **unsent).update(
        email_state=EmailState.PENDING
    )
    given = Assignee.objects.filter(assignment__classroom=classroom, assignment__withdrawn_at=None, **unsent)
    given.exclude(membership__user__is_demo=True).update(email_state=EmailState.PENDING)


@transaction.atomic
def leave(*, place: Membership, now: datetime) -> None:
    """Leaves the class. Raises ClassRefusedError for its owner, and for the last who leads it while it runs."""
    _hold_place(place)
    if place.role == Role.OWNER:
        raise ClassRefusedError("You own this class. Hand it to a co-instructor first, or archive it.")
    if place.role in LEADING and led_alone_by(place.user).filter(pk=place.classroom_id).exists():
        raise ClassRefusedError(
            "The class runs, and nobody else leads it. Take it over, then hand it on or archive it."
        )
    _end(place, actor=place.user, action="left", now=now)


@transaction.atomic
def remove_member(*, place: Membership, actor: User, now: datetime) -> None:
    """Takes someone out of the class: those who teach see nothing of them any more; their memory stays."""
    _hold_place(place)
    if place.role == Role.OWNER:
        raise ClassRefusedError("The owner cannot be removed.")
    _end(place, actor=actor, action="removed a member", now=now)


@transaction.atomic
def change_role(*, place: Membership, role: Membership.Role, actor: User, now: datetime) -> None:
    """Gives a member another role. The owner's role passes on: who had it becomes a co-instructor.

    ClassRefusedError for taking the owner's role away without handing it to someone.
    """
    _hold_place(place)
    if place.role == Role.OWNER:
        raise ClassRefusedError("A class has one owner. Make someone else the owner, and this changes too.")
    if role == Role.OWNER:
        former = Membership.objects.filter(classroom=place.classroom, role=Role.OWNER, left_at=None)
        former.update(role=Role.INSTRUCTOR)
    place.role = role
    place.save(update_fields=["role"])
    note(
        place.classroom,
        actor,
        "changed a role",
        now,
        members=[place],
        detail=f"to {Role(role).label.lower()}",
    )
    work_out(assignments_of(place.classroom), now=now, members=[place])


@transaction.atomic
def take_over(*, place: Membership, now: datetime) -> None:
    """Makes a co-instructor the owner of a class that has none, its owner's account being gone."""
    _hold_place(place)
    if Membership.objects.filter(classroom=place.classroom, role=Role.OWNER, left_at=None).exists():
        raise ClassRefusedError("This class has an owner, who can hand it to you.")
    place.role = Role.OWNER
    place.save(update_fields=["role"])
    note(place.classroom, place.user, "took the class over", now, members=[place])


@transaction.atomic
def save_group(
    *,
    classroom: Classroom,
    group: Group | None,
    title: str,
    members: Collection[Membership],
    actor: User,
    now: datetime,
) -> Group:
    """Makes a group, or changes its title and members; assignments of the group follow."""
    hold(classroom)
    before = [] if group is None else list(group.members.all())
    if group is None:
        group = Group.objects.create(classroom=classroom, title=title)
    elif group.title != title:
        group.title = title
        group.save(update_fields=["title"])
    group.members.set(members)
    changed = {member.pk: member for member in (*before, *members)}
    note(classroom, actor, "changed a group", now, detail=title)
    work_out(assignments_of(classroom), now=now, members=list(changed.values()))
    return group


@transaction.atomic
def delete_group(*, group: Group, actor: User, now: datetime) -> None:
    """Deletes a group; what was assigned to it alone is nobody's any more."""
    hold(group.classroom)
    members = list(group.members.all())
    note(group.classroom, actor, "deleted a group", now, detail=group.title)
    group.delete()
    work_out(assignments_of(group.classroom), now=now, members=members)


def assignments_of(classroom: Classroom) -> list[Assignment]:
    """Returns the assignments of a class that were not withdrawn, with the class at hand."""
    found = list(Assignment.objects.filter(classroom=classroom, withdrawn_at=None))
    for assignment in found:
        assignment.classroom = classroom
    return found


def _hold_place(place: Membership) -> None:
    """Locks the class and reads the place again. Raises ClassRefusedError for someone who is gone."""
    hold(place.classroom)
    place.refresh_from_db(fields=["role", "left_at"])
    if place.left_at is not None:
        raise ClassRefusedError("This member has left the class meanwhile.")


def _end(place: Membership, *, actor: User, action: str, now: datetime) -> None:
    place.left_at = now
    place.save(update_fields=["left_at"])
    GroupMember.objects.filter(membership=place).delete()
    Assignee.objects.filter(membership=place).delete()
    sources = Assignment.objects.filter(classroom=place.classroom).values_list("public_id", flat=True)
    drop_targets(sources=sources, users=[place.user_id])
    note(place.classroom, actor, action, now, members=[place])
