"""Puts a mutant into a running process, in place of what was imported."""

from __future__ import annotations

import ast
import gc
import sys
from abc import ABCMeta
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import is_dataclass
from enum import Enum
from functools import _lru_cache_wrapper
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from bench.mutants import Mutant, targets


class UnimportableError(Exception):
    """With its fault the module could not be imported."""


class Reach(Enum):
    """How much of a mutant stands in the running process."""

    NOTHING, PART, WHOLE = range(3)


def compiled(mutant: Mutant) -> CodeType:
    """The module's code, as if it stood in its file."""
    tree = ast.fix_missing_locations(mutant.tree)
    return compile(tree, str(Path(mutant.path).resolve()), "exec")


def change(mutant: Mutant, code: CodeType) -> Reach:
    """Puts the mutant into the running process: into the functions there are, or into the module's own names.

    Returns how much of it stands there now. Raises UnimportableError where the changed module is none any more.
    """
    forget()
    if mutant.names:
        module = sys.modules[mutant.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")]
        return Reach.WHOLE if rebind(module, mutant.tree, mutant.names) else Reach.PART
    new, found = dict(codes(code)), False
    for function in [thing for thing in gc.get_objects() if type(thing) is FunctionType]:
        key = (function.__code__.co_qualname, function.__code__.co_firstlineno)
        if function.__code__.co_filename == code.co_filename and key in new:
            function.__code__, found = new[key], True
    return Reach.WHOLE if found else Reach.NOTHING


def codes(code: CodeType) -> Iterator[tuple[tuple[str, int], CodeType]]:
    """The code of every function in it, by name and first line."""
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield (part.co_qualname, part.co_firstlineno), part
            yield from codes(part)


def rebind(module: ModuleType, tree: ast.Module, names: frozenset[str]) -> bool:
    """Binds the module's names anew, and whatever any module made of them when it was imported.

    Returns False where something was made of them that cannot be made again: a class, a decorated function, a
    parameter's default, what a call at import has written down.
    """
    whole = True
    waiting = deque(remade(module, [s for s in tree.body if targets(s) & names]))
    bodies = {own: ast.parse(Path(file).read_text("utf-8")).body for own, file in own_modules().items()}
    bodies[module] = tree.body
    done = set()
    while waiting:
        source, name, old = waiting.popleft()
        if (source, name) in done:
            continue
        done.add((source, name))
        for other, body in bodies.items():
            held = vars(other)
            if other is not source and name in held and held[name] is old:
                held[name] = getattr(source, name)
                waiting.append((other, name, old))
            # By its name where it was bound, elsewhere as an attribute of the module.
            aliases = {alias for alias, thing in held.items() if thing is source}
            users = [s for s in body if other is source and name in names_in(s) and name not in targets(s)]
            users += [s for s in body if aliases and any(is_attribute(n, aliases, name) for n in ast.walk(s))]
            waiting += remade(other, users)
            for statement in users:
                if not targets(statement):
                    whole &= made_anew(statement, name, vars(other))
    return whole


def made_anew(statement: ast.stmt, name: str, held: dict[str, Any]) -> bool:
    """Sets the attributes anew that a class made of the name; returns False where something else was made of it."""
    if not isinstance(statement, ast.ClassDef):
        return not any(name in names_in(part) for part in run_at_import(statement))
    made = held.get(statement.name)
    kept = type(made) in (type, ABCMeta) and not is_dataclass(made)
    for part in run_at_import(statement):
        if name not in names_in(part):
            continue
        if not kept or not isinstance(part, ast.Assign) or not targets(part):
            return False
        try:
            value = eval(compile(ast.Expression(part.value), "", "eval"), {**held, **vars(made)})
        except Exception as fault:
            raise UnimportableError from fault
        for target in targets(part):
            setattr(made, target, value)
    return True


def run_at_import(statement: ast.stmt) -> Iterator[ast.AST]:
    """The parts of a statement that run when its module is imported, not when a function is called."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from [*statement.decorator_list, *statement.args.defaults]
            yield from (default for default in statement.args.kw_defaults if default)
        case ast.ClassDef():
            yield from [*statement.decorator_list, *statement.bases, *statement.keywords]
            for inner in statement.body:
                yield from run_at_import(inner)
        case ast.AnnAssign(value=value):
            yield from [value] if value else []
        case _:
            yield statement


def remade(module: ModuleType, statements: Sequence[ast.stmt]) -> list[tuple[ModuleType, str, object]]:
    """Runs those of the statements again that bind plain names; returns each name with its value of before."""
    found: list[tuple[ModuleType, str, object]] = []
    for statement in statements:
        found += [(module, name, getattr(module, name, None)) for name in targets(statement)]
        if targets(statement):
            code = compile(ast.Module([statement], []), module.__file__ or "", "exec")
            try:
                exec(code, vars(module))
            except Exception as fault:
                raise UnimportableError from fault
    return found


def own_modules() -> dict[ModuleType, str]:
    """The modules of the house that were imported, and where they stand."""
    found = {module: getattr(module, "__file__", None) or "" for module in list(sys.modules.values())}
    return {
        module: file
        for module, file in found.items()
        if isinstance(module, ModuleType) and file.endswith(".py") and is_own(file)
    }


def is_own(file: str) -> bool:
    """Whether the file is one of the house's, not of a library that is installed into it."""
    return Path(file).is_relative_to(Path.cwd()) and "site-packages" not in file


def names_in(tree: ast.AST) -> set[str]:
    """The names that stand in it, plain or behind a dot."""
    nodes = list(ast.walk(tree))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


def is_attribute(node: ast.AST, of: Collection[str], name: str) -> bool:
    """Whether it is that name of one of those modules."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == name
        and isinstance(node.value, ast.Name)
        and node.value.id in of
    )


def forget() -> None:
    """Empties what functions of the house remember of the code before."""
    for thing in gc.get_objects():
        # isinstance() would wake what is lazy.
        if type(thing) is _lru_cache_wrapper:
            code = getattr(thing.__wrapped__, "__code__", None)
            if code is not None and is_own(code.co_filename):
                thing.cache_clear()
