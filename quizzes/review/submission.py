"""What a question's form brings, and what marking makes of it: the same for a review and for practice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from quizzes.bank.api import Fields, Json, Marks, Reading, Stored, asking
from quizzes.bank.models import Question, Version
from quizzes.review.models import RecordedAnswer
from quizzes.scheduling.api import Confidence

LONGEST_VALUE = 20_000
# Where a sentence stands that belongs to no field of the kind.
FORM = "form"
# What Enter in a field sends, and where the page then asks how sure the learner is: no answer is sure by default.
CONFIDENCE = "confidence"

_FLAGS = ("recall", "must_missed", "repaired", "easy")


@dataclass(frozen=True, slots=True)
class Filled:
    """What a question's form holds that is shown: a `draft` of the answer, what to fix by field, whether the hint.

    What is to fix in no field stands under FORM.
    """

    draft: Json | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    hinted: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """What a form brings to a question, and the question as it was presented with it."""

    presented: Json
    reading: Reading


class MarkedColumns(TypedDict):
    """What a recorded answer says of the version, the answer and its marks, by its columns."""

    version: Version
    presented: Json
    response: Json
    summary: str
    parts: list[Json]
    flags: list[str]
    score: float
    passed: bool


@dataclass(frozen=True, slots=True)
class MarkedAnswer:
    """An answer to the version as it was presented, with its marks; `summary` says it in words."""

    version: Version
    presented: Json
    response: Json
    marks: Marks
    summary: str

    def columns(self) -> MarkedColumns:
        """Returns what is recorded of it."""
        return {
            "version": self.version,
            "presented": self.presented,
            "response": self.response,
            "summary": self.summary[:200],
            "parts": self.marks.parts,
            "flags": [flag for flag in _FLAGS if getattr(self.marks, flag)],
            "score": self.marks.score,
            "passed": self.marks.passed,
        }


def enter(version: Version, fields: Fields, *, seed: str) -> Entered:
    """Returns the form's answer to the version as the seed presents it, read as by `read`."""
    too_long = _too_long(fields)
    presented = asking.present(version.spec, seed=seed)
    reading = too_long or asking.read(version.spec, presented, fields)
    return Entered(presented, _with_confidence(reading, fields))


def read(version: Version, presented: Stored, fields: Fields) -> Reading:
    """Returns the form's answer to the version as it was presented, with what cannot be taken said field by field."""
    reading = _too_long(fields) or asking.read(version.spec, presented, fields)
    return _with_confidence(reading, fields)


def _too_long(fields: Fields) -> Reading | None:
    longest = max((len(value) for values in fields.values() for value in values), default=0)
    if longest <= LONGEST_VALUE:
        return None
    return Reading(
        errors={
            FORM: f"Your answer has {longest:,} characters; at most {LONGEST_VALUE:,} can be kept. Shorten it."
        }
    )


def _with_confidence(reading: Reading, fields: Fields) -> Reading:
    """Returns the reading, unless the form says in no word of ours how sure the learner is."""
    said = fields.get(CONFIDENCE, [""])[0]
    if reading.response is not None and said not in ("", *Confidence):
        return Reading(
            errors={CONFIDENCE: "How sure are you? Press one:"},
            draft=reading.response,
        )
    return reading


# Any, in Json: both are kept as columns hold them.
def mark(version: Version, presented: Json, response: Json) -> MarkedAnswer:
    """Returns the answer to the version as it was presented, marked."""
    marks = asking.mark(version.spec, presented, response)
    return MarkedAnswer(
        version, presented, response, marks, asking.describe(version.spec, presented, response)
    )


# Any, in Json: what was entered is of whatever kind the question is.
def kept(reading: Reading) -> Json | None:
    """Returns what was entered, for showing the question again; the hint does not move a two-step question on."""
    return reading.unmoved if reading.response is None else reading.response


def confidence(fields: Fields, response: Stored) -> str:
    """Returns how sure the learner said they are, "" where unsaid; who does not know was not sure of anything."""
    return fields.get(CONFIDENCE, [""])[0] if response else ""


def hinted(fields: Fields) -> bool:
    """Returns whether the form was shown with its hint."""
    return "hinted" in fields


def key_changed(question: Question, version: Version) -> bool:
    """Returns whether what counts as right was corrected since the version."""
    if question.current_id == version.pk:
        return False
    later = Version.objects.filter(question=question, number__gt=version.number)
    return later.filter(change=Version.Change.KEY).exists()


def same(recorded: RecordedAnswer, response: Stored, said: str) -> bool:
    """Returns whether the response, with the confidence that was said, is the recorded one."""
    return json.loads(json.dumps(response)) == recorded.response and said == recorded.confidence


def marks_of(recorded: RecordedAnswer) -> Marks:
    """Returns the marks as they were given then."""
    return Marks(
        score=recorded.score,
        passed=recorded.passed,
        parts=recorded.parts,
        recall="recall" in recorded.flags,
        must_missed="must_missed" in recorded.flags,
        repaired="repaired" in recorded.flags,
        easy="easy" in recorded.flags,
    )
