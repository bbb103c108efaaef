"""Questions of the kind truefalse. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## “Batch norm uses batch statistics at inference.” {#q}

- [ ] True
  > SECRET: in training only.
- [x] False
  > SECRET: running averages.

### Reasons

- [x] Running averages are used in eval mode
- [x] The batch may hold one sample
- [ ] It is removed before serving
  > SECRET: it may be folded, not removed.
""",
    """
## “Small batches generalise better.” {#q}

- [ ] True
  > SECRET
- [ ] False
  > SECRET
- [x] Contested

### Reasons

- [x] The gap closes with tuning
- [ ] Noise never helps
  > SECRET
- [ ] Sharp minima do not exist
  > SECRET
""",
    """
## True or false: ReLU saturates for positive inputs. {#q}

- [ ] True
  > SECRET
- [x] False
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K110", 8, "## So? {#q}\n\n- [x] True\n- [ ] False\n\n### Reasons\n\n- [x] a\n- [x] b"),
    ("K120", 4, "## So? {#q}\n\n- [x] True\n- [ ] Untrue\n\n### Reasons\n\n- [x] a\n- [ ] b"),
    ("K122", 6, "## So? {#q}\n\n- [x] True\n- [ ] False\n\n### Reasons\n\n- a\n- b"),
    ("K123", 1, "## So? {#q}\n\n- [x] True\n- [ ] False"),
    ("K102", 8, "## So? {#q}\n\n- [x] True\n- [ ] False\n\n### Reasons\n\n- [ ] a\n- [ ] b"),
]  # fmt: skip
