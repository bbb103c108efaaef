"""The verdict on a recorded answer, and conditions that ask the database for the same as `scheduling.ratings`."""

from __future__ import annotations

from django.db.models import Case, CharField, Q, Value, When

from quizzes.bank.verdicts import Line, line
from quizzes.review.entering import marks_of
from quizzes.review.models import RecordedAnswer
from quizzes.scheduling.ratings import Confidence, Verdict

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


def verdict(recorded: RecordedAnswer, *, kind: str) -> Line:
    """The verdict on an answer to a question of that kind, however old: from the marks it was given then."""
    return line(
        kind,
        marks_of(recorded),
        answered=bool(recorded.response),
        guessed=recorded.confidence == Confidence.GUESS,
    )
