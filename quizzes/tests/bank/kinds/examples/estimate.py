"""Questions of the kind estimate. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## How many parameters has BERT-base? {#q}

Estimate: 110e6 parameters within 2
> SECRET: twelve layers of seven million, and the embeddings.
""",
    """
## How long does light take from the Sun? {#q}

| from | to |
|---|---|
| Sun | Earth |

Estimate: 8.3 minutes within a factor of 1.5
""",
    """
## How many bytes take the weights? {#q}

Params: n = 2..9

A model has {{=n}} billion parameters of two bytes.

Estimate: {{=n * 2e9}} bytes within ×3
> SECRET: {{=n}} times two.
""",
    """
## What share of English letters is an e? {#q}

Estimate: 0.12 share within 2
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K220", 1, "## How many? {#q type=estimate}\n\nNothing."),
    ("K221", 5, "## How many? {#q}\n\nEstimate: 3 within 2\n\nEstimate: 4 within 2"),
    ("K222", 3, "## How many? {#q}\n\nEstimate: 3 parameters"),
    ("K222", 3, "## How many? {#q}\n\nEstimate: 3 within two"),
    ("K223", 3, "## How many? {#q}\n\nEstimate: 3 within 1"),
    ("K223", 3, "## How many? {#q}\n\nEstimate: 3 within 10"),
    ("K224", 3, "## How many? {#q}\n\nEstimate: -3 within 2"),
    ("K224", 3, "## How many? {#q}\n\nEstimate: 0 within 2"),
    ("K225", 3, "## How many? {#q}\n\nEstimate: 3 ± 1 within 2"),
    ("K225", 3, "## How many? {#q}\n\nEstimate: [3, 4] within 2"),
    ("K226", 5, "## How many? {#q}\n\nEstimate: 3 within 2\n\nTrap: 30\n> no"),
    ("K226", 5, "## How many? {#q}\n\nEstimate: 3 within 2\n\nReject: 30"),
    ("K200", 3, "## How many? {#q}\n\nEstimate: many within 2"),
]
