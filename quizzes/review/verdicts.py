"""The verdict on a recorded answer, and conditions that ask the database for the same as `scheduling.ratings`."""

from __future__ import annotations

from django.db.models import Case, CharField, OuterRef, Q, Subquery, Value, When

from quizzes.bank.api import VerdictLine, line
from quizzes.review.models import RecordedAnswer, Review
from quizzes.review.submission import marks_of
from quizzes.scheduling.api import Confidence, Verdict

_WHOLE = Q(score__gte=1.0)

# Counts as known: it passed and was no guess (`ratings.counts_as_known`).
KNOWN = Q(passed=True) & ~Q(confidence=Confidence.GUESS)
# The verdict right, or partly right, of what counts as known.
RIGHT = KNOWN & _WHOLE
PARTLY = KNOWN & ~_WHOLE
# Right or partly right by a guess.
GUESSED = Q(passed=True, confidence=Confidence.GUESS)

# The verdict's word (`ratings.judge`).
WORD = Case(
    When(Q(passed=True) & _WHOLE, then=Value(Verdict.RIGHT.value)),
    When(passed=True, then=Value(Verdict.PARTLY.value)),
    default=Value(Verdict.NOT.value),
    output_field=CharField(),
)


def known_at_last(card: str) -> Subquery:
    """Returns whether the last answer to the card that was not taken back counts as known; null before the first one.

    `card` is the way from the outer query's rows to the card's primary key.
    """
    last = Review.objects.filter(card=OuterRef(card), undone_at=None).order_by("-seq")
    return Subquery(last.values(known=Case(When(KNOWN, then=True), default=False))[:1])


def verdict(recorded: RecordedAnswer, *, kind: str) -> VerdictLine:
    """Returns the verdict on an answer to a question of that kind, however old: from the marks it was given then."""
    return line(
        kind,
        marks_of(recorded),
        answered=bool(recorded.response),
        confidence=recorded.confidence,
    )
