"""Typed answers as packs write them: `dropout | drop-out | /drop ?out/i | #0.9 ± 0.01`, and near misses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from quizzes.bank.kinds import numbers, patterns
from quizzes.bank.kinds.base import Part, Values
from quizzes.bank.kinds.numbers import (
    NotANumberError,
    NumberSpec,
    allowed,
    parse_number,
    read_number,
    written,
)
from quizzes.bank.kinds.patterns import MAX_PATTERNS, PROGRAMS_LIMIT, Pattern, parse_pattern, size_of
from quizzes.bank.kinds.spelling import compact, judge
from quizzes.bank.params import fill
from quizzes.bank.shapes import Shape
from quizzes.markup.api import Directive, Report

ALTERNATIVES_LIMIT = 100
"""How many accepted answers, and how many near misses, a slot may have."""
ALTERNATIVE_LIMIT = 300
PATTERN_WORK = 20

CODES = {
    **patterns.CODES,
    **numbers.CODES,
    "K183": "too many accepted answers or near misses, or one that is too long",
    "K191": "an accepted answer is empty",
    "K192": "a text is accepted and rejected",
    "K193": "a near miss belongs to no gap or answer",
    "K194": "a near miss is empty",
    "K195": "a Trap among words, or a Reject among numbers",
}

_PATTERN = re.compile(r"\s*(/(?:\\.|[^/\\])+/[a-z]*)\s*(\||$)")
_TEXT = re.compile(r"((?:\\\||[^|])*)(\||$)")


class Reject(Shape, frozen=True):
    """Near misses that have a reason in common."""

    texts: tuple[str, ...]
    note: str


class Slot(Shape, frozen=True):
    """One place to type into: what is accepted there, and what is not though it is near."""

    aliases: tuple[str, ...]
    patterns: tuple[Pattern, ...]
    number: NumberSpec | None
    rejects: tuple[Reject, ...]


class TypedPart(Part, frozen=True):
    """How a typed text went; `note` explains a near miss, `slip` says that a misspelling was forgiven."""

    note: str
    slip: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """How one typed text went; `note` explains a near miss, `slip` says that a misspelling was forgiven."""

    right: bool
    slip: bool = False
    note: str = ""


def split_alternatives(text: str) -> list[str]:
    r"""Returns the alternatives between bars; a bar inside `/…/` or written `\|` divides nothing."""
    found = []
    position = 0
    while True:
        match = _PATTERN.match(text, position)
        if match is not None:
            found.append(match[1])
        else:
            match = _TEXT.match(text, position)
            if match is None:  # cannot be: it takes any text
                return found
            found.append(match[1].strip().replace("\\|", "|"))
        if not match[2]:
            return found
        position = match.end()


def parse_slot(text: str, report: Report, *, line: int, column: int, exact: bool = False) -> Slot | None:
    """A slot from its alternatives, or None after an error; `exact` slots (code) know neither patterns nor numbers."""
    aliases: list[str] = []
    found: list[Pattern] = []
    number: NumberSpec | None = None
    alternatives = split_alternatives(text)
    sound = _few_and_short(alternatives, report, line=line, column=column)
    for alternative in alternatives if sound else ():
        if not alternative:
            report.error(
                "K191",
                "an accepted answer is empty",
                mend="write a text between the bars, or take the bar out",
                line=line,
                column=column,
            )
            sound = False
        elif exact:
            aliases.append(alternative)
        elif alternative.startswith("#") and alternative != "#":
            number = parse_number(alternative[1:], report, line=line, column=column)
            sound = sound and number is not None
        elif re.fullmatch(r"/.+/[a-z]*", alternative):
            report.spend(PATTERN_WORK, line)
            pattern = parse_pattern(alternative, report, line=line, column=column)
            if pattern is None:
                sound = False
            else:
                found.append(pattern)
        else:
            aliases.append(alternative)
    if sound and (len(found) > MAX_PATTERNS or size_of(found) > PROGRAMS_LIMIT):
        cause = "these regular expressions are too many or too large together"
        mend = f"keep the best, at most {MAX_PATTERNS}, or list spellings instead"
        report.error("K182", cause, mend=mend, line=line, column=column)
        sound = False
    return Slot(tuple(aliases), tuple(found), number, ()) if sound else None


def _few_and_short(texts: list[str], report: Report, *, line: int, column: int, others: int = 0) -> bool:
    """Returns whether these answers and the `others` beside them can all be compared with what is typed."""
    if len(texts) + others > ALTERNATIVES_LIMIT:
        cause = f"there are more than {ALTERNATIVES_LIMIT} of them"
    elif any(len(text) > ALTERNATIVE_LIMIT for text in texts):
        cause = f"one of them is longer than {ALTERNATIVE_LIMIT} characters"
    else:
        return True
    report.error("K183", cause, mend="keep the best, or ask for less", line=line, column=column)
    return False


def with_reject(slot: Slot, directive: Directive, report: Report, *, exact: bool = False) -> Slot:
    """Returns the slot with a `Reject:` line added; an error when it names nothing or something that is accepted."""
    texts = split_alternatives(directive.text)
    others = sum(len(reject.texts) for reject in slot.rejects)
    if not _few_and_short(texts, report, line=directive.line, column=directive.column, others=others):
        return slot
    form = str.strip if exact else compact
    accepted = {form(alias) for alias in slot.aliases}
    for text in texts:
        if not text:
            cause, mend, code = "a near miss is empty", "write the wrong answer behind “Reject:”", "K194"
        elif form(text) in accepted:
            cause, mend, code = f"“{text}” is accepted and rejected", "take it out of one of the two", "K192"
        else:
            continue
        report.error(code, cause, mend=mend, line=directive.line, column=directive.column)
    return replace(slot, rejects=(*slot.rejects, Reject(tuple(texts), directive.note)))


def judge_slot(slot: Slot, given: str, values: Values) -> Judgement:
    """Judge one typed text; `values` are the drawn parameters."""
    if slot.number is not None and _is_number(slot.number, given, values):
        return Judgement(right=True)
    aliases = [fill(alias, values) for alias in slot.aliases]
    rejects = [[fill(text, values) for text in reject.texts] for reject in slot.rejects]
    verdict = judge(given, aliases, slot.patterns, rejects)
    note = "" if verdict.reject is None else slot.rejects[verdict.reject].note
    return Judgement(verdict.accepted, verdict.slip, note)


def shown(slot: Slot, values: Values) -> str:
    """Returns the answer to show: the first spelling, or the number."""
    if slot.aliases:
        return fill(slot.aliases[0], values)
    if slot.number is not None:
        return written(slot.number, values)
    return ""


def also_accepted(slot: Slot) -> list[str]:
    """Returns the other spellings, without those that differ only in what is folded away."""
    seen: set[str] = set()
    found = []
    for alias in slot.aliases:
        if compact(alias) not in seen:
            found.append(alias)
        seen.add(compact(alias))
    return found[1:]


def _is_number(spec: NumberSpec, given: str, values: Values) -> bool:
    try:
        number = read_number(given, spec.unit)
    except NotANumberError:
        return False
    return allowed(spec, values).holds(number)


def example(slot: Slot, values: Values) -> str:
    """Returns a text that is accepted, "?" where none can be told from the patterns."""
    if slot.aliases:
        return slot.aliases[0]
    return fill(slot.number.value, values) if slot.number is not None else "?"


def near_misses(slot: Slot) -> list[tuple[str, str]]:
    """Returns the near misses, each with its note."""
    return [(text, reject.note) for reject in slot.rejects for text in reject.texts]


def lacks_near_misses(slots: Sequence[Slot]) -> bool:
    """Returns whether no slot names a near miss, or one of them says nothing about it."""
    rejects = [reject for slot in slots for reject in slot.rejects]
    return not rejects or not all(reject.note for reject in rejects)
