"""The kinds of question: every module here that holds a `KIND` is one, in the order of their ranks."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from accounts.api import fault_of_line
from quizzes.bank.kinds.base import AnyKind
from quizzes.markup.api import FORMAT_ATTRIBUTES, FORMAT_SECTIONS, Grammar


# Any, in AnyKind: a registry cannot name the shapes of each of its kinds.
def _found() -> dict[str, AnyKind]:
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    kinds = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(kinds, key=lambda kind: kind.rank)}


KINDS = _found()
"""The kinds by their names, in the order in which they are asked whether a structure is theirs."""
CODES = dict(sorted(pair for kind in KINDS.values() for pair in kind.codes.items()))
"""What each diagnostic of the kinds means; the linter's help prints it."""
GRAMMAR = Grammar(
    kinds=tuple(KINDS),
    sections=(*FORMAT_SECTIONS, *dict.fromkeys(name for kind in KINDS.values() for name in kind.sections)),
    attributes=FORMAT_ATTRIBUTES.union(*(kind.attributes for kind in KINDS.values())),
    item_attributes=frozenset().union(*(kind.item_attributes for kind in KINDS.values())),
    section_of={
        key: kind.item_section for kind in KINDS.values() if kind.item_section for key in kind.item_attributes
    },
    directives=tuple(dict.fromkeys(word for kind in KINDS.values() for word in kind.directives)),
    fault_of_line=fault_of_line,
)
"""The words of packs."""
