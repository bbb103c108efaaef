"""Questions of the kind order. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## Put the step in order. {#q}

1. zero_grad
   > SECRET: clear the old ones.
2. forward
3. loss
4. backward
5. step
""",
    """
## Order the pipeline. {#q also="2 1 3 4"}

1. resize
2. normalise
3. **detect**
4. track
""",
    """
## Three steps, please. {#q}

1. draw {{=n}}
2. mark
3. learn

Params: n = 2..4
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K160", 1, "## Order. {#q type=order}\n\nNothing."),
    ("K161", 3, "## Order. {#q}\n\n1. a\n2. b"),
    ("K162", 5, "## Order. {#q}\n\n1. a\n2. b\n3. a"),
    ("K106", 4, "## Order. {#q}\n\n1. a\n2.\n3. c"),
    ("K163", 1, '## Order. {#q also="1 2"}\n\n1. a\n2. b\n3. c'),
    ("K163", 1, '## Order. {#q also="1 2 2"}\n\n1. a\n2. b\n3. c'),
    ("K164", 1, '## Order. {#q also="1 2 3"}\n\n1. a\n2. b\n3. c'),
    ("K164", 1, '## Order. {#q also="2 1 3; 2 1 3"}\n\n1. a\n2. b\n3. c'),
    ("K165", 9, "## Order. {#q}\n\n1. a\n2. b\n3. c\n\nand\n\n1) d\n2) e"),
]  # fmt: skip
