"""From what happened at a question to what the scheduler hears.

The rules: an automatically marked answer is Again or Good, Hard when it was right with doubt or help, never
Easy; free recall is rated by the share of key points. A wrong answer is never Hard: it would grow a memory
that is not there.
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

RECALL_PASSES = 0.60
RECALL_IS_GOOD_ABOVE = 0.85


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


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one answer went. `score` is the share that was right, 0 to 1 (ValueError outside).

    `recall` marks free recall ticked off by key points; `must_missed`, that an essential one was missing.
    `hinted`: a hint was shown first. `repaired`: right but for a slip of the keys. `easy`: the learner tapped
    Easy.
    """

    score: float
    passed: bool
    recall: bool = False
    must_missed: bool = False
    confidence: Confidence | None = None
    hinted: bool = False
    repaired: bool = False
    easy: bool = False

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"a score lies between 0 and 1, not {self.score}")


def rate(outcome: Outcome) -> Rating:
    """The rating an answer earns; a pure function of the outcome, so it can be derived again from the log.

    Free recall is rated by score and essential points alone (`passed` is not asked: where marking draws its
    line does not move the scheduler's); with a hint it is Hard at best.
    """
    return _rate_recall(outcome) if outcome.recall else _rate_marked(outcome)


def _rate_marked(outcome: Outcome) -> Rating:
    if not outcome.passed or outcome.confidence is Confidence.GUESS:
        return Rating.AGAIN
    if outcome.confidence is Confidence.UNSURE or outcome.hinted or outcome.repaired:
        return Rating.HARD
    return Rating.GOOD


def _rate_recall(outcome: Outcome) -> Rating:
    if outcome.must_missed or outcome.score < RECALL_PASSES:
        return Rating.AGAIN
    if outcome.score <= RECALL_IS_GOOD_ABOVE or outcome.hinted:
        return Rating.HARD
    if outcome.score == 1.0 and outcome.confidence is Confidence.SURE and outcome.easy:
        return Rating.EASY
    return Rating.GOOD
