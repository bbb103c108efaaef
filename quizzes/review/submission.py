"""What a question's form brings, and what marking makes of it: the same for a review and for practice."""

from __future__ import annotations

import json
from typing import Any

from quizzes.bank import asking
from quizzes.bank.kinds.base import Fields, Json, Marks, Reading
from quizzes.bank.models import Question, Version
from quizzes.review.models import RecordedAnswer
from quizzes.scheduling.ratings import Confidence

LONGEST_VALUE = 20_000
# Where a sentence stands that belongs to no field of the kind.
FORM = "form"
# What Enter in a field sends, and where the page then asks how sure the learner is: no answer is sure by default.
CONFIDENCE = "confidence"

_FLAGS = ("recall", "must_missed", "repaired", "easy")


def read(version: Version, presented: Json, fields: Fields) -> Reading:
    """The form's answer to the version as it was presented, with what cannot be taken said field by field."""
    longest = max((len(value) for values in fields.values() for value in values), default=0)
    if longest > LONGEST_VALUE:
        return Reading(
            errors={
                FORM: f"Your answer has {longest:,} characters; at most {LONGEST_VALUE:,} can be kept. Shorten it."
            }
        )
    reading = asking.read(version.spec, presented, fields)
    said = fields.get(CONFIDENCE, [""])[0]
    if reading.response is not None and said not in ("", *Confidence):
        return Reading(
            errors={CONFIDENCE: "How sure are you? Press one:"},
            draft=reading.response,
        )
    return reading


def kept(reading: Reading) -> Json | None:
    """What was entered, for showing the question again; the hint does not move a two-step question on."""
    entered = reading.draft if reading.response is None else reading.response
    return entered | {"stage": "write"} if entered and "stage" in entered else entered


def confidence(fields: Fields, response: Json) -> str:
    """How sure the learner said they are, "" where unsaid; who does not know was not sure of anything."""
    return fields.get(CONFIDENCE, [""])[0] if response else ""


def hinted(fields: Fields) -> bool:
    """Whether the form was shown with its hint."""
    return "hinted" in fields


def key_changed(question: Question, version: Version) -> bool:
    """Whether what counts as right was corrected since the version."""
    if question.current_id == version.pk:
        return False
    later = Version.objects.filter(question=question, number__gt=version.number)
    return later.filter(change=Version.Change.KEY).exists()


def same(recorded: RecordedAnswer, response: Json, said: str) -> bool:
    """Whether the response, with the confidence that was said, is the recorded one."""
    return json.loads(json.dumps(response)) == recorded.response and said == recorded.confidence


def marked_columns(version: Version, presented: Json, response: Json, marks: Marks) -> dict[str, Any]:
    """What a recorded answer says of the version, the answer and its marks."""
    return {
        "version": version,
        "presented": presented,
        "response": response,
        "summary": asking.describe(version.spec, presented, response)[:200],
        "parts": marks.parts,
        "flags": [flag for flag in _FLAGS if getattr(marks, flag)],
        "score": marks.score,
        "passed": marks.passed,
    }


def marks_of(recorded: RecordedAnswer) -> Marks:
    """The marks as they were given then."""
    return Marks(
        score=recorded.score,
        passed=recorded.passed,
        parts=recorded.parts,
        recall="recall" in recorded.flags,
        must_missed="must_missed" in recorded.flags,
        repaired="repaired" in recorded.flags,
        easy="easy" in recorded.flags,
    )
