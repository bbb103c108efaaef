"""What a kind of question is: the one contract between the kinds and the rest of the product.

A kind is one object. It never touches the database, the request or the clock: a *payload* (its part of a version's
spec), what was *seen* (drawn values, shuffled order) and a *response* go in, plain values come out. A response without
anything in it means "I don't know": every method takes it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, ClassVar, Generic, Literal, TypeVar

import msgspec

from quizzes.bank.expressions import Number
from quizzes.bank.params import fill
from quizzes.bank.shapes import Shape
from quizzes.markup.api import QuestionSource, Report
from quizzes.scheduling.api import Verdict, judge

Json = dict[str, Any]
"""JSON as other rooms keep it in their columns: what it holds is known to the kinds alone."""
Fields = Mapping[str, Sequence[str]]
Form = dict[str, list[str]]
Values = Mapping[str, Number]
Context = dict[str, object]
"""What a template reads."""


class Part(Shape, frozen=True):
    """How one part of an answer went: its name and its score from 0 to 1."""

    key: str
    score: float

    def to_json(self) -> dict[str, object]:
        """Returns it as JSON holds it; parts hold no lists."""
        stored: dict[str, object] = msgspec.to_builtins(self)
        return stored


class Nothing(Shape, frozen=True):
    """What is presented where nothing is drawn."""


P = TypeVar("P", bound=Shape)
S = TypeVar("S", bound=Shape)
R = TypeVar("R", bound=Shape)
M = TypeVar("M", bound=Part)


class Seen(msgspec.Struct, Generic[S], frozen=True):
    """What one learner saw: `own` is the kind's own part, `values` are the numbers drawn."""

    own: S
    values: Values

    def fill(self, text: str) -> str:
        """Returns a text with its values filled in."""
        return fill(text, self.values)


class Read(msgspec.Struct, Generic[R], frozen=True):
    """What came of reading a form.

    Exactly one of three: a `response` that can be marked; `errors` (field name -> sentence), with what was typed kept
    in `draft`; or only a `draft` where the kind asks in two steps and wants to be shown again with it (recall: write,
    then tick).
    """

    response: R | None = None
    errors: Mapping[str, str] = msgspec.field(default_factory=dict)
    draft: R | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The same for the rooms above, as they store it; `unmoved` is the draft without the step it went on."""

    response: Json | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    draft: Json | None = None
    unmoved: Json | None = None


class Marked(msgspec.Struct, Generic[M], frozen=True):
    """How an answer went. `score` and each part's score run from 0 to 1."""

    score: float
    passed: bool
    parts: Sequence[M]
    recall: bool = False
    must_missed: bool = False
    repaired: bool = False
    easy: bool = False


@dataclass(frozen=True, slots=True)
class Marks:
    """The same for the rooms above.

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


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer the question names: the form that gives it, and the notes its feedback must show."""

    form: Form
    notes: tuple[str, ...] = ()


Practises = Literal["", "explain", "code", "numbers"]


class Kind(ABC, Generic[P, S, R, M]):
    """One way of asking and marking.

    `ask` and `feedback` give the context of the templates `quizzes/bank/kinds/<name>/ask.html` and `feedback.html`.
    Text in that context is Markdown with its values filled in; templates render it by the `markdown` filters.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    """What learners call it."""
    rank: ClassVar[int]
    """Kinds are asked in the order of their ranks whether a structure is theirs."""
    Payload: type[P]
    Presented: type[S]
    Response: type[R]
    """Every field has a default: without anything in it, it means "I don't know". It holds drafts, too."""
    Part: type[M]

    words: ClassVar[Parts | None] = None
    """How to speak of its parts; None where an answer has but one."""
    codes: ClassVar[Mapping[str, str]] = {}
    """What each of its diagnostics means; codes may be shared with other kinds, and then mean the same."""
    directives: ClassVar[tuple[str, ...]] = ()
    """Words that begin a paragraph with a colon in its structure."""
    sections: ClassVar[tuple[str, ...]] = ()
    """Its `###` sections, in lower case."""
    attributes: ClassVar[frozenset[str]] = frozenset()
    """Attributes of a question that only it knows."""
    item_attributes: ClassVar[frozenset[str]] = frozenset()
    """Attributes of list items."""
    item_section: ClassVar[str] = ""
    """The section to which its item attributes are confined."""
    asks_for: ClassVar[str] = ""
    """The structure in a few words, for whoever has written none: "options (- [x] …)"."""
    typed: ClassVar[bool] = False
    """Whether the learner types what the key holds, so that a sign more or less may decide."""
    gaps_in_text: ClassVar[bool] = False
    gaps_in_code: ClassVar[bool] = False
    practises: ClassVar[Practises] = ""
    """What it trains beside knowledge, for learners who want more of it."""
    trial: ClassVar[int | None] = None
    """Its place among the questions visitors try: answered in one step and short to read. None: it is not asked."""
    paper: ClassVar[str] = "quizzes/bank/kinds/lines/paper.html"
    """The template of its answer controls on paper."""

    # --- from a pack ------------------------------------------------------------------------------------------------

    @abstractmethod
    def claims(self, source: QuestionSource) -> bool:
        """Whether the structure looks like this kind."""

    @abstractmethod
    def parse(self, source: QuestionSource, report: Report) -> P | None:
        """Returns the payload, or None after at least one error was reported."""

    @abstractmethod
    def stem(self, source: QuestionSource) -> str:
        """Returns the Markdown shown above the answer controls: the body without the answer structure."""

    # --- to a learner -----------------------------------------------------------------------------------------------

    @abstractmethod
    def present(self, payload: P, *, seed: str) -> S:
        """Returns what this learner will see (order of options and the like); the same seed always gives the same."""

    @abstractmethod
    def ask(self, payload: P, seen: Seen[S], draft: R) -> Context:
        """Returns the context of ask.html; `draft` is what was typed or ticked before, if anything."""

    @abstractmethod
    def read(self, payload: P, seen: Seen[S], fields: Fields) -> Read[R]:
        """Turns a form into a response. Never raises on bad or hostile input."""

    @abstractmethod
    def mark(self, payload: P, seen: Seen[S], response: R) -> Marked[M]:
        """Marks part by part."""

    @abstractmethod
    def describe(self, payload: P, seen: Seen[S], response: R) -> str:
        """Returns the response in words, at most 200 characters."""

    @abstractmethod
    def feedback(self, payload: P, seen: Seen[S], response: R, marked: Marked[M]) -> Context:
        """Returns the context of feedback.html: each part with what was given, what was right and why."""

    @abstractmethod
    def key(self, payload: P) -> Context:
        """Returns what decides marking: when it changes, so does the class of the change ("key")."""

    def guess_rate(self, payload: P) -> float:
        """Returns the chance of passing by guessing blindly, 0 to 1; nothing where the answer is typed."""
        return 0.0

    def unmoved(self, draft: R) -> R:
        """Returns a draft without the step it went on, where there are steps."""
        return draft

    def offered(self, payload: P) -> Sequence[R]:
        """Returns the responses one of which is chosen, where all of them stand on the page."""
        return ()

    # --- examples ---------------------------------------------------------------------------------------------------

    @abstractmethod
    def right(self, payload: P, seen: Seen[S]) -> Form:
        """Returns the form filled in rightly."""

    @abstractmethod
    def wrong(self, payload: P, seen: Seen[S]) -> Iterator[Wrong]:
        """Returns wrong answers, those that tempt first; at least one."""

    # --- whether a bank is sound ------------------------------------------------------------------------------------

    proved: ClassVar[Literal["", "may", "must", "runs"]] = ""
    """Whether its keys are worked out again beside the built-in bank: never, by a function if there is one, by a
    function always, or by running the code of the question."""
    spoiled: ClassVar[int] = 0
    """How often its keys are spoilt on purpose, beside those of the other kinds, to see whether it is noticed."""

    def prove(self, work: Work[P]) -> Iterator[str]:
        """Returns what is wrong with the key of a question that was worked out: sentences."""
        return iter(())

    def spoil(self, payload: P, rng: Random, *, stem: str) -> tuple[P, str] | None:
        """Returns a payload with another key and what was done to it; None where it cannot be done."""
        return None

    def untold(self, payload: P) -> Iterator[str]:
        """Returns what a good question of this kind tells and this one does not, as in "notes of wrong options"."""
        return iter(())

    def balanced(self, payload: P) -> str:
        """Returns the answer where there are few and none may be right too often (True, False), or ""."""
        return ""

    def right_option(self, payload: P) -> tuple[int, Sequence[str]] | None:
        """Returns the place of the one right option and all their texts, where one of several is chosen."""
        return None


class Work(ABC, Generic[P]):
    """A question of the built-in bank whose key is worked out again, with what it takes to do so."""

    payload: P

    @property
    @abstractmethod
    def stem(self) -> str:
        """Returns the Markdown above the answer controls."""

    # Any: whatever a check of the bank gives; the kind knows what to do with it.
    @abstractmethod
    def called(self, *arguments: object, **named: object) -> Any:
        """Returns what the question's function gives. Raises ValueError when it has none."""

    @abstractmethod
    def raised(self, code: str) -> str:
        """Returns the error the question's function raises for this code, or "" when it raises none."""

    @abstractmethod
    def printed(self, code: str) -> str:
        """Runs code; returns what it prints."""

    # Any, here and below: what is presented is the kind's own, and a question's work is of any kind.
    @abstractmethod
    def drawn(self) -> Iterator[tuple[Seen[Any], Mapping[str, Number]]]:
        """Returns what learners see, each set of values once, with those of the parameters alone."""

    @abstractmethod
    def marks(self, seen: Seen[Any], fields: Fields) -> Marks:
        """Returns the marks of a form, through the product's own reading. Raises ValueError when it cannot be read."""

    @abstractmethod
    def count(self, what: str, number: int = 1) -> None:
        """Counts what was worked out."""


def code_of(markdown: str) -> str:
    """Returns the first fence of Python in a text. Raises ValueError when there is none."""
    for piece in markdown.split("```python")[1:]:
        _, newline, code = piece.partition("\n")
        if newline and "```" in code:
            return code.partition("```")[0]
    raise ValueError("there is no code")


AnyKind = Kind[Any, Any, Any, Any]
"""Some kind: whoever holds it does not know of which shapes it is."""
