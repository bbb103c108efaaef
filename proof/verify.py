"""`python -m proof.verify`: work every key of the built-in bank out again.

Numbers are computed by the functions beside the questions, and every draw of a seeded question goes through the
product's own asking and marking; the code of output, code and bug questions is run.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from proof.bank import Check, Checks, Item, Json, name_of, read_bank, read_checks
from proof.running import run
from quizzes.bank import asking
from quizzes.bank.expressions import Number
from quizzes.bank.kinds import KINDS
from quizzes.bank.kinds.base import Fields, Marks, Seen, Work
from quizzes.bank.shapes import Shape
from quizzes.bank.spec import payload_of

DRAWS = 200


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


def must_have_function(kind: str) -> bool:
    """Whether every question of the kind needs a function that works its key out."""
    return KINDS[kind].proved == "must"


def runs(kind: str) -> bool:
    """Whether the code of the kind's questions is run."""
    return KINDS[kind].proved == "runs"


def _verify_one(item: Item, checks: Checks, tally: Tally, draws: int) -> None:
    name, check = item.spec["kind"], checks.functions.get(item.slug)
    missing = checks.absent.get(item.slug) or (missing_for(item, checks) if runs(name) else "")
    if missing:
        tally.unopened.setdefault(missing, []).append(item.slug)
        return
    if check is None and must_have_function(name):
        file = f"content/checks/{item.path.stem}.py"
        tally.faults.append(
            f"{item.place}: {item.slug} has no function; write {name_of(item.slug)} in {file}"
        )
        return
    if check is None and not runs(name):
        tally.counts["not executable"] += 1
        return
    try:
        kind, payload = payload_of(item.spec)
        work = Question(payload, item.spec, check, tally.counts, draws)
        for fault in kind.prove(work):
            tally.faults.append(f"{item.place}: {item.slug} {fault}")
    except Exception as error:  # noqa: BLE001 - a key that breaks its check is a finding, not a crash
        contract = f"(what its function takes and gives: `prove` of the kind {name} in quizzes/bank/kinds)"
        tally.faults.append(f"{item.place}: {item.slug} {type(error).__name__}: {error} {contract}")


def missing_for(item: Item, checks: Checks) -> str:
    """The module without which a question's code cannot be run, or ""."""
    needs = re.search(r"^(?:import|from) torch\b", item.spec["stem"], re.MULTILINE)
    return "torch" if needs and "torch" in checks.absent.values() else ""


@dataclass(slots=True)
class Question(Work[Shape]):
    """A question whose key is worked out, by its function where it has one."""

    payload: Shape
    spec: Json
    check: Check | None
    counts: Counter[str]
    draws: int

    @property
    def stem(self) -> str:
        """The Markdown above the answer controls."""
        return str(self.spec["stem"])

    def called(self, *arguments: object, **named: object) -> Any:
        """Returns what the function gives. Raises ValueError when there is none."""
        if self.check is None:
            raise ValueError("has no function")
        return self.check(*arguments, **named)

    def raised(self, code: str) -> str:
        """Returns the error the function raises for this code, or ""."""
        try:
            self.called(code)
        except Exception as error:  # noqa: BLE001 - wrong code may fail in any way
            return f"{type(error).__name__} {error}".strip()
        return ""

    def printed(self, code: str) -> str:
        """Returns what the code prints."""
        return run(code)[1]

    def drawn(self) -> Iterator[tuple[Seen[Any], Mapping[str, Number]]]:
        """Returns what learners see, each set of values once, with the parameters; without parameters once."""
        known = set()
        kind, _ = payload_of(self.spec)
        for number in range(self.draws if self.spec["params"] else 1):
            presented = asking.present(self.spec, seed=f"proof {number}")
            values = presented["values"]
            self.counts["draws"] += bool(self.spec["params"])
            if tuple(values.items()) not in known:
                known.add(tuple(values.items()))
                seen = Seen(kind.Presented.from_json(presented), values)
                yield seen, {name: values[name] for name in self.spec["params"]}

    def marks(self, seen: Seen[Any], fields: Fields) -> Marks:
        """Returns the marks of a form, through the product's own reading. Raises ValueError when it cannot be read."""
        presented = {**seen.own.to_json(), "values": dict(seen.values)}
        reading = asking.read(self.spec, presented, fields)
        if reading.response is None:
            raise ValueError(f"{fields} cannot be typed: {dict(reading.errors)}")
        return asking.mark(self.spec, presented, reading.response)

    def count(self, what: str, number: int = 1) -> None:
        """Counts what was worked out."""
        self.counts[what] += number


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
    worked_out = ", ".join(f"{figures[what]} {what}" for what in sorted(figures))
    print(
        f"{len(items)} questions: {worked_out}; "
        f"{sum(map(len, tally.unopened.values()))} skipped; {len(tally.faults)} faults"
    )
    sys.exit(bool(tally.faults) or (options.must_have_torch and bool(tally.unopened)))


if __name__ == "__main__":
    main()
