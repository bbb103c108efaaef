"""Remembering which questions' keys were shown to a learner before they first answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from quizzes.review.models import Card


def note_keys_shown(*, user: User, questions: Collection[int], now: datetime) -> None:
    """Keeps with each question (a database id) that was not answered yet that its key is shown to the learner now.

    Every page that shows a key outside of the session's own feedback calls it first. The first moment stays. What was
    answered before is left as it is. Two queries.
    """
    Card.objects.bulk_create(
        [Card(user=user, question_id=question, key_seen_at=now) for question in questions],
        ignore_conflicts=True,
    )
    # An answer that is recorded meanwhile claims the row as it read it: one of the two finds it changed.
    Card.objects.filter(user=user, question__in=questions, seq=0, key_seen_at=None).update(key_seen_at=now)
