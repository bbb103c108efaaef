"""Numbers of a question against numbers worked out elsewhere, and numbers that are spoilt on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from random import Random

from msgspec.structs import replace

from quizzes.bank.kinds.base import Nothing, Seen, Work
from quizzes.bank.kinds.numbers import read_number
from quizzes.bank.kinds.numeric.shapes import Number, Numbers

Truth = Mapping[str, Sequence[float]] | Sequence[float]
_EVERYTHING = "1000000000000000"


def check_numbers(work: Work[Numbers], seen: Seen[Nothing], truth: Truth) -> list[str]:
    """Returns what is wrong with the answers and traps of a question under one draw: sentences, or nothing.

    The answer as shown must be the truth, rounded to the digits written; truth and shown answer must be marked right,
    and so must three digits of an answer that is not whole; no trap may be, and each must be recognised as itself.
    """
    parts = work.payload.parts
    named = truth if isinstance(truth, Mapping) else {"": truth}
    if [part.label for part in parts] != list(named):
        return [f"asks for {[part.label for part in parts]}, the function gives {list(named)}"]
    typed = {part.field: _typed(named[part.label][0]) for part in parts}
    return [
        f"({part.label}) {fault}" if part.label else fault
        for part in parts
        for fault in _part_faults(work, seen, part, named[part.label], typed)
    ]


def _part_faults(
    work: Work[Numbers], seen: Seen[Nothing], part: Number, truth: Sequence[float], typed: dict[str, str]
) -> Iterator[str]:
    answer, *traps = truth
    if len(traps) != len(part.traps):
        yield f"has {len(part.traps)} traps, the function gives {len(traps)}"
        return
    unit = part.spec.unit
    shown = seen.fill(part.spec.value)
    if not _agrees(shown, answer, unit):
        yield f"gives {shown}, worked out: {answer:.10g}"
    rounded = [] if float(answer).is_integer() else [format(answer, ".3g")]
    for text in (typed[part.field], shown, *rounded):
        if not _judged(work, seen, part, {**typed, part.field: text})[0]:
            yield f"marks {text} wrong"
    for place, (trap, wrong) in enumerate(zip(part.traps, traps, strict=True)):
        written = seen.fill(trap.spec.value)
        if not _agrees(written, wrong, unit):
            yield f"has the trap {written}, worked out: {wrong:.10g}"
        for text in (_typed(wrong), written):
            score, fell_into = _judged(work, seen, part, {**typed, part.field: text})
            if score:
                yield f"marks the trap {text} right"
            elif fell_into != place:
                yield f"takes the trap {text} for another: {fell_into}"


def _judged(
    work: Work[Numbers], seen: Seen[Nothing], part: Number, typed: Mapping[str, str]
) -> tuple[float, int | None]:
    """Returns the score of one part of a form, and the place of the trap it fell into."""
    marks = work.marks(seen, {field: [text] for field, text in typed.items()})
    judged = next(one for one in marks.parts if one["key"] == part.key)
    return judged["score"], judged["trap"]


def _typed(number: float) -> str:
    return format(number, ".12g")


def _agrees(shown: str, truth: float, unit: str) -> bool:
    """Returns whether a shown number is the truth, rounded to the last digit written."""
    text = shown.replace(",", "").replace("−", "-").removesuffix("%").strip()
    digit = Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))
    return abs(read_number(shown, unit) - truth) <= float(digit) / 2 + 1e-9 * abs(truth)


def spoilt_number(payload: Numbers, rng: Random) -> tuple[Numbers, str] | None:
    """Another answer, another trap, or a tolerance that takes in everything; None where it has no trap for these."""
    what = rng.choice(["answer", "trap", "tolerance"])
    fit = [place for place, part in enumerate(payload.parts) if what == "answer" or part.traps]
    if not fit:
        return None
    place = rng.choice(fit)
    part = payload.parts[place]
    if what == "answer":
        spoilt = replace(part, spec=replace(part.spec, value=_other(part.spec.value, rng)))
        told = f"answer {part.spec.value} -> {spoilt.spec.value}"
    elif what == "trap":
        number = rng.randrange(len(part.traps))
        trap = part.traps[number]
        other = replace(trap, spec=replace(trap.spec, value=_other(trap.spec.value, rng)))
        spoilt = replace(part, traps=(*part.traps[:number], other, *part.traps[number + 1 :]))
        told = f"trap {trap.spec.value} -> {other.spec.value}"
    else:
        spoilt = replace(part, spec=replace(part.spec, tolerance=_EVERYTHING, relative=False))
        told = f"tolerance of {part.spec.value} takes in everything"
    return Numbers((*payload.parts[:place], spoilt, *payload.parts[place + 1 :])), told


def _other(text: str, rng: Random) -> str:
    """Returns a number or an expression with another value."""
    if text.startswith("{{="):
        expression, colon, form = text[3:-2].partition(":")
        factor = rng.choice(["0.9", "1.1", "2", "0.5"])
        return f"{{{{=({expression}) * {factor}{colon}{form}}}}}"
    bare = text.replace(",", "").replace("−", "-")
    digits = [place for place, sign in enumerate(bare.lower().partition("e")[0]) if sign.isdigit()]
    place = rng.choice(digits)
    return bare[:place] + str((int(bare[place]) + rng.randint(1, 9)) % 10) + bare[place + 1 :]
