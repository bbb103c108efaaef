"""The questions of `content/` and, beside them, the functions that work their answers out again.

`content/checks/NN-slug.py` holds a function per question, named by its id (`t09_a07` for T09-A07); functions that need
PyTorch or NumPy stand in `NN-slug-torch.py`, which is not opened where these are missing. What a function takes and
gives depends on the kind of its question: the `prove` of the kind, in `quizzes/bank/kinds/`, says it.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quizzes.bank.packs.build import lint

CONTENT = Path(__file__).parent.parent / "content"

Json = dict[str, Any]
Check = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Item:
    """A question of the bank and where it stands."""

    slug: str
    topic: int
    path: Path
    line: int
    spec: Json

    @property
    def place(self) -> str:
        """File and line, as compilers write them."""
        return f"{self.path.parent.name}/{self.path.name}:{self.line}"


@dataclass(slots=True)
class Checks:
    """The functions by question id; `absent` are those that were not opened, with the module that is missing."""

    functions: dict[str, Check] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)


def read_bank(folder: Path = CONTENT) -> list[Item]:
    """Every question of the packs in a folder, in the order of files and lines; ValueError when one has an error."""
    items = []
    for path in sorted(folder.glob("*.md")):
        draft, report = lint(path.read_text(encoding="utf-8"))
        if draft is None:
            raise ValueError("\n".join(fault.at(str(path)) for fault in report.errors))
        items += [Item(q.slug, draft.number, path, q.line, q.spec) for q in draft.questions]
    return items


def read_checks(folder: Path = CONTENT / "checks") -> Checks:
    """Every function of the files beside the questions; ValueError when two have the same name."""
    checks = Checks()
    for path in sorted(folder.glob("*.py")):
        names = re.findall(r"^def (t\d\d_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
        twice = [name for name in names if slug_of(name) in checks.functions.keys() | checks.absent.keys()]
        if twice or len(set(names)) < len(names):
            raise ValueError(f"{path}: a question has two functions: {', '.join(twice or names)}")
        try:
            module = _opened(path)
        except ModuleNotFoundError as error:
            checks.absent |= {slug_of(name): str(error.name) for name in names}
        else:
            checks.functions |= {slug_of(name): getattr(module, name) for name in names}
    return checks


def slug_of(name: str) -> str:
    """The question's id for a function's name: T09-A07 for t09_a07."""
    topic, _, rest = name.partition("_")
    return f"{topic.upper()}-{rest[:1].upper()}{rest[1:]}"


def name_of(slug: str) -> str:
    """The function's name for a question's id: t09_a07 for T09-A07."""
    return slug.lower().replace("-", "_")


def _opened(path: Path) -> Any:
    found = importlib.util.spec_from_file_location(f"checks_{path.stem.replace('-', '_')}", path)
    if found is None or found.loader is None:
        raise ValueError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module
