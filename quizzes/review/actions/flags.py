"""Reports about questions: making one, answering it, telling its reporter."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

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
    """Answer a report; its reporter is told on Today and owed a letter. False when somebody else was faster."""
    answered = Flag.objects.filter(pk=flag.pk, replied_at=None).update(
        reply=text, replied_at=now, replied_by=author, letter=Flag.Letter.OWED
    )
    return bool(answered)


def put_away(*, flag: Flag, now: datetime) -> None:
    """The reporter has read the reply: Today is silent about it, and a letter not yet sent is not needed."""
    Flag.objects.filter(pk=flag.pk, read_at=None).exclude(replied_at=None).update(read_at=now)
    Flag.objects.filter(pk=flag.pk, letter=Flag.Letter.OWED).update(letter=Flag.Letter.DROPPED)
