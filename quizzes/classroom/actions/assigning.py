"""Assigning: who has an assignment until when, worked out again whenever that may have changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat, Least

from accounts.models import User
from quizzes.bank.api import resolve
from quizzes.bank.models import QuestionSet
from quizzes.classroom.actions.auditing import note
from quizzes.classroom.actions.idempotency import id_from
from quizzes.classroom.models import (
    Assignee,
    Assignment,
    AssignmentItem,
    AssignmentTarget,
    Classroom,
    EmailState,
    Extension,
    Group,
    GroupMember,
    Membership,
)
from quizzes.classroom.policy import Terms
from quizzes.classroom.rights import Role
from quizzes.review.api import drop_targets, set_targets


class NothingToAssignError(Exception):
    """The set holds no question that can be asked."""


class AssignedBeforeError(Exception):
    """The form was sent before: `assignment` is what came of it."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__(f"{assignment.title} was assigned before")
        self.assignment = assignment


@transaction.atomic
def assign(
    *,
    classroom: Classroom,
    question_set: QuestionSet,
    title: str,
    terms: Terms,
    author: User,
    now: datetime,
    groups: Collection[Group] = (),
    members: Collection[Membership] = (),
    key: UUID | None = None,
) -> Assignment:
    """Gives a set to the class, or to some of its groups and members, and puts it among their targets.

    Its questions are chosen now. Whoever joins the class or a group later gets it too. Its public id comes from
    `key`: AssignedBeforeError when the class has one of that key, so that a form sent twice assigns once.
    NothingToAssignError when the set is empty. The number of queries does not depend on the number of learners and
    questions.
    """
    hold(classroom)
    public_id = id_from(key, what="assignment", owner=classroom.pk)
    if same := Assignment.objects.filter(public_id=public_id).first():
        raise AssignedBeforeError(same)
    before = AssignmentItem.objects.filter(assignment__classroom=classroom, assignment__withdrawn_at=None)
    questions = resolve(
        question_set,
        assigned=set(before.values_list("question_id", flat=True)),
        seed=str(question_set.public_id),
    )
    if not questions:
        raise NothingToAssignError
    assignment = Assignment.objects.create(
        public_id=public_id,
        classroom=classroom,
        question_set=question_set,
        title=title,
        opens_at=terms.opens_at,
        due_at=terms.due_at,
        closes_at=terms.closes_at,
        goal=terms.goal,
        goal_value=terms.goal_value,
        late=terms.late,
        for_everyone=not groups and not members,
        author=author,
        created_at=now,
    )
    AssignmentItem.objects.bulk_create(
        AssignmentItem(assignment=assignment, question_id=question, position=place)
        for place, question in enumerate(questions)
    )
    AssignmentTarget.objects.bulk_create(
        [
            *(AssignmentTarget(assignment=assignment, group=group) for group in groups),
            *(AssignmentTarget(assignment=assignment, membership=member) for member in members),
        ]
    )
    note(classroom, author, "assigned", now, assignment=assignment, detail=f"{len(questions)} questions")
    work_out([assignment], now=now)
    return assignment


@transaction.atomic
def change_terms(*, assignment: Assignment, title: str, terms: Terms, actor: User, now: datetime) -> None:
    """Sets other dates or another goal for everyone without an extension."""
    hold(assignment.classroom)
    assignment.title = title
    assignment.opens_at, assignment.due_at, assignment.closes_at = (
        terms.opens_at,
        terms.due_at,
        terms.closes_at,
    )
    assignment.goal, assignment.goal_value, assignment.late = terms.goal, terms.goal_value, terms.late
    assignment.save()
    note(assignment.classroom, actor, "changed an assignment", now, assignment=assignment)
    work_out([assignment], now=now)


@transaction.atomic
def withdraw_assignment(*, assignment: Assignment, actor: User, now: datetime) -> bool:
    """Withdraws the assignment; targets go, answers stay. Returns False when it was withdrawn before."""
    hold(assignment.classroom)
    here = Assignment.objects.filter(pk=assignment.pk, withdrawn_at=None)
    if not here.update(withdrawn_at=now, withdrawn_by=actor):
        return False
    assignment.refresh_from_db(fields=["withdrawn_at", "withdrawn_by"])
    note(assignment.classroom, actor, "withdrew an assignment", now, assignment=assignment)
    work_out([assignment], now=now)
    return True


@transaction.atomic
def give_back_assignment(*, assignment: Assignment, actor: User, now: datetime) -> bool:
    """Asks for a withdrawn assignment again. Returns False when it is not withdrawn.

    Questions, dates, extensions and whom it is for are as they were; that decides for those who joined meanwhile, too.
    """
    hold(assignment.classroom)
    here = Assignment.objects.filter(pk=assignment.pk, withdrawn_at__isnull=False)
    if not here.update(withdrawn_at=None, withdrawn_by=None):
        return False
    assignment.refresh_from_db(fields=["withdrawn_at", "withdrawn_by"])
    note(assignment.classroom, actor, "restored an assignment", now, assignment=assignment)
    work_out([assignment], now=now)
    dropped = Assignee.objects.filter(assignment=assignment, email_state=EmailState.CANCELLED)
    dropped.exclude(membership__user__is_demo=True).update(email_state=EmailState.PENDING)
    return True


@transaction.atomic
def extend(
    *,
    assignment: Assignment,
    members: Collection[Membership],
    opens_at: datetime | None,
    due_at: datetime | None,
    closes_at: datetime | None,
    reason: str,
    author: User,
    now: datetime,
) -> int:
    """Gives these learners other dates, None leaving one as it is for all. Returns the number of learners.

    An earlier extension of theirs ends. Each gets a row of the audit, with the reason.
    """
    hold(assignment.classroom)
    Extension.objects.filter(assignment=assignment, membership__in=members, active=True).update(active=False)
    Extension.objects.bulk_create(
        Extension(
            assignment=assignment,
            membership=member,
            opens_at=opens_at,
            due_at=due_at,
            closes_at=closes_at,
            reason=reason,
            author=author,
            created_at=now,
        )
        for member in members
    )
    note(
        assignment.classroom,
        author,
        "gave other dates",
        now,
        assignment=assignment,
        members=members,
        detail=reason,
    )
    work_out([assignment], now=now, members=members)
    return len(members)


@transaction.atomic
def end_extension(*, given: Extension, actor: User, now: datetime) -> bool:
    """Lets the assignment's own dates hold again. Returns False when the extension had ended before."""
    hold(given.assignment.classroom)
    if not Extension.objects.filter(pk=given.pk, active=True).update(active=False):
        return False
    member = given.membership
    note(
        given.assignment.classroom,
        actor,
        "took other dates back",
        now,
        assignment=given.assignment,
        members=[member],
    )
    work_out([given.assignment], now=now, members=[member])
    return True


def hold(classroom: Classroom) -> None:
    """Keeps others from changing who is in the class or what is assigned in it until this transaction ends."""
    Classroom.objects.select_for_update(no_key=True).filter(pk=classroom.pk).first()


def work_out(
    assignments: Iterable[Assignment], *, now: datetime, members: Collection[Membership] | None = None
) -> None:
    """Makes assignees and targets of these assignments what members, groups, extensions and dates say now.

    With `members` only theirs. All assignments are of one class, with it at hand. A constant number of queries; the
    targets are written by one INSERT … SELECT.
    """
    given = list(assignments)
    if not given or (members is not None and not members):
        return
    scope = Assignee.objects.filter(assignment__in=given)
    if members is not None:
        scope = scope.filter(membership__in=members)
    wanted = _assignees(given, members)
    keep = {(row.assignment_id, row.membership_id) for row in wanted}
    gone = [
        pk
        for pk, assignment, member in scope.values_list("pk", "assignment_id", "membership_id")
        if (assignment, member) not in keep
    ]
    Assignee.objects.filter(pk__in=gone).delete()
    Assignee.objects.bulk_create(
        wanted,
        update_conflicts=True,
        unique_fields=["assignment", "membership"],
        update_fields=["opens_at", "due_at", "closes_at"],
    )
    users = None if members is None else [member.user_id for member in members]
    sources = [assignment.public_id for assignment in given]
    if given[0].classroom.archived_at is not None:
        drop_targets(sources=sources, users=users)
        return
    set_targets(sources=sources, users=users, now=now, rows=_targets(scope))


def _targets(assignees: QuerySet[Assignee]) -> QuerySet[Assignee, tuple[object, ...]]:
    """Returns what the assignees' learners are asked for. Late answers that do not count end at due."""
    closes = Case(
        When(assignment__late=Assignment.Late.REFUSE, then=Least("due_at", Coalesce("closes_at", "due_at"))),
        default=F("closes_at"),
    )
    label = Concat(
        "assignment__title",
        Value(" · "),
        "assignment__classroom__title",
        output_field=CharField(max_length=260),
    )
    # One filter: a second one would join the questions a second time.
    rows = assignees.filter(assignment__withdrawn_at=None, assignment__items__isnull=False)
    rows = rows.annotate(label=label, closes=closes)
    return rows.values_list(
        "membership__user_id",
        "assignment__items__question_id",
        "assignment__public_id",
        "label",
        "opens_at",
        "due_at",
        "closes",
    )


def _assignees(given: list[Assignment], members: Collection[Membership] | None) -> list[Assignee]:
    learners = Membership.objects.filter(classroom=given[0].classroom_id, role=Role.LEARNER, left_at=None)
    if members is not None:
        learners = learners.filter(pk__in=[member.pk for member in members])
    places = list(learners.values_list("pk", flat=True))
    in_groups: dict[int, set[int]] = defaultdict(set)
    for group_id, member in GroupMember.objects.filter(membership__in=learners).values_list(
        "group_id", "membership_id"
    ):
        in_groups[group_id].add(member)
    chosen: dict[int, set[int]] = defaultdict(set)
    for target in AssignmentTarget.objects.filter(assignment__in=given):
        if target.group_id is not None:
            chosen[target.assignment_id] |= in_groups[target.group_id]
        elif target.membership_id is not None:
            chosen[target.assignment_id].add(target.membership_id)
    others = {
        (extension.assignment_id, extension.membership_id): extension
        for extension in Extension.objects.filter(assignment__in=given, membership__in=learners, active=True)
    }
    rows = []
    for assignment in given:
        for place in places:
            if not assignment.for_everyone and place not in chosen[assignment.pk]:
                continue
            other = others.get((assignment.pk, place))
            rows.append(
                Assignee(
                    assignment=assignment,
                    membership_id=place,
                    opens_at=(other and other.opens_at) or assignment.opens_at,
                    due_at=(other and other.due_at) or assignment.due_at,
                    closes_at=(other and other.closes_at) or assignment.closes_at,
                )
            )
    return rows
