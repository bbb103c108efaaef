"""Small faults of a module, as a slip of the hand would make them, those that tests once let live, and those that no
test can tell.

A mutant is one change of the syntax tree: another comparison, sign, constant or connective, a statement or an item left
out. Texts for people, annotations, decorators, the bodies of classes outside their functions, the names that a module
hands on (`__all__`) and what never runs (`assert_never`) are left alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
# Calls whose keywords each narrow what they find or say what is written.
_KEYED = {"filter", "exclude", "update", "create", "get", "replace"}
_LEFT_ALONE = (ast.Raise, ast.Import, ast.ImportFrom, ast.JoinedStr, ast.Assert)
_UNTOUCHED_FIELDS = {"annotation", "returns", "decorator_list", "args_of_signature", "type_params"}


@dataclass(frozen=True)
class Mutant:
    """A module with one fault. `names` are the module's own names whose values change, none where a function does."""

    path: str
    line: int
    what: str
    tree: ast.Module
    names: frozenset[str] = frozenset()


# Faults that once lived: where, what is replaced, by what. Each must die.
NAMED = (
    ("quizzes/privacy/learner_tables.py", r'    PersonalTable\(\n        "targets",.*?\n    \),\n', ""),
    ("quizzes/privacy/learner_tables.py", r'"confidence", "hinted"\)', '"confidence")'),
    ("quizzes/review/shortfall.py", r"met=met\.get\(one\.user, 0\)", "met=0"),
    (
        "quizzes/review/actions/sessions.py",
        r"^AWAY_AFTER = timedelta\(days=14\)",
        "AWAY_AFTER = timedelta(days=13)",
    ),
    ("quizzes/bank/asking.py", r"^_REDRAWS = 20", "_REDRAWS = 1"),
)

# Mutants that no input tells from the module: where, a part of the line, the change as it is printed, and why.
EQUIVALENT = (
    (
        "quizzes/scheduling/days.py",
        "if early >= late:",
        "GtE in early >= late → Gt in early > late",
        "Where both are the same moment, the change between them is that moment, too.",
    ),
)


def equivalent() -> set[tuple[str, int]]:
    """The mutants of EQUIVALENT: the path of each, and its number among those of `mutants_of`.

    Raises ValueError where an entry is not exactly one of the mutants.
    """
    found = set()
    for path, part, what, _ in EQUIVALENT:
        lines = Path(path).read_text("utf-8").split("\n")
        numbers = [
            number
            for number, mutant in enumerate(mutants_of(path))
            if mutant.what == what and part in lines[mutant.line - 1]
        ]
        if len(numbers) != 1:
            raise ValueError(f"{path}: {len(numbers)} mutants are {what!r} in {part!r}; see bench/mutants.py")
        found.add((path, numbers[0]))
    return found


def named() -> Iterator[Mutant]:
    """The mutants of NAMED. Raises ValueError where the text to be replaced does not stand exactly once."""
    for path, old, new in NAMED:
        text = Path(path).read_text("utf-8")
        changed, count = re.subn(old, new, text, flags=re.MULTILINE | re.DOTALL)
        if count != 1:
            raise ValueError(f"{path}: {old} stands {count} times; say in bench/mutants.py what it is now")
        line = text[: next(re.finditer(old, text, flags=re.MULTILINE | re.DOTALL)).start()].count("\n") + 1
        before, after = ast.parse(text), ast.parse(changed)
        same = {ast.unparse(statement) for statement in before.body}
        own = [statement for statement in after.body if ast.unparse(statement) not in same]
        names = frozenset().union(*map(targets, own))
        yield Mutant(path, line, " ".join(f"{old} → {new or 'nothing'}".split()), after, names)


def targets(statement: ast.stmt) -> frozenset[str]:
    """The names that a plain assignment binds."""
    found = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
    return frozenset(target.id for target in found if isinstance(target, ast.Name))


def mutants_of(path: str) -> Iterator[Mutant]:
    """Every mutant of a module, one at a time: each holds the same tree, changed only until the next is asked for."""
    tree = ast.parse(Path(path).read_text("utf-8"))
    for statement in tree.body:
        names = targets(statement)
        if "__all__" in names:
            continue
        inside = [statement] if names else _functions(statement)
        for root in inside:
            for line, what in _changes(root):
                yield Mutant(path, line, what, tree, names)


def _functions(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.FunctionDef):
        return [statement]
    return [inner for inner in getattr(statement, "body", ()) if isinstance(inner, ast.FunctionDef)]


def _changes(root: ast.AST) -> Iterator[tuple[int, str]]:
    """Makes one change of the tree below `root` after the other, and takes each back."""
    for node in list(_own(root)):
        for field, value in ast.iter_fields(node):
            for holder, key, old in _places(node, field, value):
                for new in _instead(old, node, field):
                    line = getattr(old, "lineno", getattr(node, "lineno", 0))
                    before = _said(old, node)
                    _put(holder, key, new)
                    yield line, f"{before} → {_said(new, node)}"
                    _put(holder, key, old)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes to be changed inside: not what is said in an error, a type or a decorator."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in _UNTOUCHED_FIELDS or isinstance(node, ast.arguments):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, _LEFT_ALONE):
                yield from _own(child)


def _places(node: ast.AST, field: str, value: object) -> list[tuple[object, object, object]]:
    if field in _UNTOUCHED_FIELDS or isinstance(node, ast.arguments):
        return []
    if isinstance(value, list):
        return [(value, place, item) for place, item in enumerate(value)]
    return [(node, field, value)]


def _put(holder: object, key: object, new: object) -> None:
    if isinstance(holder, list):
        holder[key] = new  # type: ignore[call-overload]
    else:
        setattr(holder, str(key), new)


def _instead(old: object, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    """What may stand there instead."""
    if type(old) in _SWAPPED:
        yield _SWAPPED[type(old)]()  # type: ignore[index]
    elif isinstance(old, ast.Constant):
        yield from _constants(old, parent)
    elif isinstance(old, ast.Tuple | ast.List | ast.Dict):
        yield from _left_out(old)
    elif isinstance(old, ast.UnaryOp) and isinstance(old.op, ast.Not | ast.USub):
        yield old.operand
    elif (
        isinstance(old, ast.Expr) and isinstance(old.value, ast.Call) and _key_of(old.value) != "assert_never"
    ):
        yield ast.copy_location(ast.Pass(), old)
    elif field == "test" and isinstance(old, ast.Name | ast.Attribute | ast.Call):
        yield ast.copy_location(ast.UnaryOp(ast.Not(), old), old)
    elif (
        isinstance(old, ast.keyword)
        and isinstance(parent, ast.Call)
        and old.arg
        and _key_of(parent) in _KEYED
    ):
        yield ast.keyword(arg=None, value=ast.copy_location(ast.Dict([], []), old.value))


def _key_of(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _constants(old: ast.Constant, parent: ast.AST) -> Iterator[ast.AST]:
    value = old.value
    if isinstance(parent, ast.Expr) or isinstance(value, bytes):
        return
    if isinstance(value, bool):
        yield ast.copy_location(ast.Constant(not value), old)
    elif isinstance(value, int | float):
        yield ast.copy_location(ast.Constant(value + 1), old)


def _left_out(old: ast.Tuple | ast.List | ast.Dict) -> Iterator[ast.AST]:
    """The same without one of its items; pairs and what is unpacked are left alone."""
    if isinstance(old, ast.Dict):
        for place in range(len(old.keys)):
            others = [n for n in range(len(old.keys)) if n != place]
            less = ast.Dict([old.keys[n] for n in others], [old.values[n] for n in others])
            yield ast.copy_location(less, old)
    elif isinstance(old.ctx, ast.Load) and len(old.elts) > 2:
        for place in range(len(old.elts)):
            yield ast.copy_location(type(old)([*old.elts[:place], *old.elts[place + 1 :]], old.ctx), old)


def _said(node: object, parent: ast.AST) -> str:
    if isinstance(node, ast.keyword):
        return f"{node.arg}={ast.unparse(node.value)}" if node.arg else "no such keyword"
    if isinstance(node, ast.expr | ast.stmt):
        return ast.unparse(node).replace("\n", " ")[:70]
    return f"{type(node).__name__} in {ast.unparse(parent)[:60]}" if isinstance(node, ast.AST) else str(node)
