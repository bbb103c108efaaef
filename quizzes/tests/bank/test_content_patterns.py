"""The bank's patterns mean under the linear-time engine what they mean in Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quizzes.bank.kinds.patterns import Pattern, any_matches, size_of
from quizzes.bank.kinds.spelling import plain
from quizzes.bank.packs.build import lint

CONTENT = Path(__file__).parents[3] / "content"


def slots(value: Any) -> Iterator[dict[str, Any]]:
    """Every slot with patterns in a spec."""
    if isinstance(value, dict):
        if value.get("patterns"):
            yield value
        for inner in value.values():
            yield from slots(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from slots(inner)


def texts_near(slot: dict[str, Any]) -> Iterator[str]:
    """What the slot accepts and refuses, and each with one character changed, left out or doubled."""
    for text in [*slot["aliases"], *(text for reject in slot["rejects"] for text in reject["texts"])]:
        yield text
        for place in range(len(text)):
            for piece in ("", text[place] * 2, "-", " ", "é", text[place].swapcase()):
                yield text[:place] + piece + text[place + 1 :]


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.md")), ids=lambda path: path.stem)
def test_both_engines_agree_on_the_answers_of_the_bank(path: Path) -> None:
    draft, _ = lint(path.read_text(encoding="utf-8"))
    assert draft is not None
    for question in draft.questions:
        for slot in slots(question.spec):
            for pattern in map(Pattern.from_json, slot["patterns"]):
                assert size_of([pattern]) > 0
                flags = re.IGNORECASE if pattern.fold else 0
                for text in {plain(text) for text in texts_near(slot)}:
                    agrees = re.fullmatch(pattern.body, text, flags) is not None
                    assert any_matches([pattern], text) == agrees, (pattern, text)
