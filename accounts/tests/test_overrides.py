"""What we override of allauth is called by allauth: with its own names, in its own order."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import ModuleType

import pytest

from accounts import adapter, auth_views, forms


def overrides(*modules: ModuleType) -> Iterator[tuple[type, str]]:
    """Every function of ours that stands in the place of one of allauth's."""
    for module in modules:
        for ours in vars(module).values():
            if not (inspect.isclass(ours) and ours.__module__ == module.__name__):
                continue
            for name in vars(ours):
                # A mixin is met through the classes it is mixed into.
                for child in (ours, *ours.__subclasses__()):
                    if original(child, name) is not None:
                        yield child, name


def original(ours: type, name: str) -> object | None:
    """What allauth calls by that name, if anything."""
    for base in ours.__mro__[1:]:
        if base.__module__.startswith("allauth.") and inspect.isfunction(vars(base).get(name)):
            found: object = vars(base)[name]
            return found
    return None


FOUND = sorted(set(overrides(adapter, forms, auth_views)), key=lambda found: (found[0].__name__, found[1]))


def parameters(function: object) -> list[tuple[str, object, object]]:
    assert callable(function)
    found = inspect.signature(function).parameters.values()
    return [(one.name, one.kind, one.default) for one in found]


@pytest.mark.parametrize(("ours", "name"), FOUND, ids=lambda part: getattr(part, "__name__", part))
def test_an_override_takes_what_allauth_hands_over(ours: type, name: str) -> None:
    given = getattr(ours, name)
    assert parameters(given) == parameters(original(ours, name))


def test_the_overrides_are_found() -> None:
    assert {(ours.__name__, name) for ours, name in FOUND} >= {
        ("AccountAdapter", "add_message"),
        ("AccountAdapter", "send_mail"),
        ("AccountAdapter", "render_mail"),
        ("AccountAdapter", "is_safe_url"),
        ("SignupForm", "try_save"),
        ("ConfirmCode", "form_valid"),
        ("ConfirmCode", "form_invalid"),
        ("Signup", "_redirect_to_pending_stage"),
    }
