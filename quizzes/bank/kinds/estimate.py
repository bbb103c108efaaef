"""A number that is to be estimated: right within a factor of the truth, half right within its order of magnitude."""

from __future__ import annotations

import decimal
import math
import re
from collections.abc import Iterator

from quizzes.bank.kinds.base import (
    Context,
    Fields,
    Form,
    Kind,
    Marked,
    Nothing,
    Part,
    Read,
    Seen,
    Values,
    Work,
    Wrong,
)
from quizzes.bank.kinds.fields import one
from quizzes.bank.kinds.numbers import (
    CODES,
    MAX_LENGTH,
    SHARE,
    NotANumberError,
    NumberSpec,
    allowed,
    parse_number,
    read_number,
    written,
)
from quizzes.bank.kinds.words import DONT_KNOW, clip
from quizzes.bank.shapes import Shape
from quizzes.markup.api import REJECT, TRAP, Directive, QuestionSource, Report, directives, stem_without

ESTIMATE = "Estimate"
FIELD = "answer"
MAGNITUDE = 10.0
"""Within this factor of the truth an answer has its order of magnitude."""
PART_CREDIT = 0.5
PROVED_WITHIN = 1.05
_WITHIN = re.compile(r"(.+?)\s+within\s+(?:a\s+factor\s+of\s+|[x×]\s*)?([0-9]{1,3}(?:\.[0-9]{1,3})?)")


class Magnitude(Shape, frozen=True):
    """The truth, the factor within which an answer is right, and what explains the truth, in Markdown."""

    spec: NumberSpec
    factor: float
    note: str


class Estimated(Shape, frozen=True):
    """The number as typed, and as read; of a draft the text only."""

    text: str | None = None
    value: float | None = None


class EstimatePart(Part, frozen=True):
    """How many times the truth was given; None where that says nothing, as of a negative number."""

    times: float | None


class Estimate(Kind[Magnitude, Nothing, Estimated, EstimatePart]):
    """Estimate."""

    name = "estimate"
    label = "Estimate"
    rank = 95
    Payload = Magnitude
    Presented = Nothing
    Response = Estimated
    Part = EstimatePart
    codes = {
        **CODES,
        "K220": "there is no estimate",
        "K221": "there is a second estimate",
        "K222": "an estimate does not say within which factor",
        "K223": "the factor of an estimate is not above 1 and below 10",
        "K224": "an estimate is not above 0",
        "K225": "an estimate with a tolerance or an interval",
        "K226": "a Trap or a Reject beside an estimate",
    }
    directives = (ESTIMATE,)
    asks_for = "an “Estimate:” line"
    typed = True
    practises = "numbers"
    paper = "quizzes/bank/kinds/estimate/paper.html"
    proved = "may"

    def claims(self, source: QuestionSource) -> bool:
        """A line `Estimate: …`."""
        return bool(directives(source, ESTIMATE))

    def parse(self, source: QuestionSource, report: Report) -> Magnitude | None:
        """Returns the truth and the factor."""
        faults = len(report.errors)
        found = directives(source, ESTIMATE)
        if not found:
            mend = "write “Estimate: 110e6 parameters within 2”"
            report.error("K220", "there is no estimate", mend=mend, line=source.line, column=source.column)
            return None
        for extra in found[1:]:
            mend = "ask for one number, or write “Answer (name): …” lines"
            report.error(
                "K221", "there is a second estimate", mend=mend, line=extra.line, column=extra.column
            )
        for name in (TRAP, REJECT):
            for other in directives(source, name):
                cause = f"a {name} stands beside an estimate"
                mend = "take it out, and explain in a quote below the estimate"
                report.error("K226", cause, mend=mend, line=other.line, column=other.column)
        payload = _magnitude(found[0], report)
        return payload if len(report.errors) == faults else None

    def stem(self, source: QuestionSource) -> str:
        """Returns the body without the estimate."""
        return stem_without(source, [])

    def present(self, payload: Magnitude, *, seed: str) -> Nothing:
        """Nothing but the values is drawn."""
        return Nothing()

    def ask(self, payload: Magnitude, seen: Seen[Nothing], draft: Estimated) -> Context:
        """Returns the context of ask.html: the `value` typed before, the `unit` and the `factor`."""
        unit = payload.spec.unit
        return {
            "value": draft.text or "",
            "unit": "" if unit == SHARE else unit,
            "factor": f"{payload.factor:g}",
        }

    def read(self, payload: Magnitude, seen: Seen[Nothing], fields: Fields) -> Read[Estimated]:
        """Returns the number typed."""
        text = one(fields, FIELD).strip()
        if not text:
            return Read(errors={FIELD: "Type a number, or say that you don’t know."})
        try:
            return Read(response=Estimated(text, read_number(text, payload.spec.unit)))
        except NotANumberError as fault:
            return Read(errors={FIELD: str(fault)}, draft=Estimated(text[:MAX_LENGTH]))

    def mark(self, payload: Magnitude, seen: Seen[Nothing], response: Estimated) -> Marked[EstimatePart]:
        """Right within the factor; half the credit, and not passed, within the order of magnitude."""
        times = _times(response.value, _truth(payload, seen.values))
        right = _within(times, payload.factor)
        score = 1.0 if right else PART_CREDIT if _within(times, MAGNITUDE) else 0.0
        return Marked(score, right, [EstimatePart(FIELD, score, times)])

    def describe(self, payload: Magnitude, seen: Seen[Nothing], response: Estimated) -> str:
        """Returns the number as typed."""
        return DONT_KNOW if response.text is None else clip(response.text)

    def feedback(
        self, payload: Magnitude, seen: Seen[Nothing], response: Estimated, marked: Marked[EstimatePart]
    ) -> Context:
        """Returns the context of feedback.html: `given`, `truth`, the ends of what is accepted, how `far` off."""
        truth = _truth(payload, seen.values)
        part = marked.parts[0]
        skipped = response.text is None
        return {
            "skipped": skipped,
            "state": "missed" if skipped else "right" if marked.passed else "wrong",
            "given": response.text or "",
            "truth": written(payload.spec, seen.values),
            # Rounded inwards: what is said to be accepted is.
            "low": _shown(truth / payload.factor, decimal.ROUND_CEILING),
            "high": _shown(truth * payload.factor, decimal.ROUND_FLOOR),
            "factor": f"{payload.factor:g}",
            "far": "" if skipped else _far(part.times),
            "half": part.score == PART_CREDIT,
            "note": seen.fill(payload.note),
        }

    def key(self, payload: Magnitude) -> Context:
        """Returns the truth and the factor."""
        return {"spec": payload.spec.to_json(), "factor": payload.factor}

    def right(self, payload: Magnitude, seen: Seen[Nothing]) -> Form:
        """Returns the truth."""
        return {FIELD: [seen.fill(payload.spec.value)]}

    def wrong(self, payload: Magnitude, seen: Seen[Nothing]) -> Iterator[Wrong]:
        """Somewhat too much, in its order of magnitude; then far too much and far too little."""
        truth = _truth(payload, seen.values)
        for times in (math.sqrt(payload.factor * MAGNITUDE), 300, 1 / 300):
            yield Wrong({FIELD: [f"{truth * times:.6g}"]})

    def prove(self, work: Work[Magnitude]) -> Iterator[str]:
        """The function takes the parameters and gives the number."""
        work.count("estimates")
        for seen, drawn in work.drawn():
            worked_out = float(work.called(**drawn))
            if not _within(_times(worked_out, _truth(work.payload, seen.values)), PROVED_WITHIN):
                yield f"gives {written(work.payload.spec, seen.values)}, worked out: {worked_out:.6g}"
                return


def _magnitude(line: Directive, report: Report) -> Magnitude | None:
    match = _WITHIN.fullmatch(line.text)
    if match is None:
        cause = f"“{line.text}” does not say within which factor"
        mend = "write it behind the number and its unit, as in “110e6 parameters within 2”"
        report.error("K222", cause, mend=mend, line=line.line, column=line.column)
        return None
    factor = float(match[2])
    if not 1 < factor < MAGNITUDE:
        cause = f"the factor {match[2]} is not above 1 and below {MAGNITUDE:g}"
        mend = "write 2, or 1.5, or 3: within ten times there is half the credit"
        report.error("K223", cause, mend=mend, line=line.line, column=line.column)
    spec = parse_number(match[1], report, line=line.line, column=line.column)
    if spec is None:
        return None
    if spec.tolerance or not spec.value:
        mend = "write one number: the factor says what is accepted"
        cause = "an estimate has neither a tolerance nor an interval"
        report.error("K225", cause, mend=mend, line=line.line, column=line.column)
    elif "{{" not in spec.value and allowed(spec, {}).value <= 0:
        mend = "ask for a number above 0: factors say nothing of others"
        report.error("K224", "the estimate is not above 0", mend=mend, line=line.line, column=line.column)
    return Magnitude(spec, factor, line.note)


def _truth(payload: Magnitude, values: Values) -> float:
    return allowed(payload.spec, values).value


def _times(given: float | None, truth: float) -> float | None:
    """Returns how many times the truth a number is; None where there is none, or where one of them is not above 0."""
    return given / truth if given is not None and given > 0 and truth > 0 else None


def _within(times: float | None, factor: float) -> bool:
    slack = 1 + 1e-9  # binary fractions: 0.3 is within a factor of 3 of 0.1
    return times is not None and 1 / (factor * slack) <= times <= factor * slack


def _far(times: float | None) -> str:
    """Returns how far off an answer is, in words."""
    if times is None:
        return "A number above 0 was asked for."
    off = max(times, 1 / times)
    if off < PROVED_WITHIN:
        return "That is the number to within 5 %."
    return f"That is {_shown(off)} times too {'much' if times > 1 else 'little'}."


def _shown(number: float, rounding: str = decimal.ROUND_HALF_EVEN) -> str:
    """Returns a number with three digits, as people write it."""
    rounded = decimal.Context(prec=3, rounding=rounding).create_decimal(f"{number:.10g}")
    if rounded and not decimal.Decimal("1e-3") <= rounded < decimal.Decimal("1e7"):
        digits, _, power = f"{rounded:.2e}".partition("e")
        return f"{digits.rstrip('0').rstrip('.')}e{int(power)}"
    whole, _, decimals = f"{rounded:,f}".partition(".")
    return f"{whole}.{decimals}".rstrip("0").rstrip(".")


KIND = Estimate()
