"""What a class holds, seen from a member's place in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import (
    Count,
    Exists,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from accounts.models import User
from quizzes.bank.api import visible_sets
from quizzes.bank.models import Pack, QuestionSet, SetItem
from quizzes.classroom.models import (
    Assignee,
    Assignment,
    AssignmentItem,
    AssignmentTarget,
    AuditRow,
    Classroom,
    Group,
    Invitation,
    JoinLink,
    Membership,
)
from quizzes.classroom.rights import IN_AN_ARCHIVE, LEADING, TEACHING, WHO_MAY, Action, Role
from quizzes.classroom.roster import KnownAddresses
from quizzes.classroom.work import given_to
from quizzes.review.models import Card

AUDIT_ROWS = 100

Row = TypeVar("Row", bound=Model)


# --- lookups: a place, and what may be done from it -----------------------------------------------------------------


def places_for(user: User, action: Action) -> QuerySet[Membership]:
    """Returns the user's places in classes where they may do `action`."""
    places = Membership.objects.filter(user=user, left_at=None, role__in=WHO_MAY[action])
    return places if action in IN_AN_ARCHIVE else places.filter(classroom__archived_at=None)


def place_in(user: User, public_id: UUID, action: Action) -> Membership:
    """Returns the user's place, with its class, in the class of that public id; one query.

    Raises Membership.DoesNotExist where they may not do `action` there: to strangers, to members of too small a role,
    to those who left, and, for what an archive does not allow, to everyone.
    """
    return places_for(user, action).select_related("classroom").get(classroom__public_id=public_id)


def assignment_for(user: User, public_id: UUID, action: Action) -> Assignment:
    """Returns the assignment, with class and set, where the user may do `action` in its class; one query.

    Raises Assignment.DoesNotExist as `place_in` does. A learner may see it when it is theirs and has opened: that is
    `work_of`.
    """
    places = places_for(user, action).values("classroom")
    found = Assignment.objects.select_related("classroom", "question_set")
    return found.get(public_id=public_id, classroom__in=places)


def work_of(user: User, public_id: UUID, now: datetime) -> Assignee:
    """Returns a learner's own assignment, once it has opened; raises Assignee.DoesNotExist for anyone else's.

    Also one that was withdrawn since.
    """
    return given_to(user, now).get(assignment__public_id=public_id)


def renamed(user: User, public_id: UUID, now: datetime) -> UUID | None:
    """Returns the public id of the assignment that once had this one, where the user may see its page; else None."""
    taught = Q(classroom__in=places_for(user, Action.SEE_RESULTS).values("classroom"))
    mine = Q(pk__in=given_to(user, now).values("assignment"))
    found = Assignment.objects.filter(taught | mine, former_id=public_id)
    return found.values_list("public_id", flat=True).first()


def colleagues_of(user: User) -> QuerySet[User]:
    """Returns those who lead a class in which the user teaches: sets they share with such are seen by the user."""
    classes = Membership.objects.filter(user=user, left_at=None, role__in=TEACHING).values("classroom")
    leading = Membership.objects.filter(classroom__in=classes, left_at=None, role__in=LEADING)
    return User.objects.filter(pk__in=leading.values("user"))


def sets_for(user: User) -> QuerySet[QuestionSet]:
    """Returns the sets someone may see, copy and assign, the last changed first, with owners and rules."""
    found = visible_sets(user, colleagues_of(user))
    return found.select_related("owner").prefetch_related("rules").order_by("-changed_at", "pk")


def sizes_of(sets: Iterable[QuestionSet]) -> dict[int, int]:
    """Returns how many questions each set stands for, by its id: by hand and what its rules pick; one query.

    The sets come with their rules.
    """
    given = list(sets)
    by_hand = SetItem.objects.filter(question_set__in=given, question__retired_at=None).order_by()
    counts = dict(
        by_hand.values("question_set").annotate(many=Count("pk")).values_list("question_set", "many")
    )
    return {one.pk: counts.get(one.pk, 0) + sum(rule.pick for rule in one.rules.all()) for one in given}


def makes_questions(user: User) -> bool:
    """Returns whether the user has a pack or a set of their own; one query."""
    packs = Pack.objects.filter(owner=user).order_by().values("pk")
    return packs.union(QuestionSet.objects.filter(owner=user).order_by().values("pk")).exists()


# --- lists ----------------------------------------------------------------------------------------------------------


def classes_of(user: User) -> list[Membership]:
    """Returns the user's places, archived classes last, each with class and, on it, learners and open assignments."""
    places = Membership.objects.filter(user=user, left_at=None).select_related("classroom")
    return list(places.order_by("classroom__archived_at", "classroom__title", "pk"))


def learners_by_class(classes: Iterable[Classroom]) -> dict[int, int]:
    """Returns how many learners are in each class."""
    rows = Membership.objects.filter(classroom__in=list(classes), left_at=None, role=Role.LEARNER)
    return dict(
        rows.order_by().values("classroom").annotate(many=Count("pk")).values_list("classroom", "many")
    )


def members_of(classroom: Classroom) -> list[Membership]:
    """Returns everyone in the class, those who teach first, then by name or address; with their groups."""
    groups = Prefetch("groups", Group.objects.order_by("title"))
    return _by_role(classroom.memberships.filter(left_at=None).prefetch_related(groups))


def teachers_of(classroom: Classroom) -> list[Membership]:
    """Returns those who teach the class, the owner first."""
    return _by_role(classroom.memberships.filter(left_at=None, role__in=TEACHING))


def _by_role(members: QuerySet[Membership]) -> list[Membership]:
    order = {Role.OWNER: 0, Role.INSTRUCTOR: 1, Role.ASSISTANT: 2, Role.LEARNER: 3}
    return sorted(
        members.select_related("user"), key=lambda place: (order[Role(place.role)], name_of(place).casefold())
    )


def learners_of(classroom: Classroom) -> list[Membership]:
    """Returns the class's learners, by name or address."""
    learners = classroom.memberships.filter(left_at=None, role=Role.LEARNER).select_related("user")
    return sorted(learners, key=lambda place: name_of(place).casefold())


def groups_of(classroom: Classroom) -> list[Group]:
    """Returns the class's groups by title."""
    return list(classroom.groups.order_by("title"))


def assigned_to_group_alone(group: Group) -> list[str]:
    """Returns the titles of running assignments that are for this group and nobody else."""
    others = AssignmentTarget.objects.filter(assignment=OuterRef("pk")).exclude(group=group)
    mine = Assignment.objects.filter(targets__group=group, withdrawn_at=None, for_everyone=False)
    return list(mine.exclude(Exists(others)).order_by("due_at", "pk").values_list("title", flat=True))


def invitations_of(classroom: Classroom) -> QuerySet[Invitation]:
    """Returns invitations nobody used or withdrew, by address."""
    waiting = classroom.invitations.filter(membership=None, withdrawn_at=None)
    return waiting.select_related("group").order_by("email")


def addresses_in(classroom: Classroom, now: datetime) -> KnownAddresses:
    """Returns the addresses of members, of those who hold an invitation, and of those who declined one."""
    members = classroom.memberships.filter(left_at=None).values_list("user__email", flat=True)
    waiting = classroom.invitations.filter(membership=None, withdrawn_at=None, expires_at__gt=now)
    declined = classroom.invitations.exclude(declined_at=None)
    return KnownAddresses(
        members=frozenset(email.lower() for email in members),
        invited=frozenset(email.lower() for email in waiting.values_list("email", flat=True)),
        declined=frozenset(email.lower() for email in declined.values_list("email", flat=True)),
    )


def join_link_of(classroom: Classroom, now: datetime) -> JoinLink | None:
    """Returns the link by which one can join now, if there is one."""
    links = classroom.join_links.filter(closed_at=None, expires_at__gt=now).order_by("-created_at")
    return next((link for link in links if link.uses < link.max_uses), None)


def assignments_in(classroom: Classroom) -> QuerySet[Assignment]:
    """Returns the class's assignments by due date, with how many questions and learners each has."""
    items = AssignmentItem.objects.filter(assignment=OuterRef("pk"))
    given = Assignee.objects.filter(assignment=OuterRef("pk"), membership__left_at=None)
    return (
        classroom.assignments.filter(withdrawn_at=None)
        .annotate(questions=_number_of(items), learners=_number_of(given))
        .order_by("due_at", "pk")
    )


def withdrawn_in(classroom: Classroom) -> QuerySet[Assignment]:
    """Returns the class's withdrawn assignments, the last one first, with who withdrew them."""
    gone = classroom.assignments.exclude(withdrawn_at=None)
    return gone.select_related("withdrawn_by").order_by("-withdrawn_at", "-pk")


def answered_of(assignment: Assignment) -> tuple[int, int]:
    """Returns how many learners have the assignment, and how many answers (one a learner and question) they gave."""
    users = Assignee.objects.filter(assignment=assignment, membership__left_at=None).values(
        "membership__user"
    )
    asked = AssignmentItem.objects.filter(assignment=assignment, question__retired_at=None).values("question")
    return users.count(), Card.objects.filter(reps__gt=0, user__in=users, question__in=asked).count()


def closed_link_of(classroom: Classroom, now: datetime) -> JoinLink | None:
    """Returns the class's last link where it is closed and could be opened again."""
    last = classroom.join_links.order_by("-created_at", "-pk").first()
    could = last is not None and last.closed_at is not None and last.expires_at > now
    return last if last is not None and could and last.uses < last.max_uses else None


def _number_of(rows: QuerySet[Row]) -> Coalesce:
    """Returns how many rows an assignment has, counted by a subquery: joins would multiply one by the other."""
    counted = rows.order_by().values("assignment").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted), 0)


def assigned_questions(*, to: QuerySet[Classroom]) -> QuerySet[AssignmentItem]:
    """Returns what was assigned in these classes and not withdrawn."""
    return AssignmentItem.objects.filter(assignment__classroom__in=to, assignment__withdrawn_at=None)


def classes_led_by(user: User) -> QuerySet[Classroom]:
    """Returns the classes in which the user assigns."""
    return Classroom.objects.filter(pk__in=places_for(user, Action.ASSIGN).values("classroom"))


def running_without_a_leader() -> QuerySet[Classroom]:
    """Returns the running classes that no owner or co-instructor is in, by primary key."""
    running = Classroom.objects.filter(archived_at=None).order_by("pk")
    return running.exclude(Exists(_leading().filter(classroom=OuterRef("pk"))))


def led_alone_by(user: User) -> QuerySet[Classroom]:
    """Returns the running classes that the user leads and nobody else does, by title."""
    others = _leading().filter(classroom=OuterRef("pk")).exclude(user=user)
    mine = _leading().filter(user=user).values("classroom")
    found = Classroom.objects.filter(pk__in=mine, archived_at=None).exclude(Exists(others))
    return found.order_by("title", "pk")


def people_besides(user: User, classes: Iterable[Classroom], now: datetime) -> dict[int, tuple[int, int]]:
    """Returns by class how many members it has besides the user, and how many open invitations; two queries."""
    given = list(classes)
    members = Membership.objects.filter(classroom__in=given, left_at=None).exclude(user=user).order_by()
    invited = Invitation.objects.filter(
        classroom__in=given, membership=None, withdrawn_at=None, expires_at__gt=now
    ).order_by()
    counts = [
        dict(rows.values("classroom").annotate(many=Count("pk")).values_list("classroom", "many"))
        for rows in (members, invited)
    ]
    return {
        classroom.pk: (counts[0].get(classroom.pk, 0), counts[1].get(classroom.pk, 0)) for classroom in given
    }


def _leading() -> QuerySet[Membership]:
    return Membership.objects.filter(role__in=LEADING, left_at=None)


def audit_of(classroom: Classroom) -> list[AuditRow]:
    """Returns the last AUDIT_ROWS things that were done in the class, the latest first."""
    rows = classroom.audit.select_related("actor", "membership__user", "assignment").order_by("-at", "-pk")
    return list(rows[:AUDIT_ROWS])


# --- doors ----------------------------------------------------------------------------------------------------------


def open_invitations_to(user: User, now: datetime) -> list[Invitation]:
    """Returns invitations to the user's address that can still be accepted, with the class."""
    return list(
        Invitation.objects.filter(
            email=user.email,
            membership=None,
            withdrawn_at=None,
            expires_at__gt=now,
            classroom__archived_at=None,
        )
        .exclude(classroom__memberships__in=Membership.objects.filter(user=user, left_at=None))
        .select_related("classroom")
        .order_by("pk")
    )


def doors_by_token(token: str) -> tuple[JoinLink | None, Invitation | None]:
    """Returns the link or the invitation a token opens, ended or not, with the class; two queries at most."""
    link = JoinLink.objects.select_related("classroom").filter(token=token).first()
    if link is not None:
        return link, None
    return None, Invitation.objects.select_related("classroom", "group").filter(token=token).first()


def link_by_code(code: str, now: datetime) -> JoinLink | None:
    """Returns the link of that code, if one can join by it now."""
    found = JoinLink.objects.select_related("classroom").filter(code=code).first()
    return found if found is not None and is_open(found, now) else None


def is_open(door: JoinLink | Invitation, now: datetime) -> bool:
    """Returns whether one can join by it now; the class is at hand."""
    if door.classroom.archived_at is not None or door.expires_at <= now:
        return False
    if isinstance(door, JoinLink):
        return door.closed_at is None and door.uses < door.max_uses
    return door.membership_id is None and door.withdrawn_at is None


def items_of(assignment: Assignment) -> QuerySet[AssignmentItem]:
    """Returns the assignment's questions in its order, with topic and current version."""
    items = AssignmentItem.objects.filter(assignment=assignment).order_by("position")
    return items.select_related("question__topic", "question__current")


def name_of(place: Membership) -> str:
    """Returns what the roster calls a member, else their address."""
    return place.name or place.user.email
