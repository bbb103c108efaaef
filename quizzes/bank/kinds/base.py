"""What a kind of question is: the one contract between the twelve modules here and the rest of the product.

A kind is a module. It never touches the database, the request or the clock: a *payload* (JSON, its part of a version's
spec), what was *presented* (JSON: drawn values, shuffled order) and a *response* (JSON) go in, plain values come out.
The empty response `{}` means "I don't know": every function must take it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from quizzes.markup.diagnostics import Report
from quizzes.markup.source import QuestionSource
from quizzes.scheduling.ratings import Verdict, judge

Json = dict[str, Any]
Fields = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a form.

    Exactly one of three: a `response` that can be marked; `errors` (field name -> sentence), with what was typed kept
    in `draft`; or only a `draft` where the kind asks in two steps and wants to be shown again with it (recall: write,
    then tick).
    """

    response: Json | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    draft: Json | None = None


@dataclass(frozen=True, slots=True)
class Marks:
    """How an answer went. `score` and each part's score run from 0 to 1.

    `parts` holds one JSON object per part, with at least `key` and `score`; they are stored with the review and handed
    back to `feedback`, so that an old review is shown as it was marked.
    """

    score: float
    passed: bool
    parts: list[Json]
    recall: bool = False
    must_missed: bool = False
    repaired: bool = False
    easy: bool = False

    @property
    def verdict(self) -> Verdict:
        """Right, partly right or not right."""
        return judge(score=self.score, passed=self.passed)


@dataclass(frozen=True, slots=True)
class Parts:
    """How the verdict line speaks of a kind's parts.

    `many` names them. `right` follows a count of parts that are right ("3 of 5 steps in place"), `wrong_one` and
    `wrong_many` a count of those that are not ("1 of 8 pairs is wrong"). Where `named` holds names for the keys of the
    parts, these are used instead of counts ("the verdict is right, the reason is not").
    """

    many: str
    right: str = "right"
    wrong_one: str = "is wrong"
    wrong_many: str = "are wrong"
    named: Mapping[str, str] = field(default_factory=dict)


class Kind(Protocol):
    """One way of asking and marking.

    `ask` and `feedback` give the context of the templates `quizzes/bank/kinds/<NAME>/ask.html` and `feedback.html`.
    Text in that context is Markdown with its values filled in; templates render it by the `markdown` filters.
    """

    NAME: str
    LABEL: str
    PARTS: Parts | None
    """How to speak of its parts; None where an answer has but one."""

    def claims(self, source: QuestionSource) -> bool:
        """Whether the structure looks like this kind; kinds are asked in the registry's order."""
        ...

    def parse(self, source: QuestionSource, report: Report) -> Json | None:
        """The payload, or None after at least one error was reported."""
        ...

    def stem(self, source: QuestionSource) -> str:
        """The Markdown of the body that is shown above the answer controls: the body without the answer structure."""
        ...

    def present(self, payload: Json, *, values: Json, seed: str) -> Json:
        """What this learner will see (order of options and the like); the same seed always gives the same."""
        ...

    def ask(self, payload: Json, presented: Json, draft: Json | None) -> Json:
        """Context of ask.html; `draft` is what was typed or ticked before, if anything: a draft or a response."""
        ...

    def read(self, payload: Json, presented: Json, fields: Fields) -> Reading:
        """Turn a form into a response. Never raises on bad or hostile input."""
        ...

    def mark(self, payload: Json, presented: Json, response: Json) -> Marks:
        """Mark part by part."""
        ...

    def describe(self, payload: Json, presented: Json, response: Json) -> str:
        """The response in words, at most 200 characters."""
        ...

    def feedback(self, payload: Json, presented: Json, response: Json, marks: Marks) -> Json:
        """Context of feedback.html: each part with what was given, what was right and the note that explains it."""
        ...

    def guess_rate(self, payload: Json) -> float:
        """The chance of passing by guessing blindly, 0 to 1."""
        ...

    def key(self, payload: Json) -> Json:
        """The part of the payload that decides marking: when it changes, so does the class of the change ("key")."""
        ...
