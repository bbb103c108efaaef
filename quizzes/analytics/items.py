"""Item analysis of a class's questions, version by version.

First attempts tell of the question, later answers of its memory: see quizzes/statistics/items.py. Versions are never
mixed, for another key is another question.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from django.db.models import Count, F, Sum

from quizzes.analytics.class_data import answers_whole, assigned, first_attempts, later_answers, reviews_in
from quizzes.analytics.item_statistics import (
    FEWEST_IN_A_GROUP,
    AnswerStatistics,
    ItemAnalysis,
    RetentionResidual,
    SetStatistics,
    VersionStatistics,
)
from quizzes.analytics.suspicions import suspicions
from quizzes.bank.api import asking
from quizzes.bank.models import Version
from quizzes.classroom.models import Assignment, Classroom
from quizzes.review.api import KNOWN
from quizzes.scheduling.api import Verdict, counts_as_known, judge
from quizzes.statistics.api import answers, correlation, facility, kr20, residual, rest_scores

# So many different answers to one version are told of.
ANSWERS_KEPT = 8

Scores = Mapping[int, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class _Attempt:
    """One learner's first attempt at a version of a question."""

    version: int
    question: int
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


def analyse_items(classroom: Classroom) -> ItemAnalysis:
    """Returns the analysis of the class's questions, in a constant number of queries."""
    of_version: dict[int, list[_Attempt]] = defaultdict(list)
    scores: dict[int, dict[int, float]] = defaultdict(dict)
    for attempt in _attempts(classroom):
        of_version[attempt.version].append(attempt)
        scores[attempt.user][attempt.question] = attempt.score
    rests = {user: rest_scores(of) for user, of in scores.items()}
    versions = {version.pk: version for version in Version.objects.filter(pk__in=of_version).only("spec")}
    retention = _retention(classroom)
    analysed = [
        replace(_statistics(versions[pk], attempts, rests), retention=retention.get(pk))
        for pk, attempts in of_version.items()
    ]
    analysed = [replace(row, why=suspicions(row)) for row in analysed]
    analysed.sort(key=lambda row: (-sum(one.weight for one in row.why), row.facility, row.version))
    return ItemAnalysis(analysed, _sets(classroom, scores))


def _attempts(classroom: Classroom) -> Iterator[_Attempt]:
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
        yield _Attempt(version, question, user, score, passed, known, summary, taken)


def _statistics(version: Version, attempts: Sequence[_Attempt], rests: Scores) -> VersionStatistics:
    """Returns what the first attempts tell of the version; `rests` are the rest scores by user and question."""
    question = attempts[0].question
    pairs = [(one.score, rests[one.user][question]) for one in attempts if question in rests[one.user]]
    found = correlation(pairs)
    times = [one.milliseconds for one in attempts if one.milliseconds is not None]
    many = len(attempts)
    return VersionStatistics(
        version=version.pk,
        question=question,
        attempts=many,
        facility=round(facility([one.score for one in attempts]), 4),
        passed=round(sum(one.passed for one in attempts) / many, 4),
        right=round(sum(one.counted is Verdict.RIGHT for one in attempts) / many, 4),
        partly=round(sum(one.counted is Verdict.PARTLY for one in attempts) / many, 4),
        guess_rate=round(asking.guess_rate(version.spec), 4),
        r=round(found.r, 3) if found else None,
        r_low=round(found.interval.low, 3) if found else None,
        r_high=round(found.interval.high, 3) if found else None,
        seconds=round(median(times) / 1000) if times else None,
        answers=_answers(version, attempts, rests),
    )


def _answers(version: Version, attempts: Sequence[_Attempt], rests: Scores) -> list[AnswerStatistics]:
    """Returns the answers given to the version, the most frequent first, then the options nobody chose."""
    gathered = answers((one.answer, one.verdict, rests[one.user].get(one.question)) for one in attempts)
    kept = [
        AnswerStatistics(
            one.answer,
            Verdict(one.verdict),
            one.count,
            None if one.rest is None or one.rested < FEWEST_IN_A_GROUP else round(one.rest, 3),
        )
        for one in gathered[:ANSWERS_KEPT]
    ]
    given = {one.answer for one in gathered}
    never = [(text, verdict) for text, verdict in asking.offered(version.spec) if text not in given]
    return kept + [AnswerStatistics(text, verdict, 0, None) for text, verdict in never]


def _retention(classroom: Classroom) -> dict[int, RetentionResidual]:
    """Returns the retention residual of every version that was answered later; one query."""
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
            found[version] = RetentionResidual(
                left.n, round(left.value, 4), round(left.error, 4), round(elsewhere, 4)
            )
    return found


def _sets(classroom: Classroom, scores: Scores) -> list[SetStatistics]:
    """Returns the reliability of each assignment, over those who answered all of it; two queries."""
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
            SetStatistics(
                assignment=given.public_id,
                questions=len(asked[given.pk]),
                learners=len(matrix),
                kr20=None if value is None else round(value, 3),
            )
        )
    return rows
