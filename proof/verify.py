"""`python -m proof.verify`: work every key of the built-in bank out again.

Numbers are computed by the functions beside the questions, and every draw of a seeded question goes through the
product's own asking and marking; the code of output, code and bug questions is run.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from proof.bank import Check, Checks, Item, Json, read_bank, read_checks
from proof.numbers import check_numbers
from proof.running import run
from quizzes.bank import asking
from quizzes.bank.kinds.output import tidy
from quizzes.bank.params import fill

DRAWS = 200
MUST_HAVE = frozenset({"numeric", "code", "bug"})
_FENCE = re.compile(r"```python[^\n]*\n(.*?)```", re.DOTALL)


@dataclass(slots=True)
class Tally:
    """What was verified, what could not be, and the faults: one line each."""

    counts: Counter[str] = field(default_factory=Counter)
    unopened: dict[str, list[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def verify(items: list[Item], checks: Checks, *, draws: int = DRAWS) -> Tally:
    """Verify questions; seeded ones are drawn that many times."""
    tally = Tally()
    for item in items:
        _verify_one(item, checks, tally, draws)
    strangers = checks.functions.keys() - {item.slug for item in items}
    tally.faults += [f"content/checks: {slug} is no question of the bank" for slug in sorted(strangers)]
    return tally


def faults_of(item: Item, checks: Checks, *, draws: int = DRAWS) -> list[str]:
    """The faults of one question."""
    tally = Tally()
    _verify_one(item, checks, tally, draws)
    return tally.faults


def _verify_one(item: Item, checks: Checks, tally: Tally, draws: int) -> None:
    kind, check = item.spec["kind"], checks.functions.get(item.slug)
    missing = checks.absent.get(item.slug) or (_missing_for(item, checks) if kind == "output" else "")
    if missing:
        tally.unopened.setdefault(missing, []).append(item.slug)
        return
    if check is None and kind in MUST_HAVE:
        tally.faults.append(f"{item.place}: {item.slug} has no function in content/checks")
        return
    if check is None and kind != "output":
        tally.counts["not executable"] += 1
        return
    try:
        for fault in _VERIFIERS[kind](item, check, tally.counts, draws):
            tally.faults.append(f"{item.place}: {item.slug} {fault}")
    except Exception as error:  # noqa: BLE001 - a key that breaks its check is a finding, not a crash
        tally.faults.append(f"{item.place}: {item.slug} {type(error).__name__}: {error}")


def _missing_for(item: Item, checks: Checks) -> str:
    needs = re.search(r"^(?:import|from) torch\b", item.spec["stem"], re.MULTILINE)
    return "torch" if needs and "torch" in checks.absent.values() else ""


def drawn(item: Item, draws: int, counts: Counter[str]) -> Iterator[Json]:
    """What learners are shown, each set of values once; without parameters once."""
    seen = set()
    if not item.spec["params"]:
        yield asking.present(item.spec, seed="proof")
        return
    for number in range(draws):
        presented = asking.present(item.spec, seed=f"proof {number}")
        counts["draws"] += 1
        values = tuple(presented["values"].items())
        if values not in seen:
            seen.add(values)
            yield presented


def _numeric(item: Item, check: Check | None, counts: Counter[str], draws: int) -> Iterator[str]:
    counts["numbers"] += len(item.spec["payload"]["parts"])
    counts["traps"] += sum(len(part["traps"]) for part in item.spec["payload"]["parts"])
    for presented in drawn(item, draws, counts):
        truth = _called(check, **{name: presented["values"][name] for name in item.spec["params"]})
        faults = check_numbers(item.spec, presented, truth)
        if faults:
            where = ", ".join(f"{name} = {value}" for name, value in presented["values"].items())
            yield from (f"{fault}{f' when {where}' if where else ''}" for fault in faults)
            return


def _output(item: Item, _: Check | None, counts: Counter[str], draws: int) -> Iterator[str]:
    counts["outputs"] += 1
    payload = item.spec["payload"]
    for presented in drawn(item, draws, counts):
        values = presented["values"]
        printed = tidy(run(code_of(fill(item.spec["stem"], values)))[1])
        expected = tidy(fill(payload["output"], values))
        if payload["output"] and printed != expected:
            yield f"prints “{printed}”, not “{expected}”"
        for option in payload["options"]:
            text = fill(option["text"] or option["rest"], values).strip("`")
            if (text == printed) != option["right"]:
                yield f"prints “{printed}”, so “{text}” is marked wrongly"


def _code(item: Item, check: Check | None, counts: Counter[str], _: int) -> Iterator[str]:
    counts["code"] += 1
    gaps, pieces = item.spec["payload"]["gaps"], item.spec["payload"]["pieces"]
    first = [gap["aliases"][0] for gap in gaps]
    for number, gap in enumerate(gaps):
        near = [text for reject in gap["rejects"] for text in reject["texts"]]
        for text in [*gap["aliases"], *near]:
            filled = [*first[:number], text, *first[number + 1 :]]
            fault = _raised(
                check, "".join(filled[piece] if isinstance(piece, int) else piece for piece in pieces)
            )
            if text in gap["aliases"] and fault:
                yield f"does not work with “{text}” in gap {number + 1}: {fault}"
            elif text in near and not fault:
                yield f"works with the near miss “{text}” in gap {number + 1}"


def _bug(item: Item, check: Check | None, counts: Counter[str], _: int) -> Iterator[str]:
    counts["bugs"] += 1
    payload = item.spec["payload"]
    words = _called(check, code_of(item.spec["stem"]), code_of(payload["fix"]))
    yield from _only_right(payload["options"], words)


def _choice(item: Item, check: Check | None, counts: Counter[str], _: int) -> Iterator[str]:
    counts["choices"] += 1
    yield from _only_right(item.spec["payload"]["options"], _called(check))


def _multi(item: Item, check: Check | None, counts: Counter[str], _: int) -> Iterator[str]:
    counts["choices"] += 1
    for option in item.spec["payload"]["options"]:
        if _called(check, option["text"].strip("`")) != option["right"]:
            yield f"marks “{option['text']}” wrongly"


def _short(item: Item, check: Check | None, counts: Counter[str], _: int) -> Iterator[str]:
    counts["choices"] += 1
    presented = asking.present(item.spec, seed="proof")
    for text in _called(check):
        if not asking.mark(item.spec, presented, {"answer": text}).passed:
            yield f"does not accept “{text}”"


_VERIFIERS: dict[str, Callable[[Item, Check | None, Counter[str], int], Iterator[str]]] = {
    "numeric": _numeric,
    "output": _output,
    "code": _code,
    "bug": _bug,
    "choice": _choice,
    "multi": _multi,
    "short": _short,
}


def _only_right(options: list[Json], words: str) -> Iterator[str]:
    for option in options:
        if (words in option["text"]) != option["right"]:
            yield f"marks “{option['text']}” wrongly: “{words}” is right"


def code_of(markdown: str) -> str:
    """The first fence of Python in a text."""
    found = _FENCE.search(markdown)
    if found is None:
        raise ValueError("there is no code")
    return found[1]


def _called(check: Check | None, *arguments: Any, **named: Any) -> Any:
    if check is None:
        raise ValueError("has no function")
    return check(*arguments, **named)


def _raised(check: Check | None, code: str) -> str:
    try:
        _called(check, code)
    except Exception as error:  # noqa: BLE001 - wrong code may fail in any way
        return f"{type(error).__name__} {error}".strip()
    return ""


def main() -> None:
    """Print a line for each fault, then the figures; the exit status is 1 when there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--must-have-torch", action="store_true", help="fail where PyTorch is missing, not skip"
    )
    options = parser.parse_args()
    items, checks = read_bank(), read_checks()
    tally = verify(items, checks)
    for fault in tally.faults:
        print(fault)
    for module, slugs in tally.unopened.items():
        print(f"{'MISSING' if options.must_have_torch else 'SKIPPED'}: {module} is not installed, so these are not "
              f"verified: {', '.join(slugs)}. `make content-env` installs it.", file=sys.stderr)  # fmt: skip
    figures = tally.counts
    print(
        f"{len(items)} questions: {figures['numbers']} numbers and {figures['traps']} traps, "
        f"{figures['outputs']} outputs, {figures['code']} code, {figures['bugs']} bugs, {figures['choices']} further, "
        f"{figures['draws']} draws; {figures['not executable']} not executable, "
        f"{sum(map(len, tally.unopened.values()))} skipped; {len(tally.faults)} faults"
    )
    sys.exit(bool(tally.faults) or (options.must_have_torch and bool(tally.unopened)))


if __name__ == "__main__":
    main()
