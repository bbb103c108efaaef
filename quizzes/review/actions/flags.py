"""Reports about questions: making one, answering it, telling its reporter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from quizzes.review.models import Flag, Review


@transaction.atomic
def report(*, review: Review, kind: str, text: str, now: datetime) -> Flag:
    """Report the question of the learner's answer. Until it is replied to, reporting again changes the report."""
    flag, made = Flag.objects.get_or_create(
        review=review, defaults={"user_id": review.user_id, "kind": kind, "text": text, "created_at": now}
    )
    if not made and Flag.objects.filter(pk=flag.pk, replied_at=None).update(kind=kind, text=text):
        flag.kind, flag.text = kind, text
    return flag


def reply(*, flag: Flag, author: User, text: str, now: datetime) -> bool:
    """Answer a report; its reporter is told on Today and owed an e-mail. False when somebody else was faster."""
    answered = Flag.objects.filter(pk=flag.pk, replied_at=None).update(
        reply=text, replied_at=now, replied_by=author, email_state=Flag.EmailState.PENDING
    )
    return bool(answered)


def put_away(*, flag: Flag, now: datetime) -> None:
    """The reporter has read the reply: Today is silent about it, and an e-mail not yet sent is not needed."""
    Flag.objects.filter(pk=flag.pk, read_at=None).exclude(replied_at=None).update(read_at=now)
    Flag.objects.filter(pk=flag.pk, email_state=Flag.EmailState.PENDING).update(
        email_state=Flag.EmailState.CANCELLED
    )


def pending_replies() -> QuerySet[Flag]:
    """Replies whose e-mail nobody has written, with their reporters, the oldest first."""
    return (
        Flag.objects.filter(email_state=Flag.EmailState.PENDING)
        .select_related("user")
        .order_by("replied_at", "pk")
    )


def note_replies_enqueued(flags: Iterable[Flag]) -> None:
    """Note that the e-mails about these replies are written down, so that nobody else writes them."""
    Flag.objects.filter(pk__in=[flag.pk for flag in flags], email_state=Flag.EmailState.PENDING).update(
        email_state=Flag.EmailState.ENQUEUED
    )
