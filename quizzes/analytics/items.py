"""Item analysis of a class's questions, version by version, and why a question looks suspicious.

First attempts tell of the question, later answers of its memory: see quizzes/statistics/items.py. Versions are never
mixed, for another key is another question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, F, Sum

from quizzes.analytics.class_data import answers_whole, assigned, first_attempts, later_answers, reviews_in
from quizzes.bank import asking
from quizzes.bank.models import Version
from quizzes.classroom.models import Assignment, Classroom
from quizzes.review.verdicts import KNOWN
from quizzes.scheduling.ratings import Verdict, counts_as_known, judge
from quizzes.statistics.intervals import wilson
from quizzes.statistics.items import answers, correlation, facility, kr20, residual, rest_scores
from quizzes.templatetags.numbers import percent

# No red flag, and no group of learners, below these.
FEW_ATTEMPTS = 30
FEWEST_IN_A_GROUP = 5
ANSWERS_KEPT = 8
WORTH_A_LOOK = 2
_SURPRISING = 3.0
_NEARLY_ALL = 0.97
_TELLS_LITTLE = 0.10
# A right answer chosen by people who know so much less of the rest than those who chose another.
_KNOW_LESS = 0.05


@dataclass(frozen=True, slots=True)
class _Attempt:
    user: int
    score: float
    passed: bool
    known: bool
    answer: str
    milliseconds: int | None

    @property
    def verdict(self) -> Verdict:
        """The verdict on the answer itself, guess or not."""
        return judge(score=self.score, passed=self.passed)

    @property
    def counted(self) -> Verdict:
        """The verdict that counts: a right or partly right guess is not right."""
        return judge(score=self.score, passed=self.known)


def analyse_items(classroom: Classroom) -> list[dict[str, Any]]:
    """One row per version that was answered (`version`), the suspicious first, and one per assignment (`set`)."""
    attempts: dict[int, list[_Attempt]] = defaultdict(list)
    scores: dict[int, dict[int, float]] = defaultdict(dict)
    questions: dict[int, int] = {}
    rows = (
        first_attempts(reviews_in(classroom))
        .order_by()
        .values_list(
            "version_id",
            "card__question_id",
            "user_id",
            "score",
            "passed",
            "confidence",
            "summary",
            "milliseconds",
        )
    )
    for version, question, user, score, passed, confidence, summary, taken in rows.iterator(chunk_size=5000):
        known = counts_as_known(passed=passed, confidence=confidence)
        attempts[version].append(_Attempt(user, score, passed, known, summary, taken))
        scores[user][question] = score
        questions[version] = question
    rests = {user: rest_scores(of) for user, of in scores.items()}
    specs = dict(Version.objects.filter(pk__in=attempts).values_list("pk", "spec"))
    later = _later(classroom)
    analysed = [
        _row(version, questions[version], given, rests, specs[version]) | later.get(version, {})
        for version, given in attempts.items()
    ]
    for row in analysed:
        row["why"] = suspicions(row)
    analysed.sort(key=lambda row: (-sum(weight for weight, _ in row["why"]), row["facility"], row["version"]))
    return analysed + _sets(classroom, scores)


def suspicions(row: Mapping[str, Any]) -> list[tuple[int, str]]:
    """Sentences that say why the question looks wrong, each with its weight, the gravest first.

    Above WORTH_A_LOOK it is called suspicious: never under FEW_ATTEMPTS first attempts.
    """
    found: list[tuple[int, str]] = []
    if row["n"] >= FEW_ATTEMPTS:
        found += _of_the_key(row)
        found += _of_the_hardness(row)
    if row.get("later", 0) >= FEW_ATTEMPTS and row["residual_error"]:
        # Where a class forgets faster than the model, that is no fault of each of its questions.
        beyond = row["residual"] - row.get("residual_elsewhere", 0.0)
        z = beyond / row["residual_error"]
        grave = 3 if row["n"] >= FEW_ATTEMPTS else WORTH_A_LOOK
        percent = abs(round(100 * beyond))
        told = f"more often than foretold, {percent} points beyond the others"
        if z <= -_SURPRISING:
            found.append((grave, f"It is forgotten {told}: it may be ambiguous."))
        elif z >= _SURPRISING:
            found.append((WORTH_A_LOOK, f"It is recalled {told}: something may give it away."))
    return sorted(found, reverse=True)


def _of_the_key(row: Mapping[str, Any]) -> list[tuple[int, str]]:
    found = []
    rival = _rival(row["answers"])
    if rival is not None:
        answer, theirs, ours = rival
        known = f"{percent(theirs)} to {percent(ours)}"
        found.append((5, f"Those who answer “{answer}” know more of the rest ({known}): check the key."))
    r, high = row["r"], row["r_high"]
    if r is not None and high < _TELLS_LITTLE:
        found.append(
            (
                4,
                "Those who know the rest do no better here than the others: the key or the wording may be off.",
            )
        )
    elif r is not None and r < -_TELLS_LITTLE:
        found.append(
            (
                2,
                "Those who know the rest do slightly worse here; with more answers this may turn out to be chance.",
            )
        )
    return found


def _of_the_hardness(row: Mapping[str, Any]) -> list[tuple[int, str]]:
    found = []
    passed, share = row["passed"], row["right"]
    if row["guess"] and wilson(round(passed * row["n"]), row["n"]).high < row["guess"]:
        found.append((4, f"Fewer pass ({percent(passed)}) than would by guessing ({percent(row['guess'])})."))
    if share > _NEARLY_ALL:
        found.append(
            (1, f"Nearly everyone is right at once ({percent(share)}): it tells little about anyone.")
        )
    return found


def _rival(given: Sequence[Mapping[str, Any]]) -> tuple[str, float, float] | None:
    """A wrong answer given by enough people who know clearly more of the rest than those who are marked right."""
    right = [one for one in given if one["verdict"] == Verdict.RIGHT and one["rest"] is not None]
    people = sum(one["count"] for one in right)
    if people < FEWEST_IN_A_GROUP:
        return None
    ours = sum(one["rest"] * one["count"] for one in right) / people
    rivals = [
        (one["rest"], one["answer"])
        for one in given
        if one["verdict"] == Verdict.NOT
        and one["answer"] != asking.SKIPPED
        and one["rest"] is not None
        and one["count"] >= FEWEST_IN_A_GROUP
        and one["rest"] > ours + _KNOW_LESS
    ]
    if not rivals:
        return None
    theirs, answer = max(rivals)
    return answer, theirs, ours


def _row(
    version: int,
    question: int,
    attempts: Sequence[_Attempt],
    rests: Mapping[int, Mapping[int, float]],
    spec: dict[str, Any],
) -> dict[str, Any]:
    scores = [attempt.score for attempt in attempts]
    pairs = [
        (attempt.score, rests[attempt.user][question])
        for attempt in attempts
        if question in rests[attempt.user]
    ]
    found = correlation(pairs)
    times = [attempt.milliseconds for attempt in attempts if attempt.milliseconds is not None]
    return {
        "version": version,
        "question": question,
        "n": len(attempts),
        "facility": round(facility(scores), 4),
        "passed": round(sum(attempt.passed for attempt in attempts) / len(attempts), 4),
        "right": round(sum(attempt.counted is Verdict.RIGHT for attempt in attempts) / len(attempts), 4),
        "partly": round(sum(attempt.counted is Verdict.PARTLY for attempt in attempts) / len(attempts), 4),
        "guess": round(asking.guess_rate(spec), 4),
        "r": found and round(found.r, 3),
        "r_low": found and round(found.interval.low, 3),
        "r_high": found and round(found.interval.high, 3),
        "seconds": round(median(times) / 1000) if times else None,
        "answers": _answers(attempts, rests, question, spec),
    }


def _answers(
    attempts: Sequence[_Attempt],
    rests: Mapping[int, Mapping[int, float]],
    question: int,
    spec: dict[str, Any],
) -> list[dict[str, Any]]:
    gathered = answers(
        (attempt.answer, attempt.verdict, rests[attempt.user].get(question)) for attempt in attempts
    )
    kept = [
        {
            "answer": one.answer,
            "verdict": one.verdict,
            "count": one.count,
            # The mean of fewer people would say how single ones do.
            "rest": None if one.rest is None or one.rested < FEWEST_IN_A_GROUP else round(one.rest, 3),
        }
        for one in gathered[:ANSWERS_KEPT]
    ]
    given = {one.answer for one in gathered}
    never = [(text, verdict) for text, verdict in asking.offered(spec) if text not in given]
    return kept + [{"answer": text, "verdict": verdict, "count": 0, "rest": None} for text, verdict in never]


def _later(classroom: Classroom) -> dict[int, dict[str, Any]]:
    """The retention residual of every version, and that of all the others together."""
    rows = list(
        later_answers(reviews_in(classroom))
        .order_by()
        .values("version_id")
        .annotate(
            many=Count("pk"),
            recalled=Count("pk", filter=KNOWN),
            total=Sum("predicted"),
            variance=Sum(F("predicted") * (1.0 - F("predicted"))),
        )
        .values_list("version_id", "many", "recalled", "total", "variance")
    )
    answered = sum(many for _, many, *_ in rows)
    surprise = sum(recalled - total for _, _, recalled, total, _ in rows)
    found = {}
    for version, many, recalled, total, variance in rows:
        left = residual(recalled=recalled, predicted=total, variance=variance, n=many)
        if left is not None:
            elsewhere = (surprise - (recalled - total)) / (answered - many) if answered > many else 0.0
            found[version] = {
                "residual_elsewhere": round(elsewhere, 4),
                "later": left.n,
                "residual": round(left.value, 4),
                "residual_error": round(left.error, 4),
            }
    return found


def _sets(classroom: Classroom, scores: Mapping[int, Mapping[int, float]]) -> list[dict[str, Any]]:
    """KR-20 of each assignment, over those who answered all of it."""
    asked: dict[int, list[int]] = defaultdict(list)
    for assignment, question in (
        assigned(classroom).order_by("position").values_list("assignment", "question")
    ):
        asked[assignment].append(question)
    rows = []
    for given in Assignment.objects.filter(pk__in=asked).order_by("due_at", "pk"):
        matrix = answers_whole(scores, asked[given.pk])
        value = kr20(matrix) if len(matrix) >= FEWEST_IN_A_GROUP else None
        rows.append(
            {
                "set": str(given.public_id),
                "n": len(matrix),
                "questions": len(asked[given.pk]),
                "kr20": None if value is None else round(value, 3),
            }
        )
    return rows
