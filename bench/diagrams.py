"""`python -m bench.diagrams` draws docs/diagrams.md from the code: the floors of the house, and the way of one answer.

With `--check` nothing is written; the exit status is 1 where the file is not what would be drawn.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator

import grimp

from bench.house import LEFT_OUT, ROOT, packages

FILE = ROOT / "docs" / "diagrams.md"
HEAD = """# Diagrams

Drawn from the code by `make diagrams`; a test draws them again and compares.
"""
FLOORS = """
## The floors

An arrow is an import; one that follows from others is left out. Nothing imports upwards.

"""
WAY = """
## One answer's way

One answer, as htmx sends it to `/review/answer/`: each arrow is a call from one room
into another, the first time it is made.

"""


def room(module: str) -> str:
    """Returns the room of a module by its dotted name."""
    top, *rest = module.split(".")
    return rest[0] if top == "quizzes" and rest else top


def imports() -> dict[str, set[str]]:
    """Returns which rooms each room imports, without tests and migrations."""
    graph = grimp.build_graph(*packages())
    found: dict[str, set[str]] = {}
    for module in graph.modules:
        if LEFT_OUT & set(module.split(".")):
            continue
        mine = found.setdefault(room(module), set())
        mine |= {
            room(other)
            for other in graph.find_modules_directly_imported_by(module)
            if not LEFT_OUT & set(other.split("."))
        } - {room(module)}
    return found


def reachable(rooms: dict[str, set[str]], start: str) -> set[str]:
    """Returns the rooms that a room imports, by way of others too."""
    seen: set[str] = set()
    ahead = list(rooms[start])
    while ahead:
        one = ahead.pop()
        if one not in seen:
            seen.add(one)
            ahead += rooms.get(one, ())
    return seen


def floors(rooms: dict[str, set[str]]) -> Iterator[str]:
    """The lines of the diagram of floors: only arrows that do not follow from others."""
    yield "```mermaid"
    yield "flowchart TD"
    for name in sorted(rooms, key=lambda one: (-len(reachable(rooms, one)), one)):
        needless = {far for near in rooms[name] for far in reachable(rooms, near)}
        yield from (f"  {name} --> {other}" for other in sorted(rooms[name] - needless))
    yield "```"


def way(entries: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """The lines of the diagram of an answer's way, from (caller's room, room entered, function)."""
    calls = [(here or "browser", there, function) for here, there, function in entries]
    yield "```mermaid"
    yield "sequenceDiagram"
    yield from (
        f"  participant {name}"
        for name in dict.fromkeys(name for here, there, _ in calls for name in (here, there))
    )
    # A call made before says nothing new.
    yield from dict.fromkeys(f"  {here}->>{there}: {function}" for here, there, function in calls)
    yield "```"


def followed() -> list[tuple[str, str, str]]:
    """Returns the calls between rooms of one answer, measured by bench.crossings in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.crossings"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return [
        (here, there, function)
        for here, there, function in json.loads(done.stdout.splitlines()[-1])["entries"]
    ]


def drawn() -> str:
    """Returns the text of the file."""
    lines = [*floors(imports())]
    return HEAD + FLOORS + "\n".join(lines) + "\n" + WAY + "\n".join(way(followed())) + "\n"


def main() -> None:
    """Writes the file, or compares it."""
    text = drawn()
    if "--check" not in sys.argv:
        FILE.write_text(text, "utf-8")
    elif not FILE.exists() or FILE.read_text("utf-8") != text:
        raise SystemExit("docs/diagrams.md is not what the code says: run `make diagrams`.")


if __name__ == "__main__":
    main()
