"""Reports about questions: making one, replying to it, telling its reporter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from quizzes.reports.models import QuestionReport
from quizzes.review.models import Review


@transaction.atomic
def report_question(*, review: Review, kind: str, text: str, now: datetime) -> QuestionReport:
    """Reports the question of the learner's answer. Until it is replied to, reporting again changes the report."""
    report, made = QuestionReport.objects.get_or_create(
        review=review, defaults={"user_id": review.user_id, "kind": kind, "text": text, "created_at": now}
    )
    if not made and QuestionReport.objects.filter(pk=report.pk, replied_at=None).update(kind=kind, text=text):
        report.kind, report.text = kind, text
    return report


def reply(*, report: QuestionReport, author: User, text: str, now: datetime) -> bool:
    """Replies to a report; its reporter is told on Today and owed an e-mail.

    Returns False when somebody else was faster.
    """
    replied = QuestionReport.objects.filter(pk=report.pk, replied_at=None).update(
        reply=text, replied_at=now, replied_by=author, email_state=QuestionReport.EmailState.PENDING
    )
    return bool(replied)


def dismiss_reply(*, report: QuestionReport, now: datetime) -> None:
    """Notes that the reporter has read the reply: Today is silent, and an e-mail not yet sent is not needed."""
    QuestionReport.objects.filter(pk=report.pk, read_at=None).exclude(replied_at=None).update(read_at=now)
    QuestionReport.objects.filter(pk=report.pk, email_state=QuestionReport.EmailState.PENDING).update(
        email_state=QuestionReport.EmailState.CANCELLED
    )


def pending_replies() -> QuerySet[QuestionReport]:
    """Returns the replies whose e-mail nobody has written, with their reporters, the oldest first."""
    owed = QuestionReport.objects.filter(email_state=QuestionReport.EmailState.PENDING)
    return owed.select_related("user").order_by("replied_at", "pk")


def note_replies_enqueued(reports: Iterable[QuestionReport]) -> None:
    """Notes that the e-mails about these replies are written down, so that nobody else writes them."""
    written = QuestionReport.objects.filter(
        pk__in=[report.pk for report in reports], email_state=QuestionReport.EmailState.PENDING
    )
    written.update(email_state=QuestionReport.EmailState.ENQUEUED)
