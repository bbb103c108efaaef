"""`python -m bench.house`: the shape of the house in figures, one line of JSON each, over the tree as it stands.

The product is every package of ours but bench and proof, without tests and migrations; lines are those that are not
blank. A room is a package of the product: accounts, nnprep, and those inside quizzes.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
BESIDE = {"bench", "proof"}
# Kinds whose names stand for other things too: files that say these words need not mean the kind.
AMBIGUOUS = {"choice", "cloze", "code", "match", "order", "output", "recall", "short"}
LEFT_OUT = {"tests", "migrations"}
# Django finds a management command by its module and demands that its class be called so.
FRAMEWORK_NAMES = {"Command"}
# What every room offers the others: its `api` and its tables.
DOORS = {"api", "models"}
# Packages of the product that are no rooms.
BETWEEN = {"nnprep", "quizzes", "quizzes.management"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def packages() -> list[str]:
    """Returns the top packages of the product."""
    found = [path.parent.name for path in ROOT.glob("*/__init__.py")]
    return sorted(set(found) - BESIDE)


def paths(*tops: str) -> Iterator[Path]:
    """The Python files of these packages, without tests and migrations."""
    for top in tops:
        for path in sorted((ROOT / top).rglob("*.py")):
            if not LEFT_OUT & set(path.relative_to(ROOT).parts):
                yield path


@cache
def tree(path: Path) -> ast.Module:
    """Returns the file's syntax tree."""
    return ast.parse(path.read_text("utf-8"))


def name_of(path: Path) -> str:
    """Returns the dotted name of a file's module."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(path: Path) -> str:
    """Returns the room in which a file stands: “review”, “accounts”; “quizzes” for the files between the rooms."""
    top, *rest = path.relative_to(ROOT).parts
    return rest[0] if top == "quizzes" and len(rest) > 1 else top


def functions(path: Path) -> Iterator[Function]:
    """Every function of the file, methods and inner ones too."""
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def lines_of(path: Path, first: int = 1, last: int | None = None) -> int:
    """Returns how many lines of the file are not blank."""
    return sum(bool(line.strip()) for line in path.read_text("utf-8").splitlines()[first - 1 : last])


def aliases() -> set[str]:
    """Returns the names that stand for a type with Any in it, “Any” among them."""
    found = {"Any"}
    statements = (statement for path in paths(*packages()) for statement in tree(path).body)
    for statement in statements:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.value, ast.Subscript):
            continue
        if any(word.id == "Any" for word in names_in(statement.value)):
            found |= {word.id for target in statement.targets for word in names_in(target)}
    return found


def names_in(node: ast.AST | None) -> Iterator[ast.Name]:
    """The names in an expression, those inside quoted types too."""
    for inner in ast.walk(node) if node else ():
        if isinstance(inner, ast.Name):
            yield inner
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value.isidentifier():
            yield ast.Name(inner.value)


def signature(function: Function) -> Iterator[ast.AST]:
    """The types of what a function takes and gives."""
    taken = function.args
    for argument in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs, taken.vararg, taken.kwarg):
        if argument and argument.annotation:
            yield argument.annotation
    if function.returns:
        yield function.returns


def with_any() -> tuple[int, int]:
    """Returns how many functions take or give something of any type, and of how many."""
    unknown = aliases()
    all_of_them = [function for path in paths(*packages()) for function in functions(path)]
    vague = sum(
        any(word.id in unknown for part in signature(function) for word in names_in(part))
        for function in all_of_them
    )
    return vague, len(all_of_them)


def layers() -> dict[str, set[str]]:
    """Returns what the contracts of pyproject.toml put into layers, by the package whose insides these are."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    found: dict[str, set[str]] = defaultdict(set)
    for contract in contracts:
        if contract["type"] == "layers":
            said = set(re.findall(r"[\w.]+", " ".join(contract["layers"])))
            for container in contract.get("containers", ()):
                found[container] |= said
            if not contract.get("containers"):
                for dotted in said:
                    package, _, module = dotted.rpartition(".")
                    found[package].add(module)
    return found


def outside_layers() -> list[str]:
    """Returns the modules that no layer of their own package holds; those alone in a package need none."""
    within = layers()
    names = [name_of(path) for path in paths(*packages()) if path.name != "__init__.py"]
    beside = Counter(name.rpartition(".")[0] for name in names)
    homes = {name: name.rpartition(".")[0] for name in names}
    return [
        name
        for name, home in homes.items()
        if beside[home] > 1 and name.rpartition(".")[2] not in within[home]
    ]


def kinds() -> list[str]:
    """Returns the names of the kinds of question: those with templates of their own and a section in their format."""
    named = set(re.findall(r"`(\w+)`", (ROOT / "docs" / "packs.md").read_text("utf-8")))
    return sorted(named & {path.parent.name for path in (ROOT / "templates").glob("**/kinds/*/ask.html")})


def naming(kind: str) -> list[str]:
    """Returns the files that name a kind and are not its own: neither its module, templates, docs nor tests."""
    found = []
    for path in paths("quizzes", *BESIDE):
        module = path if path.parent.name == "kinds" else path.parent
        own = (module.stem == kind and module.parent.name == "kinds") or path == Path(__file__)
        if not own and any(_names(node, kind) for node in ast.walk(tree(path))):
            found.append(path)
    quoted = re.compile(rf"""["']{kind}["']""")
    templates = sorted((ROOT / "templates" / "quizzes").rglob("*.html"))
    found += [path for path in templates if kind not in path.parts and quoted.search(path.read_text("utf-8"))]
    return [str(path.relative_to(ROOT)) for path in found]


def _names(node: ast.AST, kind: str) -> bool:
    """Whether a node is the kind's name as a text, or an import of its module."""
    if isinstance(node, ast.Constant):
        return node.value == kind
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        return module.endswith(f".kinds.{kind}") or (
            module.endswith(".kinds") and any(alias.name == kind for alias in node.names)
        )
    return False


@cache
def imports() -> dict[str, set[str]]:
    """Returns what each module of the product imports of it."""
    graph = grimp.build_graph(*packages())
    names = {name for name in graph.modules if not LEFT_OUT & set(name.split("."))}
    return {name: graph.find_modules_directly_imported_by(name) & names for name in names}


def into_rooms() -> Iterator[tuple[str, str, str]]:
    """What rooms import of other rooms: who imports, from which room, and what of it, "" for the room itself.

    The files between the rooms, which know every address, and the wiring may import what they wire.
    """
    known = rooms()
    for name, ahead in imports().items():
        for other in sorted(ahead):
            here, there = (
                ".".join(one.split(".")[: 1 + one.startswith("quizzes.")]) for one in (name, other)
            )
            if here != there and here in known and there in known:
                yield name, there, other.removeprefix(there).lstrip(".")


def past_doors() -> Counter[str]:
    """Returns how often other rooms import modules of a room that are not its doors, by room."""
    return Counter(room for _, room, inside in into_rooms() if inside not in DOORS)


def rooms() -> set[str]:
    """Returns the dotted names of the rooms: packages with tables or rules of their own."""
    inner = {f"quizzes.{path.parent.name}" for path in (ROOT / "quizzes").glob("*/__init__.py")}
    return (inner | set(packages())) - BETWEEN - {f"quizzes.{name}" for name in LEFT_OUT}


def circles() -> int:
    """Returns how many groups of modules import one another in a circle."""
    ahead = imports()
    groups = 0
    left = set(ahead)
    while left:
        start = left.pop()
        circle = reached(start, ahead) & {name for name in left if start in reached(name, ahead)}
        groups += bool(circle)
        left -= circle
    return groups


def reached(start: str, ahead: dict[str, set[str]]) -> set[str]:
    """Returns all that imports lead to from there."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = ahead[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def same_names() -> list[str]:
    """Returns the names that classes of more than one room have, but for those a framework asks for."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for path in paths(*packages()):
        for node in tree(path).body:
            if isinstance(node, ast.ClassDef) and node.name not in FRAMEWORK_NAMES:
                rooms[node.name].add(room_of(path))
    return sorted(name for name, found in rooms.items() if len(found) > 1)


def glossary() -> int:
    """Returns the rows of the table of words."""
    text = (ROOT / "docs" / "design.md").read_text("utf-8").partition("## Words")[2].partition("\n## ")[0]
    return max(0, sum(line.startswith("|") for line in text.splitlines()) - 2)


def crossings() -> dict[str, object]:
    """Returns how often one answer goes from room to room, counted in a process that has a database of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.crossings"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def figures() -> Iterable[dict[str, object]]:
    """Every figure, with what it is made of."""
    vague, functions_there = with_any()
    yield {"name": "functions_with_any", "value": vague, "of": functions_there}
    outside = outside_layers()
    per_room = Counter(".".join(name.split(".")[:2]) for name in outside)
    modules = sum(path.name != "__init__.py" for path in paths(*packages()))
    yield {"name": "modules_outside_layers", "value": len(outside), "of": modules, "by_room": dict(per_room)}
    doors = past_doors()
    yield {"name": "imports_past_doors", "value": doors.total(), "by_room": dict(doors.most_common())}
    yield crossings()
    named = {kind: naming(kind) for kind in kinds()}
    most = max(named.keys() - AMBIGUOUS, key=lambda kind: (len(named[kind]), kind))
    counts = {kind: len(files) for kind, files in named.items()}
    yield {"name": "files_a_kind_touches", "value": counts[most], "by_kind": counts, "where": named[most]}
    yield {"name": "glossary_rows", "value": glossary()}
    every = [(path, function) for path in paths(*packages()) for function in functions(path)]
    where, longest = max(every, key=lambda one: lines_of(one[0], one[1].lineno, one[1].end_lineno))
    yield {
        "name": "longest_function",
        "value": lines_of(where, longest.lineno, longest.end_lineno),
        "where": f"{name_of(where)}.{longest.name}",
    }
    file = max(paths(*packages()), key=lines_of)
    yield {"name": "longest_file", "value": lines_of(file), "where": str(file.relative_to(ROOT))}
    yield {"name": "import_circles", "value": circles()}
    yield {"name": "class_names_in_two_rooms", "value": len(same_names()), "names": same_names()}


def main() -> None:
    """Prints the figures."""
    for figure in figures():
        print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
