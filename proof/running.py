"""Running the code of questions. It is our own code, read from `content/`; learners' text never comes here."""

from __future__ import annotations

import io
from contextlib import redirect_stdout
from typing import Any


def run(code: str, **names: Any) -> tuple[dict[str, Any], str]:
    """Run code with these names defined; the names afterwards, and what was printed."""
    space: dict[str, Any] = {"__name__": "question", **names}
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(code, "<question>", "exec"), space)
    return space, printed.getvalue()


def error_of(code: str, **names: Any) -> str:
    """The message with which the code fails, or "" when it does not."""
    try:
        run(code, **names)
    except Exception as error:  # noqa: BLE001 - whatever the question's code raises is its answer
        return str(error)
    return ""
