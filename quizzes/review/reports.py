"""What learners reported about questions, read for the pages of the one who reported."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User
from quizzes.review.models import Flag, Review


def flag_on(review: Review) -> Flag | None:
    """The report made on this answer, if there is one."""
    return Flag.objects.filter(review=review).first()


def unread_replies(user: User) -> list[Flag]:
    """Replies to the learner's reports that they have not put away, the oldest first; one query."""
    replied = Flag.objects.filter(user=user, read_at=None).exclude(replied_at=None)
    return list(replied.select_related("review__version").order_by("replied_at", "pk"))


def own_flag(user: User, public_id: UUID) -> Flag:
    """One of the learner's reports; Flag.DoesNotExist for any other."""
    return Flag.objects.get(user=user, public_id=public_id)
