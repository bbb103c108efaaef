"""Questions of the kind cloze. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## Fill the gaps. {#q}

First some context.

SORT predicts with a {{Kalman|Kalman-Bucy}} filter and matches by the {{Hungarian}} algorithm.

Reject 1: particle
> SECRET: it samples.

Reject 2: k-means
> SECRET: it clusters.
""",
    """
## How far? {#q}

The share is {{#0.9 ± 0.01}}, and `{{this}}` is no gap.
""",
    """
## Complete the list. {#q}

- pooling gives **{{invariance}}**
- capsules give {{equivariance|equivariant pose|/equi.*ance/i}}

| it | is |
|---|---|
| a table | with {{columns}} |
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K170", 1, "## Fill. {#q type=cloze}\n\nNothing to fill."),
    ("K171", 4, "## Fill. {#q}\n\nIt is {{this}}\nor {{ }}."),
    ("K172", 3, "## Fill. {#q}\n\nSee [there](https://example.org/{{gap}})."),
    ("K174", 1, "## It is {{this}}. {#q}\n\nSo."),
    ("K175", 3, "## Fill. {#q}\n\n" + " ".join(f"{{{{g{n}}}}}" for n in range(13))),
    ("K192", 5, "## Fill. {#q}\n\n{{ridge}} is it.\n\nReject: the ridge"),
    ("K193", 5, "## Fill. {#q}\n\n{{ridge}} is it.\n\nReject 2: lasso"),
    ("K200", 3, "## How much? {#q}\n\nIt is {{#much}}."),
]  # fmt: skip
