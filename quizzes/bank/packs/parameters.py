"""`Params:` and `Let:` paragraphs, and a check that every placeholder of a question has a value."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, product
from math import isfinite, prod

from quizzes.bank.expressions import (
    FUNCTIONS,
    SIZE_LIMIT,
    ExpressionError,
    Number,
    names_in,
    steps_of,
)
from quizzes.bank.params import (
    FILL_STEPS,
    LETS_LIMIT,
    PARAMS_LIMIT,
    PLACEHOLDERS_LIMIT,
    Param,
    draw,
    placeholders,
    shown,
    size_of,
    value_at,
    with_lets,
)
from quizzes.markup.api import Block, QuestionSource, Report, closest

VALUES_LIMIT = 100_000
CHOICES_LIMIT = 200
NUMBER_LIMIT = 40
TRIALS = 300
FEWEST_TRIALS = 8
TRIALS_WORK = 20_000
"""How much work trying the numbers of a file's questions may take, in the units of a report: some five steps each."""
CHOICES_A_UNIT = 2
STEPS_A_UNIT = 5
STEPS_READ_A_UNIT = 3

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_NUMBER = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})(?:\s+step\s+({_NUMBER}))?")
_LITERAL = re.compile(_NUMBER)
_PIECE = re.compile(r"[^;]+")


@dataclass(slots=True)
class Parameters:
    """What a question draws (`params`), what it derives (`lets`), and where each was written."""

    params: dict[str, Param]
    lets: list[tuple[str, str]]
    places: dict[str, tuple[int, int]]
    read: dict[str, int] = field(default_factory=lambda: {"Params": 0, "Let": 0})


def read_parameters(source: QuestionSource, report: Report) -> tuple[QuestionSource, Parameters]:
    """Returns the question without its `Params:` and `Let:` paragraphs, and what they said."""
    found = Parameters({}, [], {})
    body = []
    for block in source.body:
        head = re.match(r"(Params|Let)\s*:", block.text) if block.type == "paragraph" else None
        if head is None:
            body.append(block)
            continue
        for piece in _PIECE.finditer(block.text, head.end()):
            if piece[0].strip():
                blanks = len(piece[0]) - len(piece[0].lstrip())
                place = block.place(piece.start() + blanks)
                if not _fits(head[1], found, place, report):
                    return replace(source, body=tuple(body)), found
                _read_piece(piece[0].strip(), head[1], place, found, report)
    source = replace(source, body=tuple(body))
    _check_placeholders(source, found, report)
    return source, found


def _fits(head: str, found: Parameters, place: tuple[int, int], report: Report) -> bool:
    """Returns whether one more is allowed; where not, that is the last that is said of these paragraphs."""
    what, limit = ("derived values", LETS_LIMIT) if head == "Let" else ("parameters", PARAMS_LIMIT)
    if found.read[head] == limit:
        cause = f"there are more than {limit} {what} in this question"
        report.error("NN029", cause, mend="take some out, or join them", line=place[0], column=place[1])
        return False
    found.read[head] += 1
    return True


def _read_piece(piece: str, head: str, place: tuple[int, int], found: Parameters, report: Report) -> None:
    line, column = place
    name, equals, value = (part.strip() for part in piece.partition("="))
    cause = ""
    if not equals or not value:
        cause = f"“{piece}” is no “name = …”"
    elif not _NAME.fullmatch(name):
        cause = f"“{name}” cannot be a name"
    elif name in FUNCTIONS or name in {"if", "else", "step"}:
        cause = f"“{name}” is a word of the expressions and cannot be a name"
    elif name in found.places:
        cause = f"“{name}” is given twice (first on line {found.places[name][0]})"
    if cause:
        mend = "write “name = low..high”, “name = low..high step s” or “name = {a, b}”; after Let: “name = expression”"
        report.error("NN060", cause, mend=mend, line=line, column=column)
        return
    if head == "Let":
        if _check_expression(value, found, place, report):
            found.lets.append((name, value))
            found.places[name] = place
        return
    report.spend(value.count(",") // CHOICES_A_UNIT, line)
    param, cause = _read_param(value)
    if cause:
        report.error("NN060", f"{cause} of “{name}”", mend=_MENDS.get(cause, _MEND), line=line, column=column)
    else:
        found.params[name] = param
    found.places[name] = place


_MEND = "write “low..high”, “low..high step s” or “{a, b, c}”"
_MENDS = {"decimal limits need a step: that": "write “0.1..0.9 step 0.1”"}


def _read_param(value: str) -> tuple[Param, str]:
    """Returns the parameter, or the cause why there is none."""
    if value.startswith("{") and value.endswith("}"):
        return _read_choices(value)
    limits = _RANGE.fullmatch(value) if len(value) <= 4 * NUMBER_LIMIT else None
    if limits is None:
        return Param(), f"“{value}” is no range and no set of numbers: the values"
    low, high = _number(limits[1]), _number(limits[2])
    if limits[3] is None and not (isinstance(low, int) and isinstance(high, int)):
        return Param(), "decimal limits need a step: that"
    step = _number(limits[3] or "1")
    if step <= 0 or not low < high or max(abs(low), abs(high)) > 1e12:
        return Param(), f"“{value}” must rise from low to high by a step above 0: the range"
    param = Param(low=low, high=high, step=step)
    if size_of(param) > VALUES_LIMIT:
        return Param(), f"more than {VALUES_LIMIT:,} values are too many: the range"
    return param, ""


def _read_choices(value: str) -> tuple[Param, str]:
    if value.count(",") >= CHOICES_LIMIT:
        return Param(), f"more than {CHOICES_LIMIT} numbers are too many: the set"
    texts = [text.strip() for text in value[1:-1].split(",")]
    if not all(len(text) <= NUMBER_LIMIT and _LITERAL.fullmatch(text) for text in texts):
        return Param(), f"“{value}” is no range and no set of numbers: the values"
    numbers = [_number(text) for text in texts]
    if not all(isfinite(number) and abs(number) <= SIZE_LIMIT for number in numbers):
        return Param(), "a number is too large in the set"
    return Param(tuple(numbers)), "" if len(set(numbers)) == len(
        numbers
    ) else "a number is repeated in the set"


def _number(text: str) -> Number:
    return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else float(text)


def _check_expression(expression: str, found: Parameters, place: tuple[int, int], report: Report) -> bool:
    try:
        report.spend(1 + steps_of(expression) // STEPS_READ_A_UNIT, place[0])
        names = names_in(expression)
    except ExpressionError as error:
        mend = (
            "use numbers, names, + - * / // % ** ( ), comparisons, “a if c else b” and the listed functions"
        )
        report.error("NN061", f"“{expression}”: {error}", mend=mend, line=place[0], column=place[1])
        return False
    for name in sorted(names - found.places.keys()):
        near = closest(name, found.places, cutoff=0.6)
        mend = (
            f"did you mean “{near}”? Then write that" if near else f"give it a value: “Params: {name} = 2..9”"
        )
        report.error("NN062", f"nothing is called “{name}” here", mend=mend, line=place[0], column=place[1])
    return names <= found.places.keys()


def texts_of(source: QuestionSource) -> Iterator[Block]:
    """Yields every text of a question as a block: the prompt, the body and the sections."""
    yield Block("paragraph", source.prompt, source.line, source.column)
    yield from source.body
    for section in source.sections.values():
        yield from section.blocks


def _check_placeholders(source: QuestionSource, found: Parameters, report: Report) -> None:
    sound: dict[str, tuple[int, int]] = {}
    used: set[str] = set()
    count = 0
    for block in texts_of(source):
        for content, position in placeholders(block.text):
            place = block.place(position)
            count += 1
            if count > PLACEHOLDERS_LIMIT:
                cause = f"there are more than {PLACEHOLDERS_LIMIT} placeholders in this question"
                report.error("NN029", cause, mend="divide it", line=place[0], column=place[1])
                return
            expression = content.partition(":")[0]
            if _check_expression(expression, found, place, report):
                sound.setdefault(content, place)
                used |= names_in(expression)
        for match in re.finditer(r"\{\{=(?![^{}\n]{1,320}\}\})", block.text):
            line, column = block.place(match.start())
            mend = "write {{=expression}} or {{=expression:.2f}} on one line"
            report.error("NN061", "this placeholder is not closed", mend=mend, line=line, column=column)
    used = used.union(*(names_in(expression) for _, expression in found.lets))
    for name, (line, column) in found.places.items():
        if name not in used:
            cause = f"“{name}” has a value but nothing uses it"
            report.note("NN065", cause, mend=f"write {{{{={name}}}}} or remove it", line=line, column=column)
    if len(found.params) + len(found.lets) == len(found.places):
        _try_values(sound, found, source.line, report)


def _try_values(sound: dict[str, tuple[int, int]], found: Parameters, line: int, report: Report) -> None:
    """Evaluate everything for many draws, for all of them where there are few; report the first failure of each."""
    expressions = chain(
        (expression for _, expression in found.lets), (key.partition(":")[0] for key in sound)
    )
    steps = sum(steps_of(expression) + 1 for expression in expressions)
    if steps > FILL_STEPS:
        cause = f"the expressions of this question hold {steps:,} numbers, names and operators"
        report.error("NN029", cause, mend=f"shorten or divide it: {FILL_STEPS:,} are allowed", line=line)
        return
    failed: set[str] = set()
    trials = max(FEWEST_TRIALS, min(TRIALS, _allowance(report) * STEPS_A_UNIT // max(steps, 1)))
    for number, values in enumerate(_trials(found, trials)):
        if number and not sound and not found.lets:
            return
        report.spend(1 + steps // STEPS_A_UNIT, line)
        try:
            filled = with_lets(values, found.lets)
        except ExpressionError as error:
            failing = next(
                name for n, (name, _) in enumerate(found.lets) if _fails(values, found.lets[: n + 1])
            )
            _report_failure(f"“{failing}”: {error}", values, *found.places[failing], report)
            return
        for content in sound.keys() - failed:
            try:
                shown(content, filled)
            except ExpressionError as error:
                failed.add(content)
                _report_failure(f"“{content}”: {error}", values, *sound[content], report)


def _allowance(report: Report) -> int:
    """Returns the share of one question in the work of trying numbers."""
    return TRIALS_WORK // max(report.questions, 1)


def _fails(values: dict[str, Number], lets: list[tuple[str, str]]) -> bool:
    try:
        with_lets(values, lets)
    except ExpressionError:
        return True
    return False


def _report_failure(cause: str, values: dict[str, Number], line: int, column: int, report: Report) -> None:
    drawn = ", ".join(f"{name} = {value}" for name, value in values.items())
    if "format" in cause:
        report.error("NN063", cause, mend="write a format like .2f, .3g, .1% or d", line=line, column=column)
    else:
        where = f" when {drawn}" if drawn else ""
        report.error(
            "NN064",
            f"{cause}{where}",
            mend="narrow the range or change the expression",
            line=line,
            column=column,
        )


def _trials(found: Parameters, trials: int) -> Iterator[dict[str, Number]]:
    """Yields every combination where there are no more than `trials`; else both ends of every range, and draws."""
    sizes = [size_of(param) for param in found.params.values()]
    if prod(sizes) <= trials:
        for indices in product(*(range(size) for size in sizes)):
            yield {
                name: value_at(param, index)
                for (name, param), index in zip(found.params.items(), indices, strict=True)
            }
        return
    for end in (0, 1):
        yield {name: value_at(param, end * (size_of(param) - 1)) for name, param in found.params.items()}
    for number in range(trials):
        yield draw(found.params, (), f"trial {number}")
