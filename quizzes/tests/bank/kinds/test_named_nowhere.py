"""A kind is named in its own module, templates and tests, and nowhere else: everybody asks the registry."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from quizzes.bank.kinds import KINDS

ROOT = Path(__file__).parents[4]
OWN = ROOT / "quizzes" / "bank" / "kinds"
SHARED = {path.stem for path in OWN.iterdir()} - set(KINDS)
# It counts where kinds are named, and has to leave out the same words.
COUNTS_NAMES = ROOT / "bench" / "house.py"
PYTHON = [
    path
    for folder in ("accounts", "bench", "nnprep", "proof", "quizzes")
    for path in sorted((ROOT / folder).rglob("*.py"))
    if path != COUNTS_NAMES
    and not {"tests", "migrations"} & set(path.parts)
    and not (path.is_relative_to(OWN) and path.relative_to(OWN).parts[0].removesuffix(".py") in KINDS)
]
TEMPLATES = [
    path
    for path in sorted((ROOT / "templates" / "quizzes").rglob("*.html"))
    if path.parent.parent.name != "kinds" or path.parent.name not in KINDS
]
# Words of other things, too: alone they say nothing of a kind.
HOMONYMS = {"choice", "cloze", "code", "match", "order", "output", "recall", "short"}


def named_in(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every line that names a kind or imports the module of one.

    A word that means other things as well counts where it is compared with, looked up by or listed for a kind: beside
    an expression with "kind" in its name, or in a list, set or dictionary of kinds.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            for imported in _imported(node):
                found = re.match(r"quizzes\.bank\.kinds\.(\w+)", imported)
                if found and found[1] in KINDS:
                    yield node.lineno, imported
        elif isinstance(node, ast.Constant) and node.value in KINDS.keys() - HOMONYMS:
            yield node.lineno, str(node.value)
        else:
            words = (
                _listed(node)
                if isinstance(node, ast.Dict | ast.Set | ast.List | ast.Tuple | ast.Call)
                else ()
            )
            if len(set(words)) > 1:
                yield node.lineno, ", ".join(words)  # type: ignore[attr-defined]
            if isinstance(node, ast.Compare) and "kind" in ast.unparse(node).lower():
                yield from ((node.lineno, word) for word in _words([node.left, *node.comparators]))
            if isinstance(node, ast.keyword) and "kind" in (node.arg or "").lower():
                yield from ((node.value.lineno, word) for word in _words([node.value]))


def _imported(node: ast.ImportFrom | ast.Import) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module}.{alias.name}" for alias in node.names]


def _listed(node: ast.Dict | ast.Set | ast.List | ast.Tuple | ast.Call) -> list[str]:
    """The kinds in a list of nothing else."""
    nodes = (
        node.keys if isinstance(node, ast.Dict) else node.args if isinstance(node, ast.Call) else node.elts
    )
    texts = [one for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    found = _words([*texts])
    return found if len(found) == len(texts) else []


def _words(nodes: list[ast.expr]) -> list[str]:
    return [str(node.value) for node in nodes if isinstance(node, ast.Constant) and node.value in KINDS]


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_names_a_kind(path: Path) -> None:
    assert list(named_in(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_knows_another(kind: str) -> None:
    paths = [path for path in OWN.rglob("*.py") if kind in (path.stem, path.parent.name)]
    assert paths
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom | ast.Import):
                found = [re.match(r"quizzes\.bank\.kinds\.(\w+)", imported) for imported in _imported(node)]
                assert not [one[1] for one in found if one and one[1] in KINDS.keys() - {kind}], path


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_names_a_kind(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    named = re.compile(rf"kinds/(?:{'|'.join(KINDS)})/|kind\s*[!=]=\s*\"(?:{'|'.join(KINDS)})\"")
    assert named.findall(text) == []


@pytest.mark.parametrize(
    "source",
    [
        "from quizzes.bank.kinds.numeric import ONLY",
        "from quizzes.bank.kinds import order",
        "x = 'truefalse'",
        "if spec['kind'] == 'order': pass",
        "Question.objects.filter(kind='code')",
        "ONE = ('choice', 'bug')",
        "WAYS = {'output': 1, 'short': 2}",
    ],
)
def test_a_name_is_found(source: str) -> None:
    assert list(named_in(ast.parse(source)))


@pytest.mark.parametrize(
    "source", ["{'choice': 1}", "goal == 'recall'", "code = form['code']", "order_by('order')"]
)
def test_other_meanings_are_left_alone(source: str) -> None:
    assert not list(named_in(ast.parse(source)))


def test_what_kinds_share_is_no_kind() -> None:
    assert {"base", "options", "numbers"} <= SHARED
