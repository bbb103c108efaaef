"""What rooms import of one another: the `api` of each and its tables, and nothing beside them.

import-linter (in pyproject.toml) holds the direction; here stands what of a room others may know.
"""

from __future__ import annotations

import ast
from importlib import import_module

import pytest

from bench.house import DOORS, into_rooms, packages, paths, rooms, tree

# Tables are loaded first and in every process, the small ones of the supervisor too: they stay clear of NumPy.
LIGHT = {("quizzes.review.models", "quizzes.scheduling", "memory")}


def test_no_room_imports_another_past_its_doors() -> None:
    assert {one for one in into_rooms() if one[2] not in DOORS} == LIGHT


def taken() -> dict[str, set[str]]:
    """The names that modules of the product take from each `api`."""
    found: dict[str, set[str]] = {}
    for path in paths(*packages()):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.endswith(".api"):
                found.setdefault(node.module, set()).update(one.name for one in node.names)
    return found


@pytest.mark.parametrize("room", sorted(rooms()))
def test_a_room_offers_what_others_take_and_no_more(room: str) -> None:
    asked = taken().get(f"{room}.api")
    if asked is not None:
        assert set(import_module(f"{room}.api").__all__) == asked


def test_every_api_is_somebodys() -> None:
    assert {name.removesuffix(".api") for name in taken()} <= rooms()
