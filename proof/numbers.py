"""Numbers of a question against numbers worked out elsewhere, through the product's own reading and marking."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from quizzes.bank import asking
from quizzes.bank.kinds.numbers import read_number
from quizzes.bank.kinds.numeric import ONLY
from quizzes.bank.params import fill

Json = dict[str, Any]
Truth = dict[str, list[float]] | list[float]


def check_numbers(spec: Json, presented: Json, truth: Truth) -> list[str]:
    """What is wrong with the answers and traps of a numeric question under one draw: sentences, or nothing.

    The answer as shown must be the truth, rounded to the digits written; truth and shown answer must be marked right,
    and so must three digits of an answer that is not whole; no trap may be, and each must be recognised as itself.
    """
    parts = spec["payload"]["parts"]
    named = truth if isinstance(truth, dict) else {"": truth}
    if [part["label"] for part in parts] != list(named):
        return [f"asks for {[part['label'] for part in parts]}, the function gives {list(named)}"]
    typed = {part["key"]: _typed(named[part["label"]][0]) for part in parts}
    return [
        f"({part['label']}) {fault}" if part["label"] else fault
        for part in parts
        for fault in _part_faults(spec, presented, part, named[part["label"]], typed)
    ]


def _part_faults(
    spec: Json, presented: Json, part: Json, truth: list[float], typed: dict[str, str]
) -> Iterator[str]:
    answer, *traps = truth
    if len(traps) != len(part["traps"]):
        yield f"has {len(part['traps'])} traps, the function gives {len(traps)}"
        return
    key, unit, values = part["key"], part["spec"]["unit"], presented["values"]
    shown = fill(part["spec"]["value"], values)
    if not _agrees(shown, answer, unit):
        yield f"gives {shown}, worked out: {answer:.10g}"
    rounded = [] if float(answer).is_integer() else [format(answer, ".3g")]
    for text in (typed[key], shown, *rounded):
        if not _marks(spec, presented, {**typed, key: text})[key]["score"]:
            yield f"marks {text} wrong"
    for place, (trap, wrong) in enumerate(zip(part["traps"], traps, strict=True)):
        written = fill(trap["spec"]["value"], values)
        if not _agrees(written, wrong, unit):
            yield f"has the trap {written}, worked out: {wrong:.10g}"
        for text in (_typed(wrong), written):
            judged = _marks(spec, presented, {**typed, key: text})[key]
            if judged["score"]:
                yield f"marks the trap {text} right"
            elif judged["trap"] != place:
                yield f"takes the trap {text} for another: {judged['trap']}"


def _marks(spec: Json, presented: Json, typed: dict[str, str]) -> dict[str, Json]:
    fields = {ONLY if key == ONLY else f"part-{key}": [text] for key, text in typed.items()}
    reading = asking.read(spec, presented, fields)
    if reading.response is None:
        raise ValueError(f"{typed} cannot be typed: {dict(reading.errors)}")
    return {part["key"]: part for part in asking.mark(spec, presented, reading.response).parts}


def _typed(number: float) -> str:
    return format(number, ".12g")


def _agrees(shown: str, truth: float, unit: str) -> bool:
    """Whether a shown number is the truth, rounded to the last digit written."""
    text = shown.replace(",", "").replace("−", "-").removesuffix("%").strip()
    digit = Decimal(1).scaleb(int(Decimal(text).as_tuple().exponent))
    return abs(read_number(shown, unit) - truth) <= float(digit) / 2 + 1e-9 * abs(truth)
