"""Questions of the kind short. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## Which layer zeroes activations? {#q}

Answer: dropout | drop-out | /drop ?out( layer)?/i
> SECRET: by Srivastava.

Reject: DropConnect
> SECRET: it zeroes weights.
""",
    """
## Which property? {#q}

Answer: equivariant | equivariance

Reject: invariant | invariance
> SECRET: it stays the same.
""",
    """
## Which norm? {#q}

Answer: L2 | ridge

Reject: L1 | lasso
> SECRET: sparse.
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K180", 3, "## Name? {#q}\n\nAnswer: dropout | /drop(out/"),
    ("K181", 3, "## Name? {#q}\n\nAnswer: /(?=a)b/"),
    ("K183", 3, "## Name? {#q}\n\nAnswer: " + "a" * 301),
    ("K182", 3, "## Name? {#q}\n\nAnswer: /drop/gi"),
    ("K190", 1, "## Name? {#q type=short}\n\nNothing."),
    ("K191", 3, "## Name? {#q}\n\nAnswer: dropout |"),
    ("K191", 3, "## Name? {#q}\n\nAnswer:"),
    ("K192", 5, "## Name? {#q}\n\nAnswer: drop-out\n\nReject: Dropout"),
    ("K193", 5, "## Name? {#q}\n\nAnswer: ridge\n\nReject 2: lasso"),
    ("K194", 5, "## Name? {#q}\n\nAnswer: ridge\n\nReject: lasso |"),
    ("K195", 5, "## Name? {#q}\n\nAnswer: ridge\n\nTrap: lasso"),
    ("K196", 5, "## Name? {#q}\n\nAnswer: ridge\n\nAnswer: L2"),
]  # fmt: skip
