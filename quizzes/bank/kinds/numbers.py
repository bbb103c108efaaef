"""Numbers: how packs write them with a tolerance, how learners may type them, when the two agree."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from quizzes.bank.expressions import ExpressionError, evaluate
from quizzes.bank.kinds.base import Values
from quizzes.bank.params import fill
from quizzes.bank.shapes import Shape
from quizzes.markup.api import Report, normalized

MAX_LENGTH = 60
WRITTEN_LIMIT = 800
"""How long a number may be written in a pack, with its tolerance and unit; placeholders take most of it."""
SHARE = "share"
UNSAID = 0.005
"""How far, relatively, from an expression that has neither a tolerance nor a format, unless its value is whole."""

_SLACK = 1e-9  # binary fractions: 0.701 must lie within 0.7 ± 0.001
_VALUE = r"\{\{=.+?\}\}(?!\})|[-+−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+−]?\d+)?"
_UNIT = r"(\s*%|\s+[^\d\s±\[\]{}|/][^|{}]*|)"
_SPEC = re.compile(rf"({_VALUE})(?:\s*(?:±|\+/-|\+-)\s*({_VALUE})(%(?!\S))?)?{_UNIT}")
_INTERVAL = re.compile(rf"\[\s*({_VALUE})\s*(?:,\s|;|\.\.)\s*({_VALUE})\s*\]{_UNIT}")
_LIKE_A_NUMBER = re.compile(rf"\[?\s*({_VALUE})\s*(?:[/±].*|{_UNIT})\]?")

_TYPED = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)", re.IGNORECASE)
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")
_DECIMAL_COMMA = re.compile(r"\d*,\d+")
_MINUS = str.maketrans({"−": "-", "‐": "-", "‑": "-", "–": "-", "—": "-", "﹣": "-", "－": "-"})
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")


CODES = {
    "K200": "no number with a tolerance and a unit",
    "K201": "a tolerance is negative",
    "K202": "an interval runs backwards",
}


class NumberSpec(Shape, frozen=True):
    """A number as a pack accepts it.

    The first four are texts as written: a number, `{{=expression}}` or "". Either `value` is set or both `low` and
    `high` are.
    """

    value: str
    low: str
    high: str
    tolerance: str
    relative: bool
    unit: str


class NotANumberError(ValueError):
    """A typed text that cannot be read as a number; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Range:
    """The numbers that are accepted, both ends included, around the value itself."""

    low: float
    high: float
    value: float

    def holds(self, number: float) -> bool:
        """Returns whether the number is accepted."""
        slack = _SLACK * max(abs(self.low), abs(self.high))
        return self.low - slack <= number <= self.high + slack


_NOTHING = Range(math.nan, math.nan, math.nan)


def parse_number(text: str, report: Report, *, line: int, column: int) -> NumberSpec | None:
    """Returns the spec of `VALUE [± TOLERANCE] [unit]` or `[LOW, HIGH] [unit]`, or None after an error was reported."""
    short = text.strip() if len(text) <= WRITTEN_LIMIT else ""
    interval = _INTERVAL.fullmatch(short)
    match = interval or _SPEC.fullmatch(short)
    if match is None or not all(_finite(number) for number in match.groups()[:2]):
        report.error(
            "K200",
            f"“{text.strip()}” is no number with a tolerance and a unit",
            mend="write “0.75 ± 0.01 unit”, “3e-4 ± 5%” or “[1.2, 1.3] unit”",
            line=line,
            column=column,
        )
        return None
    if interval:
        spec = NumberSpec("", match[1], match[2], "", relative=False, unit=match[3].strip())
        if _literal(spec) and Decimal(_bare(match[1])) >= Decimal(_bare(match[2])):
            report.error(
                "K202",
                "the interval runs backwards",
                mend="write the smaller end first",
                line=line,
                column=column,
            )
            return None
        return spec
    spec = NumberSpec(match[1], "", "", match[2] or "", relative=bool(match[3]), unit=match[4].strip())
    if spec.tolerance.startswith(("-", "−")):
        report.error(
            "K201", "the tolerance is negative", mend="write it without a sign", line=line, column=column
        )
        return None
    return spec


def is_number(text: str) -> bool:
    """Returns whether an `Answer:` line is meant as a number (and not as words)."""
    return len(text) <= WRITTEN_LIMIT and bool(
        _INTERVAL.fullmatch(text.strip()) or _LIKE_A_NUMBER.fullmatch(text.strip())
    )


def allowed(spec: NumberSpec, values: Values, *, like: NumberSpec | None = None) -> Range:
    """Returns the numbers that agree with a spec under these drawn values.

    A spec without a tolerance of its own takes that of `like` (a trap takes its answer's). Without any, whole numbers
    are exact and decimals agree to half a unit of the last digit written. A spec that has no value here, which a check
    refuses and an old version may hold, agrees with nothing.
    """
    try:
        return _allowed(spec, values, like)
    except (ExpressionError, ArithmeticError):
        return _NOTHING


def _allowed(spec: NumberSpec, values: Values, like: NumberSpec | None) -> Range:
    if not spec.value:
        low, high = _number(spec.low, values), _number(spec.high, values)
        return Range(low, high, (low + high) / 2)
    value = _number(spec.value, values)
    measure = like if like is not None and like.tolerance and not spec.tolerance else spec
    if not measure.tolerance:
        reach = _implied(spec.value, value, values)
    elif measure.relative:
        reach = abs(value) * _number(measure.tolerance, values) / 100
    else:
        reach = _number(measure.tolerance, values)
    return Range(value - reach, value + reach, value)


def literal_overlap(answer: NumberSpec, trap: NumberSpec) -> bool:
    """Returns whether a trap without parameters would be accepted as the answer."""
    return _literal(answer) and _literal(trap) and allowed(answer, {}).holds(allowed(trap, {}).value)


def written(spec: NumberSpec, values: Values) -> str:
    """Returns the accepted value in words, with its unit."""
    text = fill(spec.value or f"{spec.low} to {spec.high}", values)
    unit = spec.unit
    return f"{text}{unit}" if unit == "%" else text if unit in {"", SHARE} else f"{text} {unit}"


def read_number(typed: str, unit: str = "") -> float:
    """Returns the number a learner typed. Raises NotANumberError with a sentence that says how to write it.

    Takes 1e-6, 1,000, 1 000, 1_000, 3/4, 2 × 10^-3, 0,75, a typographic minus and the unit behind the number; `75%` is
    0.75 where the unit is a share or missing, and 75 where the unit is %.
    """
    if len(typed) > MAX_LENGTH:
        raise NotANumberError(f"Write a number of at most {MAX_LENGTH} characters.")
    text = _plain(typed)
    text, percent = _without_unit(text, unit)
    parts = text.split("/")
    if len(parts) > 2:
        raise NotANumberError("Write one fraction, like 3/4.")
    numbers = [_single(part.strip()) for part in parts]
    if len(numbers) == 2 and numbers[1] == 0:
        raise NotANumberError("A fraction cannot have 0 below the line.")
    number = numbers[0] / numbers[1] if len(numbers) == 2 else numbers[0]
    if percent and unit != "%":
        number /= 100
    if not math.isfinite(number):
        raise NotANumberError("This number is too large.")
    return number


def _plain(typed: str) -> str:
    raised = re.sub(
        r"10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "10^" + m[1].translate(_RAISED), typed.translate(_MINUS)
    )
    text = normalized("NFKC", raised).translate(_MINUS)
    text = " ".join(text.split()).lstrip("=≈~ ")
    return re.sub(r"(?:\s*[×x*·⋅]\s*|^|(?<=[-+]))10\s?(?:\^|\*\*)\s?([-+]?\d+)", _power, text)


def _power(match: re.Match[str]) -> str:
    return ("1e" if match[0].startswith("10") else "e") + match[1]


def _without_unit(text: str, unit: str) -> tuple[str, bool]:
    """Returns the text without the unit behind it, and whether a percent sign was there."""
    if text.endswith("%"):
        if unit not in {"", "%", SHARE}:
            raise NotANumberError(f"Write the number in {unit}, not in per cent.")
        return text[:-1].rstrip(), True
    tail = re.search(r"(?<![a-z])(?!e[-+]?\d)[^\d\s.,/+\-_].*$", text, re.IGNORECASE)
    if tail is None:
        return text, False
    given = _unit_form(tail[0])
    if (
        unit
        and unit != "%"
        and given in {_unit_form(unit), _unit_form(unit).removesuffix("s"), _unit_form(unit) + "s"}
    ):
        return text[: tail.start()].rstrip(), False
    if unit in {"%", SHARE} and given in {"percent", "per cent", "pct"}:
        return text[: tail.start()].rstrip(), True
    if not re.search(r"\d", text[: tail.start()]):
        raise NotANumberError("Write a number, like 0.75, 3/4 or 1e-6.")
    wanted = f" in {unit}" if unit and unit not in {"%", SHARE} else ""
    raise NotANumberError(f"Write only the number{wanted}, without “{tail[0][:20]}”.")


def _unit_form(unit: str) -> str:
    return " ".join(normalized("NFKC", unit).casefold().replace(".", "").split())


def _single(text: str) -> float:
    if not text:
        raise NotANumberError("Write a number, like 0.75, 3/4 or 1e-6.")
    sign, digits = (text[0], text[1:].lstrip()) if text[0] in "+-" else ("", text)
    digits = re.sub(r"(?<=\d)[ _](?=\d{3}(?!\d))", "", digits)
    if "," in digits:
        if _GROUPED.fullmatch(digits):
            digits = digits.replace(",", "")
        elif _DECIMAL_COMMA.fullmatch(digits):
            digits = digits.replace(",", ".")
        else:
            raise NotANumberError(
                f"“{text}” can be read in two ways: write the decimals after a point and leave commas out."
            )
    if _TYPED.fullmatch(digits) is None:
        raise NotANumberError("Write a number, like 0.75, 3/4 or 1e-6.")
    return float(sign + digits)


def _literal(spec: NumberSpec) -> bool:
    return not any("{{" in text for text in (spec.value, spec.low, spec.high, spec.tolerance))


def _finite(text: str | None) -> bool:
    return not text or "{{" in text or math.isfinite(float(_bare(text)))


def _bare(text: str) -> str:
    return text.translate(_MINUS).replace(",", "")


def _number(text: str, values: Values) -> float:
    if not text.startswith("{{="):
        return float(_bare(text))
    expression, _, _ = text[3:-2].partition(":")
    return float(evaluate(expression, values))


def _implied(text: str, value: float, values: Values) -> float:
    """Half a unit of the last digit written; 0 for whole numbers."""
    calculated = text.startswith("{{=")
    shown = _bare(fill(text, values) if calculated else text)
    if calculated and (":" not in text or shown.endswith("%")):
        return 0.0 if value == round(value) else abs(value) * UNSAID
    number = Decimal(shown)
    exponent = int(number.as_tuple().exponent)
    if "." not in shown and number == number.to_integral_value():
        return 0.0
    return 0.5 * 10.0**exponent
