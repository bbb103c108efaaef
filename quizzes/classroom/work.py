"""What is assigned to a learner, and how far they have come with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf

from accounts.models import User
from quizzes.classroom.models import Assignee, Membership
from quizzes.review.models import Card

# So long Today tells a learner of an assignment that was withdrawn.
TOLD_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class AssignedWork:
    """One assignment as its learner has it: `seen` of its `questions` were answered at least once."""

    assignee: Assignee
    questions: int
    seen: int

    @property
    def left(self) -> int:
        """Questions not yet answered."""
        return self.questions - self.seen


def own_work(user: User, now: datetime) -> QuerySet[Assignee]:
    """Returns what is assigned to the user in running classes, has opened and was not withdrawn, with its class."""
    return given_to(user, now).filter(assignment__withdrawn_at=None)


def withdrawn_from(user: User, now: datetime) -> list[Assignee]:
    """Returns what was withdrawn from the user in the last TOLD_FOR, with its class and, as `by`, who did it."""
    place = Membership.objects.filter(
        user=OuterRef("assignment__withdrawn_by"), classroom=OuterRef("assignment__classroom")
    )
    named = NullIf(Subquery(place.values("name")[:1]), Value(""))
    by = Coalesce(named, "assignment__withdrawn_by__email", output_field=CharField())
    found = given_to(user, now).filter(
        assignment__withdrawn_at__gt=now - TOLD_FOR, opens_at__lte=F("assignment__withdrawn_at")
    )
    return list(found.annotate(by=by).order_by("-assignment__withdrawn_at", "pk"))


def given_to(user: User, now: datetime) -> QuerySet[Assignee]:
    """Returns what was assigned to the user in running classes and has opened, withdrawn or not, with its class."""
    return Assignee.objects.filter(
        membership__user=user,
        membership__left_at=None,
        assignment__classroom__archived_at=None,
        opens_at__lte=now,
    ).select_related("assignment__classroom")


def work_with_progress(assignees: QuerySet[Assignee], user: User) -> list[AssignedWork]:
    """Returns each with how far its learner, the user, has come; earliest due first; one query."""
    answered = Card.objects.filter(user=user, question=OuterRef("assignment__items__question"), reps__gt=0)
    live = Q(assignment__items__question__retired_at=None, assignment__items__isnull=False)
    counted = assignees.annotate(
        questions=Count("assignment__items", filter=live),
        seen=Count("assignment__items", filter=Q(live, Exists(answered))),
    ).order_by("due_at", "pk")
    return [AssignedWork(assignee, assignee.questions, assignee.seen) for assignee in counted]
