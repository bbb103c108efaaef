"""The diagrams in the documents are what the code draws."""

from __future__ import annotations

import pytest

from bench import diagrams


def test_the_floors_are_what_the_code_draws() -> None:
    assert "\n".join(diagrams.floors(diagrams.imports())) in diagrams.FILE.read_text("utf-8"), (
        "run `make diagrams`"
    )


@pytest.mark.thorough
def test_the_diagrams_are_what_the_code_draws() -> None:
    assert diagrams.FILE.read_text("utf-8") == diagrams.drawn(), "run `make diagrams`"
