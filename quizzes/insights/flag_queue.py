"""Reports about questions, for those who can answer them: teachers of the class, owners of the pack, and staff.

A teacher sees reports of the learners of their classes about questions assigned there, with the learner's name. The
owner of a private pack sees those about its questions, staff those about the built-in ones: without a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import User
from quizzes.bank import asking
from quizzes.classroom.models import AssignmentItem, Membership
from quizzes.classroom.queries import places_for
from quizzes.classroom.rights import Action, Role
from quizzes.insights.items import FEW_ATTEMPTS
from quizzes.insights.models import Reckoning
from quizzes.review.models import Flag

MOST = 200


@dataclass(frozen=True, slots=True)
class Reported:
    """One report with its question: `prompt` is Markdown, `reporter` empty for those who may not know."""

    flag: Flag
    prompt: str
    kind: str
    reporter: str


def flags_for(user: User) -> QuerySet[Flag]:
    """The reports this user may see, open ones first, then the latest."""
    taught = _taught_in(user)
    mine = Q(review__version__question__pack__owner=user, review__version__question__pack__private=True)
    built_in = Q(review__version__question__pack__private=False) if user.is_staff else Q(pk__in=[])
    return (
        Flag.objects.filter(Exists(taught) | mine | built_in)
        .exclude(user=user)
        .select_related("user", "review__version__question__topic", "replied_by")
        .order_by(F("replied_at").desc(nulls_first=True), "-created_at", "-pk")
    )


def listed(user: User) -> list[Reported]:
    """The first MOST of them; two queries."""
    flags = list(flags_for(user)[:MOST])
    names = _names(user, flags)
    return [_reported(flag, names) for flag in flags]


def one_of(user: User, public_id: UUID) -> Reported:
    """One of them; Flag.DoesNotExist for any other."""
    flag = flags_for(user).get(public_id=public_id)
    return _reported(flag, _names(user, [flag]))


def statistics_of(user: User, flag: Flag) -> dict[str, Any] | None:
    """The item analysis of the reported version, from the largest class the user teaches that has one; one query."""
    classes = places_for(user, Action.SEE_RESULTS).values("klass")
    found: dict[str, Any] | None = None
    for kept in Reckoning.objects.filter(klass__in=classes, subject=Reckoning.Subject.ITEMS):
        for row in kept.rows:
            if row.get("version") == flag.review.version_id and (found is None or row["n"] > found["n"]):
                found = row | {"few": row["n"] < FEW_ATTEMPTS}
    return found


def _taught_in(user: User) -> QuerySet[Membership]:
    """Of a flag: the reporter's places in classes the user teaches, where the question is assigned."""
    asked = AssignmentItem.objects.filter(
        assignment__klass=OuterRef("klass"),
        assignment__withdrawn_at=None,
        question=OuterRef(OuterRef("review__version__question")),
    )
    return Membership.objects.filter(
        Exists(asked),
        klass__in=places_for(user, Action.ANSWER_FLAGS).values("klass"),
        user=OuterRef("user"),
        role=Role.LEARNER,
        left_at=None,
    )


def _names(user: User, flags: Iterable[Flag]) -> dict[int, str]:
    """What to call the reporters whom the user teaches."""
    places = Membership.objects.filter(
        klass__in=places_for(user, Action.ANSWER_FLAGS).values("klass"),
        user__in=[flag.user_id for flag in flags],
        role=Role.LEARNER,
        left_at=None,
    ).values_list("user_id", "name", "user__email")
    return {pk: name or email for pk, name, email in places}


def _reported(flag: Flag, names: dict[int, str]) -> Reported:
    version = flag.review.version
    return Reported(
        flag=flag,
        prompt=asking.prompt(version.spec),
        kind=asking.label(version.spec["kind"]),
        reporter=names.get(flag.user_id, ""),
    )
