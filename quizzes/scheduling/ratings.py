"""From what happened at a question to what the scheduler hears.

The rules: an answer is right, partly right or not right (`judge`). Not right is Again, partly right is Hard, right is
Good, or Hard when it was given with doubt or after a hint. A guess is Again even if it was right: it tells of no
memory. Easy takes a whole, right and sure answer without a hint, and one of two reasons: it was the first answer ever
to the question, so the learner knew it before, or it was a free recall that the learner called easy. A slip of the keys
is Good, neither less nor more: it tells nothing of memory. A wrong answer is never Hard: that would grow a memory that
is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol, Self


class Rating(IntEnum):
    """What the scheduler hears; the numbers are FSRS's own and are what is stored."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Confidence(StrEnum):
    """How sure the learner said they were, before any feedback."""

    GUESS = "guess"
    UNSURE = "unsure"
    SURE = "sure"


class Verdict(StrEnum):
    """How an answer went, in the words of every page."""

    RIGHT = "right"
    PARTLY = "partly right"
    NOT = "not right"


def judge(*, score: float, passed: bool) -> Verdict:
    """Returns the verdict on an answer of any kind, from its marks.

    Right: it passed and everything asked for was given (`score` 1). Partly right: it passed, but something was missing
    or wrong. Not right: it did not pass, whatever share of it was right.
    """
    if not passed:
        return Verdict.NOT
    return Verdict.RIGHT if score >= 1.0 else Verdict.PARTLY


def counts_as_known(*, passed: bool, confidence: str | None) -> bool:
    """Returns whether an answer counts as known: it passed, and the learner did not call it a guess."""
    return passed and confidence != Confidence.GUESS


class MarkingResult(Protocol):
    """What marking says of an answer, whatever its question's kind; the words are those of `Outcome`."""

    @property
    def score(self) -> float:
        """The share that was right, 0 to 1."""

    @property
    def passed(self) -> bool:
        """Whether it was right enough."""

    @property
    def repaired(self) -> bool:
        """Whether it was right but for a slip of the keys."""

    @property
    def easy(self) -> bool:
        """Whether the learner said that it came easily."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one answer went. `score` is the share that was right, 0 to 1 (ValueError outside).

    `hinted`: a hint was shown first. `repaired`: right but for a slip of the keys. `easy`: the learner said that a free
    recall came easily. `first`: nothing was ever answered at the question before, not even an answer taken back since.
    """

    score: float
    passed: bool
    confidence: Confidence | None = None
    hinted: bool = False
    repaired: bool = False
    easy: bool = False
    first: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"a score lies between 0 and 1, not {self.score}")

    @classmethod
    def of(cls, marks: MarkingResult, *, confidence: str, hinted: bool, first: bool) -> Self:
        """Returns how an answer with those marks went; `confidence` is "" where unsaid, else one of `Confidence`.

        Free recall does not ask how sure one is; calling it easy says so.
        """
        said = confidence or (Confidence.SURE if marks.easy else "")
        return cls(
            score=marks.score,
            passed=marks.passed,
            confidence=Confidence(said) if said else None,
            hinted=hinted,
            repaired=marks.repaired,
            easy=marks.easy,
            first=first,
        )


def rate(outcome: Outcome) -> Rating:
    """Returns the rating an answer earns; a pure function of the outcome, so it can be derived again from the log."""
    if not counts_as_known(passed=outcome.passed, confidence=outcome.confidence):
        return Rating.AGAIN
    partly = judge(score=outcome.score, passed=outcome.passed) is Verdict.PARTLY
    if partly or outcome.hinted or outcome.confidence is Confidence.UNSURE:
        return Rating.HARD
    sure = outcome.confidence is Confidence.SURE
    if sure and (outcome.easy or outcome.first) and not outcome.repaired:
        return Rating.EASY
    return Rating.GOOD


def unstated_guess_rate(guess_rate: float, *, confidence: str | None) -> float:
    """Returns the chance that a right answer was a guess nobody told of: the guess rate where no confidence was said,
    else 0.

    Who says how sure they are also says when they guess, and a guess is rated Again.
    """
    return 0.0 if confidence else guess_rate
