"""What the analysis of a class's questions tells: of versions, of the answers to them, of whole assignments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from quizzes.scheduling.api import Verdict

# No red flag, and no group of learners, below these.
FEW_ATTEMPTS = 30
FEWEST_IN_A_GROUP = 5


@dataclass(frozen=True, slots=True)
class AnswerStatistics:
    """How many first attempts gave one answer, and the mean of these learners on the other questions.

    `rest` is None below FEWEST_IN_A_GROUP of them: it would say how single ones do.
    """

    answer: str
    verdict: Verdict
    count: int
    rest: float | None


@dataclass(frozen=True, slots=True)
class RetentionResidual:
    """How much more (or, below 0, less) often a version was recalled later than the memory model predicted, as a share.

    `error` is the residual's standard error, `elsewhere` the residual of all other versions of the class together.
    """

    answers: int
    residual: float
    error: float
    elsewhere: float = 0.0


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A sentence that says why a question looks wrong; the higher its weight, the graver."""

    weight: int
    sentence: str


@dataclass(frozen=True, slots=True)
class VersionStatistics:
    """How one version of a question does with the class. All shares run from 0 to 1.

    `facility` is the mean score of the first attempts, `passed`, `right` and `partly` are shares of them; guesses are
    not right. `guess_rate` is the chance to pass by guessing. `r` is the correlation with the rest score
    (`r_low` to `r_high` its 95 % interval), None where it cannot be told. `seconds` is the median time.
    """

    version: int
    question: int
    attempts: int
    facility: float
    passed: float
    right: float
    partly: float
    guess_rate: float
    r: float | None
    r_low: float | None
    r_high: float | None
    seconds: int | None
    answers: Sequence[AnswerStatistics]
    retention: RetentionResidual | None = None
    why: Sequence[Suspicion] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class SetStatistics:
    """How reliably an assignment tells learners apart: KR-20 over the `learners` who answered all its `questions`."""

    assignment: UUID
    questions: int
    learners: int
    kr20: float | None


@dataclass(frozen=True, slots=True)
class ItemAnalysis:
    """The versions that were answered, the suspicious first, and the assignments by due date."""

    versions: Sequence[VersionStatistics]
    sets: Sequence[SetStatistics]
