"""`python -m bench.mutation [ROOM …]`: how many small faults the tests notice, in the rooms that rate, schedule, mark,
export and send.

A seeded sample of the mutants of every module (bench/mutants.py), and all those that once lived. The tests run once,
measured, in one warm process; for each mutant a fork of it changes the code in place and runs the tests that come by
the changed line, one case of each first, the most specific and quickest first, until one fails. Prints each survivor
when it is found (where, and what was changed into what), then a table of modules, one of rooms, and a line of JSON a
figure; a survivor that could be put only into a part of the process is not counted, nor is one that no test can tell.
Ends with 1 when fewer than 85 % die in a room or one of those that once lived does not.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import random
import re
import signal
import sys
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from types import CodeType

import coverage
import pytest
from hypothesis import Phase
from hypothesis import settings as examples

from bench.mutants import Mutant, equivalent, mutants_of, named, targets
from bench.patching import Reach, UnimportableError, change, compiled, names_in

# Where the code of a room stands, and its tests.
ROOMS = {
    "scheduling": ("quizzes/scheduling", "quizzes/tests/scheduling"),
    "review": ("quizzes/review", "quizzes/tests/review"),
    "marking": ("quizzes/bank/kinds", "quizzes/tests/bank"),
    "asking": ("quizzes/bank/asking.py", "quizzes/tests/bank"),
    "privacy": ("quizzes/privacy", "quizzes/tests/privacy"),
    "notifications": ("quizzes/notifications", "quizzes/tests/notifications"),
    "mail": ("mail", "mail/tests"),
}
NO_CODE_OF_THE_ROOM = {"tests", "migrations"}
LEAST_KILLED = 0.85
# What becomes of a mutant; the last two are those that no test noticed.
OUTCOMES = ("killed", "timed out", "alive", "uncovered")
SURVIVED = OUTCOMES[2:]
# One that no test noticed, but which stood only in part of the process: it tells nothing and is not counted.
IN_PART = "in part"
# How a fork begins that could not try its mutant.
BROKEN = "the mutant was not tried: "
# A mutant outlives the tests of so many seconds of computing (how busy the machine is changes nothing), however few or
# many, but so many at least; how much longer than ever before they may take.
MOST_SECONDS, LEAST_TESTS = 40.0, 20
PATIENCE, SLOWER = 15.0, 8.0


class Run:
    """The warm process: what each test comes by, and then the mutants of every source."""

    def __init__(self, rooms: Mapping[str, str], *, many: int, seed: int, only: str = "") -> None:
        self.rooms, self.many, self.seed, self.only = rooms, many, seed, only
        self.failed = ""
        # How long each test took, by the clock and in computing.
        self.seconds: dict[str, float] = {}
        self.computing: dict[str, float] = {}
        # How many mutants of a module each test has killed so far.
        self.deaths: Counter[tuple[str, str]] = Counter()
        self.words: dict[str, list[str]] = {}
        self.lines: dict[tuple[str, int], set[str]] = {}
        self.made: list[tuple[frozenset[str], set[str]]] = []
        self.results: list[tuple[Mutant, str, str]] = []
        # How many that were drawn no test can tell.
        self.left_out = 0

    def pytest_configure(self) -> None:
        """Lets examples be the same for every mutant, and none be looked for that is simpler."""
        same = {"database": None, "derandomize": True, "phases": [Phase.explicit, Phase.generate]}
        examples.register_profile("mutation", examples.get_profile("quick"), **same)
        examples.load_profile("mutation")

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leaves out what rebuilds tables for seconds: it looks at migrations, of which there are no mutants."""
        items[:] = [item for item in items if "transactional_db" not in getattr(item, "fixturenames", ())]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes which test failed first, and how long each takes."""
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed and not self.failed:
            self.failed = report.nodeid

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Runs all tests once, then the mutants."""
        lines = self.lines = self.measure(session.items)
        if self.failed:
            raise pytest.UsageError(f"without any mutant {self.failed} fails")
        specific = Counter(test for tests in lines.values() for test in tests)
        items = {item.nodeid: item for item in session.items}
        for source in self.rooms.values():
            self.change_nothing(source, items)
        once_alive = {mutant.what for mutant in named()}
        for mutant, code in self.sample():
            if mutant.names:
                tests = self.users_of(mutant.names, lines, items)
            else:
                tests = dict.fromkeys(tests_of(mutant, lines), 0)
            # What a test looks at narrowly and quickly comes first: the sooner is a death found.
            key = [(tests[test], specific[test] * self.computing[test], test) for test in tests]
            chosen = self.in_order(mutant, [test for *_, test in sorted(key)])
            if mutant.what not in once_alive:
                spent = accumulate(self.computing[test] for test in chosen)
                chosen = chosen[: max(LEAST_TESTS, sum(seconds <= MOST_SECONDS for seconds in spent))]
            outcome, by = self.outlive(mutant, code, [items[test] for test in chosen])
            if outcome == IN_PART:
                continue
            self.deaths[mutant.path, by] += outcome == "killed"
            self.results.append((mutant, outcome, by))
            if outcome in SURVIVED:
                print(f"\n{outcome}: {mutant.path}:{mutant.line}: {mutant.what}", end="", flush=True)
        return True

    def in_order(self, mutant: Mutant, ranked: Sequence[str]) -> list[str]:
        """The tests, those first that killed most mutants of the module; then those of its own room, which look at it
        where the others come by; of these one case of each function first.
        """
        own = [test for test in ranked if test.startswith(ROOMS[self.room_of(mutant.path)][1])]
        chosen = in_turn(own) + in_turn([test for test in ranked if test not in own])
        return sorted(chosen, key=lambda test: -self.deaths[mutant.path, test])

    def measure(self, items: Sequence[pytest.Item]) -> dict[tuple[str, int], set[str]]:
        """Runs the tests; returns those that come by each line."""
        where = [f"{source}/*" if Path(source).is_dir() else source for source in self.rooms.values()]
        watch = coverage.Coverage(data_file=None, include=where, config_file=False)
        watch.start()
        for place, item in enumerate(items):
            watch.switch_context(item.nodeid)
            began = time.process_time()
            # After the last one comes the first: what the tests share stays up.
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=items[(place + 1) % len(items)])
            self.computing[item.nodeid] = time.process_time() - began
        watch.stop()
        found: dict[tuple[str, int], set[str]] = defaultdict(set)
        data = watch.get_data()
        for file in data.measured_files():
            path = str(Path(file).relative_to(Path.cwd()))
            for line, tests in data.contexts_by_lineno(file).items():
                found[path, line] |= set(tests) - {""}
        return found

    def change_nothing(self, source: str, items: dict[str, pytest.Item]) -> None:
        """Raises UsageError where tests of a source fail though nothing was changed: no death would mean a thing."""
        tests = {
            test for (path, _), found in self.lines.items() if path in modules_of(source) for test in found
        }
        path = Counter(path for path, _ in self.lines if path in modules_of(source)).most_common(1)[0][0]
        same = Mutant(path, 1, "nothing", ast.parse(Path(path).read_text("utf-8")))
        chosen = random.Random(self.seed).sample(sorted(tests), min(LEAST_TESTS, len(tests)))
        outcome, by = self.outlive(same, compiled(same), [items[test] for test in chosen])
        if outcome != "alive":
            raise pytest.UsageError(f"{path} with nothing changed: {outcome} {by}")

    def sample(self) -> Iterator[tuple[Mutant, CodeType]]:
        """The mutants that once lived in the sources, then of each source so many others by lot, each compiled.

        Of those drawn, what no test can tell is left out: a longer list of these draws no others.
        """
        untold = equivalent()
        for mutant in named():
            if self.room_of(mutant.path) and self.only in mutant.path:
                yield mutant, compiled(mutant)
        for source in self.rooms.values():
            paths = [path for path in modules_of(source) if self.only in path]
            places = [(path, number) for path in paths for number, _ in enumerate(mutants_of(path))]
            drawn = set(random.Random(self.seed).sample(places, min(self.many, len(places))))
            wanted = drawn - untold
            self.left_out += len(drawn) - len(wanted)
            for path in paths:
                for number, mutant in enumerate(mutants_of(path)):
                    if (path, number) in wanted:
                        yield mutant, compiled(mutant)

    def room_of(self, path: str) -> str:
        """The room in which a module stands; empty for one in none."""
        return next((room for room, source in self.rooms.items() if Path(path).is_relative_to(source)), "")

    def users_of(
        self, names: frozenset[str], lines: dict[tuple[str, int], set[str]], items: dict[str, pytest.Item]
    ) -> dict[str, int]:
        """The tests that come by a line where one of the names stands, or whose own module knows it.

        With each the number of tests that come by the line: where few do, they look at what the name is for.
        """
        names = names | self.made_of(names)
        found = {
            test: 0 for test, item in items.items() if names & vars(getattr(item, "module", self)).keys()
        }
        for (path, line), tests in lines.items():
            if path not in self.words:
                # An empty module has a first line, too.
                self.words[path] = Path(path).read_text("utf-8").split("\n")
            if names & set(re.findall(r"\w+", self.words[path][line - 1])):
                found |= {test: min(len(tests), found.get(test, len(tests))) for test in tests}
        return found

    def made_of(self, names: frozenset[str]) -> frozenset[str]:
        """The module's own names whose values are made of these, at any remove."""
        if not self.made:
            # Modules that hold values alone run before any test does.
            paths = {path for path, _ in self.lines}.union(*map(modules_of, self.rooms.values()))
            trees = [ast.parse(Path(path).read_text("utf-8")) for path in paths]
            self.made = [(targets(s), names_in(s)) for tree in trees for s in tree.body if targets(s)]
        found, more = frozenset[str](), names
        while more > found:
            found = more
            more = found.union(*(made for made, of in self.made if of & found))
        return found

    def outlive(self, mutant: Mutant, code: CodeType, items: Sequence[pytest.Item]) -> tuple[str, str]:
        """What becomes of a mutant: killed (by which test), timed out, alive, or in no test's way."""
        if not items:
            return "uncovered", ""
        reader, writer = os.pipe()
        if not (child := os.fork()):
            self.live(mutant, code, items, writer)
        os.close(writer)
        usual = sum(self.seconds.get(item.nodeid, 0.0) for item in items)
        deadline = time.monotonic() + PATIENCE + SLOWER * usual
        while not os.waitpid(child, os.WNOHANG)[0]:
            if time.monotonic() > deadline:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                os.close(reader)
                return "timed out", ""
            time.sleep(0.02)
        with os.fdopen(reader, encoding="utf-8") as said:
            by = said.read()
        if by.startswith(BROKEN):
            raise RuntimeError(f"{mutant.path}:{mutant.line}: {by}")
        return (by, "") if by in ("alive", IN_PART) else ("killed", by)

    def live(self, mutant: Mutant, code: CodeType, items: Sequence[pytest.Item], writer: int) -> None:
        """In the fork: changes the code, runs the tests until one fails, says how it went, and ends."""
        os.setpgid(0, 0)
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        said = BROKEN
        try:
            # What the test that ran last had set up and the first of these does not share.
            items[0].session._setupstate.teardown_exact(items[0])  # noqa: SLF001
            # What was collected is frozen (conftest.py): `change` would find no function among it.
            gc.unfreeze()
            reach = change(mutant, code)
            if reach is Reach.NOTHING:
                raise LookupError("no function of it was found to be changed")
            gc.freeze()
            for place, item in enumerate(items):
                after = items[place + 1] if place + 1 < len(items) else item
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self.failed:
                    break
            said = self.failed or ("alive" if reach is Reach.WHOLE else IN_PART)
        except UnimportableError:
            said = "it could not even be imported"
        except Exception:  # noqa: BLE001 -- the other side of the fork raises it
            said += traceback.format_exc()
        finally:
            os.write(writer, said.encode())
            os._exit(0)


def in_turn(tests: Sequence[str]) -> list[str]:
    """The tests, of each function one case, then of each another one: many cases of one leave room for the others."""
    turns: Counter[str] = Counter()
    turn_of = {}
    for test in tests:
        function = test.partition("[")[0]
        turn_of[test] = turns[function]
        turns[function] += 1
    return sorted(tests, key=turn_of.__getitem__)


def modules_of(source: str) -> list[str]:
    """The modules of a room, but for its tests and its migrations; a source may be one module, too."""
    found = sorted(Path(source).rglob("*.py")) if Path(source).is_dir() else [Path(source)]
    return [str(path) for path in found if not NO_CODE_OF_THE_ROOM & set(path.parts)]


def tests_of(mutant: Mutant, lines: dict[tuple[str, int], set[str]]) -> set[str]:
    """The tests that come by the statement of the mutant."""
    found: set[str] = set()
    best = [
        node
        for node in ast.walk(mutant.tree)
        if isinstance(node, ast.stmt) and node.lineno <= mutant.line <= (node.end_lineno or node.lineno)
    ]
    for node in best[-1:]:
        body: list[ast.stmt] = getattr(node, "body", [])
        last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
        for line in range(node.lineno, max(last, node.lineno) + 1):
            found |= lines.get((mutant.path, line), set())
    return found


def shown(run: Run, elapsed: float) -> bool:
    """Prints the tables, the survivors and the figures; returns whether enough died, and all that once lived."""
    modules: dict[str, Counter[str]] = defaultdict(Counter)
    rooms: dict[str, Counter[str]] = defaultdict(Counter)
    for mutant, outcome, _ in run.results:
        modules[mutant.path][outcome] += 1
        rooms[run.room_of(mutant.path)][outcome] += 1
    print_table("module", dict(sorted(modules.items())))
    survivors = [mutant for mutant, outcome, _ in run.results if outcome in SURVIVED]
    risen = {mutant.what for mutant in survivors} & {mutant.what for mutant in named()}
    print_table("room", rooms)
    for room, counts in rooms.items():
        figure = {"name": f"mutants_killed_share_{room}", "value": round(killed_share(counts), 3)}
        print(json.dumps({**figure, "of": counts.total()}))
    for name, value in {
        "mutants": len(run.results),
        "mutants_killed_share": round(1 - len(survivors) / len(run.results), 3),
        "mutants_equivalent": run.left_out,
        "mutants_risen": len(risen),
        "mutation_seconds": round(elapsed),
    }.items():
        print(json.dumps({"name": name, "value": value}))
    few = [room for room, counts in rooms.items() if killed_share(counts) < LEAST_KILLED]
    for room in few:
        print(
            f"{room}: fewer than {LEAST_KILLED:.0%} were noticed; write a test for what each survivor changes."
        )
    return not few and not risen


def print_table(of: str, rows: Mapping[str, Counter[str]]) -> None:
    """Prints how many mutants of each came to which end, and the share that the tests noticed."""
    print(f"{of:<48}" + "".join(f"{outcome:>11}" for outcome in OUTCOMES) + f"{'noticed':>9}")
    for name, counts in rows.items():
        ends = "".join(f"{counts[outcome]:>11}" for outcome in OUTCOMES)
        print(f"{name:<48}{ends}{killed_share(counts):>9.1%}")


def killed_share(counts: Counter[str]) -> float:
    """The share of mutants that a test noticed, or that ran on and on."""
    return 1 - sum(counts[outcome] for outcome in SURVIVED) / counts.total()


def main() -> None:
    """Runs the rooms that are named, all where none is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", choices=[*ROOMS, []], default=[])
    parser.add_argument("--many", type=int, default=60, help="mutants drawn from each room")
    parser.add_argument("--seed", type=int, default=1, help="another one draws others")
    parser.add_argument("--only", default="", metavar="PATH", help="only modules in whose path this stands")
    wanted = parser.parse_args()
    began = time.monotonic()
    rooms = {name: ROOMS[name] for name in wanted.rooms or ROOMS}
    sources = {name: source for name, (source, _) in rooms.items()}
    run = Run(sources, many=wanted.many, seed=wanted.seed, only=wanted.only)
    quiet = [
        "-q",
        "-s",
        "--no-header",
        "-p",
        "no:cov",
        "--tb=short",
    ]
    # Hypothesis is here before pytest could rewrite its assertions; ours are rewritten all the same.
    quiet += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
    tests = dict.fromkeys(tests for _, tests in rooms.values())
    status = pytest.main(
        [*quiet, "-m", "not services and not browser and not processes and not thorough", *tests],
        plugins=[run],
    )
    if not run.results:
        raise SystemExit(f"No mutant was tried ({status!r}).")
    sys.exit(not shown(run, time.monotonic() - began))


if __name__ == "__main__":
    main()
