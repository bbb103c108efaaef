"""Feedback to typed parts: what cloze, short, numeric and code share, shown by `parts/feedback.html`."""

from __future__ import annotations

from collections.abc import Sequence

from quizzes.bank.kinds.base import Context


def typed_part(
    given: str,
    expected: str,
    *,
    skipped: bool,
    right: bool,
    label: str = "",
    also: Sequence[str] = (),
    slip: bool = False,
    note: str = "",
    right_note: str = "",
    as_code: bool = False,
) -> Context:
    """One part: its `state` ("right", "wrong", "missed"), and the answer to show where it tells more than was typed.

    `note` explains what was given, `right_note` the right answer.
    """
    same = right and not slip and given.strip().casefold() == expected.strip().casefold()
    return {
        "label": label,
        "given": given,
        "expected": expected,
        "tells": not same,
        "also": [] if right else list(also),
        "state": "missed" if skipped else "right" if right else "wrong",
        "slip": slip,
        "note": note,
        "right_note": right_note,
        "as_code": as_code,
    }
