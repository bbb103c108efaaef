"""`python -m proof.mutate`: spoil keys of the bank, one at a time, and count how many `proof.verify` catches.

A key that can be wrong without anybody noticing is not verified, however green the verification is.
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
from collections.abc import Callable
from random import Random
from typing import Any

from proof.bank import Checks, Item, Json, read_bank, read_checks
from proof.verify import code_of, faults_of
from quizzes.bank import asking
from quizzes.bank.params import fill

COUNT = 50
DRAWS = 20
_TRIES = 200

Spoiler = Callable[[Json, Random], str]


def _number(text: str, dice: Random) -> str:
    """A number or an expression with another value."""
    factor = dice.choice(["0.9", "1.1", "2", "0.5"])
    if text.startswith("{{="):
        expression, colon, form = text[3:-2].partition(":")
        return f"{{{{=({expression}) * {factor}{colon}{form}}}}}"
    bare = text.replace(",", "").replace("−", "-")
    digits = [place for place, sign in enumerate(bare.lower().partition("e")[0]) if sign.isdigit()]
    place = dice.choice(digits)
    return bare[:place] + str((int(bare[place]) + dice.randint(1, 9)) % 10) + bare[place + 1 :]


def _answer(spec: Json, dice: Random) -> str:
    part = dice.choice(spec["payload"]["parts"])
    before, part["spec"]["value"] = part["spec"]["value"], _number(part["spec"]["value"], dice)
    return f"answer {before} -> {part['spec']['value']}"


def _trap(spec: Json, dice: Random) -> str:
    trap = dice.choice([trap for part in spec["payload"]["parts"] for trap in part["traps"]])
    before, trap["spec"]["value"] = trap["spec"]["value"], _number(trap["spec"]["value"], dice)
    return f"trap {before} -> {trap['spec']['value']}"


def _tolerance(spec: Json, dice: Random) -> str:
    part = dice.choice([part for part in spec["payload"]["parts"] if part["traps"]])
    part["spec"] |= {"tolerance": "1000000000000000", "relative": False}
    return f"tolerance of {part['spec']['value']} takes in everything"


def _let(spec: Json, dice: Random) -> str:
    pair = dice.choice(spec["lets"])
    before, pair[1] = pair[1], f"({pair[1]}) + 1"
    return f"let {pair[0]} = {before} -> {pair[1]}"


def _moved(options: list[Json], dice: Random) -> str:
    right = next(option for option in options if option["right"])
    other = dice.choice([option for option in options if not option["right"]])
    right["right"], other["right"] = False, True
    return f"key moved to “{other['text'] or other['rest']}”"


def _output(spec: Json, dice: Random) -> str:
    payload = spec["payload"]
    if payload["options"] and (not payload["output"] or dice.random() < 0.5):
        return _moved(payload["options"], dice)
    before = payload["output"]
    place = dice.choice([n for n, sign in enumerate(before) if sign.isalnum()])
    sign = before[place]
    other = str((int(sign) + 1) % 10) if sign.isdigit() else chr(ord(sign) + 1)
    payload["output"] = before[:place] + other + before[place + 1 :]
    return f"output {before!r} -> {payload['output']!r}"


def _gap(spec: Json, dice: Random) -> str:
    gap = dice.choice(spec["payload"]["gaps"])
    near = [text for reject in gap["rejects"] for text in reject["texts"]]
    before, gap["aliases"] = gap["aliases"], [dice.choice([*near, f"{gap['aliases'][0]}_wrong"])]
    gap["rejects"] = []
    return f"gap {before[0]} -> {gap['aliases'][0]}"


def _bug(spec: Json, dice: Random) -> str:
    if dice.random() < 0.5:
        return _moved(spec["payload"]["options"], dice)
    spec["payload"]["fix"] = f"```python\n{code_of(spec['stem'])}```"
    return "the fix is the faulty code"


_SPOILERS: dict[str, list[Spoiler]] = {
    "numeric": [_answer, _trap, _tolerance, _let],
    "output": [_output],
    "code": [_gap],
    "bug": [_bug],
}
_SHARES = ("numeric", "numeric", "output", "code", "bug")


def mutants(items: list[Item], checks: Checks, *, count: int, dice: Random) -> list[tuple[Item, str]]:
    """So many spoilt questions, each with what was done to it; none is a key that only looks different."""
    able = [
        item for item in items
        if item.slug in checks.functions or (item.spec["kind"] == "output" and _runs(item, checks))
    ]  # fmt: skip
    found: list[tuple[Item, str]] = []
    seen: set[tuple[str, str]] = set()
    for _ in range(_TRIES * count):
        if len(found) == count:
            break
        kind = dice.choice(_SHARES)
        item = dice.choice([item for item in able if item.spec["kind"] == kind])
        spec = copy.deepcopy(item.spec)
        spoiler = dice.choice(_SPOILERS[kind])
        if not _applies(spoiler, spec):
            continue
        told = spoiler(spec, dice)
        if (item.slug, told) not in seen and _looks_different(item.spec, spec):
            seen.add((item.slug, told))
            found.append((Item(item.slug, item.topic, item.path, item.line, spec), told))
    return found


def _runs(item: Item, checks: Checks) -> bool:
    return "torch" not in item.spec["stem"] or "torch" not in checks.absent.values()


def _applies(spoiler: Spoiler, spec: Json) -> bool:
    parts = spec["payload"].get("parts", [])
    if spoiler is _let:
        keys = [part["spec"]["value"] for part in parts]
        return any(re.search(rf"\b{name}\b", key) for name, _ in spec["lets"] for key in keys)
    if spoiler in (_trap, _tolerance):
        return any(part["traps"] for part in parts)
    return True


def _looks_different(before: Json, after: Json) -> bool:
    """Whether some draw shows another key: 0 times two is still 0, and a let may touch nothing."""
    return any(_shown(before, f"{seed}") != _shown(after, f"{seed}") for seed in range(DRAWS))


def _shown(spec: Json, seed: str) -> Any:
    if spec["kind"] != "numeric":
        return spec["payload"]
    values = asking.present(spec, seed=seed)["values"]
    return [
        [
            fill(number["value"], values)
            for number in (part["spec"], *(trap["spec"] for trap in part["traps"]))
        ]
        + [part["spec"]["tolerance"]]
        for part in spec["payload"]["parts"]
    ]


def main() -> None:
    """Print a line for each spoilt key, then the count; the exit status is 1 when one was not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    checks = read_checks()
    spoilt = mutants(read_bank(), checks, count=options.count, dice=Random(options.seed))
    caught = 0
    for item, told in spoilt:
        faults = faults_of(item, checks, draws=DRAWS)
        caught += bool(faults)
        print(f"{'caught' if faults else 'MISSED'} {item.slug} [{item.spec['kind']}] {told}")
    print(f"{caught} of {len(spoilt)} caught, seed {options.seed}")
    sys.exit(caught < options.count)


if __name__ == "__main__":
    main()
