"""`python -m proof.mutate`: spoil keys of the bank, one at a time, and count how many `proof.verify` catches.

A key that can be wrong without anybody noticing is not verified, however green the verification is.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from random import Random

from proof.bank import Checks, Item, Json, read_bank, read_checks
from proof.verify import faults_of, missing_for, runs
from quizzes.bank import asking
from quizzes.bank.kinds import KINDS
from quizzes.bank.params import fill
from quizzes.bank.spec import payload_of

COUNT = 50
DRAWS = 20
_TRIES = 200
# How often a derived value is spoilt, where the key hangs on one.
_LETS = 0.25


def mutants(items: list[Item], checks: Checks, *, count: int, rng: Random) -> list[tuple[Item, str]]:
    """So many spoilt questions, each with what was done to it; none is a key that only looks different."""
    able = [item for item in items if item.slug in checks.functions or _runs(item, checks)]
    shares = [name for name, kind in KINDS.items() for _ in range(kind.spoiled)]
    found: list[tuple[Item, str]] = []
    seen: set[tuple[str, str]] = set()
    for _ in range(_TRIES * count):
        if len(found) == count:
            break
        name = rng.choice(shares)
        fit = [item for item in able if item.spec["kind"] == name]
        spoilt = _spoilt(rng.choice(fit), rng) if fit else None
        if spoilt is None:
            continue
        item, told = spoilt
        if (item.slug, told) not in seen:
            seen.add((item.slug, told))
            found.append(spoilt)
    return found


def _runs(item: Item, checks: Checks) -> bool:
    return runs(item.spec["kind"]) and not missing_for(item, checks)


def _spoilt(item: Item, rng: Random) -> tuple[Item, str] | None:
    """The question with another key, or another derived value; None where it would show the same."""
    kind, payload = payload_of(item.spec)
    spec = dict(item.spec)
    key = str(kind.key(payload))
    lets = [place for place, (name, _) in enumerate(spec["lets"]) if re.search(rf"\b{name}\b", key)]
    if lets and rng.random() < _LETS:
        place = rng.choice(lets)
        name, expression = spec["lets"][place]
        changed = f"({expression}) + 1"
        spec["lets"] = [*spec["lets"][:place], [name, changed], *spec["lets"][place + 1 :]]
        told = f"let {name} = {expression} -> {changed}"
    else:
        other = kind.spoil(payload, rng, stem=spec["stem"])
        if other is None:
            return None
        spoilt, told = other
        spec["payload"] = spoilt.to_json()
    if not _looks_different(item.spec, spec):
        return None
    return Item(item.slug, item.topic, item.path, item.line, spec), told


def _looks_different(before: Json, after: Json) -> bool:
    """Whether some draw has another key: 0 times two is still 0, and a let may touch nothing."""
    return any(_key(before, f"{seed}") != _key(after, f"{seed}") for seed in range(DRAWS))


def _key(spec: Json, seed: str) -> str:
    """The payload with the values drawn."""
    return fill(json.dumps(spec["payload"], ensure_ascii=False), asking.present(spec, seed=seed)["values"])


def main() -> None:
    """Print a line for each spoilt key, then the count; the exit status is 1 when one was not caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    checks = read_checks()
    spoilt = mutants(read_bank(), checks, count=options.count, rng=Random(options.seed))
    caught = 0
    for item, told in spoilt:
        faults = faults_of(item, checks, draws=DRAWS)
        caught += bool(faults)
        print(f"{'caught' if faults else 'MISSED'} {item.slug} [{item.spec['kind']}] {told}")
    print(f"{caught} of {len(spoilt)} caught, seed {options.seed}")
    sys.exit(caught < options.count)


if __name__ == "__main__":
    main()
