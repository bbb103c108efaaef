"""The trial: a few built-in questions a visitor answers without an account.

What was answered is a list of `VisitorAnswer`, the visitor's alone; nothing is written to any table.
The first answer to a question stands. It is marked and shown as an exercise of practice is: by an `Attempt` that is
never saved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypedDict, cast
from uuid import UUID

from quizzes.bank.api import Fields, Json, Key, Reading, asking, live_questions, secret_seed, sign, unsign
from quizzes.bank.models import Question, Version
from quizzes.browsing.models import Attempt, Exercise
from quizzes.review.api import VisitorAnswer, submission

# One question of each of these kinds, in this order: all are answered in one step and are short to read.
KINDS = asking.kinds_to_try()
MOST = len(KINDS)
HARDEST = 2
# Characters of a response as JSON: an anonymous session holds MOST of them.
LONGEST_RESPONSE = 2_000
GOOD_FOR = timedelta(hours=24)

_SALT = "quizzes.browsing.trial"


@dataclass(frozen=True, slots=True)
class TrialQuestion:
    """A question as it was put before a visitor, and the `token` that says so; `version` is the version's number."""

    question: UUID
    version: int
    at: datetime
    seed: str
    token: str


@dataclass(frozen=True, slots=True)
class TrialRecorded:
    """The answer counts; `tried` are all the visitor's answers now."""

    one: VisitorAnswer
    tried: Sequence[VisitorAnswer]


@dataclass(frozen=True, slots=True)
class TrialConflict:
    """Another answer was given `ago` before this one; it stands."""

    one: VisitorAnswer
    ago: timedelta


@dataclass(frozen=True, slots=True)
class TrialStale:
    """The form can no longer be answered; `why` says it."""

    why: str


@dataclass(frozen=True, slots=True)
class TrialUnfinished:
    """The question has to be shown again with what was entered, as in quizzes.review.actions; nothing was recorded."""

    version: Version
    shown: TrialQuestion
    draft: Json | None
    errors: dict[str, str]
    hinted: bool


TrialResult = TrialRecorded | TrialConflict | TrialStale | TrialUnfinished


# --- which questions ------------------------------------------------------------------------------------------


def chosen() -> list[Question]:
    """Returns the questions of the trial as the bank is now, in the order to ask them, with topic and current version.

    For each of KINDS the easiest built-in question of at most level HARDEST, the first one in the bank's order, from a
    topic that no other one is from; where all its topics are taken, from one of those. Takes two queries.
    """
    easy = live_questions().filter(kind__in=KINDS, level__lte=HARDEST)
    rows = easy.order_by("level", "topic__number", "topic__slug", "position", "pk")
    found: dict[int, int] = {}
    by_kind: dict[str, list[tuple[int, int]]] = {}
    for pk, kind, topic in rows.values_list("pk", "kind", "topic_id"):
        by_kind.setdefault(kind, []).append((pk, topic))
    for kind in KINDS:
        candidates = by_kind.get(kind, [])
        fresh = [row for row in candidates if row[1] not in found.values()]
        if candidates:
            pk, topic = (fresh or candidates)[0]
            found[pk] = topic
    questions = live_questions().in_bulk(list(found))
    return [questions[pk] for pk in found if pk in questions]


def left(questions: Sequence[Question], tried: Sequence[VisitorAnswer]) -> list[Question]:
    """Returns those of the trial's questions that are still to be asked; never so many that more than MOST are
    answered.
    """
    answered = {one.question for one in tried}
    unanswered = [question for question in questions if question.public_id not in answered]
    return unanswered[: max(0, MOST - len(tried))]


# --- showing --------------------------------------------------------------------------------------------------


def show(question: Question, *, now: datetime) -> tuple[Version, TrialQuestion]:
    """Returns the question's current version, and with its token what is put before a visitor.

    It looks the same to every visitor, however often the page is loaded. Raises Version.DoesNotExist without one.
    """
    version = question.current
    if version is None:
        raise Version.DoesNotExist
    at = datetime.fromtimestamp(int(now.timestamp()), tz=UTC)
    says = {"q": question.public_id.hex, "v": version.number, "t": int(at.timestamp())}
    seed = _seed(question.public_id, version.number)
    return version, TrialQuestion(question.public_id, version.number, at, seed, sign(says, salt=_SALT))


def attempts_at(tried: Sequence[VisitorAnswer]) -> list[Attempt]:
    """Returns the answers as attempts that stand in no table, marked, in the same order; their ids are the questions'.

    Those whose version is gone are left out. Takes one query.
    """
    versions = Version.objects.filter(question__public_id__in=[one.question for one in tried])
    found = {
        (version.question.public_id, version.number): version
        for version in versions.filter(number__in=[one.version for one in tried]).select_related(
            "question__topic"
        )
    }
    return [
        _attempt(found[one.question, one.version], one)
        for one in tried
        if (one.question, one.version) in found
    ]


def attempt_at(tried: Sequence[VisitorAnswer], question: UUID) -> Attempt | None:
    """Returns the visitor's answer to the question with that public id as `attempts_at` gives it; None without one."""
    found = attempts_at([one for one in tried if one.question == question])
    return found[0] if found else None


def _attempt(version: Version, one: VisitorAnswer) -> Attempt:
    return Attempt(
        public_id=one.question,
        exercise=Exercise(question=version.question, position=0, done_at=one.answered_at),
        **submission.mark(version, one.presented, one.response).columns(),
        confidence=one.confidence,
        hinted=one.hinted,
        answered_at=one.answered_at,
    )


# --- answering ------------------------------------------------------------------------------------------------


def take(*, tried: Sequence[VisitorAnswer], token: str, fields: Fields, now: datetime) -> TrialResult:
    """Takes the answer a form of the trial brings; `tried` are the visitor's answers so far.

    Raises Question.DoesNotExist for a token we did not make and for a question that is no longer in the bank.
    """
    shown = _read(token)
    if shown is None:
        raise Question.DoesNotExist
    question = live_questions().get(public_id=shown.question)
    version = Version.objects.get(question=question, number=shown.version)
    entered = submission.enter(version, fields, seed=shown.seed)
    reading = _bounded(entered.reading)
    before = next((one for one in tried if one.question == shown.question), None)
    if before is not None:
        return _settled(before, version, reading, fields, tried=tried, now=now)
    if now - shown.at > GOOD_FOR:
        return TrialStale("This question stood open for more than a day. Here it is again.")
    if submission.key_changed(question, version):
        return TrialStale(
            "What counts as right was corrected after this question was shown. Here it is again."
        )
    hinted = submission.hinted(fields)
    if "hint" in fields:
        return TrialUnfinished(version, shown, submission.kept(reading), errors={}, hinted=True)
    if reading.response is None:
        return TrialUnfinished(version, shown, reading.draft, errors=dict(reading.errors), hinted=hinted)
    if len(tried) >= MOST:
        return TrialStale(f"You have answered {MOST} questions without an account; more are not kept.")
    one = VisitorAnswer(
        question=shown.question,
        version=shown.version,
        presented=entered.presented,
        response=reading.response,
        confidence=submission.confidence(fields, reading.response),
        hinted=hinted,
        shown_at=shown.at,
        answered_at=now,
    )
    return TrialRecorded(one, [*tried, one])


def _settled(
    before: VisitorAnswer,
    version: Version,
    reading: Reading,
    fields: Fields,
    *,
    tried: Sequence[VisitorAnswer],
    now: datetime,
) -> TrialResult:
    """Returns what to tell someone who had answered the question."""
    response = reading.response
    if response is not None and submission.same(
        _attempt(version, before), response, submission.confidence(fields, response)
    ):
        return TrialRecorded(before, tried)
    return TrialConflict(before, ago=now - before.answered_at)


def _bounded(reading: Reading) -> Reading:
    """Returns the reading, but an error where the response is longer than may be kept."""
    longest = len(json.dumps(reading.response)) if reading.response else 0
    if longest <= LONGEST_RESPONSE:
        return reading
    says = f"Your answer is too long to be kept without an account: shorten it to {LONGEST_RESPONSE:,} characters."
    return Reading(errors={submission.FORM: says})


def _read(token: str) -> TrialQuestion | None:
    """Returns what the token says; None unless we signed it."""
    found = unsign(token, salt=_SALT)
    if found is None:
        return None
    says, key = found
    question = UUID(says["q"])
    at = datetime.fromtimestamp(says["t"], tz=UTC)
    return TrialQuestion(question, says["v"], at, _seed(question, says["v"], key=key), token)


def _seed(question: UUID, version: int, *, key: Key = "") -> str:
    return secret_seed("trial", question, version, key=key)


# --- keeping --------------------------------------------------------------------------------------------------


class VisitorAnswerRow(TypedDict):
    """The fields of a `VisitorAnswer`, as JSON."""

    question: str
    version: int
    presented: Json
    response: Json
    confidence: str
    hinted: bool
    shown_at: str
    answered_at: str


def rows_of(tried: Sequence[VisitorAnswer]) -> list[VisitorAnswerRow]:
    """Returns the answers as JSON, for the visitor's session."""
    return [
        {
            "question": one.question.hex,
            "version": one.version,
            "presented": one.presented,
            "response": one.response,
            "confidence": one.confidence,
            "hinted": one.hinted,
            "shown_at": one.shown_at.isoformat(),
            "answered_at": one.answered_at.isoformat(),
        }
        for one in tried
    ]


def tried_in(rows: Sequence[Mapping[str, object]]) -> list[VisitorAnswer]:
    """Returns the answers that `rows_of` made rows of."""
    return [
        VisitorAnswer(
            question=UUID(row["question"]),
            version=row["version"],
            presented=row["presented"],
            response=row["response"],
            confidence=row["confidence"],
            hinted=row["hinted"],
            shown_at=datetime.fromisoformat(row["shown_at"]),
            answered_at=datetime.fromisoformat(row["answered_at"]),
        )
        for row in cast("Sequence[VisitorAnswerRow]", rows)
    ]
