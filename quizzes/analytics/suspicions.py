"""Why a question looks suspicious, as sentences, from the statistics of one of its versions."""

from __future__ import annotations

from collections.abc import Sequence

from quizzes.analytics.item_statistics import (
    FEW_ATTEMPTS,
    FEWEST_IN_A_GROUP,
    AnswerStatistics,
    Suspicion,
    VersionStatistics,
)
from quizzes.bank.api import asking
from quizzes.scheduling.api import Verdict
from quizzes.statistics.api import wilson
from quizzes.templatetags.api import percent

WORTH_A_LOOK = 2
# In standard errors.
_SURPRISING = 3.0
_NEARLY_ALL = 0.97
_TELLS_LITTLE = 0.10
# A right answer chosen by people who know so much less of the rest than those who chose another.
_KNOW_LESS = 0.05


def suspicions(row: VersionStatistics) -> list[Suspicion]:
    """Returns why the question looks wrong, the gravest first.

    Above WORTH_A_LOOK it is called suspicious: never under FEW_ATTEMPTS first attempts.
    """
    found: list[Suspicion] = []
    if row.attempts >= FEW_ATTEMPTS:
        found += _of_the_key(row)
        found += _of_the_hardness(row)
    found += _of_the_memory(row)
    return sorted(found, key=lambda one: (one.weight, one.sentence), reverse=True)


def _of_the_memory(row: VersionStatistics) -> list[Suspicion]:
    later = row.retention
    if later is None or later.answers < FEW_ATTEMPTS or not later.error:
        return []
    # Where a class forgets faster than the model, that is no fault of each of its questions.
    beyond = later.residual - later.elsewhere
    z = beyond / later.error
    told = f"more often than predicted, {abs(round(100 * beyond))} points beyond the others"
    if z <= -_SURPRISING:
        grave = 3 if row.attempts >= FEW_ATTEMPTS else WORTH_A_LOOK
        return [Suspicion(grave, f"It is forgotten {told}: it may be ambiguous.")]
    if z >= _SURPRISING:
        return [Suspicion(WORTH_A_LOOK, f"It is recalled {told}: something may give it away.")]
    return []


def _of_the_key(row: VersionStatistics) -> list[Suspicion]:
    found = []
    rival = _rival(row.answers)
    if rival is not None:
        answer, theirs, ours = rival
        known = f"{percent(theirs)} to {percent(ours)}"
        told = f"Those who answer “{answer}” know more of the rest ({known}): check the key."
        found.append(Suspicion(5, told))
    if row.r is not None and row.r_high is not None and row.r_high < _TELLS_LITTLE:
        told = "Those who know the rest do no better here than the others: the key or the wording may be off."
        found.append(Suspicion(4, told))
    elif row.r is not None and row.r < -_TELLS_LITTLE:
        told = "Those who know the rest do slightly worse here; with more answers this may turn out to be chance."
        found.append(Suspicion(2, told))
    return found


def _of_the_hardness(row: VersionStatistics) -> list[Suspicion]:
    found = []
    passed, guessed = row.passed, row.guess_rate
    if guessed and wilson(round(passed * row.attempts), row.attempts).high < guessed:
        told = f"Fewer pass ({percent(passed)}) than would by guessing ({percent(guessed)})."
        found.append(Suspicion(4, told))
    if row.right > _NEARLY_ALL:
        told = f"Nearly everyone is right at once ({percent(row.right)}): it tells little about anyone."
        found.append(Suspicion(1, told))
    return found


def _rival(given: Sequence[AnswerStatistics]) -> tuple[str, float, float] | None:
    """Returns a wrong answer given by enough people who know clearly more of the rest than those who are marked right.

    With it, what they know of the rest and what those who are marked right know; None where there is no such answer.
    """
    right = [(one.rest, one.count) for one in given if one.verdict == Verdict.RIGHT and one.rest is not None]
    people = sum(count for _, count in right)
    if people < FEWEST_IN_A_GROUP:
        return None
    ours = sum(rest * count for rest, count in right) / people
    rivals = [
        (one.rest, one.answer)
        for one in given
        if one.verdict == Verdict.NOT
        and one.answer != asking.SKIPPED
        and one.rest is not None
        and one.count >= FEWEST_IN_A_GROUP
        and one.rest > ours + _KNOW_LESS
    ]
    if not rivals:
        return None
    theirs, answer = max(rivals)
    return answer, theirs, ours
