"""Questions of the kind numeric. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## What weight has the dog? {#q}

Params: lam = 0.1..0.4 step 0.1

With {{=lam}} on the cat.

Answer: {{=1 - lam}} ± 0.001 share
> The two weights sum to one.

Trap: {{=lam}}
> SECRET: roles swapped.
""",
    """
## Which sizes? {#q}

Answer (valid side): 28

Answer (same side): 32

Trap (valid side): 27
> SECRET: one short.
""",
    """
## How many bytes? {#q}

Answer: 2.15e9 ± 1% bytes

Trap: 1.07e9
> SECRET: one product only.
""",
    """
## Between what? {#q}

Answer: [1.2, 1.3] ms
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K208", 64, "## How many? {#q}\n\nAnswer: -1\n" + "\n".join(f"Trap: {n}" for n in range(99))),
    ("K208", 23, "## How many? {#q}\n\n" + "\n".join(f"Answer (p{n}): {n}" for n in range(21))),
    ("K190", 1, "## Name? {#q type=numeric}\n\nNothing."),
    ("K195", 5, "## How many? {#q}\n\nAnswer: 3\n\nReject: 4"),
    ("K200", 3, "## How many? {#q type=numeric}\n\nAnswer: three"),
    ("K200", 3, "## How many? {#q}\n\nAnswer: 3/4"),
    ("K200", 3, "## How many? {#q}\n\nAnswer: 1e999"),
    ("K200", 5, "## How many? {#q}\n\nAnswer: 3\n\nTrap: four\n> no"),
    ("K201", 3, "## How many? {#q}\n\nAnswer: 3 ± -1"),
    ("K202", 3, "## How many? {#q}\n\nAnswer: [3, 2]"),
    ("K203", 5, "## How much? {#q}\n\nAnswer: 0.7 ± 0.05\n\nTrap: 0.72\n> no"),
    ("K204", 5, "## How much? {#q}\n\nAnswer: 0.7\n\nTrap (mean): 0.3\n> no"),
    ("K204", 7, "## How much? {#q}\n\nAnswer (a): 0.7\n\nAnswer (b): 1\n\nTrap: 0.3\n> no"),
    ("K205", 5, "## How much? {#q}\n\nAnswer: 0.7\n\nTrap: 0.3"),
    ("K206", 5, "## How much? {#q}\n\nAnswer: 0.7\n\nAnswer: 0.3"),
    ("K206", 5, "## How much? {#q}\n\nAnswer (The mean): 0.7\n\nAnswer (the mean): 0.3"),
    ("K207", 5, "## How much? {#q}\n\nAnswer (mean): 0.7\n\nAnswer: 0.3"),
    ("K209", 8, "## How much? {#q}\n\nAnswer: 0.7\n\nTrap: 0.3\n> no\n\nTrap: 0.3\n> no"),
]  # fmt: skip
