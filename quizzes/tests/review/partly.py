"""A pack with questions that can be partly right, and forms that answer them so."""

from __future__ import annotations

from quizzes.bank import asking
from quizzes.bank.models import Version
from quizzes.tests.review.packs import Form

PARTLY = """---
pack: partly
title: Partly
number: 7
---

## Sort the traits. {#P-match level=1}

| trait | group |
|---|---|
| one | a |
| two | a |
| three | a |
| four | b |
| five | b |
| six | b |
| seven | c |
| eight | c |

### Explanation

By group.
"""
ONE_WRONG = "Partly right: 1 of 8 pairs is wrong"


def pairs(version: Version, seed: str, *, wrong: int) -> Form:
    """The form of the match with so many of its pairs wrong."""
    payload, presented = version.spec["payload"], asking.present(version.spec, seed=seed)
    rights = presented["rights"]
    return {
        f"pair-{number}": [str((rights.index(payload["answer"][left]) + (number < wrong)) % len(rights))]
        for number, left in enumerate(presented["lefts"])
    }
