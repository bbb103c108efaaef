"""Questions of the kind multi. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## Which reduce overfitting? {#q}

- [x] Dropout
  > SECRET: noise on units.
- [x] Early stopping
- [ ] A wider layer
  > SECRET: more capacity.
- [ ] More epochs
  > SECRET: longer.
""",
    """
## What grows with the batch? {#q}

- [x] Activations
- [x] Input tensors
- [ ] Weights
  > SECRET
""",
    """
## Which are even? {#q type=multi}

- [x] 2
- [x] 4
- [x] 6
- [ ] 7
  > SECRET
- [ ] 9
  > SECRET
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K110", 3, "## Which? {#q}\n\n- [x] a\n- [x] b"),
    ("K112", 3, "## Which? {#q type=multi}\n\n- [x] a\n- [ ] b"),
]  # fmt: skip
