"""The verdict on an answer in words: the one place where pages, files and e-mails take it from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from quizzes.bank.kinds import KINDS
from quizzes.bank.kinds.base import Marks, Part, Parts
from quizzes.scheduling.api import Confidence, Verdict

_NOT_KNOWN = "counts as not known yet"
_CORRECT = {Verdict.RIGHT: "true", Verdict.PARTLY: "partial", Verdict.NOT: "false"}
_MARKS = {Verdict.RIGHT: "right", Verdict.PARTLY: "partial", Verdict.NOT: "wrong"}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """The verdict on one answer, with all there is to say in one line.

    `but` says what takes from a right answer, `detail` what is missing or what was right, `guessed` that the learner
    called it a guess, so that it does not count as known whatever the verdict. `felt` is how it felt to the learner:
    "sure", "unsure", "easy", or "" where that is unsaid.
    """

    verdict: Verdict
    detail: str = ""
    but: str = ""
    guessed: bool = False
    felt: str = ""

    @property
    def correct(self) -> str:
        """For machines: "true", "partial" or "false"."""
        return _CORRECT[self.verdict]

    @property
    def mark(self) -> str:
        """The mark's colour and shape: "right", "partial" or "wrong". A right guess is not green: it is not known."""
        return "partial" if self.guessed and self.verdict is Verdict.RIGHT else _MARKS[self.verdict]

    @property
    def words(self) -> str:
        """For readers."""
        return self.at_try(1)

    @property
    def in_full(self) -> str:
        """For readers of the feedback: a right answer with how it felt."""
        plain = self.verdict is Verdict.RIGHT and not (self.guessed or self.but or self.detail)
        return f"{self.words}, {self.felt}" if plain and self.felt else self.words

    def at_try(self, number: int) -> str:
        """For readers, with the number of the try where it was not the first."""
        said = self.verdict.capitalize() + (f" at try {number}" if number > 1 else "") + self.but
        detail = self.detail
        if self.guessed and self.verdict is not Verdict.NOT:
            if detail:
                detail += f", and as a guess it {_NOT_KNOWN}"
            else:
                said, detail = f"{said}{' and' if self.but else ', but'} a guess", f"it {_NOT_KNOWN}"
        return f"{said}: {detail}" if detail else said


def line(kind: str, marks: Marks, *, answered: bool, confidence: str) -> VerdictLine:
    """Returns the verdict line of an answer to a question of that kind; not `answered` means “I don’t know”.

    `confidence` is how sure the learner said they are, "" where unsaid.
    """
    if not answered:
        return VerdictLine(Verdict.NOT, "you said that you don’t know")
    verdict = marks.verdict
    guessed = confidence == Confidence.GUESS
    if verdict is Verdict.RIGHT:
        felt = "easy" if marks.easy else confidence
        return VerdictLine(
            verdict, but=", but for a slip of the keys" if marks.repaired else "", guessed=guessed, felt=felt
        )
    words = KINDS[kind].words
    detail = _detail(words, _asked_for(marks), verdict) if words else ""
    if detail and marks.must_missed:
        detail += ", but a must is missing"
    return VerdictLine(verdict, detail, guessed=guessed)


class _Weighed(Part, frozen=True):
    """A part of any kind; those that are optional have no weight."""

    weight: int = 1


def _asked_for(marks: Marks) -> list[_Weighed]:
    """Returns the parts that count."""
    parts = (_Weighed.from_json(part) for part in marks.parts)
    return [part for part in parts if part.weight]


def _detail(words: Parts, parts: Sequence[Part], verdict: Verdict) -> str:
    right = [part.key for part in parts if part.score == 1]
    wrong = [part.key for part in parts if part.score != 1]
    if not right or not wrong:
        return ""
    if words.named:
        return f"{_named(words, right)} right, {_named(words, wrong)} not"
    if verdict is Verdict.PARTLY:
        return f"{len(wrong)} of {len(parts)} {words.many} {words.wrong_one if len(wrong) == 1 else words.wrong_many}"
    return f"{len(right)} of {len(parts)} {words.many} {words.right}"


def _named(words: Parts, keys: Sequence[str]) -> str:
    return f"{' and '.join(words.named[key] for key in keys)} {'is' if len(keys) == 1 else 'are'}"
