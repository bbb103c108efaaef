"""How rows are held while others are changed."""

from __future__ import annotations

import ast

import pytest

from bench.house import name_of, packages, paths, tree


def locks() -> list[tuple[str, ast.Call]]:
    return [
        (f"{name_of(path)}:{node.lineno}", node)
        for path in paths(*packages())
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "select_for_update"
    ]


@pytest.mark.parametrize(("where", "lock"), locks(), ids=[where for where, _ in locks()])
def test_rows_that_are_held_can_still_be_referred_to(where: str, lock: ast.Call) -> None:
    # PostgreSQL checks foreign keys at the commit: a transaction that wrote a reference to the row would wait there for
    # its holder, while the holder waits for a row it changed.
    no_key = [one.value for one in lock.keywords if one.arg == "no_key"]
    assert [ast.unparse(value) for value in no_key] == ["True"], f"{where}: say no_key=True"
