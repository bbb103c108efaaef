"""Reports about questions, for those who made them and for those who can reply.

Teachers of the class, owners of the pack and staff can reply.

A teacher sees reports of the learners of their classes about questions assigned to them there, with the learner's name.
The owner of a private pack sees those about its questions, staff those about the built-in ones: without a name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from uuid import UUID

from django.db.models import Avg, Case, Count, Exists, F, OuterRef, Q, QuerySet, When

from accounts.models import User
from quizzes.analytics.api import (
    FEW_ATTEMPTS,
    FEWEST_IN_A_GROUP,
    VersionStatistics,
    first_attempts,
    item_analysis,
)
from quizzes.bank.api import asking
from quizzes.bank.models import Version
from quizzes.classroom.api import Action, Role, places_for
from quizzes.classroom.models import AssignmentItem, Classroom, Membership
from quizzes.reports.models import QuestionReport
from quizzes.review.api import PARTLY, RIGHT
from quizzes.review.models import Review

MOST = 200
# Whose numbers are looked at for one report.
MOST_CLASSES = 5


@dataclass(frozen=True, slots=True)
class Reported:
    """One report with its question: `prompt` is Markdown, `reporter` empty for those who may not know."""

    report: QuestionReport
    prompt: str
    kind: str
    reporter: str


@dataclass(frozen=True, slots=True)
class ReportedStatistics:
    """How a reported version does: how many first attempts, and the shares of them that were right and partly right.

    `in_class` is all that is known of it in a class; None where the numbers are of everybody.
    """

    attempts: int
    right: float
    partly: float
    in_class: VersionStatistics | None = None

    @property
    def is_few(self) -> bool:
        """Whether too few have answered for much to be told."""
        return self.attempts < FEW_ATTEMPTS


def report_on(review: Review) -> QuestionReport | None:
    """Returns the report made on this answer, if there is one."""
    return QuestionReport.objects.filter(review=review).first()


def unread_replies(user: User) -> list[QuestionReport]:
    """Returns the replies to the learner's reports that they have not dismissed, the oldest first; one query."""
    replied = QuestionReport.objects.filter(user=user, read_at=None).exclude(replied_at=None)
    return list(replied.select_related("review__version").order_by("replied_at", "pk"))


def own_report(user: User, public_id: UUID) -> QuestionReport:
    """Returns one of the learner's reports; raises QuestionReport.DoesNotExist for any other."""
    return QuestionReport.objects.get(user=user, public_id=public_id)


def reports_for(user: User) -> QuerySet[QuestionReport]:
    """Returns the reports this user may see, open ones first, then the latest."""
    taught = _taught_in(user)
    mine = Q(review__version__question__pack__owner=user, review__version__question__pack__private=True)
    built_in = Q(review__version__question__pack__private=False) if user.is_staff else Q(pk__in=[])
    return (
        QuestionReport.objects.filter(Exists(taught) | mine | built_in)
        .exclude(user=user)
        .annotate(is_taught=Exists(taught))
        .select_related(
            "user", "review__version__question__topic", "review__version__question__pack", "replied_by"
        )
        .order_by(F("replied_at").desc(nulls_first=True), "-created_at", "-pk")
    )


def listed(user: User) -> list[Reported]:
    """Returns the first MOST of them; two queries."""
    reports = list(reports_for(user)[:MOST])
    names = _names(user, reports)
    return [_reported(report, names) for report in reports]


def one_of(user: User, public_id: UUID) -> Reported:
    """Returns one of them; raises QuestionReport.DoesNotExist for any other."""
    report = reports_for(user).get(public_id=public_id)
    return _reported(report, _names(user, [report]))


def statistics_of(user: User, report: QuestionReport, now: datetime) -> ReportedStatistics | None:
    """Returns how the reported version does: in the class the user teaches that answered it most, else with everybody.

    The latter for those who answer for the question itself: staff and the owner of its pack. None below
    FEWEST_IN_A_GROUP learners.
    """
    version = report.review.version
    classes = Classroom.objects.filter(
        pk__in=places_for(user, Action.SEE_RESULTS).values("classroom"),
        assignments__withdrawn_at=None,
        assignments__items__question=version.question_id,
    )
    rows = [
        row
        for classroom in classes.distinct().order_by("pk")[:MOST_CLASSES]
        for row in item_analysis(classroom=classroom, now=now).content.versions
        if row.version == version.pk and row.attempts >= FEWEST_IN_A_GROUP
    ]
    if rows:
        found = max(rows, key=attrgetter("attempts"))
        return ReportedStatistics(found.attempts, found.right, found.partly, found)
    answers_for_it = (
        user.is_staff if not version.question.pack.private else version.question.pack.owner == user
    )
    return _of_everyone(version) if answers_for_it else None


def _of_everyone(version: Version) -> ReportedStatistics | None:
    firsts = first_attempts(Review.objects.filter(version=version, undone_at=None))
    counted = firsts.aggregate(
        attempts=Count("user", distinct=True),
        right=Avg(Case(When(RIGHT, then=1.0), default=0.0)),
        partly=Avg(Case(When(PARTLY, then=1.0), default=0.0)),
    )
    return ReportedStatistics(**counted) if counted["attempts"] >= FEWEST_IN_A_GROUP else None


def _taught_in(user: User) -> QuerySet[Membership]:
    """Of a report: the reporter's places in classes the user teaches, where the question is assigned to them."""
    asked = AssignmentItem.objects.filter(
        assignment__assignees__membership=OuterRef("pk"),
        assignment__withdrawn_at=None,
        question=OuterRef(OuterRef("review__version__question")),
    )
    return Membership.objects.filter(
        Exists(asked),
        classroom__in=places_for(user, Action.REPLY_TO_REPORTS).values("classroom"),
        user=OuterRef("user"),
        role=Role.LEARNER,
        left_at=None,
    )


def _names(user: User, reports: Iterable[QuestionReport]) -> dict[int, str]:
    """Returns what to call the reporters to whom a class of the user's assigned the question."""
    places = Membership.objects.filter(
        classroom__in=places_for(user, Action.REPLY_TO_REPORTS).values("classroom"),
        user__in=[report.user_id for report in reports if getattr(report, "is_taught", False)],
        role=Role.LEARNER,
        left_at=None,
    ).values_list("user_id", "name", "user__email")
    return {pk: name or email for pk, name, email in places}


def _reported(report: QuestionReport, names: dict[int, str]) -> Reported:
    version = report.review.version
    return Reported(
        report=report,
        prompt=asking.prompt(version.spec),
        kind=asking.label(version.spec["kind"]),
        reporter=names.get(report.user_id, "") if getattr(report, "is_taught", False) else "",
    )
