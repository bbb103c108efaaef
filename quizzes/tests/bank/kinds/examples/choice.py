"""Questions of the kind choice. What would give the key away is written as SECRET… in notes."""

from __future__ import annotations

SAMPLES: list[str] = [
    """
## Which call rescales gradients? {#q}

- [ ] `nn.Dropout(0.5)`
  > SECRET one: it drops activations.
- [x] `clip_grad_norm_(model.parameters(), 1.0)`
  > SECRET two: the global norm is bounded.
- [ ] `nn.init.kaiming_normal_(w)`
  > SECRET three: it draws weights.
- [ ] None of them {fixed}
  > SECRET four: one does.
""",
    """
## Which cost grows with $n^2$? {#q}

Take *self-attention* over $n$ tokens.

- [x] The score matrix $QK^\\top$
- [ ] The weights
  > SECRET: they know nothing of $n$.
""",
    """
## What does {{=n}} plus one make? {#q}

Params: n = 2..9

- [x] {{=n + 1}}
- [ ] {{=n}}
  > SECRET: one is missing from {{=n}}.
- [ ]
  ```python
  print("nothing")
  ```
  > SECRET: a number was asked for.
""",
]

# Code, line of the fault (the heading is line 1), text of the question.
FAULTS: list[tuple[str, int, str]] = [
    ("K101", 1, "## Which? {#q type=choice}\n\nNo options at all."),
    ("K102", 3, "## Which? {#q}\n\n- [ ] a\n  > no\n- [ ] b\n  > no"),
    ("K103", 5, "## Which? {#q type=choice}\n\n- [x] a\n- [ ] b\n- [x] c"),
    ("K104", 3, "## Which? {#q}\n\n- [x] a"),
    ("K105", 4, "## Which? {#q}\n\n- [x] a\n- [ ] a"),
    ("K106", 4, "## Which? {#q}\n\n- [x] a\n- [ ]\n- [ ] c"),
    ("K107", 4, "## Which? {#q}\n\n- [x] a\n- [ ] b"),
    ("K108", 4, "## Which? {#q}\n\n- [x] a\n- [ ] b {weight=2}\n  > no"),
    ("K109", 8, "## Which? {#q}\n\n- [x] a\n- [ ] b\n\nand\n\n- [ ] c\n- [ ] d"),
    ("K111", 13, "## Which? {#q}\n\n- [x] a\n" + "\n".join(f"- [ ] b{n}" for n in range(10))),
]  # fmt: skip
