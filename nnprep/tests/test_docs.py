"""What the documents name exists: files, modules and what is in them, commands, verbs, addresses, tags, settings."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.template import engines
from django.template.backends.django import DjangoTemplates

from nnprep.tests.addresses import named_patterns

ROOT = Path(settings.BASE_DIR)
# Folders that hold what is made, and packs, whose back-ticks are the code of questions.
SKIPPED = (".git", ".venv*", ".*_cache", ".hypothesis", "var", "__pycache__", "node_modules")
PACK_FORMAT = "docs/packs.md"
PACKS = ("content/[0-9]*.md", "nnprep/tests/browser/*.md")
PRODUCT = ("accounts", "mail", "nnprep", "prepared", "quizzes")
CODE = (*PRODUCT, "bench", "proof")

# What looks like a path, a name or a variable of ours and is none, with the reason.
EXCUSED = {
    "DATA_DIR/emails": "made when the first e-mail is stored",
    "var/": "made at the first start",
    "Date": "a header",
    "Expires": "a header",
    "PYTHONPATH": "Python's own variable, handed on",
    "add_module": "a method of PyTorch",
}
# Modules of others that the notes on questions name.
OTHERS = ("nn.", "torch.")
# Words that stand for a part of a path.
PLACEHOLDER = re.compile(r"<[^>]+>|NN-slug")
ENDINGS = ("css", "html", "in", "js", "md", "py", "toml", "txt", "yaml", "yml")


@cache
def files() -> tuple[str, ...]:
    """Returns the paths of the repository's files, from its root."""
    found: list[str] = []
    folders = [ROOT]
    while folders:
        for entry in folders.pop().iterdir():
            if any(fnmatchcase(entry.name, pattern) for pattern in SKIPPED):
                continue
            if entry.is_dir() and not entry.is_symlink():
                folders.append(entry)
            else:
                found.append(entry.relative_to(ROOT).as_posix())
    return tuple(sorted(found))


DOCUMENTS = [
    path for path in files() if path.endswith(".md") and not any(fnmatchcase(path, pack) for pack in PACKS)
]


def ticked(document: str) -> list[str]:
    """Returns what stands in back-ticks in the running text of a document, each once."""
    text = re.sub(r"^```.*?^```", "", (ROOT / document).read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return list(
        dict.fromkeys(word for _, word in re.findall(r"(`+)(.+?)\1(?!`)", text) if word not in EXCUSED)
    )


def is_path(word: str) -> bool:
    """Whether the word names a file or a folder: it has a slash in it or an ending of ours, and is no address."""
    if not re.fullmatch(r"[\w.*<>-]+(/[\w.*<>-]+)*/?", word) or not re.search("[a-z]", word):
        return False
    return "/" in word or bool(re.fullmatch(rf"[\w*<>-]+\.({'|'.join(ENDINGS)})", word))


def is_there(path: str) -> bool:
    """Whether a file or a folder of the repository ends in this path; a last part after a slash may be a name in it."""
    pattern = PLACEHOLDER.sub("*", path).rstrip("/")
    if any(fnmatchcase(f"/{file}", f"*/{pattern}") or f"/{pattern}/" in f"/{file}" for file in files()):
        return True
    module, _, name = pattern.rpartition(".")
    return "/" in module and resolves(f"{module.replace('/', '.')}.{name}")


@cache
def modules() -> tuple[str, ...]:
    """Returns the dotted names of all modules of ours, tests and migrations left out."""
    found = []
    for root in CODE:
        package = importlib.import_module(root)
        found += [root] + [info.name for info in pkgutil.walk_packages(package.__path__, f"{root}.")]
    return tuple(name for name in found if ".tests" not in name and ".migrations" not in name)


@cache
def loaded(name: str) -> ModuleType | None:
    """Returns the module, or None for one that is a program: those of bench and proof are read, not run."""
    return importlib.import_module(name) if name.split(".", 1)[0] in PRODUCT else None


@cache
def classes() -> dict[str, list[type]]:
    """Returns the product's classes by their names."""
    found: dict[str, list[type]] = {}
    for module in filter(None, map(loaded, modules())):
        for value in vars(module).values():
            if isinstance(value, type) and value.__module__ == module.__name__:
                found.setdefault(value.__name__, []).append(value)
    return found


def has(owner: object, names: list[str]) -> bool:
    """Whether the names lead from the owner to something: attributes, annotated fields among them."""
    for name in names:
        if name in getattr(owner, "__annotations__", {}):
            return True
        if not hasattr(owner, name):
            return False
        owner = getattr(owner, name)
    return True


def resolves(dotted: str) -> bool:
    """Whether a dotted name, from any module or class of ours on, leads to something."""
    first, *rest = dotted.split(".")
    if any(has(found, rest) for found in classes().get(first, ())):
        return True
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        ending = "." + ".".join(parts[:length])
        for name in modules():
            if f".{name}".endswith(ending) and (
                length == len(parts) or ((module := loaded(name)) and has(module, parts[length:]))
            ):
                return True
    return False


@cache
def words_of_the_code() -> frozenset[str]:
    """Returns every word of the product's Python, templates, static files and packs, and of the Makefile."""
    kinds = (".py", ".html", ".txt", ".css", ".js", "Makefile", "pyproject.toml")
    found: set[str] = set()
    for path in files():
        written = path.endswith(kinds) or fnmatchcase(path, PACKS[0])
        if written and path != "nnprep/tests/test_docs.py":
            found.update(re.findall(r"\w+", (ROOT / path).read_text("utf-8")))
    return frozenset(found)


def faults_of(document: str) -> Iterator[str]:
    """What the document names in back-ticks and nobody finds."""
    for word in ticked(document):
        name = re.sub(r"\(.*\)$", "", word)
        if is_path(word):
            if not is_there(word):
                yield f"no file: {word}"
        elif re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+", name):
            if not name.startswith(OTHERS) and not resolves(name):
                yield f"no such name: {word}"
        elif re.fullmatch(r"[A-Z][a-z]+([A-Z][a-z]+)*", name):
            if name not in classes() and name not in words_of_the_code():
                yield f"no such class: {word}"
        elif re.fullmatch(r"[A-Za-z]+(_[A-Za-z0-9]+)+", name) and name not in words_of_the_code():
            yield f"nothing is called {word}"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_and_name_in_back_ticks_exists(document: str) -> None:
    assert not list(faults_of(document))


def mapped(document: str) -> list[str]:
    """Returns the files and folders that stand in fences of no language: maps of the code, lines for a shell."""
    text = (ROOT / document).read_text("utf-8")
    fences = re.findall(r"^```(\w*)\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    words = [word for language, fence in fences if not language for word in fence.split()]
    return [word for word in (word.strip("(),:;.") for word in words) if is_path(word)]


@pytest.mark.parametrize("document", ["README.md", "docs/design.md"])
def test_every_file_and_folder_of_a_map_exists(document: str) -> None:
    named = mapped(document)
    assert "quizzes/" in named
    assert [word for word in named if not is_there(word)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_within_the_repository_leads_to_a_file(document: str) -> None:
    links = re.findall(r"\]\(([^)#: ]+)(?:#[^)]*)?\)", (ROOT / document).read_text("utf-8"))
    assert [link for link in links if not (ROOT / document).parent.joinpath(link).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_verb_command_and_module_that_is_to_be_run_exists(document: str) -> None:
    text = (ROOT / document).read_text("utf-8")
    commands = " ".join(re.findall(r"`([^`\n]+)`", text) + re.findall(r"^\$ (.*)", text, flags=re.MULTILINE))
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z][a-z-]*)", commands)) <= verbs
    assert set(re.findall(r"\bmanage\.py ([a-z_]+)", commands)) <= get_commands().keys()
    assert set(re.findall(r"-m ((?:bench|proof|nnprep)[\w.]*)", commands)) <= set(modules())


def addresses() -> list[str]:
    """Returns the forms of all addresses, each with `<>` where something is named."""
    return [re.sub(r"<[^>]*>", "<>", route) for _, route, _ in named_patterns()]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_address_exists(document: str) -> None:
    missing = []
    for word in ticked(document) if document != PACK_FORMAT else ():
        found = re.fullmatch(r"(?:GET |POST )?([/…][\w<> …./-]*)(?:\?.*)?", word)
        if found and "/" in word:
            form = re.escape(re.sub(r"<[^>]*>", "<>", found[1])).replace("…", ".*")
            if not any(re.fullmatch(form, address) for address in addresses()):
                missing.append(word)
    assert not missing


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_template_tag_exists(document: str) -> None:
    backend = engines["django"]
    assert isinstance(backend, DjangoTemplates)
    engine = backend.engine
    libraries = [*engine.template_builtins, *engine.template_libraries.values()]
    tags = set().union(*(library.tags for library in libraries))
    filters = set().union(*(library.filters for library in libraries))
    text = " ".join(ticked(document)) if document != PACK_FORMAT else ""
    named = {tag for tag in re.findall(r"\{% (\w+)", text) if not tag.startswith("end")}
    assert named <= tags
    assert set(re.findall(r"\{\{ \w+\|(\w+)", text)) <= filters


def read_from_the_environment() -> set[str]:
    """Returns the names of the variables that the product reads."""
    found = set()
    for path in files():
        if not path.endswith(".py") or not path.startswith(PRODUCT) or "/tests/" in path:
            continue
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
                of, name = ast.unparse(node.func.value), node.args[0]
                reads = of == "env" or (of == "os.environ" and node.func.attr in {"get", "pop"})
            elif isinstance(node, ast.Subscript):
                reads, name = ast.unparse(node.value) == "os.environ", node.slice
            elif isinstance(node, ast.Compare):
                reads, name = ast.unparse(node.comparators[0]) in {"os.environ", "env.ENVIRON"}, node.left
            else:
                continue
            if reads and isinstance(name, ast.Constant):
                found.add(str(name.value))
    return found


def test_the_table_of_settings_holds_what_is_read_from_the_environment_and_nothing_else() -> None:
    rows = re.findall(r"^\| (`[A-Z].*?) \|", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE)
    documented = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert len(documented) == len(set(documented))
    assert set(documented) == read_from_the_environment() - EXCUSED.keys()


def test_what_is_excused_stands_in_a_document_or_in_the_code() -> None:
    named = {
        word
        for document in DOCUMENTS
        for word in re.findall(r"`([^`\n]+)`", (ROOT / document).read_text("utf-8"))
    }
    assert EXCUSED.keys() <= named | read_from_the_environment()
