"""A claim to judge, and the reason for the verdict; both count half.

Verdicts keep their order. A pack may leave the reasons out; then there are none and the verdict is all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from quizzes.bank.kinds.base import Context, Fields, Form, Kind, Marked, Part, Parts, Read, Seen, Wrong
from quizzes.bank.kinds.fields import one, position
from quizzes.bank.kinds.options import (
    CODES,
    FIXED,
    Option,
    ask_for_notes,
    control_rows,
    judged_list,
    lacks_notes,
    parse_one_right,
    parse_options,
    report_no_right,
    right_places,
    right_texts,
    shuffled_order,
    task_list,
)
from quizzes.bank.kinds.words import DONT_KNOW, clip, unmarked
from quizzes.bank.shapes import Shape
from quizzes.markup.api import Block, QuestionSource, Report, of_type, stem_without

VERDICTS = ("True", "False", "Contested")
VERDICT, REASON = "verdict", "reason"
_SECTION = "reasons"


class Claim(Shape, frozen=True):
    """The verdicts and the reasons to choose from."""

    verdicts: tuple[Option, ...]
    reasons: tuple[Option, ...]


class Reasons(Shape, frozen=True):
    """The places of the reasons in the order on the page."""

    reasons: tuple[int, ...]


class Judged(Shape, frozen=True):
    """The places of the verdict and of the reason in the payload."""

    verdict: int | None = None
    reason: int | None = None

    @property
    def skipped(self) -> bool:
        """Whether it means “I don’t know”."""
        return self.verdict is None and self.reason is None


class JudgedPart(Part, frozen=True):
    """Whether the verdict, or the reason, is right."""

    given: int | None


class TrueFalse(Kind[Claim, Reasons, Judged, JudgedPart]):
    """True or false."""

    name = "truefalse"
    label = "True or false"
    rank = 20
    Payload = Claim
    Presented = Reasons
    Response = Judged
    Part = JudgedPart
    words = Parts("parts", named={VERDICT: "the verdict", REASON: "the reason"})
    codes = {
        **CODES,
        "K110": "every option, or every reason, is marked right",
        "K120": "a verdict other than True, False and Contested",
        "K122": "the section Reasons needs exactly one task list",
        "K123": "note: true or false without reasons",
    }
    sections = (_SECTION,)
    item_attributes = frozenset({FIXED})
    trial = 2
    paper = "quizzes/bank/kinds/truefalse/paper.html"

    def claims(self, source: QuestionSource) -> bool:
        """A task list of True, False and perhaps Contested, or a section Reasons."""
        return _SECTION in source.sections or any(
            len(block.items) > 1 and all(item.text.strip().rstrip(".") in VERDICTS for item in block.items)
            for block in of_type(source, "tasks")[:1]
        )

    def parse(self, source: QuestionSource, report: Report) -> Claim | None:
        """Returns verdicts and reasons."""
        faults = len(report.errors)
        block = task_list(source, report)
        verdicts = _verdicts(block, report) if block else None
        reasons = _reasons(source, report)
        if len(report.errors) > faults or verdicts is None:
            return None
        return Claim(verdicts, reasons)

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without the verdicts."""
        return stem_without(source, of_type(source, "tasks"))

    def present(self, payload: Claim, *, seed: str) -> Reasons:
        """Returns the order of the reasons."""
        return Reasons(shuffled_order(payload.reasons, f"{seed}:reasons"))

    def ask(self, payload: Claim, seen: Seen[Reasons], draft: Judged) -> Context:
        """Returns the context of ask.html: `verdicts` and `reasons` (rows); letters run on from one to the other."""
        count = len(payload.verdicts)
        return {
            "verdicts": control_rows(payload.verdicts, range(count), seen.values, [draft.verdict]),
            "reasons": control_rows(
                payload.reasons, seen.own.reasons, seen.values, [draft.reason], letters_from=count
            ),
        }

    def read(self, payload: Claim, seen: Seen[Reasons], fields: Fields) -> Read[Judged]:
        """Returns the verdict and, where there are reasons, the reason."""
        orders: dict[str, Sequence[int]] = {
            VERDICT: range(len(payload.verdicts)),
            REASON: seen.own.reasons,
        }
        found: dict[str, int | None] = {VERDICT: None, REASON: None}
        errors: dict[str, str] = {}
        for name, order in orders.items():
            typed = one(fields, name)
            chosen = position(typed, len(order))
            if not order:
                continue
            if chosen is not None:
                found[name] = order[chosen]
            elif typed:
                errors[name] = f"That {name} is not on this page: choose one of those shown."
            else:
                errors[name] = f"Choose a {name}, or say that you don’t know."
        judged = Judged(found[VERDICT], found[REASON])
        return Read(errors=errors, draft=judged) if errors else Read(response=judged)

    def mark(self, payload: Claim, seen: Seen[Reasons], response: Judged) -> Marked[JudgedPart]:
        """Verdict and reason count half each (the verdict all, where there are no reasons); passed when both hold."""
        parts = [JudgedPart(VERDICT, _score(payload.verdicts, response.verdict), response.verdict)]
        if payload.reasons:
            parts.append(JudgedPart(REASON, _score(payload.reasons, response.reason), response.reason))
        score = sum(part.score for part in parts) / len(parts)
        return Marked(score, score == 1, parts)

    def describe(self, payload: Claim, seen: Seen[Reasons], response: Judged) -> str:
        """Returns the verdict and the reason's text."""
        if response.verdict is None:
            return DONT_KNOW
        told = payload.verdicts[response.verdict].text
        if response.reason is not None:
            told = f"{told}: {payload.reasons[response.reason].text}"
        return clip(unmarked(seen.fill(told)))

    def feedback(
        self, payload: Claim, seen: Seen[Reasons], response: Judged, marked: Marked[JudgedPart]
    ) -> Context:
        """Returns the context of feedback.html: `verdicts` and `reasons` (judged lists), `skipped`."""
        count = len(payload.verdicts)
        verdict = [] if response.verdict is None else [response.verdict]
        reason = [] if response.reason is None else [response.reason]
        return {
            "skipped": response.skipped,
            "verdicts": judged_list(payload.verdicts, range(count), seen.values, verdict),
            "reasons": judged_list(
                payload.reasons, seen.own.reasons, seen.values, reason, letters_from=count
            ),
        }

    def guess_rate(self, payload: Claim) -> float:
        """Returns the chance to hit the verdict times the chance to hit a right reason."""
        reasons = payload.reasons
        return 1 / len(payload.verdicts) * (len(right_places(reasons)) / len(reasons) if reasons else 1)

    def key(self, payload: Claim) -> Context:
        """Returns the right verdict and the right reasons."""
        return {VERDICT: right_texts(payload.verdicts), "reasons": right_texts(payload.reasons)}

    def right(self, payload: Claim, seen: Seen[Reasons]) -> Form:
        """Returns the right verdict with a right reason."""
        form = {VERDICT: [str(right_places(payload.verdicts)[0])]}
        if payload.reasons:
            right = right_places(payload.reasons)
            form[REASON] = [str(n) for n, place in enumerate(seen.own.reasons) if place in right][:1]
        return form

    def wrong(self, payload: Claim, seen: Seen[Reasons]) -> Iterator[Wrong]:
        """Either of the two is wrong."""
        right = self.right(payload, seen)
        for place, verdict in enumerate(payload.verdicts):
            if not verdict.right:
                yield Wrong({**right, VERDICT: [str(place)]}, (verdict.note,) if verdict.note else ())
        for number, place in enumerate(seen.own.reasons):
            reason = payload.reasons[place]
            if not reason.right:
                yield Wrong({**right, REASON: [str(number)]}, (reason.note,))

    def untold(self, payload: Claim) -> Iterator[str]:
        """Wrong reasons should say why they are wrong."""
        if lacks_notes(payload.reasons):
            yield "notes of wrong options"

    def balanced(self, payload: Claim) -> str:
        """Returns the verdict."""
        return payload.verdicts[right_places(payload.verdicts)[0]].text


def _score(options: Sequence[Option], given: int | None) -> float:
    return float(given in right_places(options))


def _verdicts(block: Block, report: Report) -> tuple[Option, ...] | None:
    for item in block.items:
        if item.text.strip().rstrip(".") not in VERDICTS:
            cause = f"“{item.text.strip()}” is no verdict"
            mend = "use True, False and, if wanted, Contested"
            report.error("K120", cause, mend=mend, line=item.line, column=item.column)
    quiet = Report(work=report.work)
    options = parse_one_right(block, quiet)
    quiet.diagnostics = [d for d in quiet.diagnostics if d.code != "K107"]
    report.take_over(quiet)
    if options is None:
        return None
    return tuple(replace(option, text=option.text.rstrip(".")) for option in options)


def _reasons(source: QuestionSource, report: Report) -> tuple[Option, ...]:
    section = source.sections.get(_SECTION)
    if section is None:
        mend = "add “### Reasons” with a task list, so that a guess at the verdict is not enough"
        report.note("K123", "there are no reasons", mend=mend, line=source.line, column=source.column)
        return ()
    lists = [block for block in section.blocks if block.type == "tasks"]
    if len(lists) != 1:
        cause = "the section Reasons needs exactly one task list"
        report.error("K122", cause, mend="list the reasons as “- [x] …” and “- [ ] …”", line=section.line)
        return ()
    block = lists[0]
    if not any(item.checked for item in block.items):
        report_no_right(block, report)
    elif all(item.checked for item in block.items):
        mend = "add a reason that does not hold"
        report.error("K110", "every reason is marked right", mend=mend, line=block.line, column=block.column)
    ask_for_notes(block, report)
    return parse_options(block, report) or ()


KIND = TrueFalse()
