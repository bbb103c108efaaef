"""What rooms import of one another: the `api` of each and its tables, and nothing beside them.

import-linter (in pyproject.toml) holds the direction; here stands what of a room others may know, and that a
new room is on every list of rooms.
"""

from __future__ import annotations

import ast
import re
import tomllib
from importlib import import_module

import pytest
from django.apps import apps

from bench.house import DOORS, ROOT, into_rooms, outside_layers, packages, paths, rooms, tree
from quizzes import models

# Tables are loaded first and in every process, the small ones of the supervisor too: they stay clear of NumPy.
LIGHT = {("quizzes.review.models", "quizzes.scheduling", "memory")}


def test_no_room_imports_another_past_its_doors() -> None:
    past = {one for one in into_rooms() if one[2] not in DOORS}
    assert past == LIGHT, "put what others need of a room into its api.py, import it in there and from there"


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
        offered = set(import_module(f"{room}.api").__all__)
        assert offered == asked, f"the __all__ of {room}.api names what other rooms take from it, no more"


def test_every_api_is_somebodys() -> None:
    assert {name.removesuffix(".api") for name in taken()} <= rooms()


def test_every_module_of_a_room_has_its_layer() -> None:
    assert outside_layers() == [], (
        "put each on a layer of its package’s contract in pyproject.toml, or write one"
    )


def test_the_table_of_contents_names_every_table() -> None:
    tables = {model.__name__ for model in apps.get_app_config("quizzes").get_models()}
    assert set(models.__all__) == tables, "list the tables of all rooms in quizzes/models.py"


@pytest.mark.parametrize("document", ["README.md", "docs/design.md"])
def test_the_map_names_every_room_floor_by_floor(document: str) -> None:
    inner = {room.removeprefix("quizzes.") for room in rooms() if room.startswith("quizzes.")}
    lines = re.findall(r"^  (\w+)/ ", (ROOT / document).read_text("utf-8"), re.MULTILINE)
    named = [room for room in lines if room in inner]
    assert set(named) == inner, f"{document}: give each room a line in the map of the code"
    heights = [height(room) for room in named]
    assert heights == sorted(heights), f"{document}: the map has the order of the floors in pyproject.toml"


def height(room: str) -> int:
    """How many floors of the product lie above the room's."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (floors,) = (one["layers"] for one in linter["contracts"] if one.get("containers") == ["quizzes"])
    found = [number for number, floor in enumerate(floors) if room in floor.split(" | ")]
    assert found, f"give quizzes.{room} a floor in the contract “The floors of the product” of pyproject.toml"
    return found[0]
